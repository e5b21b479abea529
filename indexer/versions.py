"""Which documents are one act: in two formats, or in two versions.

Two texts resemble each other by the share of their runs of five words that stand in both (the
Jaccard index of shingles), estimated by MinHash (Broder, "On the resemblance and containment of
documents", 1997). Acts of one authority are much alike: another kind or number tells them apart,
whatever their words, and where a number is missing another date does.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from indexer.passages import Passage

Sketch = NDArray[np.uint32]  # [PERMUTATIONS]; empty for a text too short to tell
SCHEME = "affine32"
PERMUTATIONS = 128  # the estimate is within .09 of the index, 19 times out of 20
SHINGLE = 5  # words
FEWEST = 30  # shingles that a text must have
ALIKE = 0.8  # to be one act when a number is missing
SAME_NUMBER = 0.5  # to be one act when both have the same


@dataclass(frozen=True, slots=True)
class Version:
    """What tells a document's act, and which of its versions is the newest."""

    document: Document
    sketch: Sketch


def sketch(passages: Iterable[Passage]) -> Sketch:
    """The MinHash of what a document says, without who was there."""
    from datasketch import MinHash  # it takes as long to import as an update that changes nothing

    said = " ".join(passage.text for passage in passages if not passage.attendance)
    plain = unicodedata.normalize("NFKD", said.casefold())
    words = re.findall(r"[^\W_]+", re.sub("[\u0300-\u036f]", "", plain))
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    if len(shingles) < FEWEST:
        return np.empty(0, np.uint32)
    hashes = MinHash(num_perm=PERMUTATIONS, seed=1, scheme=SCHEME)
    hashes.update_batch([shingle.encode() for shingle in sorted(shingles)])
    return np.asarray(hashes.hashvalues, np.uint32)


def newest_of(versions: Sequence[Version]) -> dict[str, str]:
    """For each document of an act that has several, the id of the newest (itself for that one)."""
    acts: dict[int, list[int]] = {}
    for a, b in _pairs(versions):
        act = [*acts.get(a, [a]), *(row for row in acts.get(b, [b]) if row not in acts.get(a, [a]))]
        acts.update(dict.fromkeys(act, act))
    leads = {row: max(act, key=lambda row: _age(versions[row])) for row, act in acts.items()}
    return {versions[row].document.id: versions[lead].document.id for row, lead in leads.items()}


def _pairs(versions: Sequence[Version]) -> Iterable[tuple[int, int]]:
    """Rows of documents that are one act, the smaller row first."""
    from datasketch import MinHash, MinHashLSH

    near = MinHashLSH(threshold=SAME_NUMBER - 0.1, num_perm=PERMUTATIONS)
    for row, version in enumerate(versions):
        if not version.sketch.size:
            continue
        hashes = MinHash(seed=1, scheme=SCHEME, hashvalues=version.sketch)
        for other in sorted(near.query(hashes)):
            if _one_act(versions[other], version):
                yield other, row
        near.insert(row, hashes)


def _one_act(a: Version, b: Version) -> bool:
    alike = float(np.mean(a.sketch == b.sketch))
    one, other = a.document.metadata, b.document.metadata
    if one.kind != other.kind:
        return False
    if one.number and other.number:
        return _bare(one.number) == _bare(other.number) and alike >= SAME_NUMBER
    return alike >= ALIKE and (one.date == other.date or not (one.date and other.date))


def _bare(number: str) -> str:
    return re.sub(r"\W", "", number).casefold()


def _age(version: Version) -> tuple[str, str]:
    """Orders versions: by the date of the act, then by path, as people number their versions."""
    return version.document.metadata.date, version.document.path
