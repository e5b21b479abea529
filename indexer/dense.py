"""Exact dense search by inner product: the one module that knows FAISS."""

from functools import lru_cache, partial
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.system import as_os_errors
from indexer.encoder import Vectors

Rows = NDArray[np.integer]
Scores = NDArray[np.float32]  # higher is better
QUESTIONS = 32  # whose scores are kept: threads take turns


class DenseIndex:
    """Vectors of unit length; row r belongs to the passage with the r-th smallest key."""

    def __init__(self, vectors: Vectors) -> None:
        """`vectors`: float32 [n_passages, dimension]."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        self._hold(index)

    @classmethod
    def read(cls, path: Path) -> "DenseIndex":
        dense = cls.__new__(cls)
        dense._hold(cast(faiss.IndexFlatIP, faiss.read_index(str(path))))
        return dense

    def _hold(self, index: faiss.IndexFlatIP) -> None:
        self._index = index
        self._scores = lru_cache(QUESTIONS)(partial(_scores, index))

    def write(self, path: Path) -> None:
        with as_os_errors(path):
            faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def vectors(self) -> Vectors:
        """All rows, float32 [n_passages, dimension]: a view, valid as long as the index."""
        size = len(self) * self.dimension
        if not size:
            return np.empty((0, self.dimension), np.float32)
        flat = faiss.rev_swig_ptr(self._index.get_xb(), size)
        return np.asarray(flat, np.float32).reshape(-1, self.dimension)

    def scores(self, vector: Vectors) -> Scores:
        """The cosine of one question, float32 [dimension], and every row.

        One pass over all vectors, at the speed of memory, takes most of a search; what a search
        asks next, within other filters or of some rows, is read off the scores of the first pass.
        """
        return self._scores(vector.astype(np.float32).tobytes())

    def search(self, vector: Vectors, k: int, within: Rows | None = None) -> tuple[Rows, Scores]:
        """The k best rows for one question and their cosine, best first; ties by row."""
        scores = self.scores(vector)
        rows = np.arange(len(self)) if within is None else within
        found = scores if within is None else scores[within]
        if 0 < k < found.size:
            least = np.partition(found, found.size - k)[found.size - k]
            rows = rows[found >= least]  # more than k where there are ties
        best = rows[np.lexsort((rows, -scores[rows]))][:k]
        return best, scores[best]


def _scores(index: faiss.IndexFlatIP, vector: bytes) -> Scores:
    """On this thread alone: numpy's product has helpers that spin beside the model's."""
    question, scores = np.frombuffer(vector, np.float32), np.empty(index.ntotal, np.float32)
    pointers = faiss.swig_ptr(scores), faiss.swig_ptr(question), index.get_xb()
    faiss.fvec_inner_products_ny(*pointers, index.d, index.ntotal)  # type: ignore[attr-defined]
    return scores
