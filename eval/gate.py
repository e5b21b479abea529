"""Whether the search lost on judged questions what it once gave.

A measure has lost where both hold: chance alone would seldom lose as much (paired randomisation
test over intents; one side, as a gain is no alarm and the test finds smaller losses so; Bonferroni
over what is watched), and the loss is large enough for a person to care. The second keeps out a few
documents with nearly the same score that another processor's arithmetic ranks the other way round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.baseline import WATCHED, Searches, Values
from eval.baseline import values as values_of
from eval.compare import Placed, first
from eval.dataset import Qrels, Query
from eval.measures import Scores
from eval.runs import Run
from eval.statistics import loss

LEVEL = 0.05  # of all that is watched together
LEAST = 0.005  # of a mean over intents


@dataclass(frozen=True, slots=True)
class Worse:
    """A question that lost, and the documents that it ranks first now."""

    query: Query
    before: float
    after: float
    ranked: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A mean over intents, before and now, and the questions that lost, most first.

    `p` is of what the mean did, loss or gain.
    """

    before: float
    after: float
    p: float
    worse: list[Worse]

    @property
    def lost(self) -> bool:
        return self._counts and self.after < self.before

    @property
    def gained(self) -> bool:
        return self._counts and self.after > self.before

    @property
    def _counts(self) -> bool:
        return self.p * len(WATCHED) < LEVEL and abs(self.after - self.before) >= LEAST


def judge(before: Values, searches: Searches, qrels: Qrels) -> dict[str, Shift]:
    """Compare what the search gives now with the values of a baseline of the same questions.

    A quote that the text holds no more shows nothing: its question counts 0 by evidence.
    """
    now = values_of(searches)
    after = {q: {name: now[q].get(name, 0.0) for name in row} for q, row in before.items()}
    shifts = {}
    for name, (method, _) in WATCHED.items():
        asked = [q for q in searches[method].documents.queries if name in before[q.id]]
        old, new = ({q.id: values[q.id][name] for q in asked} for values in (before, after))
        worse = _worse(asked, old, new, searches[method].ranking.run, qrels)
        shifts[name] = _shift(_by_intent(asked, old), _by_intent(asked, new), worse)
    return shifts


def _worse(
    asked: Sequence[Query],
    old: Mapping[str, float],
    new: Mapping[str, float],
    run: Run,
    qrels: Qrels,
) -> list[Worse]:
    found = [
        Worse(q, old[q.id], new[q.id], first(run.get(q.id, {}), qrels[q.id]))
        for q in asked
        if new[q.id] < old[q.id]
    ]
    return sorted(found, key=lambda worse: (worse.after - worse.before, worse.query.id))


def _shift(old: Sequence[float], new: Sequence[float], worse: list[Worse]) -> Shift:
    before, after = (float(np.mean(values)) if values else 0.0 for values in (old, new))
    p = loss(new, old) if after < before else loss(old, new)
    return Shift(before, after, p, worse)


def _by_intent(asked: Sequence[Query], values: Mapping[str, float]) -> list[float]:
    scores = Scores(asked, {query: {"": value} for query, value in values.items()})
    return [row[""] for row in scores.by_intent().values()]
