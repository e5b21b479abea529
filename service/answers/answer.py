"""A question answered by the documents' own words, or declined.

Nothing is said that no document says: each sentence of an answer is a quotation. A document that
does not say what the question names (a place, a party, a year, an act's number) answers nothing.
"""

from collections.abc import Callable, Iterator, Sequence

from indexer import Filters, Index
from indexer.encoder import Asked
from service.answers.extract import Reader
from service.answers.inquiry import Draft, Inquiry, Quote, Row
from service.answers.kinds import kind_of
from service.answers.lists import listed
from service.answers.model import Answer, Citation, Kind, Listed, Sentence, Status
from service.answers.said import said
from service.answers.standing import standing
from service.question import Question
from service.recipe import Recipe
from service.search import Span

NEAREST = 3  # hits that are offered beside an answer
WAYS: dict[Kind, Callable[[Inquiry], Draft]] = {
    Kind.LIST: listed,
    Kind.STATUS: standing,
}  # all others by what is said


def answer(
    question: Question,
    asked: Asked,
    index: Index,
    read: Reader,
    recipe: Recipe = Recipe(),
    *,
    filters: Filters = Filters(),
) -> Answer:
    """What the documents that pass the filters answer.

    Args:
        asked: what the model makes of the question.
        read: finds the sentences that answer.
    """
    kind = kind_of(question)
    draft = WAYS.get(kind, said)(Inquiry(question, asked, index, read, recipe, filters))
    citations = [_cited(n, quote, index) for n, quote in enumerate(draft.quotes, start=1)]
    sentences = [_sentence(c, quote) for c, quote in zip(citations, draft.quotes, strict=True)]
    shown = {quote.document.id for quote in draft.quotes} | {r.document.id for r in draft.rows}
    nearest = [hit for hit in draft.results.hits if hit.document.id not in shown][:NEAREST]
    return Answer(
        kind,
        Status.ANSWERED if sentences or draft.rows else Status.NO_EVIDENCE,
        tuple(sentences),
        tuple(citations),
        tuple(nearest),
        draft.confidence,
        draft.results.generation,
        "" if sentences or draft.rows else draft.reason,
        rows=tuple(_listed(draft.rows)),
        missing=draft.missing,
        notes=tuple(draft.notes),
    )


def _listed(rows: Sequence[Row]) -> Iterator[Listed]:
    """The rows of a list, each with the number of its citation."""
    n = 0
    for row in rows:
        n += row.quote is not None
        yield Listed(row.document, n if row.quote else None, row.relevance)


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
