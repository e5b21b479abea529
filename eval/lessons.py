"""What the reader learns from: questions with the passage that answers, and with one near it."""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from corpus.document import Document
from eval.dataset import Dataset, Query
from eval.parting import SEED
from eval.training import Example
from indexer import Encoder, Index
from indexer.encoder import embed_queries
from service.answers.joint import Text, pair
from service.question import parse
from service.search import search

NEAREST = 5  # documents among which one that does not answer is drawn, the nearest most often
BESIDE = 0.8  # of the questions that have such a one


def lessons(
    dataset: Dataset, index: Index, queries: Sequence[Query], encoder: Encoder, tokenizer: Any
) -> Iterator[Example]:
    """Each question with its passage, and four in five with one that does not answer."""
    qrels, drawn = dataset.qrels(), random.Random(SEED)
    for query in queries:
        (right,) = [d for d, grade in qrels[query.id].items() if grade > 0][:1]
        document = index.document(right)
        if answering := _answering(document, query, tokenizer):
            yield answering
        other = _beside(document, query, index, encoder, drawn)
        if other and drawn.random() < BESIDE:
            yield Example(pair(tokenizer, query.text, other), ())


def _answering(document: Document, query: Query, tokenizer: Any) -> Example | None:
    """The pair with every place where an expected answer stands; None where none is read."""
    read = pair(tokenizer, query.text, Text(document.metadata.title, document.text))
    answers = []
    for start, end in _places(document.text, query.answers):
        tokens = [i for i, (a, b) in enumerate(read.places.tolist()) if b > start and a < end]
        if tokens:
            answers.append((tokens[0], tokens[-1]))
    return Example(read, answers) if answers else None


def _places(text: str, answers: Iterable[str]) -> Iterator[tuple[int, int]]:
    for answer in answers:
        at = text.find(answer)
        while at >= 0:
            yield at, at + len(answer)
            at = text.find(answer, at + 1)


def _beside(
    document: Document, query: Query, index: Index, encoder: Encoder, drawn: random.Random
) -> Text | None:
    """A near passage that holds none of the answers."""
    question = parse(query.text)
    (asked,) = embed_queries(encoder, [question.text])
    hits = search(question, asked, index, limit=NEAREST).hits
    found = [
        Text(hit.document.metadata.title, hit.passages[0].passage.text)
        for hit in hits
        if hit.document.id != document.id
        and not any(answer in hit.passages[0].passage.text for answer in query.answers)
    ]
    return found[min(int(drawn.expovariate(0.8)), len(found) - 1)] if found else None
