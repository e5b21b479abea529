"""The acts of an index as a list: filtered, sorted and counted by their cards alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from corpus.card.model import Card
from corpus.card.numbers import compared
from corpus.card.status import ENDLESS, STATUSES, status_in
from corpus.card.words import after
from corpus.document import Document
from indexer import Filters
from indexer.facets import Facets
from indexer.index import LocalIndex
from indexer.known import folded
from service.answers.days import ALWAYS, NEVER, Days, ending, eve, next_day
from service.parameters import ListParameters
from service.sorting import KEYS, by_key

BATCH = 500  # documents that are described at a time


@dataclass(frozen=True, slots=True)
class Act:
    """The newest version of an act, with the themes of its card and no other fact of it."""

    document: Document
    words: str  # of title and number, as they are looked for
    number: str  # as numbers are compared

    def says(self, typed: str) -> bool:
        """Whether title or number hold every word that is typed."""
        return compared(typed) == self.number != "" or all(
            word in self.words for word in folded(typed).split()
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """The acts that pass, in order; `silent` counts those left out as nothing tells their end."""

    acts: Sequence[Document]
    filters: Filters
    facets: Facets
    days: Days
    silent: int = 0


@lru_cache(maxsize=1)
def acts(index: LocalIndex) -> tuple[Act, ...]:
    """All acts of a generation, made once."""
    names = [d.id for d in index.documents(Filters()) if index.newest(d.id) == d.id]
    batches = (names[start : start + BATCH] for start in range(0, len(names), BATCH))
    described = {name: act for batch in batches for name, act in index.describe(batch).items()}
    return tuple(_act(described[name]) for name in names)


def _act(found: Document) -> Act:
    number = found.metadata.number
    document = replace(found, card=Card(themes=found.card.themes))
    return Act(document, folded(f"{found.title} {number}"), compared(number))


def listing(index: LocalIndex, asked: ListParameters) -> Listing:
    """The acts that the parameters ask for.

    Raises:
        UnknownValue: no document has one of the values.
    """
    filters, days = index.resolve(asked.filters), wanted(asked)
    said = [act.document for act in acts(index) if act.says(asked.title)]
    dated = said
    if days != Days():
        dated = [act for act in said if term(act, filters.day) in days]
    kept = _passing(dated, index, filters)
    silent = 0 if dated is said else len(_passing(_without_term(said, filters.day), index, filters))
    column, descending = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    keys = KEYS | {
        "end": lambda act: term(act, filters.day),
        "status": lambda act: _rank(status_in(act.period, filters.day)),
    }
    ordered = by_key(kept, keys[column], descending=descending)
    return Listing(ordered, filters, _counted(dated, kept, index, filters), days, silent)


def wanted(asked: ListParameters) -> Days:
    """The days in which the acts end that are asked for."""
    near = _near(asked.filters.day, asked.within) if asked.within else Days()
    return Days(max(asked.ends_from or ALWAYS, near.first), min(asked.ends_to or NEVER, near.last))


def term(act: Document, day: str) -> str:
    """The day on which an act ends, as is known on a day; "" where it is not.

    That is its own end, or, once that is over, the end of its tacit renewals.
    """
    return ending(act.period, Days(day), over=False)


def _near(day: str, months: int) -> Days:
    """So many months from a day on, or before it."""
    if months > 0:
        return Days(day, after(day, months) or NEVER)
    before = after(day, months)
    return Days(next_day(before) if before else ALWAYS, eve(day))


def _without_term(found: Sequence[Document], day: str) -> list[Document]:
    """The acts of which the cards do not know when they end."""
    return [act for act in found if not term(act, day) and act.period.last != ENDLESS]


def _passing(found: Sequence[Document], index: LocalIndex, filters: Filters) -> list[Document]:
    within = index.select(filters)
    passing = None if within is None else set(within.documents)
    return [act for act in found if passing is None or act.id in passing]


def _counted(
    found: Sequence[Document], kept: Sequence[Document], index: LocalIndex, filters: Filters
) -> Facets:
    """What each value would find; for a facet that filters, as if it did not."""
    facets = index.count_values([act.id for act in kept], filters.day)
    for name in filters.active:
        wider = _passing(found, index, filters.without(name))
        counted = index.count_values([act.id for act in wider], filters.day, [name])
        own: dict[str, Any] = {name: getattr(counted, name)}
        facets = replace(facets, **own)
    return facets


def _rank(status: str) -> str:
    """A status as it is sorted: before, during, after; "" where it is unknown."""
    return str(STATUSES.index(status)) if status in STATUSES else ""
