"""Which documents are one act: in two formats, or in two versions.

Two texts resemble each other by the share of their runs of five words that stand in both (the
Jaccard index of shingles), estimated by MinHash (Broder, "On the resemblance and containment of
documents", 1997). Acts of one authority are much alike: another kind or number tells them apart,
whatever their words, and where a number is missing another date does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from corpus.card.numbers import compared
from corpus.document import Document, Metadata
from corpus.names import unaccented
from indexer.passages import Passage

Sketch = NDArray[np.uint32]  # [PERMUTATIONS]; empty for a text too short to tell
SCHEME = "affine32"
PERMUTATIONS = 128  # the estimate is within .09 of the index, 19 times out of 20
SHINGLE = 5  # words
FEWEST = 30  # shingles that a text must have
ALIKE = 0.8  # to be one act when a number is missing
RANK = re.compile(r"\d{1,2}")
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
    words = re.findall(r"[^\W_]+", unaccented(said.casefold()))
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    if len(shingles) < FEWEST:
        return np.empty(0, np.uint32)
    hashes = MinHash(num_perm=PERMUTATIONS, seed=1, scheme=SCHEME)
    hashes.update_batch([shingle.encode() for shingle in sorted(shingles)])
    return np.asarray(hashes.hashvalues, np.uint32)


def newest_of(versions: Sequence[Version]) -> dict[str, str]:
    """For each document of an act that has several, the id of the newest (itself for that one)."""
    found = {}
    for act in _acts(versions):
        newest = max(act, key=_age).document.id
        found.update({version.document.id: newest for version in act if len(act) > 1})
    return found


def _acts(versions: Sequence[Version]) -> Iterable[list[Version]]:
    """The documents of each act; all of them are like its first, not only like one another."""
    from datasketch import MinHash, MinHashLSH

    firsts = MinHashLSH(threshold=SAME_NUMBER - 0.1, num_perm=PERMUTATIONS)
    acts: dict[int, list[Version]] = {}
    for row, version in enumerate(versions):
        if not version.sketch.size:
            continue
        hashes = MinHash(seed=1, scheme=SCHEME, hashvalues=version.sketch)
        near = (first for first in sorted(firsts.query(hashes)) if _one_act(acts[first], version))
        if (first := next(near, None)) is not None:
            acts[first].append(version)
        else:
            firsts.insert(row, hashes)
            acts[row] = [version]
    return acts.values()


def _one_act(act: Sequence[Version], version: Version) -> bool:
    alike = float(np.mean(act[0].sketch == version.sketch))
    one, other = act[0].document.metadata, version.document.metadata
    if one.kind != other.kind or _apart(one.parties, other.parties):
        return False
    numbers = _own_number(one), _own_number(other)
    if all(numbers):
        return numbers[0] == numbers[1] and alike >= SAME_NUMBER
    return alike >= ALIKE and not _apart([one.date], [other.date])


def _apart(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether both are known and have nothing in common."""
    mine, theirs = ({value.casefold() for value in values if value} for values in (some, others))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _own_number(of: Metadata) -> str:
    """The number that tells an act; that of an avenant among those of its convention does not."""
    return "" if RANK.fullmatch(of.number) else compared(of.number)


def _age(version: Version) -> tuple[str, list[tuple[int, str]]]:
    """Orders versions: by the date of the act, then by name, as people number their versions."""
    name = PurePath(version.document.path).name.casefold()
    parts = re.findall(r"(\d+)|(\D+)", name)
    return version.document.metadata.date, [(int(number or 0), word) for number, word in parts]
