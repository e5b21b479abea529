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
from service.answers.names import NAME, plain, tells_of
from service.answers.said import LOOKED_AT
from service.answers.sentences import around
from service.search import Span

REACH = 900  # characters from the formula to the last name
ABOUT = re.compile(r"\bqui (?:est|etait) (?!l[ae] )|\bqualite\b")  # somebody, by name
HOLDING = re.compile(r"\bqui (?:est|etait) l[ae] |\bqui preside\b")  # an office, in any act
ROLES = [re.compile(rf"\b{role}") for role in ("maire", "president", "direct")]
FOR = re.compile(r"\b(?:pour|nom|maire|pr[ée]sid\w+|direct\w+)\s(?P<body>.+)", re.IGNORECASE)
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
    results = inquiry.search(LOOKED_AT)
    hits = inquiry.naming(results.hits)
    if named:
        hits = sorted(hits, key=lambda hit: hit.document.metadata.date, reverse=True)
    else:
        hits = pointed_at(inquiry.question, hits, index)[:1]
    for hit in hits:
        quote = signed(index.document(hit.document.id))
        found = quote and asked_for(text, quote, index)
        confidence = CERTAIN if named else inquiry.confidence(hit)
        if found and confidence >= SURE:
            return Draft(results, [found], confidence)
    return None


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
    people = [s for n, s in _beside(quote) if plain(act.text[n.start : n.end]).split()[-1] in words]
    if people or ABOUT.search(asked):
        exact = tuple(Exact(span.start, span.end) for span in people)
        return replace(quote, typed=exact) if exact else None
    roles = [role for role in ROLES if role.search(asked)]
    kept = [name for name in told if all(role.search(told[name]) for role in roles)]
    if found := FOR.search(text):
        own = [name for name in kept if _for(told[name], found["body"], index)]
        kept = own or ([] if HOLDING.search(asked) else kept)
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


def _for(told: str, body: str, index: Index) -> bool:
    """Whether what stands beside a name says a body that a question names."""
    if bodies := index.bodies(body):
        return any(tells_of(told, one) for one in bodies)
    names = NAME.findall(body)
    return bool(names) and all(plain(name) in told for name in names)
