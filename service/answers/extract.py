"""The sentences of passages, and which of them answer best by the words of the question."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.metadata import FICTION
from indexer.encoder import Asked
from indexer.lexical import analyze
from service.answers.sentences import sentences
from service.question import Question
from service.search import Cited, Hit, Span

SHORTEST = 3  # words, below which a line is a label
TITLED = 0.5  # weight of a word that the title says, in a list's evidence


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a passage, and how likely it is that it answers.

    Both spans are of the document's text; `exact` is what answers by itself.
    """

    document: Document
    cited: Cited
    span: Span
    answers: float  # in [0, 1]
    exact: Span | None = None

    @property
    def text(self) -> str:
        start = self.cited.passage.start
        return self.cited.passage.text[self.span.start - start : self.span.end - start]


Passages = Sequence[tuple[Document, Cited]]
Reader = Callable[[Question, Asked, Passages], list[Found]]  # the sentences, best first


def sentences_of(cited: Cited) -> Iterator[Span]:
    """The sentences of a passage, in its own text, without its headings.

    Nor that by which an invented document says so: it says nothing of the act.
    """
    text, headings = cited.passage.text, {_joined(title) for title in cited.passage.section}
    for span in sentences(text):
        said = text[span.start : span.end]
        if len(said.split()) < SHORTEST or FICTION.match(said):
            continue
        if _joined(said) not in headings:
            yield span


def words_said(question: Question, text: str) -> int:
    """How many words of the question a text says."""
    return len({term.stem for term in analyze(text)} & set(question.words))


def evidence(hit: Hit, weights: Mapping[str, float]) -> Found:
    """The sentence of a hit's passages whose words weigh most.

    Words of the act's own title count for less: they do not tell its sentences apart.
    """
    title = {term.stem for term in analyze(hit.document.metadata.title)}
    weights = {stem: w * (TITLED if stem in title else 1) for stem, w in weights.items()}

    def told(found: Found) -> float:
        said = {term.stem for term in analyze(found.text)}
        return sum(weight for stem, weight in weights.items() if stem in said)

    found = [
        Found(hit.document, cited, moved(span, cited), hit.relevance)
        for cited in hit.passages
        for span in sentences_of(cited)
    ]
    found = [one for one in found if _joined(one.text) != hit.document.title] or found
    whole = hit.passages[0]
    span = moved(Span(0, len(whole.passage.text)), whole)
    return max(found, key=told, default=Found(hit.document, whole, span, hit.relevance))


def moved(span: Span, cited: Cited) -> Span:
    """A part of a passage as a part of its document."""
    return Span(cited.passage.start + span.start, cited.passage.start + span.end)


def _joined(text: str) -> str:
    return " ".join(text.split())
