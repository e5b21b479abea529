"""A question answered by the documents' own words, or declined.

Nothing is said that no document says: each sentence of an answer is a quotation. A document that
does not say what the question names (a place, a party, a year, an act's number) answers nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer import Filters, Index
from indexer.encoder import Asked
from service import clauses
from service.answers import cards, extract, values
from service.answers.kinds import kind_of
from service.answers.model import Answer, Citation, Kind, Sentence, Status
from service.answers.names import missing, named
from service.question import Question
from service.recipe import Recipe
from service.search import Hit, Results, Span, search

LOOKED_AT = 20  # hits that may answer
UNSURE = "Aucun passage ne répond assez sûrement."
LISTED = 100  # hits that a list may hold
NEAREST = 3  # hits that are offered beside an answer
READ = 2  # acts whose sentences are compared
QUOTED = 2  # sentences of an answer that is no list
ENOUGH = 0.5  # confidence, below which an answer is declined: nine in ten of these have none
CLOSE = 0.03  # of the best sentence's score, within which a second one is quoted too
LIKELY = 0.1  # relevance of a document in a list
STRONG = 0.5  # of the best document's score


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a document that an answer quotes, and what in it answers by itself."""

    document: Document
    span: Span  # of the document's text
    exact: Span | None = None


def answer(
    question: Question,
    asked: Asked,
    index: Index,
    read: extract.Reader,
    recipe: Recipe = Recipe(),
    *,
    filters: Filters = Filters(),
) -> Answer:
    """What the documents that pass the filters answer.

    Args:
        asked: what the model makes of the question.
        read: embeds the sentences that may answer.
    """
    kind = kind_of(question)
    limit = LISTED if kind == Kind.LIST else LOOKED_AT
    results = search(question, asked, index, recipe, limit=limit, filters=filters)
    names = named(question)
    hits = [hit for hit in results.hits if not missing(names, hit.document, index)]
    if not hits:
        return _declined(kind, results, _unnamed(names, results, index))
    if kind == Kind.LIST:
        quotes, confidence = _listed(question, hits)
    else:
        quotes, confidence = _said(question, asked, hits, index, read)
    if not quotes or (kind != Kind.LIST and confidence < ENOUGH):
        wanted = values.expected(question)
        reason = wanted.lacking if wanted and not quotes else UNSURE
        return _declined(kind, results, reason, confidence)
    return _answered(kind, quotes, results, confidence, index)


def _listed(question: Question, hits: Sequence[Hit]) -> tuple[list[Quote], float]:
    """One quotation of each document that is likely to answer."""
    least = STRONG * hits[0].score
    kept = [hit for hit in hits if hit.relevance >= LIKELY and hit.score >= least]
    found = [extract.first(question, hit) for hit in kept]
    return [Quote(o.document, Span(o.start, o.end)) for o in found], hits[0].relevance


def _said(
    question: Question, asked: Asked, hits: Sequence[Hit], index: Index, read: extract.Reader
) -> tuple[list[Quote], float]:
    """The sentences that answer best; where the cards know the fact, those that state it."""
    facts = clauses.asked(question.text)
    if facts and (stated := cards.stated(facts, hits[0].document, index)):
        return [Quote(s.document, s.sentence, s.exact) for s in stated], hits[0].relevance
    passages = [(hit.document, cited) for hit in hits[:READ] for cited in hit.passages]
    found = extract.ranked(question, asked, passages, read)
    if expected := values.expected(question):
        found = [one for one in found if expected.pattern.search(one.text)]
    if not found:
        return [], 0.0
    best = [one for one in found if one.score >= found[0].score - CLOSE][:QUOTED]
    quotes = [Quote(one.document, Span(one.start, one.end)) for one in best]
    return quotes, extract.probability(found, hits[0].relevance)


def _unnamed(names: Iterable[str], results: Results, index: Index) -> str:
    """Why no hit may answer, in French."""
    if not results.hits:
        return "Aucun document ne correspond aux filtres."
    absent = missing(tuple(names), results.hits[0].document, index)
    listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in absent)
    return f"Le document le plus proche ne nomme pas {listed}."


def _declined(kind: Kind, results: Results, reason: str, confidence: float = 0.0) -> Answer:
    nearest = results.hits[:NEAREST]
    return Answer(kind, Status.NO_EVIDENCE, (), (), nearest, confidence, results.generation, reason)


def _answered(
    kind: Kind, quotes: Sequence[Quote], results: Results, confidence: float, index: Index
) -> Answer:
    citations = [_cited(n, quote, index) for n, quote in enumerate(quotes, start=1)]
    sentences = [_sentence(c, quote) for c, quote in zip(citations, quotes, strict=True)]
    shown = {quote.document.id for quote in quotes}
    nearest = [hit for hit in results.hits if hit.document.id not in shown][:NEAREST]
    return Answer(
        kind,
        Status.ANSWERED,
        tuple(sentences),
        tuple(citations),
        tuple(nearest),
        confidence,
        results.generation,
    )


def _cited(n: int, quote: Quote, index: Index) -> Citation:
    """The quotation as the document holds it."""
    document, (start, end) = index.document(quote.document.id), (quote.span.start, quote.span.end)
    return Citation(
        n=n,
        document=quote.document,
        start=start,
        end=end,
        quote=document.text[start:end],
        page=document.page_at(start),
        section=tuple(document.section_of(start, end)),
    )


def _sentence(citation: Citation, quote: Quote) -> Sentence:
    exact = quote.exact and Span(
        quote.exact.start - citation.start, quote.exact.end - citation.start
    )
    return Sentence(citation.quote, (citation.n,), (exact,) if exact else ())
