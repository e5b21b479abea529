"""Quotes that show why a document answers a question, found again however it is split."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from corpus import Document
from corpus.errors import UnknownDocument
from eval.files import lines_of
from indexer import Passage

SHOWN = (1, 3, 5)  # passages
Packed = tuple[str, list[int]]


class Texts(Protocol):
    """Documents by their ids: an index has them, and a server."""

    def document(self, identifier: str) -> Document: ...


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a document that answer a question; white space may differ."""

    query: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: code points of its document, half open."""

    document: str
    start: int
    end: int


def quotes(folder: Path) -> list[Quote]:
    """The quotes of `evidence.jsonl`; none where there is no such file."""
    file = folder / "evidence.jsonl"
    if not file.exists():
        return []
    rows = map(json.loads, lines_of(file))
    return [Quote(str(r["query-id"]), str(r["corpus-id"]), str(r["quote"])) for r in rows]


def places(quotes: Iterable[Quote], index: Texts) -> tuple[dict[str, list[Place]], list[Quote]]:
    """Where quotes stand, by query; and those that stand nowhere any more."""
    found: dict[str, list[Place]] = {}
    lost: list[Quote] = []
    texts: dict[str, Packed] = {}
    for quote in quotes:
        if quote.document not in texts:
            texts[quote.document] = _packed(_text(index, quote.document))
        if span := _find(quote.text, *texts[quote.document]):
            found.setdefault(quote.query, []).append(Place(quote.document, *span))
        else:
            lost.append(quote)
    return found, lost


def _text(index: Texts, document: str) -> str:
    try:
        return index.document(document).text
    except UnknownDocument:
        return ""


def _packed(text: str) -> Packed:
    """A text without white space, and where each of its characters stands in the text."""
    at = [n for n, character in enumerate(text) if not character.isspace()]
    return "".join(text[n] for n in at), at


def _find(quote: str, packed: str, at: Sequence[int]) -> tuple[int, int] | None:
    """The first place of a quote in a text, in code points of the text."""
    wanted = "".join(quote.split())
    start = packed.find(wanted)
    return (at[start], at[start + len(wanted) - 1] + 1) if wanted and start >= 0 else None


def shown(places: Sequence[Place], passages: Sequence[Passage]) -> dict[str, float]:
    """Whether the first k passages hold one of the quotes whole, between them; by measure."""
    return {f"evidence@{k}": float(_holds(places, passages[:k])) for k in SHOWN}


def _holds(places: Sequence[Place], passages: Sequence[Passage]) -> bool:
    return any(_covered(place, passages) for place in places)


def _covered(place: Place, passages: Sequence[Passage]) -> bool:
    """Whether passages hold all of a place; a space between two of them is no gap."""
    at = place.start
    for passage in sorted(passages, key=lambda passage: passage.start):
        if passage.document == place.document and passage.start <= at + 2:
            at = max(at, passage.end)
    return at >= place.end


def told(lost: Sequence[Quote], judged: Container[str]) -> list[str]:
    """What to say of quotes that no text holds, in French."""
    return [
        f"{quote.query} : la citation « {quote.text[:60]} » n'est plus dans {quote.document}."
        for quote in lost
        if quote.query in judged
    ]
