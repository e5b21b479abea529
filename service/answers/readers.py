"""What finds the sentences that answer: the model reading, or else the words that they share.

Each gives a probability that a sentence answers, by a logistic regression on questions of PIAF that
no adapter was trained on, asked of its own passages and of collections that answer none
(`docs/decisions.md`, « Answers »).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, log

from indexer import SentenceEncoder
from indexer.encoder import Asked, Encoder, Vectors, embed_documents
from indexer.tokens import Codes, maxsim
from service.answers.extract import Found, Passages, Reader, moved, sentences_of, words_said
from service.answers.joint import JointReader, Text, fits
from service.question import Question

Embedded = tuple[Vectors, list[Codes]]  # as `indexer.encoder.embed_documents` gives them
Embed = Callable[[Sequence[str]], Embedded]
MOST = 24  # sentences that are embedded; of more, those that say most words of the question
LONGEST = 600  # characters of a sentence that is embedded
LEAST = 1e-3  # added to a probability, of which a logarithm is taken
JOINT = 1.289, 0.661, 1.178  # intercept; of the reading, of the passage's relevance
WORDS = 1.593, 2.871, 3.213  # intercept; of cosine and late interaction, of the relevance


def reader_of(encoder: Encoder) -> Reader:
    """The best reader for a model: only the default one has adapters."""
    if isinstance(encoder, SentenceEncoder) and fits(encoder):
        return Joint(JointReader(encoder))
    return ByWords(partial(embed_documents, encoder))


@dataclass(frozen=True, slots=True)
class Joint:
    """Question and passage read together: the sentences, and the exact answers in them."""

    read: JointReader

    def __call__(self, question: Question, _: Asked, passages: Passages) -> list[Found]:
        texts = [Text(document.metadata.title, cited.passage.text) for document, cited in passages]
        found = []
        for (document, cited), reading in zip(
            passages, self.read(question.text, texts), strict=True
        ):
            for span in sentences_of(cited):
                said, exact = reading.best(span)
                answers = _logistic(JOINT, log(said + LEAST), log(cited.relevance + LEAST))
                place = exact and moved(exact, cited)
                found.append(Found(document, cited, moved(span, cited), answers, place))
        return sorted(found, key=_order)


@dataclass(frozen=True, slots=True)
class ByWords:
    """Each sentence embedded with its document's title, as a passage is: words and whole.

    Without the title it finds the sentence that answers for .73 of PIAF's questions, with it .77.
    """

    embed: Embed

    def __call__(self, question: Question, asked: Asked, passages: Passages) -> list[Found]:
        rows = [
            (document, cited, span, cited.passage.text[span.start : span.end])
            for document, cited in passages
            for span in sentences_of(cited)
        ]
        kept = sorted(rows, key=lambda row: -words_said(question, row[3]))[:MOST]
        if not kept:
            return []
        texts = [f"{document.metadata.title}\n{said[:LONGEST]}" for document, _, _, said in kept]
        vectors, codes = self.embed(texts)
        scores = vectors @ asked.vector + maxsim(asked.tokens, codes, vectors)
        found = []
        for (document, cited, span, _), score in zip(kept, scores.tolist(), strict=True):
            answers = _logistic(WORDS, score, log(cited.relevance + LEAST))
            found.append(Found(document, cited, moved(span, cited), answers))
        return sorted(found, key=_order)


def _logistic(weights: tuple[float, float, float], *parts: float) -> float:
    intercept, *own = weights
    return 1 / (1 + exp(-intercept - sum(w * part for w, part in zip(own, parts, strict=True))))


def _order(found: Found) -> tuple[float, str, int]:
    return -found.answers, found.document.id, found.span.start
