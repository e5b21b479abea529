"""Sums that an avenant replaces: « fixée à 540 000 €, est portée à 695 000 € » comes first."""

import re
from collections.abc import Sequence

from corpus.document import Document
from indexer import Index
from service.answers.acts import family
from service.answers.inquiry import Quote
from service.answers.model import Exact, Type
from service.answers.sentences import sentences
from service.answers.values import SUM
from service.search import Span

MOVED = re.compile(r"\b(?:portée?s?|ramenée?s?|passe(?:nt)?|remplacée?s?|au lieu d)", re.IGNORECASE)


def amended(quotes: Sequence[Quote], index: Index) -> list[Quote]:
    """The quotations, before them those with which a later act of the family moves their sums."""
    found: list[Quote] = []
    for quote in quotes:
        act = index.document(quote.document.id)
        sums = {_figures(s[0]) for s in SUM.finditer(act.text, quote.span.start, quote.span.end)}
        relatives = family(act, index) if sums else []
        later = relatives[: next((n for n, r in enumerate(relatives) if r.id == act.id), 0)]
        found += [new for one in later for new in _replacing(sums, one)]
        found.append(quote)
    return list({(quote.document.id, quote.span): quote for quote in found}.values())


def _replacing(sums: set[str], act: Document) -> list[Quote]:
    """The sentences of an act that move one of the sums to another, which is what answers."""
    quotes = []
    for span in sentences(act.text):
        said = act.text[span.start : span.end]
        own = [*SUM.finditer(said)]
        others = [s for s in own if _figures(s[0]) not in sums]
        if MOVED.search(said) and others and len(others) < len(own):
            exact = Exact(span.start + others[0].start(), span.start + others[0].end(), Type.AMOUNT)
            quotes.append(Quote(act, Span(span.start, span.end), typed=(exact,)))
    return quotes


def _figures(text: str) -> str:
    return re.sub(r"[^\d,]", "", text)
