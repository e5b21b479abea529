"""Suggestions while a question is typed: questions that have an answer, acts, bodies, acronyms."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from indexer import Filters, Index
from indexer.acronyms import ACRONYM
from indexer.lexical import WORD
from indexer.vocabulary import folded
from service.answers.offered import questions_of

BATCH = 500  # documents that are described at a time
Mask = NDArray[np.bool_]


class Source(StrEnum):
    """What a suggestion is; in the order in which they come."""

    ACRONYM = "acronym"
    PARTY = "party"
    QUESTION = "question"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search or to ask; `document` is the id of the act that it is about, if any.

    `about` tells more: the act's title, or the body that an acronym stands for.
    """

    text: str
    source: Source
    document: str = ""
    about: str = ""


class Suggester:
    """Finds suggestions by the beginnings of their words; accents and case count for nothing."""

    def __init__(
        self,
        suggestions: Iterable[Suggestion],
        folders: Mapping[Suggestion, Collection[str]] = MappingProxyType({}),
    ) -> None:
        """`folders` are those of the documents that give a suggestion."""
        self.all = sorted(set(suggestions), key=_order)
        rows = [sorted({folded(w) for w in WORD.findall(f"{s.text} {s.about}")}) for s in self.all]
        pairs = sorted((word, row) for row, words in enumerate(rows) for word in words)
        self._words = [word for word, _ in pairs]
        self._rows = np.fromiter((row for _, row in pairs), np.int32, len(pairs))
        held = [(row, f) for row, one in enumerate(self.all) for f in folders.get(one, ())]
        self._folders = {f: n for n, f in enumerate(sorted({f for _, f in held}))}
        self._held = np.array([(row, self._folders[f]) for row, f in held], np.int32).reshape(-1, 2)
        sources = [list(Source).index(s.source) for s in self.all]
        self._starts = [bisect_left(sources, n) for n in range(len(Source) + 1)]

    def suggest(self, typed: str, limit: int, folders: Collection[str] = ()) -> list[Suggestion]:
        """Up to `limit`, of each source as many as there is room for; none of all words typed.

        Of documents in `folders` alone, if any are given.
        """
        words = [folded(word) for word in WORD.findall(typed)]
        found = np.logical_and.reduce([self._with(word) for word in words] or [self._none()])
        if folders:
            found &= self._within(folders)
        parts = [
            np.flatnonzero(found[start:end])[:limit] + start
            for start, end in zip(self._starts, self._starts[1:], strict=False)
        ]
        room = [0] * len(parts)
        while sum(room) < limit and any(len(p) > n for p, n in zip(parts, room, strict=True)):
            for place, part in enumerate(parts):
                room[place] += len(part) > room[place] and sum(room) < limit
        return [self.all[row] for p, n in zip(parts, room, strict=True) for row in p[:n].tolist()]

    def _with(self, word: str) -> Mask:
        """Which suggestions have a word that begins so."""
        mask = self._none()
        mask[
            self._rows[bisect_left(self._words, word) : bisect_left(self._words, f"{word}\uffff")]
        ] = True
        return mask

    def _within(self, folders: Collection[str]) -> Mask:
        """Which suggestions come from a document in one of these folders."""
        starts = tuple(f"{folder}/" for folder in folders)
        chosen = np.array([f"{f}/".startswith(starts) for f in self._folders], np.bool_)
        mask = self._none()
        rows, places = self._held.T
        mask[rows[chosen[places]]] = True
        return mask

    def _none(self) -> Mask:
        return np.zeros(len(self.all), np.bool_)


_made: WeakKeyDictionary[Index, Suggester] = WeakKeyDictionary()


def suggester(index: Index) -> Suggester:
    """The suggestions of a generation, made once and kept as long as the generation is."""
    if index not in _made:
        folders: dict[Suggestion, set[str]] = defaultdict(set)
        for suggestion, folder in _suggestions(index):
            folders[suggestion].add(folder)
        _made[index] = Suggester(folders, folders)
    return _made[index]


def _suggestions(index: Index) -> Iterator[tuple[Suggestion, str]]:
    """Each suggestion, with the folder of the document that gives it."""
    names = [document.id for document in index.documents(Filters())]
    for start in range(0, len(names), BATCH):
        for act in index.describe(names[start : start + BATCH]).values():
            folder = str(PurePosixPath(act.path).parent)
            yield from ((suggestion, folder) for suggestion in _of(act, index))


def _of(act: Document, index: Index) -> Iterator[Suggestion]:
    if index.newest(act.id) == act.id:
        yield Suggestion(act.title, Source.DOCUMENT, act.id, act.metadata.number)
    for text in questions_of(act, index):
        about = "" if act.title in text else act.title
        yield Suggestion(text, Source.QUESTION, act.id, about)
    for party in (fact.value for fact in act.card.parties):
        yield Suggestion(party.name, Source.PARTY)
        for alias in party.aliases:
            if ACRONYM.fullmatch(alias):
                yield Suggestion(alias, Source.ACRONYM, about=party.name)


def _order(one: Suggestion) -> tuple[int, str, str]:
    return list(Source).index(one.source), folded(one.text), one.text
