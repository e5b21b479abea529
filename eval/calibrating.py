"""The report of `python -m eval calibrate`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.calibration import (
    CASES,
    FITS,
    Asked,
    Sample,
    ask,
    auroc,
    crossed,
    fit,
    reliability,
    training,
)
from eval.dataset import Dataset, DatasetMissing, Qrels, Query, spread
from indexer import Encoder, Index
from service.relevance import Logistic

Judged = tuple[Dataset, Index]


def calibration(
    learnt: Judged,
    elsewhere: Sequence[Index],
    tested: Judged,
    encoder: Encoder,
    most: int | None = None,
) -> dict[str, Any]:
    """Each regression fitted, its figures across topics, and those on questions it never saw.

    Args:
        elsewhere: indexes that answer none of the questions.
        most: questions to learn from, spread evenly.
    """
    dataset, index = learnt
    qrels = dataset.qrels()
    queries = [q for q in dataset.queries() if any(qrels.get(q.id, {}).values())]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    queries = spread(queries, most)
    home = ask(index, queries, qrels, encoder)
    others = [ask(other, queries, {}, encoder) for other in elsewhere]
    sample = training(home, others, _topics(queries, qrels, index))
    test = ask(tested[1], tested[0].queries(), tested[0].qrels(), encoder)
    fits = {name: _fitted(sample, names, test) for name, names in FITS.items()}
    return {"questions": len(queries), "cases": sample.relevant.size, "fits": fits}


def _topics(queries: Sequence[Query], qrels: Qrels, index: Index) -> dict[str, str]:
    """The title of a document that answers each question, by question."""
    first = {q.id: next(d for d, grade in qrels[q.id].items() if grade > 0) for q in queries}
    known = index.describe(sorted(set(first.values())))
    titles = {name: document.metadata.title or name for name, document in known.items()}
    return {query: titles.get(document, document) for query, document in first.items()}


def _fitted(sample: Sample, names: Sequence[str], test: Sequence[Asked]) -> dict[str, Any]:
    found, given = fit(sample, names), crossed(sample, names)
    home = sample.case == "home"
    apart = {case: home | (sample.case == case) for case in CASES[1:]}
    return {
        "intercept": found.intercept,
        "weights": found.weights,
        "crossed": reliability(given, sample.relevant, sample.weight),
        "answerable_auroc": {case: auroc(given[r], home[r]) for case, r in apart.items()},
        "test": _tested(found, [asked for asked in test if asked.relevant.size]),
    }


def _tested(found: Logistic, test: Sequence[Asked]) -> dict[str, Any]:
    """Of the first act of each question, and of all those that a page shows."""
    given = [found(asked.parts) for asked in test]
    top = np.array([probabilities[0] for probabilities in given])
    right = np.array([asked.relevant[0] for asked in test])
    answerable = np.array([asked.query.kind != "none" for asked in test])
    every, relevant = np.concatenate(given), np.concatenate([a.relevant for a in test])
    return {
        "first": reliability(top, right, np.ones(top.size)),
        "all": reliability(every, relevant, np.ones(every.size)),
        "answerable_auroc": auroc(top, answerable),
    }
