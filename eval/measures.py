"""What a run is worth: measures by question, their means, and how sure these are.

The measures are those of `ir_measures`. Judgements count as binary: a score above 0 is relevant.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, Success, nDCG

from eval.dataset import Qrels, Query
from eval.runs import Run
from eval.statistics import Interval, interval

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "hit@5": Success @ 5,
    "recall@10": R @ 10,
    "recall@100": R @ 100,
    "MRR": RR,
    "MAP": AP,
}
Values = Mapping[str, float]  # by measure


@dataclass(frozen=True, slots=True)
class Scores:
    """Measures by query, and the queries that they belong to."""

    queries: Sequence[Query]
    by_query: Mapping[str, Values]

    def of(self, synthetic: bool) -> "Scores":
        """The part of the queries that people asked, or that a program made."""
        return Scores([q for q in self.queries if q.synthetic == synthetic], self.by_query)

    def mean(self) -> dict[str, float]:
        """Each measure's mean over the queries."""
        return _mean([self.by_query[q.id] for q in self.queries])

    def mean_by_intent(self) -> dict[str, float]:
        """The mean within each intent first, then over intents."""
        return _mean(list(self.by_intent().values()))

    def by_intent(self) -> dict[str, dict[str, float]]:
        return self._means(lambda query: query.intent)

    def by_kind(self) -> dict[str, dict[str, float]]:
        return {kind: mean for kind, mean in self._means(lambda query: query.kind).items() if kind}

    def intervals(self) -> dict[str, Interval]:
        """The mean over the queries with its interval; intents are what a sample is drawn of."""
        rows = list(self.by_intent().values())
        return {name: interval([row[name] for row in rows]) for name in _names(rows)}

    def _means(self, part: Callable[[Query], str]) -> dict[str, dict[str, float]]:
        parts: dict[str, list[Values]] = {}
        for query in self.queries:
            parts.setdefault(part(query), []).append(self.by_query[query.id])
        return {name: _mean(rows) for name, rows in sorted(parts.items())}


def measure(queries: Iterable[Query], qrels: Qrels, run: Run) -> Scores:
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
    return Scores(scored, {query.id: by_query[query.id] for query in scored})


def _names(rows: Sequence[Values]) -> list[str]:
    return list(rows[0]) if rows else []


def _mean(rows: Sequence[Values]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows])) for name in _names(rows)}
