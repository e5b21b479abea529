"""What the card of an act settles: in force or over, replaced, changed, with notice, renewed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.card.model import Link
from corpus.card.status import label, status_in
from corpus.document import Document
from service.answers import cards
from service.answers.acts import CHANGES, called, family
from service.answers.facts import read
from service.answers.inquiry import Inquiry, Quote
from service.answers.model import Verdict
from service.answers.names import plain
from service.answers.sentences import sentences
from service.reading import long_date

STOPS = ("remplace", "abroge")  # what ends an act before its day
OTHER = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, None: None}
MAY_LEAVE = re.compile(  # « Elle peut être dénoncée », « Le retrait est ouvert à chaque partie »
    r"(?<!\bne )\b(?:peu(?:t|vent)|pourr(?:a|ont))\b[^.;]{0,80}?"
    r"\b(?:résili\w+|dénonc\w+|se retirer|quitter|mettre (?:un terme|fin))\b"
    r"|\b(?:résiliation|dénonciation|retrait)\b[^.;]{0,20}?\best (?:ouverte?|possible)\b",
    re.IGNORECASE,
)
BY_ANYONE = re.compile(  # a question that is of no party by its name
    r"\b(?:be|etre) (?:resili|denonc|romp|terminat)|\bon\b|\bpossible\b|\bprevoi|\bpermet"
    r"|^can (?:we|i)\b|\bune? (?:partie|membre|commune|collectivite|signataire|adherent)\b"
)
CONDITION = re.compile(  # under which leaving is asked for: only the quotation says it
    r"\bavant (?!(?:la|sa) fin\b|(?:le |son )?terme\b|(?:l'|son )echeance\b)|\bsi\b"
    r"|\bseule?(?:ment)?\b|\bunilateral|\bimmediat|\btout moment\b|\bmotif|\bfaute"
    r"|\bindemnit|\ben cas\b|\bpour\b"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict, the sentences that settle it, and what they do not say by themselves."""

    verdict: Verdict | None
    quotes: Sequence[Quote]
    note: str = ""


def in_force(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether the act is in force on the day of the question."""
    day = inquiry.filters.day
    status = status_in(act.period, day)
    if status == "à venir":
        quotes = cards.own_of(("start", "signed"), act)
    else:
        quotes = [*_stopping(act, inquiry), *cards.stated(cards.ENDS, act, inquiry.index)]
        if act.period.last:
            quotes += cards.stated(("renewal",), act, inquiry.index)
    if not status or not quotes:
        return None
    verdict = Verdict.YES if inquiry.in_force(act) else Verdict.NO
    return Settled(verdict, _once(quotes), _told(act, status, day))


def over(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether the act has expired; one that has not begun has not."""
    found = in_force(act, inquiry)
    if found is None or status_in(act.period, inquiry.filters.day) == "à venir":
        return found and replace(found, verdict=Verdict.NO)
    return replace(found, verdict=OTHER[found.verdict])


def replaced(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether another act replaces or repeals it."""
    quotes = _once(_stopping(act, inquiry))
    return Settled(Verdict.YES, quotes) if quotes else None


def changed(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether an avenant changes it."""
    newest, index = inquiry.index.newest(act.id), inquiry.index
    ties = [t for t in index.ties(act.id) if t.relation == CHANGES and t.target == newest]
    quotes = [q for tie in ties for q in _linking(index.document(tie.source), (CHANGES,))]
    return Settled(Verdict.YES, quotes) if quotes else None


def noticed(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether it can be left with a notice."""
    quotes = cards.stated(("notice",), act, inquiry.index)
    return Settled(Verdict.YES, quotes) if quotes else None


def left(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether it can be left or ended before its day; who may, and when, is for the quotation."""
    quotes = cards.stated(("notice",), act, inquiry.index)
    for one in family(act, inquiry.index) if not quotes else ():
        spans = sentences(one.text)
        quotes += [Quote(one, s) for s in spans if MAY_LEAVE.search(one.text[s.start : s.end])]
    asked, day = plain(inquiry.question.text), inquiry.filters.day
    over = status_in(act.period, day) == "expirée"
    plainly = BY_ANYONE.search(asked) and not CONDITION.search(asked) and not over
    note = _told(act, "expirée", day) if over else ""
    return Settled(Verdict.YES if plainly else None, quotes, note) if quotes else None


def renewed(act: Document, inquiry: Inquiry) -> Settled | None:
    """Whether it goes on after its end, as the latest act that says so has it."""
    held = [one.card.renewal for one in family(act, inquiry.index)]
    how = next((fact.value.how for fact in held if fact and fact.evidence), "")
    quotes = cards.stated(("renewal",), act, inquiry.index)
    if not how or not quotes:
        return None
    tacitly = re.search(r"\btacite|\bautomatique|\bseule?\b", plain(inquiry.question.text))
    first = quotes[0]
    said = inquiry.index.document(first.document.id).text[first.span.start : first.span.end]
    if how == "exclue" and not tacitly and "tacit" in plain(said):
        return None  # « elle n'est pas reconduite tacitement » forbids no other renewal
    yes = how == "tacite" or (how == "expresse" and not tacitly)
    note = cards.winning(("renewal",), act, inquiry.index)
    return Settled(Verdict.YES if yes else Verdict.NO, quotes, note)


def _stopping(act: Document, inquiry: Inquiry) -> list[Quote]:
    """Where it is said that the act is replaced or repealed: by what does it, or by itself."""
    newest, found = inquiry.index.newest(act.id), []
    for tie in inquiry.index.ties(act.id):
        if tie.relation in STOPS and tie.target == newest:
            found += _linking(inquiry.index.document(tie.source), STOPS)
            found += _linking(inquiry.index.document(act.id), ("remplacé par",))
    return found


def _linking(act: Document, relations: Sequence[str]) -> list[Quote]:
    """The sentences in which an act says so of another."""
    links = [(place, place.fact.value) for place in read(act, "links")]
    said = [p for p, link in links if isinstance(link, Link) and link.relation in relations]
    return [Quote(act, span) for span in dict.fromkeys(cards.sentence_at(act, p) for p in said)]


def _told(act: Document, status: str, day: str) -> str:
    told = f"{called(act)}\u00a0: {label(status, act.metadata.kind)} au {long_date(day)}."
    return cards.capital(told)


def _once(quotes: Sequence[Quote]) -> list[Quote]:
    return list({(quote.document.id, quote.span): quote for quote in quotes}.values())
