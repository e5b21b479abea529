"""What a report holds: how good rankings are, how they compare, and where the first one fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.compare import MAIN, differences
from eval.dataset import Dataset, Qrels, Query
from eval.evidence import SHOWN
from eval.explain import Explanation, explain
from eval.measures import Scores
from eval.retrieval import InProcess, embed
from eval.scoring import TIMED, Scored, absent, scored
from eval.statistics import Difference, Interval
from indexer import Encoder, Index
from service.recipe import Method, Recipe

EVIDENCE = f"evidence@{SHOWN[-1]}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A method: its measures by document and by quote, and the milliseconds of a search."""

    method: Method
    scores: Scores
    evidence: Scores  # of the questions of which a quote can be found
    intervals: Mapping[str, Interval]  # of the measures of both, over intents
    by_kind: Mapping[str, Interval]  # of the main measure
    latency: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """A question whose first act is not relevant, or whose quotes no first passage shows."""

    query: Query
    values: Mapping[str, float]
    rank: int | None  # of the first relevant act, from 1
    found: Explanation


@dataclass(frozen=True, slots=True)
class Report:
    """The methods in the order asked; the first is explained, the others are compared with it."""

    dataset: str
    documents: int
    passages: int
    unjudged: int  # questions of the dataset that nothing answers
    explained: Recipe
    measured: Sequence[Measured]
    differences: Mapping[Method, Mapping[str, Difference]]
    failures: Sequence[Failure]  # worst first
    absent: Sequence[str]  # relevant documents that are not indexed
    lost: Sequence[str]  # what to say of quotes that no text holds

    @property
    def main(self) -> Measured:
        return self.measured[0]


def report(
    dataset: Dataset,
    index: Index,
    encoder: Encoder,
    recipes: Sequence[Recipe],
    timed: Encoder | None = None,
) -> Report:
    """Rank a dataset's questions by each recipe, measure, compare and explain.

    Args:
        timed: the encoder whose time counts, where `encoder` remembers.

    Raises:
        DatasetMissing: no question has a relevant document.
    """
    engines = [InProcess(index, encoder, recipe, timed or encoder) for recipe in recipes]
    found = [scored(dataset, engine) for engine in engines]
    measured = [_measured(one, engine) for one, engine in zip(found, engines, strict=True)]
    documents, passages = index.count()
    asked = sum(not query.synthetic for query in dataset.queries())
    return Report(
        dataset.name,
        documents,
        passages,
        asked - len(measured[0].scores.queries),
        recipes[0],
        measured,
        {one.method: _differences(measured[0], one) for one in measured[1:]},
        _failures(found[0], engines[0], dataset.qrels()),
        absent(dataset.qrels(), engines[0]),
        found[0].lost,
    )


def _measured(found: Scored, engine: InProcess) -> Measured:
    scores, evidence = found.documents, found.evidence
    kinds: dict[str, list[Query]] = {}
    for query in scores.queries:
        kinds.setdefault(query.kind, []).append(query)
    main = {query: {MAIN: values[MAIN]} for query, values in scores.by_query.items()}
    by_kind = {
        kind: Scores(queries, main).intervals()[MAIN]
        for kind, queries in sorted(kinds.items())
        if kind
    }
    intervals = {**scores.intervals(), **evidence.intervals()}
    times = engine.latency(scores.queries[:TIMED])
    return Measured(engine.recipe.method, scores, evidence, intervals, by_kind, times)


def _differences(one: Measured, other: Measured) -> dict[str, Difference]:
    return {
        **differences(one.scores, other.scores),
        **differences(one.evidence, other.evidence),
    }


def _failures(found: Scored, engine: InProcess, qrels: Qrels) -> list[Failure]:
    shown = found.evidence.by_query
    rows = {q: {**row, **shown.get(q, {})} for q, row in found.documents.by_query.items()}
    failed = [q for q in found.documents.queries if _failed(rows[q.id])]
    embedded = embed(engine.encoder, failed, engine.index, engine.recipe)
    failures = []
    for query, asked in zip(failed, embedded, strict=True):
        judged, ranked = qrels[query.id], found.ranking.run[query.id]
        ranks = (n for n, document in enumerate(ranked, start=1) if judged.get(document, 0) > 0)
        where = found.places.get(query.id, ())
        explanation = explain(query, asked, engine.index, engine.recipe, judged, where)
        failures.append(Failure(query, rows[query.id], next(ranks, None), explanation))
    return sorted(failures, key=_badness)


def _failed(values: Mapping[str, float]) -> bool:
    """The first act is not relevant, or no first passage shows a quote that there is."""
    return not (values["hit@1"] and values.get(EVIDENCE, 1))


def _badness(failure: Failure) -> tuple[float, ...]:
    """Orders failures: a wrong act first, then by the main measure, the rank and the passages."""
    evidence = sum(failure.values.get(f"evidence@{k}", 0) for k in SHOWN)
    return failure.values["hit@1"], failure.values[MAIN], failure.values["MRR"], evidence
