"""What an act changes in another: the sentences of an avenant that say so, and what they change."""

import re

from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from service.answers import cards
from service.answers.acts import CHANGES, RANKED, called, pointed_at
from service.answers.facts import LASTING
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.said import LOOKED_AT
from service.answers.sentences import sentences
from service.search import Span

CHANGING = re.compile(
    r"\b(?:est|sont) (?:\w+ )?(?:(?:port|remplac|fix|prolong|prorog|ajout|supprim|modifi|complet"
    r"|abrog|augment|redig)ee?s?|reconduite?s?|reduite?s?)\b"
    r"|\bpass(?:e|ent)\b.{0,80}? (?:a|de)\b|\bau lieu d[eu']"
)
SHOWN = 4  # sentences of the act that changes
FACTS = tuple(sorted(LASTING - {"amounts"}))


def changes(inquiry: Inquiry) -> Draft | None:
    """What the avenant that the question points at changes; None where it points at none.

    The sentences of its convention that state the same facts follow its own.
    """
    if "chang" not in inquiry.question.text.casefold():
        return None
    results, index = inquiry.search(LOOKED_AT), inquiry.index
    naming = inquiry.naming(results.hits)
    if not naming:
        return inquiry.unnamed(results)
    hits = pointed_at(inquiry.question, naming, index)
    first = next((hit for hit in hits if _changed(hit.document, index)), None)
    if first is None or (first.relevance < SURE and len(hits) > 1 and not _names(inquiry)):
        return None
    act, target = index.document(first.document.id), _changed(first.document, index)
    quotes = _changing(act)
    if not quotes or target is None:
        return None
    known = [name for name in FACTS if _moves(act, target, name)]
    others = [hit.document for hit in hits if _changed(hit.document, index) not in (None, target)]
    note = f"{cards.capital(called(act))} modifie {called(target)}."
    if others and not _names(inquiry):
        listed = ", ".join(f"«\u00a0{one.title}\u00a0»" for one in others)
        note += f" La question peut aussi désigner {listed}."
    quotes += cards.own_of(known, target)
    return Draft(results, quotes, max(SURE, first.relevance), notes=(note,))


def _changed(act: Document, index: Index) -> Document | None:
    newest = index.newest(act.id)
    ties = [t for t in index.ties(act.id) if t.relation == CHANGES and t.source == newest]
    return index.document(ties[0].target) if ties else None


def _names(inquiry: Inquiry) -> bool:
    """Whether the question says more of the act than its rank."""
    rest = RANKED.sub(" ", inquiry.question.text)
    return bool(re.search(r"\b(?:convention|accord|protocole)\b|\s[A-Z]\w+", rest))


def _changing(act: Document) -> list[Quote]:
    spans = [span for span in sentences(act.text) if CHANGING.search(_plain(act, span))]
    return [Quote(act, span) for span in spans[:SHOWN]]


def _moves(act: Document, target: Document, name: str) -> bool:
    mine, theirs = getattr(act.card, name), getattr(target.card, name)
    return bool(mine and theirs and mine.value != theirs.value)


def _plain(act: Document, span: Span) -> str:
    return unaccented(act.text[span.start : span.end]).casefold()
