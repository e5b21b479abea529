"""Whether a body is a party of an act, by the act's card."""

import re

from corpus.card.territories import key, place
from corpus.document import Document
from corpus.errors import UnknownValue
from indexer import Filters
from service.answers import cards
from service.answers.acts import parties_said, pointed_at
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.model import Verdict
from service.answers.names import missing, named
from service.answers.said import LOOKED_AT
from service.question import parse

VERB = (
    r"(?:est|fait|a|sont|font|ont)(?:-(?:t-)?(?:ils?|elles?))?\s+(?:bien\s+|aussi\s+|elle\s+)?"
    r"(?:signataires?|partie\s+(?:à|de|prenante)|parties\s+(?:à|de|prenantes)|signé"
    r"|membres?(?=\s+(?:de\s+|du\s+|d['’]\s?)(?:l['’]\s?|la\s+)?(?:accord|charte|convention"
    r"|entente|groupement|partenariat|protocole)))\b"
)
ASKS = re.compile(
    rf"^(?:est[- ]ce qu(?:e\s+|['’]\s?))?(?P<who>.+?),?\s+{VERB}(?P<act>.*)$", re.IGNORECASE
)
ARTICLE = re.compile(r"^\s*(?:l['’]|(?:la|les?)\s+)", re.IGNORECASE)
AND = re.compile(r",\s*(?:et\s+)?|\s+(?:et|ainsi que|and)\s+", re.IGNORECASE)


def member(inquiry: Inquiry) -> Draft | None:
    """The verdict on « la commune X est-elle signataire de … ? »; None for any other question.

    « Non » only where the act has a list of parties, and the body is known from other acts: one
    that no act knows may be a party under another name. Of several bodies all must be parties.
    """
    asked = ASKS.match(inquiry.question.text)
    if asked is None:
        return None
    results = inquiry.search(LOOKED_AT)
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
    bodies = _bodies(asked["who"], act)
    others = [body for body in bodies if not parties_said(f" {key(body)} ", act)]
    members = [body for body in bodies if body not in others]
    own = [quote for quote in quotes if any(_states(quote, body, act) for body in members)]
    if not others:
        return Draft(results, own or quotes, confidence, verdict=Verdict.YES)
    if len(act.card.parties) > 1 and all(_known(key(body), inquiry) for body in others):
        notes = (f"Partie\u00a0: {', '.join(members)}. Pas partie\u00a0: {', '.join(others)}.",)
        told = notes if members else ()
        return Draft(results, quotes, confidence, verdict=Verdict.NO, notes=told)
    if absent := missing(named(parse(asked["who"])), act, inquiry.index):
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in absent)
        return Draft(results, reason=f"Le document le plus proche ne nomme pas {listed}.")
    return None


def _bodies(who: str, act: Document) -> list[str]:
    """The bodies that a question names; a party whose own name has « et » is one."""
    joined = any(" et " in name for name in parties_said(f" {key(who)} ", act))
    bodies = [who] if joined else AND.split(who)
    return [ARTICLE.sub("", body).strip() for body in bodies if body.strip()]


def _states(quote: Quote, body: str, act: Document) -> bool:
    """Whether a quotation is where the act's card read a body to be a party."""
    said = f" {key(body)} "
    return any(
        quote.span.start <= fact.evidence[0].start < quote.span.end
        for fact in act.card.parties
        if fact.evidence
        and any(f" {place(key(n))} " in said for n in (fact.value.name, *fact.value.aliases))
    )


def _known(who: str, inquiry: Inquiry) -> bool:
    """Whether a body is a party of some act of the index."""
    for name in (who, f"commune de {who}", f"département de {who}"):
        try:
            inquiry.index.resolve(Filters(party=(name,)))
        except UnknownValue:
            continue
        return True
    return False
