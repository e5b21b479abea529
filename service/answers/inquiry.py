"""A question on its way to an answer: what each kind of answer starts from, and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer import Filters, Index
from indexer.encoder import Asked
from service.answers.extract import Reader
from service.answers.model import Missing
from service.answers.names import missing, named
from service.question import Question
from service.recipe import Recipe
from service.search import Hit, Results, Span, search

UNSURE = "Aucun passage ne répond assez sûrement."


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a document that an answer quotes, and what in it answers by itself."""

    document: Document
    span: Span  # of the document's text
    exact: Span | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An act of a list, its best evidence, and how likely it is that it answers."""

    document: Document
    quote: Quote | None
    relevance: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What one way of answering found; without quotes it declines, and `reason` says why.

    `confidence` in [0, 1] is the probability that the quotes answer.
    """

    results: Results
    quotes: Sequence[Quote] = ()
    confidence: float = 0.0
    reason: str = UNSURE
    rows: Sequence[Row] = ()  # of a list; their quotes are in `quotes`, in their order
    missing: Missing | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, what it is asked of, and by which means."""

    question: Question
    asked: Asked  # what the model makes of the question
    index: Index
    read: Reader  # finds the sentences that answer
    recipe: Recipe
    filters: Filters

    def search(self, limit: int) -> Results:
        """The first acts."""
        return search(
            self.question, self.asked, self.index, self.recipe, limit=limit, filters=self.filters
        )

    def naming(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits whose documents say every name of the question: no other may answer."""
        names = named(self.question)
        return [hit for hit in hits if not missing(names, hit.document, self.index)]

    def unnamed(self, results: Results) -> Draft:
        """No hit may answer: the draft that says which names lack, in French."""
        if not results.hits:
            return Draft(results, reason="Aucun document ne correspond aux filtres.")
        absent = missing(named(self.question), results.hits[0].document, self.index)
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in absent)
        return Draft(results, reason=f"Le document le plus proche ne nomme pas {listed}.")
