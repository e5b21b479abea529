"""A question answered by the documents' own words, or declined.

Nothing is said that no document says: each sentence of an answer is a quotation. A document that
does not say what the question names (a place, a party, a year, an act's number) answers nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from indexer import Filters, Index
from indexer.encoder import Asked
from service.answers.compared import compared
from service.answers.conditioned import every
from service.answers.electing import elected
from service.answers.extract import Reader
from service.answers.factual import factual
from service.answers.inquiry import EMPTY, Draft, Inquiry, Quote, Row
from service.answers.kinds import is_theme, kind_of, says_nothing
from service.answers.model import Answer, Citation, Exact, Held, Kind, Listed, Sentence, Status
from service.answers.names import plain
from service.answers.offered import questions_of
from service.answers.referred import referred
from service.answers.standing import standing
from service.answers.tabled import tabled
from service.answers.yes_no import settled
from service.question import Question
from service.recipe import Recipe

OFFERED = 3  # other questions
OF_ALL = {Kind.LIST, Kind.STATUS}  # kinds that may be asked of all acts
SUBJECT = "La question ne dit pas de quoi il s'agit\u00a0: nommez un sujet, un acte ou une partie."
OFFERING = 2  # acts of which other questions are offered
NEAREST = 3  # hits that are offered beside an answer
WAYS: dict[Kind, Callable[[Inquiry], Draft]] = {
    Kind.LIST: every,
    Kind.STATUS: standing,
    Kind.YES_NO: settled,
    Kind.COMPARISON: compared,
    Kind.REFERENCE: referred,
}  # all others by facts, and by what is said


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
    inquiry = Inquiry(question, asked, index, read, recipe, filters)
    if says_nothing(question) and kind not in OF_ALL and not filters.active:
        draft = Draft(inquiry.search(NEAREST), reason=SUBJECT if index.count()[0] else EMPTY)
    elif kind == Kind.LIST and is_theme(question) and (fact := elected(inquiry) or tabled(inquiry)):
        kind, draft = Kind.FACT, fact  # « subvention radio aviva », « représentant creps »
    else:
        draft = WAYS.get(kind, factual)(inquiry)
    citations = [_cited(n, quote, index) for n, quote in enumerate(draft.quotes, start=1)]
    sentences = [_sentence(c, quote) for c, quote in zip(citations, draft.quotes, strict=True)]
    shown = {quote.document.id for quote in draft.quotes} | {r.document.id for r in draft.rows}
    nearest = [hit for hit in draft.results.hits if hit.document.id not in shown][:NEAREST]
    return Answer(
        kind,
        _status(draft),
        tuple(sentences),
        tuple(citations),
        tuple(nearest),
        draft.confidence,
        draft.results.generation,
        "" if sentences or draft.rows else draft.reason,
        rows=tuple(_listed(draft.rows)),
        lacking=draft.lacking,
        notes=tuple(draft.notes),
        verdict=draft.verdict,
        missing=draft.missing if sentences else (),
        suggestions=_others(question, draft, index),
        corrected=question.corrected,
        held=_held(draft),
    )


def _held(draft: Draft) -> Held | None:
    """The value that holds, with the numbers of the citations that settle it."""
    settling = (n for n, quote in enumerate(draft.quotes, start=1) if quote.settles)
    return draft.held and replace(draft.held, citations=tuple(settling))


def _listed(rows: Sequence[Row]) -> Iterator[Listed]:
    """The rows of a list, each with the number of its citation."""
    n = 0
    for row in rows:
        n += row.quote is not None
        yield Listed(row.document, n if row.quote else None, row.relevance)


def _others(question: Question, draft: Draft, index: Index) -> tuple[str, ...]:
    """Questions that the first acts answer too: those that are cited, or else the nearest."""
    acts = [*(quote.document.id for quote in draft.quotes)]
    acts = acts or [hit.document.id for hit in draft.results.hits]
    first = list(dict.fromkeys(acts))[:OFFERING]
    described = index.describe(first)
    found = (q for name in first for q in questions_of(described[name], index))
    return tuple(islice((q for q in found if plain(q) != plain(question.text)), OFFERED))


def _status(draft: Draft) -> Status:
    if not draft.quotes and not draft.rows:
        return Status.NO_EVIDENCE
    return Status.PARTIAL if draft.missing else Status.ANSWERED


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
        overtaken=quote.overtaken,
    )


def _sentence(citation: Citation, quote: Quote) -> Sentence:
    exact = quote.typed or ([Exact(quote.exact.start, quote.exact.end)] if quote.exact else ())
    at = citation.start
    moved = (Exact(one.start - at, one.end - at, one.type) for one in exact)
    return Sentence(citation.quote, (citation.n,), tuple(sorted(moved, key=lambda e: e.start)))
