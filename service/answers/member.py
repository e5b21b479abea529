"""Whether a body is a party of an act, by the act's card."""

import re

from corpus.card.territories import key
from corpus.document import Document
from corpus.errors import UnknownValue
from indexer import Filters
from service.answers import cards
from service.answers.acts import BODY, parties_said, pointed_at
from service.answers.inquiry import SURE, Draft, Inquiry
from service.answers.model import Verdict
from service.answers.names import missing, named
from service.answers.said import LOOKED_AT
from service.question import parse

VERB = (
    r"(?:est|fait|a|sont|font|ont)(?:-(?:t-)?(?:ils?|elles?))?\s+(?:bien\s+|aussi\s+|elle\s+)?"
    r"(?:signataires?|partie\s+(?:à|de|prenante)|parties\s+(?:à|de|prenantes)|signé)\b"
)
ASKS = re.compile(
    rf"^(?:est[- ]ce qu(?:e\s+|['’]\s?))?(?P<who>.+?),?\s+{VERB}(?P<act>.*)$", re.IGNORECASE
)
ARTICLE = re.compile(r"^(?:la|le|les|l|une?)\s+", re.IGNORECASE)


def member(inquiry: Inquiry) -> Draft | None:
    """The verdict on « la commune X est-elle signataire de … ? »; None for any other question.

    « Non » only where the act has a list of parties, and the body is known from other acts: one
    that no act knows may be a party under another name.
    """
    asked = ASKS.match(inquiry.question.text)
    if asked is None:
        return None
    results, who = inquiry.search(LOOKED_AT), key(asked["who"])
    named_act = inquiry.about(parse(asked["act"].strip(" ?") or "acte"))
    naming = [hit for hit in results.hits if not named_act.lacking(hit.document)]
    hits = pointed_at(named_act.question, naming, inquiry.index)
    if not hits:
        return named_act.unnamed(results)
    act = inquiry.index.document(hits[0].document.id)
    quotes = cards.own_of(("parties",), act)
    confidence = named_act.confidence(hits[0])
    if not quotes or confidence < SURE:
        return None
    if parties_said(f" {who} ", act):
        own = [quote for quote in quotes if _says(act, quote.span.start, quote.span.end, who)]
        return Draft(results, own or quotes, confidence, verdict=Verdict.YES)
    if len(act.card.parties) > 1 and _known(who, inquiry):
        return Draft(results, quotes, confidence, verdict=Verdict.NO)
    if absent := missing(named(parse(asked["who"])), act, inquiry.index):
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in absent)
        return Draft(results, reason=f"Le document le plus proche ne nomme pas {listed}.")
    return None


def _says(act: Document, start: int, end: int, who: str) -> bool:
    return f" {BODY.sub('', who)} " in f" {key(act.text[start:end])} "


def _known(who: str, inquiry: Inquiry) -> bool:
    """Whether a body is a party of some act of the index."""
    for name in (who, f"commune de {who}", f"département de {who}"):
        try:
            inquiry.index.resolve(Filters(party=(name,)))
        except UnknownValue:
            continue
        return True
    return False
