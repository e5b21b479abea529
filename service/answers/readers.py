"""What finds the sentences that answer: the model reading, or else the words that they share.

Each gives a probability that a sentence answers, by a logistic regression on questions of PIAF that
no adapter was trained on, asked of its own passages and of collections that answer none
(`docs/decisions.md`, « Answers » and « Answers measured »).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp, log

from indexer import SentenceEncoder
from indexer.encoder import Asked, Encoder, Vectors, embed_documents
from indexer.tokens import Codes, maxsim
from service.answers.extract import Found, Passages, Reader, moved, sentences_of, words_said
from service.answers.joint import JointReader, Text, fits
from service.answers.sentences import in_words
from service.question import Question

Embedded = tuple[Vectors, list[Codes]]  # as `indexer.encoder.embed_documents` gives them
Embed = Callable[[Sequence[str]], Embedded]
MOST = 24  # sentences that are embedded; of more, those that say most words of the question
LONGEST = 600  # characters of a sentence that is embedded
LIKELIEST = 8  # sentences that are read and embedded too: sixteen find no more
LEAST = 1e-3  # added to a probability, of which a logarithm is taken
JOINT = 1.289, 0.661, 1.178  # intercept; of the reading, of the passage's relevance
AGREED = 1.622, 0.504, 1.192, 16.17  # the same two, and how much nearer the nearest's words are
WORDS = 1.593, 2.871, 3.213  # intercept; of cosine and late interaction, of the relevance


def reader_of(encoder: Encoder) -> Reader:
    """The best reader for a model: only the default one has adapters."""
    if isinstance(encoder, SentenceEncoder) and fits(encoder):
        return Joint(JointReader(encoder), partial(embed_documents, encoder))
    return ByWords(partial(embed_documents, encoder))


@dataclass(frozen=True, slots=True)
class Joint:
    """Question and passage read together: the sentences, and the exact answers in them.

    Of the likeliest sentences those that are also near the question's words are surer.
    """

    read: JointReader
    embed: Embed

    def __call__(self, question: Question, asked: Asked, passages: Passages) -> list[Found]:
        texts = [Text(document.metadata.title, cited.passage.text) for document, cited in passages]
        read = []
        for (document, cited), reading in zip(
            passages, self.read(question.text, texts), strict=True
        ):
            for span in sentences_of(cited):
                said, exact = reading.best(span)
                parts = log(said + LEAST), log(cited.relevance + LEAST)
                place = exact and moved(in_words(cited.passage.text, exact), cited)
                likely = _logistic(JOINT, *parts)
                read.append((parts, Found(document, cited, moved(span, cited), likely, place)))
        read.sort(key=lambda row: _order(row[1]))
        near = _nearness(asked, [one for _, one in read[:LIKELIEST]], self.embed)
        near += [min(near)] * (len(read) - len(near)) if near else []
        found = [
            replace(one, answers=_logistic(AGREED, *parts, score - max(near)))
            for (parts, one), score in zip(read, near, strict=True)
        ]
        return sorted(found, key=_order)


@dataclass(frozen=True, slots=True)
class ByWords:
    """Each sentence embedded with its document's title, as a passage is: words and whole.

    Without the title it finds the sentence that answers for .73 of PIAF's questions, with it .77.
    """

    embed: Embed

    def __call__(self, question: Question, asked: Asked, passages: Passages) -> list[Found]:
        every = [
            Found(document, cited, moved(span, cited), 0.0)
            for document, cited in passages
            for span in sentences_of(cited)
        ]
        kept = sorted(every, key=lambda one: -words_said(question, one.text))[:MOST]
        found = [
            replace(one, answers=_logistic(WORDS, score, log(one.cited.relevance + LEAST)))
            for one, score in zip(kept, _nearness(asked, kept, self.embed), strict=True)
        ]
        return sorted(found, key=_order)


def _nearness(asked: Asked, found: Sequence[Found], embed: Embed) -> list[float]:
    """How near each sentence, under its document's title, is to a question: words and whole."""
    if not found:
        return []
    texts = [f"{one.document.metadata.title}\n{one.text[:LONGEST]}" for one in found]
    vectors, codes = embed(texts)
    scores: list[float] = (vectors @ asked.vector + maxsim(asked.tokens, codes, vectors)).tolist()
    return scores


def _logistic(weights: tuple[float, ...], *parts: float) -> float:
    intercept, *own = weights
    return 1 / (1 + exp(-intercept - sum(w * part for w, part in zip(own, parts, strict=True))))


def _order(found: Found) -> tuple[float, str, int]:
    return -found.answers, found.document.id, found.span.start
