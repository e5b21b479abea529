"""Acts in another order; those that do not say what they are sorted by come last."""

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from corpus.document import Document
from corpus.names import unaccented

Order = Literal["own", "relevance", "date", "end", "title", "party"]

T = TypeVar("T")
KEYS: dict[Order, Callable[[Document], str]] = {
    "date": lambda act: act.metadata.date,
    "end": lambda act: act.period.ends,
    "title": lambda act: unaccented(act.metadata.title).casefold(),
    "party": lambda act: unaccented("".join(act.metadata.parties[:1])).casefold(),
}
LATEST_FIRST = ("date",)


def arranged(acts: Iterable[T], order: Order, document: Callable[[T], Document]) -> list[T]:
    """What has a document each, in an order; « own » and « relevance » are left as they are.

    What is equal stays in the order that it had.
    """
    if order not in KEYS:
        return list(acts)
    keyed = [(KEYS[order](document(act)), act) for act in acts]
    told = sorted(
        (pair for pair in keyed if pair[0]),
        key=lambda pair: pair[0],
        reverse=order in LATEST_FIRST,
    )
    return [act for _, act in [*told, *(pair for pair in keyed if not pair[0])]]
