"""What cards answer by themselves: when an act ends, its notice; and which acts end by a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.card.model import Evidence, Fact
from corpus.document import Document
from indexer import Index
from service.answers.sentences import sentences
from service.search import Span

CHANGES = "modifie"  # what an avenant does to its convention


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of a document that states a fact, and the very words, in code points."""

    document: Document
    sentence: Span
    exact: Span


def stated(facts: Sequence[str], act: Document, index: Index) -> list[Stated]:
    """Where an act and those that change it state these facts, the latest to change it first.

    An avenant wins over the convention that it changes: both are told.
    """
    ties = index.ties(act.id)
    changed = [tie.target for tie in ties if tie.relation == CHANGES and tie.source == act.id]
    roots = [index.newest(act.id), *changed]
    changing = {
        tie.source
        for root in roots
        for tie in index.ties(root)
        if tie.relation == CHANGES and tie.target == root
    }
    acts = [index.document(name) for name in dict.fromkeys([*roots, *sorted(changing)])]
    acts.sort(key=lambda one: one.metadata.date or one.period.begins, reverse=True)
    return [found for one in acts for found in _stated(facts, one)]


def _stated(facts: Sequence[str], act: Document) -> Iterator[Stated]:
    seen: set[int] = set()
    for name in facts:
        fact: Fact[object] | None = getattr(act.card, name)
        for place in fact.evidence[:1] if fact else ():
            around = _sentence(act, place)
            if around.start not in seen:
                seen.add(around.start)
                yield Stated(act, around, Span(place.start, place.end))


def _sentence(document: Document, place: Evidence) -> Span:
    """The sentence of a document in which a place stands."""
    text = document.text
    before = text.rfind("\n", 0, place.start) + 1
    after = text.find("\n", place.end)
    line = text[before : len(text) if after < 0 else after]
    for span in sentences(line):
        if before + span.end >= place.end:
            start = min(before + span.start, place.start)
            return Span(start, before + span.end)
    return Span(place.start, place.end)
