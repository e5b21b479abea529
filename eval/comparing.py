"""Whether two indexes hold the same, field by field, whatever the order that they were built in."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus import Document
from indexer import Filters, LocalIndex, Passage, current, open_index
from indexer.acts import Tie
from indexer.encoder import Vectors
from indexer.lexical import FIELDS, analyze
from indexer.snapshot import manifest
from indexer.tokens import Codes

CODED = 20  # a dimension near 0 changes its sign, which is all that a code keeps of it
EVERY = dict.fromkeys(FIELDS, 1.0)


def differences(
    index: Path, other: Path, questions: Sequence[str], tolerance: float = 1e-5
) -> list[str]:
    """In which fields two indexes differ; nothing if they are the same.

    Passages are compared without their keys, vectors within `tolerance` in each dimension, the
    codes of tokens within `CODED` times that, the lexical index by the passages that it finds for
    each word of `questions`.
    """
    ours, theirs = open_index(index), open_index(other)
    found = [
        *_differing("document", _documents(ours), _documents(theirs)),
        *_differing("failure", _failures(index), _failures(other)),
        *_differing("passage", _passages(ours), _passages(theirs)),
        *_differing("newest version", _newest(ours), _newest(theirs)),
        *_differing("ties of", _ties(ours), _ties(theirs)),
        *_differing("count of", ours.words, theirs.words),
        *_differing("word", _saying(ours, questions), _saying(theirs, questions)),
    ]
    one, two = _vectors(ours), _vectors(theirs)
    for name in sorted(one.keys() & two.keys()):
        if (apart := float(np.abs(one[name] - two[name]).max())) > tolerance:
            found.append(f"vector {name}: {apart:.1e} apart")
    kept, other_kept = _codes(ours), _codes(theirs)
    for name in sorted(kept.keys() & other_kept.keys()):
        if (apart := _coded(kept[name], other_kept[name])) > CODED * tolerance:
            found.append(f"tokens {name}: {apart:.1e} apart")
    return found


def _differing(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    names = sorted(ours.keys() | theirs.keys())
    return [f"{what} {name}" for name in names if ours.get(name) != theirs.get(name)]


def _documents(index: LocalIndex) -> dict[str, Document]:
    return {d.id: index.document(d.id) for d in index.documents(Filters())}


def _failures(index: Path) -> dict[str, tuple[str, str]]:
    found = manifest(index, current(index)).failures
    return {path: (failure.reason, failure.fingerprint) for path, failure in found.items()}


def _all(index: LocalIndex) -> list[Passage]:
    """Every passage, in the order of the keys."""
    keys, _ = index.dense(np.ones(index.vectors.shape[1], np.float32), index.count()[1])
    return index.passages(sorted(keys.tolist()))


def _passages(index: LocalIndex) -> dict[str, Passage]:
    return {p.id: replace(p, key=0) for p in _all(index)}


def _newest(index: LocalIndex) -> dict[str, str]:
    return {d.id: index.newest(d.id) for d in index.documents(Filters())}


def _ties(index: LocalIndex) -> dict[str, tuple[Tie, ...]]:
    return {d.id: index.ties(d.id) for d in index.documents(Filters())}


def _vectors(index: LocalIndex) -> dict[str, Vectors]:
    return {p.id: v for p, v in zip(_all(index), index.vectors, strict=True)}


def _codes(index: LocalIndex) -> dict[str, Codes]:
    return {p.id: codes for p, codes in zip(_all(index), index.codes, strict=True)}


def _coded(one: Codes, two: Codes) -> float:
    """The share of signs, or the mean of a number, by which the tokens of a passage differ."""
    if one.size != two.size:
        return float("inf")
    if not one.size:
        return 0.0
    numbers = [float(np.abs(one[name] - two[name]).mean()) for name in ("along", "scale")]
    return max(float(np.unpackbits(one["signs"] ^ two["signs"]).mean()), *numbers)


def _saying(index: LocalIndex, questions: Sequence[str]) -> dict[str, list[str]]:
    """The passages that say each word, in no order."""
    found = {}
    for stem in {term.stem for question in questions for term in analyze(question)}:
        keys, _ = index.lexical({stem: 1.0}, index.count()[1], EVERY)
        found[stem] = sorted(p.id for p in index.passages(keys.tolist()))
    return found
