"""Exact dense search by inner product: the one module that knows FAISS."""

from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.system import as_os_errors
from indexer.encoder import Vectors

Rows = NDArray[np.int64]


class DenseIndex:
    """Vectors of unit length; row r belongs to the passage with the r-th smallest key."""

    def __init__(self, vectors: Vectors) -> None:
        """`vectors`: float32 [n_passages, dimension]."""
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    @classmethod
    def read(cls, path: Path) -> "DenseIndex":
        dense = cls.__new__(cls)
        dense._index = cast(faiss.IndexFlatIP, faiss.read_index(str(path)))
        return dense

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

    def search(
        self, vector: Vectors, k: int, within: Rows | None = None
    ) -> tuple[Rows, NDArray[np.float32]]:
        """The k best rows for one question, float32 [dimension], and their cosine, best first."""
        k = min(k, len(self) if within is None else within.size)
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        only = None if within is None else faiss.IDSelectorBatch(within)
        parameters = faiss.SearchParameters(sel=only)  # type: ignore[call-arg]
        scores, rows = self._index.search(vector[None, :], k, params=parameters)
        return rows[0], scores[0]
