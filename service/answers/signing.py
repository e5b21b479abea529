"""Who signed an act, and for whom: the names under « Fait à … », as its card read them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.card.signatories import DONE
from corpus.document import Document
from indexer import Index
from service.answers.acts import pointed_at
from service.answers.inquiry import CERTAIN, SURE, Draft, Inquiry, Quote
from service.answers.model import Exact, Type
from service.answers.names import YEAR, plain
from service.answers.offices import HOLDING, body_of, tells_of_body
from service.answers.said import LOOKED_AT
from service.answers.sentences import around
from service.search import Span

REACH = 900  # characters from the formula to the last name
ABOUT = re.compile(r"\bqui (?:est|etait) (?!l[ae] )|\bqualite\b")  # somebody, by name
TITLE = re.compile(r"\b(?:m\.?|mme|monsieur|madame) ")
ROLES = {  # as a question says them, and what stands beside a name
    re.compile(rf"\b{asked}"): re.compile(rf"\b{told}")
    for asked, told in (("maire", "maire"), ("presid", "president"), ("direct", "direct"))
}
AFTER = re.compile(
    r"\s*,\s*(?:vice-)?(?:pr[ée]sident|maire|direct|adjoint|conseill)", re.IGNORECASE
)
WHERE = re.compile(r".*\b(?:19|20)\d\d\b|.*\bexemplaires?\b(?: originaux)?", re.DOTALL)
SIGNS = " \n\u00a0|–—-;:,.•"


def signing(inquiry: Inquiry) -> Draft | None:
    """The persons who signed the act that is meant, those of them for whom the question asks.

    Whom it names, or who holds an office, is looked for in all the acts, the latest first.
    """
    text, index = inquiry.question.text, inquiry.index
    named = ABOUT.search(plain(text)) or HOLDING.search(plain(text))
    years = set(YEAR.findall(text))
    results = inquiry.search(LOOKED_AT)
    hits = inquiry.naming(results.hits)
    if named:
        hits = sorted(hits, key=lambda hit: hit.document.metadata.date, reverse=True)
        hits = [hit for hit in hits if not years or hit.document.metadata.date[:4] in years]
    else:
        hits = pointed_at(inquiry.question, hits, index)[:1]
    drafts = []
    for hit in hits:
        quote = signed(index.document(hit.document.id))
        found = quote and asked_for(text, quote, index)
        confidence = CERTAIN if named else inquiry.confidence(hit)
        if found and confidence >= SURE:
            drafts.append(Draft(results, [found], confidence))
    return max(drafts, key=_in_office, default=None)


def _in_office(draft: Draft) -> bool:
    """Whether what stands beside the first name says an office."""
    (quote,) = draft.quotes
    said = plain(quote.document.text[quote.typed[0].start : quote.typed[0].end])
    return any(role.search(said) for role in ROLES.values())


def signed(act: Document) -> Quote | None:
    """The formula and the names under it, each marked; None where the text has none."""
    places = [fact.evidence[0] for fact in act.card.signatories if fact.evidence]
    if not places:
        return None
    first, last = places[0], places[-1]
    start = around(act.text, first.start, first.end).start
    formulas = [found.start() for found in DONE.finditer(act.text, 0, first.start)]
    if formulas and last.end - formulas[-1] <= REACH:
        start = min(start, formulas[-1])
    span = Span(start, around(act.text, last.start, last.end).end)
    return Quote(act, span, typed=tuple(Exact(p.start, p.end, Type.NAME) for p in places))


def asked_for(text: str, quote: Quote, index: Index) -> Quote | None:
    """A formula in which only those names are marked for which a question asks.

    By what they are, or for whom they sign; of somebody whom it names, what stands beside the name.
    None: it asks for nobody of them.
    """
    asked, act = plain(text), quote.document
    told = {name: plain(act.text[span.start : span.end]) for name, span in _beside(quote)}
    words = set(asked.split())
    names = {s: plain(act.text[n.start : n.end]).split() for n, s in _beside(quote)}
    people = [span for span, name in names.items() if words.issuperset(name)]
    if not people and TITLE.search(asked):
        people = [span for span, name in names.items() if words.issuperset(name[-1:])]
    if people or ABOUT.search(asked):
        exact = tuple(Exact(span.start, span.end) for span in people)
        return replace(quote, typed=exact) if exact else None
    body = body_of(text)
    roles = [told for said, told in ROLES.items() if said.search(asked)]
    kept = [name for name in told if all(role.search(told[name]) for role in roles)]
    if HOLDING.search(asked) and not (roles and body):
        return None
    if body:
        kept = [name for name in kept if tells_of_body(told[name], body, index)]
    return replace(quote, typed=tuple(kept)) if kept else None


def _beside(quote: Quote) -> Iterator[tuple[Exact, Span]]:
    """Each name, with what stands before it, or after it if the first one has it so."""
    text, names = quote.document.text, quote.typed
    if AFTER.match(text, names[0].end):
        ends = [*(name.start for name in names[1:]), quote.span.end]
        places = [(name.start, end) for name, end in zip(names, ends, strict=True)]
    else:
        head = WHERE.match(text, quote.span.start, names[0].start)
        starts = [head.end() if head else quote.span.start, *(name.end for name in names[:-1])]
        places = [(start, name.end) for start, name in zip(starts, names, strict=True)]
    for name, (start, end) in zip(names, places, strict=True):
        said = text[start:end]
        start += len(said) - len(said.lstrip(SIGNS))
        yield name, Span(start, start + len(said.strip(SIGNS)))
