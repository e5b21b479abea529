"""Two runs over the same questions: by how much they differ, by chance or not, and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.dataset import DatasetMissing, Qrels, Query
from eval.measures import Scores, measure
from eval.runs import NoRun, Run
from eval.statistics import Difference, difference

MAIN = "nDCG@10"  # by which the questions that changed most are told
SEEN = 5  # documents of a ranking that are shown


@dataclass(frozen=True, slots=True)
class Placed:
    """A document of a ranking, with its judgement; None where it was not judged."""

    document: str
    relevance: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A question that two runs answer otherwise, with the first documents of each."""

    query: Query
    before: float
    after: float
    ranked_before: tuple[Placed, ...]
    ranked_after: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run changes against another: by measure, then question by question, most first."""

    before: Scores
    after: Scores
    differences: Mapping[str, Difference]
    changes: Sequence[Change]


def compare(before: Run, after: Run, qrels: Qrels, queries: Sequence[Query]) -> Comparison:
    """Compare over the questions that have a relevant document.

    Intents are what is drawn at random: the variants of one need are no independent questions.
    Synthetic questions are left out.

    Raises:
        NoRun: a run answers none of the questions.
        DatasetMissing: no question has a relevant document.
    """
    answered = [query for query in queries if any(qrels.get(query.id, {}).values())]
    asked = [query for query in answered if not query.synthetic]
    if not asked:
        raise DatasetMissing(
            "Aucune question posée par une personne n'a de document pertinent : vérifiez les "
            "jugements."
        )
    for which, run in (("de référence", before), ("comparé", after)):
        if not any(query.id in run for query in asked):
            raise NoRun(
                f"Le run {which} ne répond à aucune des {len(asked)} questions jugées : il est "
                "d'un autre jeu."
            )
    one, other = measure(asked, qrels, before), measure(asked, qrels, after)
    changes = sorted(_changes(one, other, before, after, qrels), key=_size)
    return Comparison(one, other, differences(one, other), changes)


def differences(before: Scores, after: Scores) -> dict[str, Difference]:
    """By how much each measure differs, over the intents of two scores of the same questions."""
    old, new = before.by_intent(), after.by_intent()
    return {
        name: difference([row[name] for row in new.values()], [row[name] for row in old.values()])
        for name in next(iter(new.values()), {})
    }


def _changes(one: Scores, other: Scores, before: Run, after: Run, qrels: Qrels) -> Iterator[Change]:
    for query in one.queries:
        values = one.by_query[query.id][MAIN], other.by_query[query.id][MAIN]
        if values[0] != values[1]:
            judged = qrels[query.id]
            rankings = (first(run.get(query.id, {}), judged) for run in (before, after))
            yield Change(query, *values, *rankings)


def first(ranked: Mapping[str, float], judged: Mapping[str, int]) -> tuple[Placed, ...]:
    """The first documents of a ranking, with their judgements."""
    return tuple(Placed(document, judged.get(document)) for document in list(ranked)[:SEEN])


def _size(change: Change) -> tuple[float, str]:
    """Orders changes: the largest first, whichever way."""
    return -abs(change.after - change.before), change.query.id
