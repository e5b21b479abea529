"""A question on its way to an answer: what each kind of answer starts from, and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.card.numbers import compared
from corpus.card.status import status_in
from corpus.document import Document
from indexer import Filters, Index
from indexer.encoder import Asked
from service.answers.acts import owned, subject_words
from service.answers.extract import Reader
from service.answers.model import Exact, Held, Lacking, Verdict
from service.answers.names import (
    missing,
    named,
    of_other_bodies,
    of_other_parties,
    of_other_year,
    placed,
    plain,
    unusual,
)
from service.question import Question
from service.recipe import Recipe
from service.search import Hit, Results, Span, search
from service.spelling import in_lexicon

CERTAIN = 0.95  # confidence in the one act whose number or title the question says
OWN = 1 / 3  # of the question's words, which the title and parties of the act it means say
RELEVANT = 0.85  # relevance from which they need not
SURE = 0.5  # confidence, below which no card answers: it is not sure that its act is meant
UNSURE = "Aucun passage ne répond assez sûrement."
NONE = "Aucun document ne correspond aux filtres."
EMPTY = "L'index est vide\u00a0: indexez des documents, puis reposez la question."


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a document that an answer quotes, and what in it answers by itself.

    `typed` are those parts where it is known what they are.
    """

    document: Document
    span: Span  # of the document's text
    exact: Span | None = None
    typed: tuple[Exact, ...] = ()
    overtaken: bool = False  # as in a `Citation`
    settles: bool = False  # the value that holds


@dataclass(frozen=True, slots=True)
class Row:
    """An act of a list, its best evidence, and how likely it is that it answers."""

    document: Document
    quote: Quote | None
    relevance: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What one way of answering found; without quotes it declines, and `reason` says why.

    `confidence` in [0, 1] is the probability that the quotes answer. The rest is as in an `Answer`.
    """

    results: Results
    quotes: Sequence[Quote] = ()
    confidence: float = 0.0
    reason: str = UNSURE
    rows: Sequence[Row] = ()  # of a list; their quotes are in `quotes`, in their order
    lacking: Lacking | None = None
    notes: Sequence[str] = ()
    verdict: Verdict | None = None
    missing: tuple[str, ...] = ()
    held: Held | None = None  # without its citations: those of the quotes that settle it


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, what it is asked of, and by which means."""

    question: Question
    asked: Asked  # what the model makes of the question
    index: Index
    read: Reader  # finds the sentences that answer
    recipe: Recipe
    filters: Filters
    _found: dict[int, Results] = field(default_factory=dict, repr=False, compare=False)

    def search(self, limit: int) -> Results:
        """The first acts; one search serves all that ask for as many."""
        if limit not in self._found:
            asked, index, recipe, filters = self.asked, self.index, self.recipe, self.filters
            found = search(self.question, asked, index, recipe, limit=limit, filters=filters)
            self._found[limit] = found
        return self._found[limit]

    def about(self, question: Question) -> "Inquiry":
        """The same with a part of the question, whose names alone count then."""
        return replace(self, question=question, _found={})

    def naming(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits whose documents say every name of the question: no other may answer."""
        return [hit for hit in hits if not self.lacking(hit.document)]

    def lacking(self, document: Document) -> tuple[str, ...]:
        """What the question names and a document does not say, or is not: an act of that year."""
        index = self.index
        years = of_other_year(self.question, document, index)
        parties = of_other_parties(self.question, document)
        places = tuple(word for word in placed(self.question) if not in_lexicon(word))
        absent = missing((*named(self.question), *places), document, index)
        bodies = of_other_bodies(self.question, document, index)
        strange = unusual(self.question, document, index)
        return tuple(dict.fromkeys((*absent, *bodies, *strange, *years, *parties)))

    def certain(self, document: Document) -> bool:
        """Whether the question says the document's own number, or its title."""
        numbers = [compared(r.text) for r in self.question.references if r.kind == "number"]
        own = self.index.numbered(numbers)
        title = plain(document.title)
        return own == {document.id} or bool(title and title in plain(self.question.text))

    def confidence(self, hit: Hit) -> float:
        """How sure it is that a hit is the act that the question means.

        One whose title and parties say little of the question is not, however near its text is.
        """
        if self.certain(hit.document):
            return CERTAIN
        said = len(owned(self.question, hit.document))
        enough = said >= OWN * len(subject_words(self.question))
        return hit.relevance if enough or hit.relevance >= RELEVANT else 0.0

    def in_force(self, document: Document) -> bool:
        """Whether an act is in force on the day of the question."""
        return status_in(document.period, self.filters.day) in ("en vigueur", "reconduite")

    def unnamed(self, results: Results) -> Draft:
        """No hit may answer: the draft that says which names lack, in French."""
        if not results.hits:
            return Draft(results, reason=EMPTY if not self.index.count()[0] else NONE)
        absent = self.lacking(results.hits[0].document)
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in absent)
        return Draft(results, reason=f"Le document le plus proche ne nomme pas {listed}.")
