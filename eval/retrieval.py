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
from indexer.encoder import Asked, embed_queries
from service.candidates import candidates
from service.question import parse
from service.recipe import Recipe
from service.search import ranked, search

DEPTH = 100  # documents of a run, by query
TIMED = 200  # queries asked one by one for the latency


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the search gives for each query: acts with their scores, and its first passages."""

    run: Run = field(default_factory=dict)
    passages: dict[str, list[Passage]] = field(default_factory=dict)


def rank(
    queries: Sequence[Query], embedded: Sequence[Asked], index: Index, recipe: Recipe, qrels: Qrels
) -> Ranking:
    """Acts as the service groups and ranks them.

    An act stands under those of its versions that are judged, or else under the one that is shown.
    """
    ranking = Ranking()
    for query, asked in zip(queries, embedded, strict=True):
        found = candidates(parse(query.text), asked, index, recipe)
        run = ranking.run[query.id] = {}
        judged = qrels.get(query.id, {})
        for rows in ranked(found, index)[:DEPTH]:
            shown = found.documents[rows[0]]
            names = [v for v in index.versions(shown) if v in judged] or [shown]
            run.update(dict.fromkeys(names, float(found.score[rows[0]])))
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
    qrels = dataset.qrels()
    queries = [query for query in dataset.queries() if any(qrels.get(query.id, {}).values())]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    embedded = embed_queries(encoder, [parse(query.text).text for query in queries])
    where, lost = places(quotes(dataset.folder), index)
    absent = _absent(qrels, index)
    reports = {}
    for recipe in recipes:
        ranking = rank(queries, embedded, index, recipe, qrels)
        times = latency(queries[:TIMED], index, timed or encoder, recipe)
        report = _report(dataset, measure(queries, qrels, ranking.run), times, ranking.run)
        evidence = _evidence(queries, where, ranking.passages)
        report["evidence"] = {
            "queries": len(evidence.queries),
            "overall": evidence.mean(),
            "by_kind": evidence.by_kind(),
            "lost": told(lost, {query.id for query in queries}),
        }
        report["absent"] = absent
        reports[recipe.method.value] = report
    return reports


def _absent(qrels: Qrels, index: Index) -> list[str]:
    """The relevant documents that the index does not hold."""
    relevant = {d for judged in qrels.values() for d, relevance in judged.items() if relevance > 0}
    return sorted(relevant - index.describe(sorted(relevant)).keys())


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
        search(question, embed_queries(encoder, [question.text])[0], index, recipe)
        times.append((perf_counter() - start) * 1000)
    return {
        name: round(float(np.percentile(times, p)), 1) for name, p in (("p50", 50), ("p95", 95))
    }
