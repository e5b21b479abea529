"""The words that documents say, and the one nearest to a word that none of them says."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.document import Document
from corpus.names import unaccented
from indexer.lexical import WORD

SHORTEST = 4  # letters of a word that is kept


def words(document: Document) -> Counter[str]:
    """How often a document says each word, in small letters; the names of its card count too."""
    card = document.card
    names = (name for p in card.parties for name in (p.value.name, *p.value.aliases))
    signed = (signatory.value for signatory in card.signatories)
    said = " ".join((document.title, document.text, *names, *signed)).lower()
    return Counter(w for w in WORD.findall(said) if len(w) >= SHORTEST and w.isalpha())


def folded(word: str) -> str:
    """A word without case and accents."""
    word = word.lower()
    return word if word.isascii() else unaccented(word).replace("œ", "oe").replace("æ", "ae")


class Vocabulary:
    """Words by how often they are said; those that differ in accents alone are one."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts` are of words in small letters."""
        total: Counter[str] = Counter()
        written: dict[str, str] = {}
        for word, count in counts.items():
            key = folded(word)
            total[key] += count
            if count > counts.get(written.get(key, ""), 0):
                written[key] = word
        self._keys = sorted(total)
        self._written = [written[key] for key in self._keys]
        self._total = np.array([total[key] for key in self._keys], np.int32)
        self._lengths = np.fromiter(map(len, self._keys), np.int32)
        self._letters = _letters(self._keys)

    def __contains__(self, word: str) -> bool:
        key = folded(word)
        row = bisect_left(self._keys, key)
        return row < len(self._keys) and self._keys[row] == key

    def nearest(self, word: str, edits: int) -> str | None:
        """The word fewest edits away, of several the one that is said most, as it is written most.

        An edit leaves out, adds or replaces a letter, or exchanges two neighbours.
        """
        key = folded(word)
        # one edit changes two of the letters that there are, and the length by one, at most
        apart = np.bitwise_count(self._letters ^ _letters([key]))
        lengths = np.abs(self._lengths - len(key))
        rows = np.flatnonzero((apart <= 2 * edits) & (lengths <= edits)).tolist()
        near = {row: self._keys[row] for row in rows}
        found = process.extract(key, near, scorer=OSA.distance, score_cutoff=edits, limit=None)
        best = min(((d, -self._total[row], row) for _, d, row in found), default=None)
        return None if best is None else self._written[best[2]]


def _letters(keys: Sequence[str]) -> NDArray[np.uint32]:
    """Which letters each word has: a bit for each of a to z, which other scripts share."""
    if not keys:
        return np.empty(0, np.uint32)
    codes = np.frombuffer("".join(keys).encode("utf-32-le"), np.uint32)
    starts = np.cumsum([0, *map(len, keys[:-1])])
    bits = np.left_shift(np.uint32(1), codes & 31, dtype=np.uint32)
    return np.asarray(np.bitwise_or.reduceat(bits, starts), np.uint32)
