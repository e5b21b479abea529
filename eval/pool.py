"""What several rankings put first, to be judged by people who see neither ranking nor rank."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.dataset import Query
from eval.runs import Run


@dataclass(frozen=True, slots=True)
class Target:
    """What is judged: a document, or where it has a span, a passage of it in code points."""

    document: str
    span: tuple[int, int] | None = None


Ranked = Mapping[str, Sequence[Target]]  # best first, by query
Item = tuple[Query, Target]


def pooled(
    rankings: Iterable[Ranked], queries: Iterable[Query], depth: int, seed: int
) -> list[Item]:
    """The first of each ranking, once, question by question; within a question in an order drawn.

    The draw is of the question and the seed alone: whoever comes back finds the same order.
    """
    rankings = list(rankings)
    items: list[Item] = []
    for query in queries:
        firsts = (ranking.get(query.id, ())[:depth] for ranking in rankings)
        targets = sorted({target for first in firsts for target in first}, key=repr)
        random.Random(f"{seed} {query.id}").shuffle(targets)
        items += [(query, target) for target in targets]
    return items


def of_run(run: Run) -> Ranked:
    """A run's documents, to be pooled."""
    return {query: [Target(document) for document in ranked] for query, ranked in run.items()}
