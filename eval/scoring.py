"""A dataset's questions put to a search, and what its rankings are worth.

Synthetic questions are measured apart: no headline figure knows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from corpus import Document
from eval.dataset import Dataset, DatasetMissing, Qrels, Query
from eval.evidence import Place, places, quotes, shown, told
from eval.measures import Scores, measure
from eval.runs import Run
from indexer import Passage

TIMED = 200  # queries asked one by one for the latency


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search gives for each query: documents with their scores, and its first passages."""

    run: Run = field(default_factory=dict)
    passages: dict[str, list[Passage]] = field(default_factory=dict)


class Engine(Protocol):
    """A search that is measured: the one of this process, or a server's."""

    def rank(self, queries: Sequence[Query], qrels: Qrels) -> Ranking:
        """An act stands under those of its versions that are judged, or the one that is shown."""

    def latency(self, queries: Sequence[Query]) -> dict[str, float]:
        """Milliseconds of a search, asked one at a time: `p50` and `p95`."""

    def document(self, identifier: str) -> Document:
        """A document with its text.

        Raises:
            UnknownDocument: there is none of this id.
        """

    def absent(self, documents: Iterable[str]) -> list[str]:
        """Those of the documents that the search does not know, in order."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Measures by question, of documents and of the passages that show a quote."""

    ranking: Ranking
    documents: Scores
    evidence: Scores
    places: Mapping[str, Sequence[Place]]  # of quotes, by question
    lost: list[str]  # quotes that no text holds, told in French

    def of(self, synthetic: bool) -> "Scored":
        """The part of the questions that people asked, or that a program made."""
        documents, evidence = (s.of(synthetic) for s in (self.documents, self.evidence))
        return Scored(self.ranking, documents, evidence, self.places, self.lost)


def scored(dataset: Dataset, engine: Engine, synthetic: bool = False) -> Scored:
    """Rank and measure the questions that have a relevant document.

    Args:
        synthetic: whether those that a program made are asked too.

    Raises:
        DatasetMissing: there is none.
    """
    qrels = dataset.qrels()
    queries = [
        query
        for query in dataset.queries()
        if any(qrels.get(query.id, {}).values()) and (synthetic or not query.synthetic)
    ]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    where, lost = places(quotes(dataset.folder), engine)
    ranking = engine.rank(queries, qrels)
    evidence = _evidence(queries, where, ranking.passages)
    missing = told(lost, {query.id for query in queries})
    documents = measure(queries, qrels, ranking.run)
    return Scored(ranking, documents, evidence, where, missing)


def _evidence(
    queries: Sequence[Query],
    where: Mapping[str, Sequence[Place]],
    passages: Mapping[str, Sequence[Passage]],
) -> Scores:
    """Whether the first passages show a quote, for the queries of which one can be found."""
    asked = [query for query in queries if query.id in where]
    return Scores(asked, {query.id: shown(where[query.id], passages[query.id]) for query in asked})


def report(dataset: Dataset, engine: Engine) -> dict[str, Any]:
    """What `python -m eval retrieval` tells of a search; the run itself under `run`."""
    found = scored(dataset, engine, synthetic=True)
    asked, made = found.of(synthetic=False), found.of(synthetic=True)
    return {
        "dataset": dataset.name,
        **_figures(asked),
        "evidence": {**_evidenced(asked), "lost": found.lost},
        "synthetic": {**_figures(made), "evidence": _evidenced(made)},
        "latency_ms": engine.latency(asked.documents.queries[:TIMED]),
        "absent": absent(dataset.qrels(), engine),
        "run": found.ranking.run,
    }


def absent(qrels: Qrels, engine: Engine) -> list[str]:
    """The relevant documents that a search does not know."""
    relevant = {d for judged in qrels.values() for d, grade in judged.items() if grade > 0}
    return engine.absent(sorted(relevant))


def _figures(found: Scored) -> dict[str, Any]:
    scores = found.documents
    return {
        "queries": len(scores.queries),
        "measures": {"overall": scores.mean(), "per_intent": scores.mean_by_intent()},
        "intervals": {name: [i.low, i.high] for name, i in scores.intervals().items()},
        "by_kind": scores.by_kind(),
        "per_query": {q.id: dict(scores.by_query[q.id]) for q in scores.queries},
    }


def _evidenced(found: Scored) -> dict[str, Any]:
    scores = found.evidence
    return {
        "queries": len(scores.queries),
        "overall": scores.mean(),
        "by_kind": scores.by_kind(),
    }
