"""Acts in another order; those that do not say what they are sorted by come last."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, TypeVar

from corpus.document import Document
from corpus.names import unaccented

Order = Literal["own", "relevance", "date", "end", "title", "party"]
Column = Literal[
    "title", "kind", "number", "party", "theme", "date", "end", "status",
    "-title", "-kind", "-number", "-party", "-theme", "-date", "-end", "-status",
]  # fmt: skip

T = TypeVar("T")


@lru_cache(2**16)
def alphabetical(text: str) -> str:
    """Text as it is sorted: without case and accents, numbers by their size."""
    return re.sub(r"\d+", lambda number: number[0].zfill(9), unaccented(text).casefold())


KEYS: dict[str, Callable[[Document], str]] = {
    "date": lambda act: act.metadata.date,
    "end": lambda act: act.period.ends,
    "title": lambda act: alphabetical(act.title or act.path),
    "kind": lambda act: alphabetical(act.metadata.kind),
    "number": lambda act: alphabetical(act.metadata.number),
    "party": lambda act: alphabetical("".join(act.metadata.parties[:1])),
    "theme": lambda act: alphabetical(", ".join(fact.value for fact in act.card.themes)),
}
LATEST_FIRST = ("date",)


def arranged(acts: Iterable[T], order: str, document: Callable[[T], Document]) -> list[T]:
    """What has a document each, in an order; « own » and « relevance » are left as they are."""
    if order not in KEYS:
        return list(acts)
    return by_key(acts, lambda act: KEYS[order](document(act)), descending=order in LATEST_FIRST)


def by_key(acts: Iterable[T], key: Callable[[T], str], *, descending: bool) -> list[T]:
    """The acts by a key, those that have none last; equal ones stay in the order that they had."""
    keyed = [(key(act), act) for act in acts]
    told = sorted((pair for pair in keyed if pair[0]), key=lambda pair: pair[0], reverse=descending)
    return [act for _, act in [*told, *(pair for pair in keyed if not pair[0])]]
