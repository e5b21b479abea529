"""How good the search is: a dataset's queries in, a TREC run and its measures out.

The queries go through the very functions that the service calls. Judgements count as binary: a
score above 0 is relevant.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, Success, nDCG

from eval.dataset import Dataset, DatasetMissing, Query
from indexer import Encoder, Index
from indexer.encoder import Vectors
from service.question import parse
from service.search import Recipe, candidates, search

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "recall@100": R @ 100,
    "MRR": RR,
    "MAP": AP,
}
DEPTH = 100  # documents of a run, by query
TIMED = 200  # queries asked one by one for the latency

Run = dict[str, dict[str, float]]  # score by document, best first, by query


@dataclass(frozen=True, slots=True)
class Scores:
    """Measures by query, and the queries that they belong to."""

    queries: Sequence[Query]
    by_query: Mapping[str, Mapping[str, float]]

    def mean(self) -> dict[str, float]:
        """Each measure's mean over the queries."""
        return _mean([self.by_query[q.id] for q in self.queries])

    def mean_by_intent(self) -> dict[str, float]:
        """The mean within each intent first, then over intents."""
        return _mean(list(self._means(lambda query: query.intent).values()))

    def by_kind(self) -> dict[str, dict[str, float]]:
        return {kind: mean for kind, mean in self._means(lambda query: query.kind).items() if kind}

    def _means(self, part: Callable[[Query], str]) -> dict[str, dict[str, float]]:
        parts: dict[str, list[Mapping[str, float]]] = {}
        for query in self.queries:
            parts.setdefault(part(query), []).append(self.by_query[query.id])
        return {name: _mean(rows) for name, rows in sorted(parts.items())}


def rank(queries: Sequence[Query], vectors: Vectors, index: Index, recipe: Recipe) -> Run:
    """Documents and scores for each query, as the service ranks them."""
    run: Run = {}
    for query, vector in zip(queries, vectors, strict=True):
        found = candidates(parse(query.text), vector, index, recipe)
        groups = list(found.grouped(found.documents).items())[:DEPTH]
        run[query.id] = {str(name): float(found.score[rows[0]]) for name, rows in groups}
    return run


def measure(queries: Iterable[Query], qrels: Mapping[str, Mapping[str, int]], run: Run) -> Scores:
    """Measures of the queries that have a relevant document; the others measure nothing."""
    binary = {
        query: {document: 1 for document, relevance in judged.items() if relevance > 0}
        for query, judged in qrels.items()
    }
    scored = [query for query in queries if binary.get(query.id)]
    by_query: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0.0))
    names = {value: name for name, value in MEASURES.items()}
    # ir_measures orders by score alone, and breaks ties its own way: give it the ranks instead
    ranked = {q: {d: -float(n) for n, d in enumerate(documents)} for q, documents in run.items()}
    judged = {query.id: binary[query.id] for query in scored}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, ranked):
        by_query[metric.query_id][names[metric.measure]] = metric.value
    return Scores(scored, by_query)


def retrieval(
    dataset: Dataset, index: Index, encoder: Encoder, recipes: Sequence[Recipe]
) -> dict[str, dict[str, Any]]:
    """What `python -m eval retrieval` reports, by method; the run itself under `run`."""
    qrels = dataset.qrels()
    queries = [query for query in dataset.queries() if any(qrels.get(query.id, {}).values())]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    vectors = encoder.encode_queries([parse(query.text).text for query in queries])
    reports = {}
    for recipe in recipes:
        run = rank(queries, vectors, index, recipe)
        times = latency(queries[:TIMED], index, encoder, recipe)
        reports[recipe.method.value] = _report(dataset, measure(queries, qrels, run), times, run)
    return reports


def _report(dataset: Dataset, scores: Scores, times: dict[str, float], run: Run) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "queries": len(scores.queries),
        "measures": {"overall": scores.mean(), "per_intent": scores.mean_by_intent()},
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


def write_run(run: Run, path: Path, tag: str = "entente") -> None:
    """Write a run as TREC's tools read it: query, Q0, document, rank, score, tag."""
    # a tie would be broken by the reader: each place costs a millionth
    lines = (
        f"{query} Q0 {document} {place} {score - place * 1e-6:.6f} {tag}\n"
        for query, documents in run.items()
        for place, (document, score) in enumerate(documents.items(), start=1)
    )
    path.write_text("".join(lines), encoding="utf-8")


def _mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows])) for name in MEASURES}
