"""Vectors of the words of passages, kept small: what late interaction compares.

A passage is worth to a question the mean, over the question's tokens, of the best inner product
with one of its own (MaxSim: Khattab and Zaharia, "ColBERT", SIGIR 2020).

A token's vector is coded as its part along the vector of its passage, and the signs of the rest
after a rotation, with the scale that makes an inner product unbiased (Gao and Long, "RaBitQ",
SIGMOD 2024): 52 bytes for 384 dimensions, without anything learned from the passages.
"""

import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Codes = NDArray[np.void]  # one row a token: `along`, `scale`, `signs`
SEED = 384
CODING = "signs-1"  # to be changed with what is kept of a token, or with which tokens are kept
CODES, ENDS, NEW = "tokens.bin", "tokens.npy", "tokens.new"  # of a generation


def layout(dimension: int) -> np.dtype[np.void]:
    """How a token is stored."""
    return np.dtype([("along", "<f2"), ("scale", "<f2"), ("signs", "u1", -(-dimension // 8))])


@lru_cache(2)
def rotation(dimension: int) -> Vectors:
    """A random rotation, float32 [dimension, dimension], the same on every machine.

    The legacy generator's stream is frozen; with a positive diagonal, QR has one solution.
    """
    gauss = np.random.RandomState(SEED).standard_normal((dimension, dimension))
    turned, upper = np.linalg.qr(gauss)
    return np.asarray(turned * np.sign(np.diag(upper)), np.float32)


def code(tokens: Vectors, vector: Vectors) -> Codes:
    """The codes of a passage's tokens, float32 [n, dimension], beside its vector [dimension].

    All rows of unit length; a token that lies along the vector has no rest, and a scale of 0.
    """
    along = tokens @ vector
    rest = tokens - along[:, None] * vector
    turned = rest @ rotation(vector.size)
    signs = np.where(turned >= 0, np.float32(1), np.float32(-1))
    scale = (rest**2).sum(1) / np.abs(turned).sum(1).clip(1e-9)
    codes = np.zeros(len(tokens), layout(vector.size))
    # what the signs themselves say along the vector is taken off: the rest has no such part
    codes["along"] = along - scale * (signs @ (vector @ rotation(vector.size)))
    codes["scale"] = scale
    codes["signs"] = np.packbits(signs > 0, axis=1)
    return codes


def maxsim(asked: Vectors, codes: Sequence[Codes], vectors: Vectors) -> Vectors:
    """How well each passage says what is asked, float32 [n_passages]; 0 for one without tokens.

    Args:
        asked: a question's tokens, float32 [n_tokens, dimension], rows of unit length.
        codes: the tokens of each passage.
        vectors: the vectors of these passages, float32 [n_passages, dimension].
    """
    lengths = np.array([part.size for part in codes], np.int64)
    worth = np.zeros(len(codes), np.float32)
    if not lengths.any() or not len(asked):
        return worth
    joined = np.concatenate(codes)
    turned = asked @ rotation(asked.shape[1])
    bits = np.unpackbits(joined["signs"], axis=1, count=asked.shape[1])
    # signs are 2 × bits - 1
    rest = 2 * (bits.astype(np.float32) @ turned.T) - turned.sum(1)
    along = np.repeat(vectors @ asked.T, lengths, axis=0)
    close = (
        joined["along"].astype(np.float32)[:, None] * along
        + joined["scale"].astype(np.float32)[:, None] * rest
    )
    said = np.flatnonzero(lengths)
    starts = np.cumsum(lengths) - lengths
    worth[said] = np.maximum.reduceat(close, starts[said], axis=0).mean(1)
    return worth


class TokenIndex:
    """Codes of passages on disk; row r belongs to the passage with the r-th smallest key."""

    def __init__(self, codes: Codes, bounds: NDArray[np.int64]) -> None:
        """`bounds` int64 [n_passages + 1]: the tokens of row r are those from r's to the next."""
        self._codes, self._bounds = codes, bounds

    @classmethod
    def none(cls, dimension: int) -> "TokenIndex":
        """The codes of no passage."""
        return cls(np.empty(0, layout(dimension)), np.zeros(1, np.int64))

    @classmethod
    def read(cls, folder: Path, dimension: int) -> "TokenIndex":
        """The codes in the folder of a generation: the file is mapped, not read."""
        bounds = np.insert(np.load(folder / ENDS), 0, 0)
        if not bounds[-1]:  # nothing can be mapped
            return cls(np.empty(0, layout(dimension)), bounds)
        mapped = np.memmap(folder / CODES, layout(dimension), "r", shape=(int(bounds[-1]),))
        return cls(mapped.view(np.ndarray), bounds)

    def of(self, rows: Iterable[int]) -> list[Codes]:
        """The codes of these rows."""
        return [self._codes[self._bounds[row] : self._bounds[row + 1]] for row in rows]


class TokenWriter:
    """Adds the codes of new passages to a draft, in the order of their keys."""

    def __init__(self, draft: Path, base: TokenIndex) -> None:
        self._draft, self._base = draft, base
        self._new: list[int] = []  # lengths

    def extend(self, codes: Iterable[Codes]) -> None:
        """Append to a file: the codes of a large library would fill the memory."""
        with (self._draft / NEW).open("ab") as file:
            for part in codes:
                file.write(part.tobytes())
                self._new.append(part.size)

    def seal(self, stays: NDArray[np.bool_]) -> None:
        """Write those of the base that stay, bool [n_passages of the base], then the new ones."""
        kept, new = self._base.of(np.flatnonzero(stays).tolist()), self._draft / NEW
        with (self._draft / CODES).open("wb") as file:
            for codes in kept:
                file.write(codes.tobytes())
            if new.exists():
                with new.open("rb") as added:
                    shutil.copyfileobj(added, file, 2**24)
                new.unlink()
        lengths = [*(codes.size for codes in kept), *self._new]
        np.save(self._draft / ENDS, np.cumsum(lengths, dtype=np.int64))
