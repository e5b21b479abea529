"""The sentences of passages, and which of them answer best by the words of the question."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.metadata import FICTION
from indexer.encoder import Asked
from indexer.lexical import analyze
from service.answers.sentences import sentences
from service.question import Question
from service.search import Cited, Hit, Span

SHORTEST = 3  # words, below which a line is a label


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


def first(question: Question, hit: Hit, text: str) -> Found:
    """The sentence of a hit's best passage that says most words of the question.

    Of `text`, the document's, where that passage only says that the document is invented.
    """
    cited = hit.passages[0]
    spans = [moved(span, cited) for span in sentences_of(cited)]
    if not spans and FICTION.match(cited.passage.text):
        spans = [s for s in sentences(text) if not FICTION.match(text[s.start : s.end])]
    spans = spans or [moved(Span(0, len(cited.passage.text)), cited)]
    best = max(spans, key=lambda span: words_said(question, text[span.start : span.end]))
    return Found(hit.document, cited, best, hit.relevance)


def moved(span: Span, cited: Cited) -> Span:
    """A part of a passage as a part of its document."""
    return Span(cited.passage.start + span.start, cited.passage.start + span.end)


def _joined(text: str) -> str:
    return " ".join(text.split())
