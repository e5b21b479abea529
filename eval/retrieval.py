"""How good the search is: a dataset's queries in, a TREC run and its measures out.

The queries go through the very functions that the service calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from eval.dataset import Dataset, DatasetMissing, Qrels, Query
from eval.evidence import SHOWN, Place, places, quotes, shown, told
from eval.measures import Scores, measure
from eval.runs import Run
from indexer import Encoder, Index, Passage
from indexer.encoder import Vectors
from service.question import parse
from service.search import Recipe, candidates, search

DEPTH = 100  # documents of a run, by query
TIMED = 200  # queries asked one by one for the latency


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the search gives for each query: acts with their scores, and its first passages."""

    run: Run = field(default_factory=dict)
    passages: dict[str, list[Passage]] = field(default_factory=dict)


def rank(queries: Sequence[Query], vectors: Vectors, index: Index, recipe: Recipe) -> Ranking:
    """Acts, under their newest version, as the service groups and ranks them."""
    ranking = Ranking()
    for query, vector in zip(queries, vectors, strict=True):
        found = candidates(parse(query.text), vector, index, recipe)
        acts = [index.newest(document) for document in found.documents]
        groups = list(found.grouped(acts).items())[:DEPTH]
        ranking.run[query.id] = {str(name): float(found.score[rows[0]]) for name, rows in groups}
        first = np.lexsort((found.keys, -found.score))[: max(SHOWN)]
        ranking.passages[query.id] = index.passages(found.keys[first].tolist())
    return ranking


def retrieval(
    dataset: Dataset,
    index: Index,
    encoder: Encoder,
    recipes: Sequence[Recipe],
    timed: Encoder | None = None,
) -> dict[str, dict[str, Any]]:
    """What `python -m eval retrieval` reports, by method; the run itself under `run`.

    Args:
        timed: the encoder whose time counts, where `encoder` remembers.
    """
    qrels = _of_acts(dataset.qrels(), index)
    queries = [query for query in dataset.queries() if any(qrels.get(query.id, {}).values())]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    vectors = encoder.encode_queries([parse(query.text).text for query in queries])
    where, lost = places(quotes(dataset.folder), index)
    reports = {}
    for recipe in recipes:
        ranking = rank(queries, vectors, index, recipe)
        times = latency(queries[:TIMED], index, timed or encoder, recipe)
        report = _report(dataset, measure(queries, qrels, ranking.run), times, ranking.run)
        evidence = _evidence(queries, where, ranking.passages)
        report["evidence"] = {
            "queries": len(evidence.queries),
            "overall": evidence.mean(),
            "by_kind": evidence.by_kind(),
            "lost": told(lost, {query.id for query in queries}),
        }
        reports[recipe.method.value] = report
    return reports


def _of_acts(qrels: Qrels, index: Index) -> Qrels:
    """Judgements of documents as those of their acts, under the newest version."""
    found: Qrels = {}
    for query, judged in qrels.items():
        for document, relevance in judged.items():
            act = found.setdefault(query, {})
            name = index.newest(document)
            act[name] = max(relevance, act.get(name, 0))
    return found


def _evidence(
    queries: Sequence[Query],
    where: Mapping[str, Sequence[Place]],
    passages: Mapping[str, Sequence[Passage]],
) -> Scores:
    """Whether the first passages show a quote, for the queries of which one can be found."""
    asked = [query for query in queries if query.id in where]
    return Scores(asked, {query.id: shown(where[query.id], passages[query.id]) for query in asked})


def _report(dataset: Dataset, scores: Scores, times: dict[str, float], run: Run) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "queries": len(scores.queries),
        "measures": {"overall": scores.mean(), "per_intent": scores.mean_by_intent()},
        "intervals": {name: [i.low, i.high] for name, i in scores.intervals().items()},
        "by_kind": scores.by_kind(),
        "latency_ms": times,
        "per_query": {q.id: dict(scores.by_query[q.id]) for q in scores.queries},
        "run": run,
    }


def latency(
    queries: Sequence[Query], index: Index, encoder: Encoder, recipe: Recipe
) -> dict[str, float]:
    """Milliseconds from a question to its cited passages, asked one at a time."""
    times = []
    for query in queries:
        start = perf_counter()
        question = parse(query.text)
        search(question, encoder.encode_queries([question.text])[0], index, recipe)
        times.append((perf_counter() - start) * 1000)
    return {
        name: round(float(np.percentile(times, p)), 1) for name, p in (("p50", 50), ("p95", 95))
    }
