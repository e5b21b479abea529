"""An act that is asked for by its number: its title, and where its text says number and date."""

import re

from corpus.document import Document
from service.answers import cards
from service.answers.acts import family, numbered
from service.answers.demands import demands
from service.answers.factual import factual
from service.answers.inquiry import Draft, Inquiry, Quote
from service.answers.names import plain
from service.answers.said import LOOKED_AT
from service.search import Span

MORE = re.compile(r"\b(?:combien|comment|pourquoi|quand|qu[ei]ls?|quelles?|qui|ou est)\b")


def referred(inquiry: Inquiry) -> Draft:
    """The act itself where the question says its number, or else what is said of that number.

    An avenant that is asked for by its convention's number is the avenant.
    """
    asked = plain(inquiry.question.text)
    if MORE.search(asked) or any(demand.facts for demand in demands(inquiry.question)):
        return factual(inquiry)
    results = inquiry.search(LOOKED_AT)
    hits = numbered(inquiry.question, inquiry.naming(results.hits), inquiry.index)
    if not hits or not inquiry.certain(hits[0].document):
        return factual(inquiry)
    acts = [inquiry.index.document(hits[0].document.id)]
    if "avenant" in asked:
        relatives = family(acts[0], inquiry.index)
        acts = [one for one in relatives if one.metadata.kind == "avenant"] or acts
    quotes = {(q.document.id, q.span): q for act in acts for q in _shown(act)}
    return Draft(results, list(quotes.values()), inquiry.confidence(hits[0]))


def _shown(act: Document) -> list[Quote]:
    """Where the act says its number, its title, and its days."""
    number, days = cards.own_of(("number",), act), cards.own_of(("adopted", "signed"), act)
    at = act.text.find(act.title) if act.title else -1
    title = [Quote(act, Span(at, at + len(act.title)))] if at >= 0 else []
    return [*number, *title, *days]
