"""What the search page shows of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer.facets import Filters
from service.answers.model import Answer, Citation, Exact, Kind, Listed, Sentence, Status
from service.answers.written.write import WHOLE
from service.feedback.given import CITED
from service.links import search_link
from service.pages.narrowing import address, parameters
from service.parameters import PageParameters

UNSURE = 0.5  # probability that an answer is right, below which it is offered as a guess
ROWS = 10  # acts of a list at first sight
KINDS = {
    Kind.LIST: "liste d’actes",
    Kind.FACT: "fait précis",
    Kind.YES_NO: "oui ou non",
    Kind.EXPLANATION: "explication",
    Kind.COMPARISON: "comparaison",
    Kind.STATUS: "actes selon leurs dates",
    Kind.REFERENCE: "acte par son numéro",
}
Links = tuple[tuple[str, str], ...]  # words, each with an address


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with the links below it."""

    answer: Answer
    kind: str
    status: Status
    rows: tuple[Listed, ...]  # at first sight
    others: tuple[Listed, ...]
    files: Links  # all rows, for a spreadsheet
    suggestions: Links  # what else may be asked
    writing: str  # the address of the same answer written, or, of a written one, quoted

    @classmethod
    def of(cls, answer: Answer, asked: PageParameters, filters: Filters) -> "Shown":
        answer = answer.ordered(asked.sort)
        whole = address(asked.q, filters, spelling=asked.spelling, sort=asked.sort)
        listed = whole.removeprefix("/recherche")
        return cls(
            answer=answer,
            kind=KINDS[answer.kind],
            status=answer.status,
            rows=answer.rows[:ROWS],
            others=answer.rows[ROWS:],
            files=tuple(
                (name, f"/recherche/liste.{form}{listed}")
                for name, form in (("CSV", "csv"), ("tableur ODS", "ods"))
            ),
            writing=whole if asked.written else f"{whole}&written=true",
            suggestions=tuple(
                (text, search_link(text, parameters(filters))) for text in answer.suggestions
            ),
        )

    @property
    def written(self) -> bool:
        """Whether a language model wrote what is shown."""
        return self.answer.writing is not None and not self.answer.writing.fallback

    @property
    def may_be_written(self) -> bool:
        """Whether a language model may be asked: lists are to be complete."""
        return self.status is not Status.NO_EVIDENCE and self.answer.kind not in WHOLE

    @property
    def unsure(self) -> bool:
        """Whether it is likelier wrong than right."""
        found = self.status is not Status.NO_EVIDENCE and not self.answer.rows
        return found and self.answer.confidence < UNSURE

    @property
    def chances(self) -> str:
        """« 9 chances sur 100 »."""
        n = max(1, round(100 * self.answer.confidence))
        return f"{n} chance{'s' if n > 1 else ''} sur 100"

    @property
    def sentences(self) -> Sequence[Sentence]:
        """What is quoted of no row of the list."""
        rows = {row.citation for row in self.answer.rows}
        return [s for s in self.answer.sentences if not rows.issuperset(s.citations)]

    def cited(self, numbers: Sequence[int]) -> list[Citation]:
        """The citations of these numbers."""
        return [self.answer.citations[n - 1] for n in numbers]

    @property
    def places(self) -> Sequence[tuple[Document, Citation]]:
        """What an opinion of the answer is about."""
        return [(cited.document, cited) for cited in self.answer.citations[:CITED]]

    def beside(self, citation: Citation) -> list[Citation]:
        """All citations of the document of one, in the order of its text."""
        own = [c for c in self.answer.citations if c.document.id == citation.document.id]
        return sorted(own, key=lambda c: c.start)

    def overtaken(self, sentence: Sentence) -> bool:
        """Whether what a sentence states holds no more."""
        return all(citation.overtaken for citation in self.cited(sentence.citations))


def marked(text: str, exact: Sequence[Exact]) -> list[tuple[str, bool]]:
    """A sentence in pieces: whether each answers by itself."""
    pieces, at = [], 0
    for one in sorted(exact, key=lambda part: part.start):
        if one.start >= at:
            pieces += [(text[at : one.start], False), (text[one.start : one.end], True)]
            at = one.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]
