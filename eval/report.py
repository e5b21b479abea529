"""What a report holds: how good rankings are, how they compare, and where the first one fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.compare import MAIN, differences
from eval.dataset import Dataset, DatasetMissing, Qrels, Query
from eval.evidence import SHOWN, Place, places, quotes, shown, told
from eval.explain import Explanation, explain
from eval.measures import Scores, measure
from eval.retrieval import InProcess, rank
from eval.runs import Run
from eval.scoring import TIMED, absent
from eval.statistics import Difference, Interval
from indexer import Encoder, Index
from indexer.encoder import Asked, embed_queries
from service.question import parse
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
    qrels, everything = dataset.qrels(), dataset.queries()
    queries = [q for q in everything if any(qrels.get(q.id, {}).values()) and not q.synthetic]
    if not queries:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    embedded = embed_queries(encoder, [parse(query.text).text for query in queries])
    where, lost = places(quotes(dataset.folder), index)
    cited = [query for query in queries if query.id in where]
    measured: list[Measured] = []
    first: Run = {}
    engines = [InProcess(index, encoder, recipe, timed or encoder) for recipe in recipes]
    for recipe, engine in zip(recipes, engines, strict=True):
        ranking = rank(queries, embedded, index, recipe, qrels)
        first = first or ranking.run
        scores = measure(queries, qrels, ranking.run)
        evidence = Scores(cited, {q.id: shown(where[q.id], ranking.passages[q.id]) for q in cited})
        times = engine.latency(queries[:TIMED])
        measured.append(_measured(recipe.method, scores, evidence, times))
    documents, passages = index.count()
    return Report(
        dataset.name,
        documents,
        passages,
        len(everything) - len(queries),
        recipes[0],
        measured,
        {one.method: _differences(measured[0], one) for one in measured[1:]},
        _failures(measured[0], embedded, index, recipes[0], qrels, where, first),
        absent(qrels, engines[0]),
        told(lost, {query.id for query in queries}),
    )


def _measured(
    method: Method, scores: Scores, evidence: Scores, times: Mapping[str, float]
) -> Measured:
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
    return Measured(method, scores, evidence, intervals, by_kind, times)


def _differences(one: Measured, other: Measured) -> dict[str, Difference]:
    return {
        **differences(one.scores, other.scores),
        **differences(one.evidence, other.evidence),
    }


def _failures(
    measured: Measured,
    embedded: Sequence[Asked],
    index: Index,
    recipe: Recipe,
    qrels: Qrels,
    where: Mapping[str, Sequence[Place]],
    run: Run,
) -> list[Failure]:
    found = []
    for query, asked in zip(measured.scores.queries, embedded, strict=True):
        values = {
            **measured.scores.by_query[query.id],
            **measured.evidence.by_query.get(query.id, {}),
        }
        if values["hit@1"] and values.get(EVIDENCE, 1):
            continue
        judged, ranked = qrels[query.id], run[query.id]
        ranks = (n for n, document in enumerate(ranked, start=1) if judged.get(document, 0) > 0)
        explanation = explain(query, asked, index, recipe, judged, where.get(query.id, ()))
        found.append(Failure(query, values, next(ranks, None), explanation))
    return sorted(found, key=_badness)


def _badness(failure: Failure) -> tuple[float, ...]:
    """Orders failures: a wrong act first, then by the main measure, the rank and the passages."""
    evidence = sum(failure.values.get(f"evidence@{k}", 0) for k in SHOWN)
    return failure.values["hit@1"], failure.values[MAIN], failure.values["MRR"], evidence
