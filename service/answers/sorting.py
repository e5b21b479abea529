"""The rows of a list in another order; those that do not say what they are sorted by come last."""

from collections.abc import Callable
from dataclasses import replace

from corpus.names import unaccented
from service.answers.model import Answer, Listed
from service.parameters import Order

KEYS: dict[Order, Callable[[Listed], str]] = {
    "date": lambda row: row.document.metadata.date,
    "end": lambda row: row.document.period.ends,
    "title": lambda row: unaccented(row.document.metadata.title).casefold(),
    "party": lambda row: unaccented("".join(row.document.metadata.parties[:1])).casefold(),
}


def ordered(answer: Answer, order: Order) -> Answer:
    """The answer with its rows in an order; « own » is the one that its kind has."""
    rows = list(answer.rows)
    if order == "relevance":
        rows.sort(key=lambda row: -row.relevance)
    elif order != "own":
        key = KEYS[order]
        rows.sort(key=lambda row: (not key(row), key(row)))
    return replace(answer, rows=tuple(rows))
