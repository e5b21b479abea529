"""The probability that an act answers a list: its regression fitted, and what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.dataset import Dataset, Query
from indexer import Encoder, Filters, Index
from indexer.encoder import embed_queries
from service.answers.inquiry import Inquiry
from service.answers.lists import best_cut, estimated
from service.answers.matching import PARTS, Parts, Probabilities, certain, looked_at
from service.recipe import Recipe
from service.spelling import understood

LEARNT = ("list", "theme")  # kinds of questions that have several answers
SHRUNK = 0.1  # C of the regression: there are few questions


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what is known of each act, and which of them answer it."""

    query: Query
    parts: Parts
    relevant: NDArray[np.bool_]
    every: int  # acts that answer it, found or not


def cases(dataset: Dataset, index: Index, encoder: Encoder) -> list[Case]:
    """The questions of a dataset to learn from, asked of its index."""
    qrels, found = dataset.qrels(), []
    for query in dataset.queries():
        grades = qrels.get(query.id, {})
        if query.kind in LEARNT and not query.synthetic and any(grades.values()):
            question = understood(query.text, index, Recipe())
            (asked,) = embed_queries(encoder, [question.text])
            inquiry = Inquiry(question, asked, index, lambda *_: [], Recipe(), Filters())
            results, parts = looked_at(inquiry)
            right = np.array([grades.get(hit.document.id, 0) > 0 for hit in results.hits])
            every = len({index.newest(name) for name, grade in grades.items() if grade > 0})
            found.append(Case(query, parts, right, every))
    return found


def report(asked: Sequence[Case]) -> dict[str, Any]:
    """The coefficients, and the figures of each list question by those of the other intents."""
    intercept, weights = _fit(asked)
    rows = []
    for case in asked:
        if case.query.kind == "list":
            others = [one for one in asked if one.query.intent != case.query.intent]
            rows.append(_judged(case, *_fit(others)))
    means = {key: float(np.mean([row[key] for row in rows])) for key in MEASURES}
    return {
        "intercept": intercept,
        "weights": dict(zip(PARTS, weights.tolist(), strict=True)),
        "crossed": means,
        "per_query": rows,
    }


MEASURES = ("precision", "recall", "within")


def _fit(asked: Sequence[Case]) -> tuple[float, Probabilities]:
    parts = np.vstack([case.parts for case in asked])
    relevant = np.concatenate([case.relevant for case in asked])
    scaler, found = StandardScaler(), LogisticRegression(C=SHRUNK, max_iter=1000)
    make_pipeline(scaler, found).fit(parts, relevant)
    weights = found.coef_[0] / scaler.scale_
    return float(found.intercept_[0] - weights @ scaler.mean_), weights


def _judged(case: Case, intercept: float, weights: Probabilities) -> dict[str, Any]:
    likely = certain(1 / (1 + np.exp(-(intercept + case.parts @ weights))), case.parts)
    order = np.argsort(-likely, kind="stable")
    count = best_cut(likely[order])
    right = int(case.relevant[order[:count]].sum())
    lacking = estimated(likely[order[count:]])
    return {
        "id": case.query.id,
        "precision": right / count if count else 0.0,
        "recall": right / case.every,
        "listed": count,
        "missing": case.every - right,
        "said": [lacking.low, lacking.high],
        "within": float(lacking.low <= case.every - right <= lacking.high),
    }
