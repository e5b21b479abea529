"""Which questions the reader of answers learns from, and which measure it: by title."""

import random
from collections.abc import Iterable

from eval.dataset import Dataset, Query
from indexer import Index

SHARE = 0.68  # of the titles that are learnt from
SEED = 6


def learnt(titles: Iterable[str]) -> set[str]:
    """The titles that the reader learns from; all others are there to measure it."""
    every = sorted(set(titles))
    random.Random(SEED).shuffle(every)
    return set(every[: int(len(every) * SHARE)])


def parted(dataset: Dataset, index: Index) -> tuple[list[Query], list[Query]]:
    """The questions that the reader learns from, and the others, by the title that answers."""
    qrels = dataset.qrels()
    queries = [q for q in dataset.queries() if q.answers and any(qrels.get(q.id, {}).values())]
    first = {q.id: next(d for d, grade in qrels[q.id].items() if grade > 0) for q in queries}
    titles = {n: d.metadata.title for n, d in index.describe(sorted(set(first.values()))).items()}
    own = learnt(titles.values())
    of = {q.id: titles.get(first[q.id], "") for q in queries}
    return [q for q in queries if of[q.id] in own], [q for q in queries if of[q.id] not in own]
