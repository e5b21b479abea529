"""The sentences of passages that answer best, by the words and the meaning of the question.

A sentence is embedded with its document's title, as a passage is: on 631 questions of PIAF whose
passage is given, that finds the one that holds the answer for .77 of them; .73 without the title.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

from corpus.document import Document
from indexer.encoder import Asked, Vectors
from indexer.lexical import analyze
from indexer.tokens import Codes, maxsim
from service.answers.sentences import sentences
from service.question import Question
from service.search import Cited, Hit, Span

Embedded = tuple[Vectors, list[Codes]]  # as `indexer.encoder.embed_documents` gives them
Reader = Callable[[Sequence[str]], Embedded]
MOST = 24  # sentences that are embedded; of more, those that say most words of the question
LONGEST = 600  # characters of a sentence that the model reads
INTERCEPT, SENTENCE, RELEVANCE = 1.593, 2.871, 3.213  # of `probability`
SHORTEST = 3  # words, below which a line is a label


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a passage, where it stands in its document, and how well it answers."""

    cited: Cited
    document: Document
    start: int
    end: int
    score: float  # of the question's words and its whole, as `indexer.tokens` and a cosine: [0, 2]

    @property
    def text(self) -> str:
        passage = self.cited.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


def ranked(
    question: Question,
    asked: Asked,
    passages: Sequence[tuple[Document, Cited]],
    read: Reader,
) -> list[Found]:
    """The sentences of the passages, best first."""
    rows = [(d, c, span) for d, c in passages for span in _own(c)]
    kept = sorted(rows, key=lambda row: -_said(question, _text(row[1], row[2])))[:MOST]
    if not kept:
        return []
    texts = [f"{d.metadata.title}\n{_text(c, span)[:LONGEST]}" for d, c, span in kept]
    vectors, codes = read(texts)
    scores = vectors @ asked.vector + maxsim(asked.tokens, codes, vectors)
    found = [
        Found(c, d, c.passage.start + span.start, c.passage.start + span.end, float(score))
        for (d, c, span), score in zip(kept, scores, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.score, one.document.id, one.start))


def _own(cited: Cited) -> list[Span]:
    """The sentences of a passage, without its headings."""
    text, headings = cited.passage.text, {_joined(title) for title in cited.passage.section}
    found = [s for s in sentences(text) if len(text[s.start : s.end].split()) >= SHORTEST]
    return [s for s in found if _joined(text[s.start : s.end]) not in headings]


def _text(cited: Cited, span: Span) -> str:
    return cited.passage.text[span.start : span.end]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _said(question: Question, text: str) -> int:
    """How many words of the question a text says."""
    return len({term.stem for term in analyze(text)} & set(question.words))


def first(question: Question, hit: Hit) -> Found:
    """The sentence of a hit's best passage that says most words of the question."""
    cited = hit.passages[0]
    text, at = cited.passage.text, cited.passage.start
    spans = _own(cited) or [Span(0, len(text))]
    best = max(spans, key=lambda span: _said(question, _text(cited, span)))
    return Found(cited, hit.document, at + best.start, at + best.end, hit.score)


def probability(found: Sequence[Found], relevance: float) -> float:
    """How likely it is that the documents answer, from the best sentence and its act's relevance.

    A logistic regression on 303 questions of PIAF, asked of its own passages and of the sample
    corpus, which answers none of them (`docs/decisions.md`, « Answers »).
    """
    if not found:
        return 0.0
    odds = INTERCEPT + SENTENCE * found[0].score + RELEVANCE * log(relevance + 0.001)
    return 1 / (1 + exp(-odds))
