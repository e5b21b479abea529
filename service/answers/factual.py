"""A question answered demand by demand: by the card of the act that it points at, or else by what
the documents say; what lacks is named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from corpus.card.status import label, status_in
from service.answers import cards
from service.answers.acts import called, family, pointed_at
from service.answers.amended import amended
from service.answers.demands import Demand, demands
from service.answers.electing import elected
from service.answers.facts import LASTING
from service.answers.held import held, marked
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.names import dated
from service.answers.said import ENOUGH, LOOKED_AT, said
from service.answers.signing import signing
from service.answers.tabled import tabled
from service.question import parse
from service.reading import long_date
from service.search import Hit

RIVAL = 0.9  # of the best act's score, from which another act is as likely to be meant


def factual(inquiry: Inquiry) -> Draft:
    """The facts that a question demands."""
    asked = demands(inquiry.question)
    if len(asked) > 1:
        return _each(inquiry, asked)
    return by_card(inquiry, asked[0].facts) or _told(inquiry, asked[0].facts)


def _each(inquiry: Inquiry, asked: Sequence[Demand]) -> Draft:
    """What answers each of several demands; those that nothing answers surely are missing.

    Where nothing is sure, the surest stands alone. An act that answers one may answer the next.
    """
    drafts: list[Draft] = []
    meant: dict[str, float] = {}
    for demand in asked:
        alone = inquiry.about(parse(demand.whole))
        draft = by_card(alone, demand.facts, meant)
        if draft:
            meant |= {quote.document.id: draft.confidence for quote in draft.quotes}
        drafts.append(draft or _told(alone, demand.facts))
    least = min(SURE, max(draft.confidence for draft in drafts))
    found = [draft for draft in drafts if draft.confidence >= least]
    shown = {(quote.document.id, quote.span) for draft in found for quote in draft.quotes}
    missing = tuple(
        demand.text
        for demand, draft in zip(asked, drafts, strict=True)
        if not draft.quotes or any((q.document.id, q.span) not in shown for q in draft.quotes)
    )
    return _joined(found, missing) if shown else found[0]


def _told(inquiry: Inquiry, facts: Sequence[str]) -> Draft:
    """What the documents say, and what overtakes it.

    What cards should know and do not say is seldom in the text.
    """
    draft = elected(inquiry) or tabled(inquiry) or said(inquiry, SURE if facts else ENOUGH)
    return replace(draft, quotes=amended(draft.quotes, inquiry.index))


def by_card(
    inquiry: Inquiry, facts: Sequence[str], meant: Mapping[str, float] = MappingProxyType({})
) -> Draft | None:
    """The sentences in which the card of the act that is meant read these facts, if it is sure.

    `meant`: how sure it is that acts are meant, by id, where something else tells.
    """
    if not facts:
        return None
    if tuple(facts) == ("signatories",):
        return signing(inquiry)
    results = inquiry.search(LOOKED_AT)
    naming = inquiry.naming(results.hits)
    hits = pointed_at(inquiry.question, naming, inquiry.index)
    if not hits:
        return None
    quotes, note = _stated(inquiry, facts, hits[0])
    confidence = max(inquiry.confidence(hits[0]), meant.get(hits[0].document.id, 0.0))
    if not quotes or confidence < SURE:
        return None
    if rival := _rival(inquiry, facts, hits):
        theirs = cards.stated(facts, rival.document, inquiry.index)
        both = f"{called(hits[0].document)} et {called(rival.document)}"
        told = f"Deux actes en vigueur ne disent pas la même chose\u00a0: {both}."
        return Draft(
            results, [*quotes, *theirs], confidence, notes=(told, note) if note else (told,)
        )
    settled, quotes = held(facts, hits[0].document, quotes, inquiry.index, inquiry.filters.day)
    reckoned = f"Fin calculée\u00a0: {settled.text}." if settled and settled.computed else ""
    notes = tuple(told for told in (reckoned, note) if told)
    return Draft(results, quotes, confidence, notes=notes, held=settled)


def _stated(inquiry: Inquiry, facts: Sequence[str], hit: Hit) -> tuple[list[Quote], str]:
    """Where the act states the facts, and which act wins: what replaces it comes before it.

    That is so unless the question says the act's own number, title or year.
    """
    index, act = inquiry.index, hit.document
    quotes = marked(cards.stated(facts, act, index), index)
    if not quotes and "duration" in facts:  # from one day to another says how long too
        quotes = marked(cards.stated(("end", "extension"), act, index), index)
    replacing = [
        index.document(tie.source)
        for tie in index.ties(act.id)
        if tie.relation == "remplace" and tie.target == index.newest(act.id)
    ]
    newer = [quote for one in replacing for quote in cards.stated(facts, one, index)]
    if newer and quotes and not inquiry.certain(act) and not dated(inquiry.question):
        told = cards.capital(f"{called(replacing[0])} remplace {called(act)}.")
        return [*newer, *quotes], f"{told} {_over(inquiry, facts, hit)}".strip()
    return quotes, f"{cards.winning(facts, act, index)} {_over(inquiry, facts, hit)}".strip()


def _over(inquiry: Inquiry, facts: Sequence[str], hit: Hit) -> str:
    """That an act whose clauses are told has expired, in French; empty where it has not."""
    act, day = hit.document, inquiry.filters.day
    if not set(facts) & LASTING or status_in(act.period, day) != "expirée":
        return ""
    told = label("expirée", act.metadata.kind)
    return cards.capital(f"{called(act)}\u00a0: {told} au {long_date(day)}.")


def _rival(inquiry: Inquiry, facts: Sequence[str], hits: Sequence[Hit]) -> Hit | None:
    """Another act in force, of another family, that may be meant and says otherwise."""
    index, first = inquiry.index, hits[0]
    lasting = [name for name in facts if name in LASTING]
    if not lasting or inquiry.certain(first.document) or not inquiry.in_force(first.document):
        return None
    relatives = {one.id for one in family(first.document, index)}
    for hit in hits[1:]:
        if hit.score < RIVAL * first.score:
            return None
        if hit.document.id in relatives or not inquiry.in_force(hit.document):
            continue
        pairs = [(getattr(first.document.card, n), getattr(hit.document.card, n)) for n in lasting]
        if any(mine and other and mine.value != other.value for mine, other in pairs):
            return hit
    return None


def _joined(drafts: Sequence[Draft], missing: tuple[str, ...]) -> Draft:
    """What answers the demands, each quotation once; as sure as the least sure of them."""
    quotes = {(q.document.id, q.span): q for draft in reversed(drafts) for q in draft.quotes}
    ordered = {(q.document.id, q.span): None for draft in drafts for q in draft.quotes}
    notes = tuple(dict.fromkeys(note for draft in drafts for note in draft.notes))
    confidence = min(draft.confidence for draft in drafts)
    kept = [quotes[place] for place in ordered]
    return replace(
        drafts[0],
        quotes=kept,
        confidence=confidence,
        missing=missing,
        notes=notes,
    )
