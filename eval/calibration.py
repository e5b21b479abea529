"""What a search knows of a passage, made a probability that its document answers: fit and figures.

The regression of `service.relevance` learns from the first act of questions whose answers are
known, in three cases: asked of their own collection; asked of it as if the documents that answer
were not there; asked of other collections. Half of the weight is on the first case: as many
questions have an answer as have none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.dataset import Qrels, Query
from eval.retrieval import embed
from indexer import Encoder, Index
from service.candidates import candidates
from service.recipe import Recipe
from service.relevance import PARTS, Logistic, Parts, Probabilities, parts
from service.search import ranked
from service.spelling import understood

FIRST = 10  # acts of a question
FOLDS = 5
BINS = 10  # of equal width
Bools = NDArray[np.bool_]
CASES = ("home", "without", "elsewhere")
FITS = {"late": PARTS, "words": ("words",)}  # the parts of each regression


@dataclass(frozen=True, slots=True)
class Asked:
    """The first acts that a question found, best first, by their best passages."""

    query: Query
    parts: Parts
    relevant: Bools


@dataclass(frozen=True, slots=True)
class Sample:
    """Single acts of questions; all arrays of one length."""

    parts: Parts
    relevant: Bools
    case: NDArray[np.str_]  # one of CASES
    weight: NDArray[np.float64]
    topic: NDArray[np.str_]  # of the question

    def of(self, rows: NDArray[Any]) -> "Sample":
        """Some of them."""
        return Sample(*(getattr(self, name)[rows] for name in Sample.__slots__))


def ask(index: Index, queries: Sequence[Query], qrels: Qrels, encoder: Encoder) -> list[Asked]:
    """The first acts of each question; relevant are those of which a version is judged so."""
    embedded = embed(encoder, queries, index, Recipe())
    answers = []
    for query, asked in zip(queries, embedded, strict=True):
        judged = qrels.get(query.id, {})
        question = understood(query.text, index, Recipe())
        found = candidates(question, asked, index, Recipe())
        rows = [act[0] for act in ranked(found, index)[:FIRST]]
        versions = (index.versions(found.documents[row]) for row in rows)
        relevant = [any(judged.get(name, 0) > 0 for name in names) for names in versions]
        answers.append(Asked(query, parts(found)[rows], np.array(relevant, np.bool_)))
    return answers


def training(
    home: Sequence[Asked], elsewhere: Sequence[Sequence[Asked]], topics: Mapping[str, str]
) -> Sample:
    """What the regression learns from; `topics` are by question.

    Questions of one topic are never both learnt from and measured.
    """
    share = 1 / (1 + len(elsewhere))
    rows = [(a, 0, "home", 1.0) for a in home if a.relevant.size]
    # the first that does not answer leads where those that do are taken away
    rows += [(a, int(np.argmin(a.relevant)), "without", share) for a in home if not all(a.relevant)]
    rows += [(a, 0, "elsewhere", share) for other in elsewhere for a in other if a.relevant.size]
    asked, places, cases, weights = zip(*rows, strict=True)
    return Sample(
        np.array([a.parts[place] for a, place in zip(asked, places, strict=True)]),
        np.array([a.relevant[place] for a, place in zip(asked, places, strict=True)]),
        np.array(cases),
        np.array(weights),
        np.array([topics[a.query.id] for a in asked]),
    )


def fit(sample: Sample, names: Sequence[str]) -> Logistic:
    """A logistic regression on these parts; the penalty only keeps separable data finite."""
    from sklearn.linear_model import LogisticRegression  # a second to import

    values = sample.parts[:, [PARTS.index(name) for name in names]]
    mean, spread = values.mean(0), values.std(0)
    spread[spread == 0] = 1
    model: Any = LogisticRegression(C=1e6, tol=1e-8, max_iter=1000)
    model.fit((values - mean) / spread, sample.relevant, sample.weight)
    weights = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - weights @ mean)
    return Logistic(intercept, dict(zip(names, weights.tolist(), strict=True)))


def crossed(sample: Sample, names: Sequence[str]) -> Probabilities:
    """The probability of each act by a regression that learnt from no question of its topic."""
    from sklearn.model_selection import GroupKFold

    given = np.empty(sample.relevant.size)
    folds = GroupKFold(min(FOLDS, np.unique(sample.topic).size))
    for rest, held in folds.split(sample.parts, groups=sample.topic):
        given[held] = fit(sample.of(rest), names)(sample.parts[held])
    return given


def reliability(
    given: Probabilities, relevant: Bools, weight: NDArray[np.float64]
) -> dict[str, Any]:
    """AUROC, Brier score, and the expected calibration error with its bins.

    Brier (1950); Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using
    Bayesian Binning", AAAI 2015.
    """
    share = weight / weight.sum()
    place = np.minimum((given * BINS).astype(int), BINS - 1)
    bins = []
    for n in np.unique(place):
        held = place == n
        said, were = (float(np.average(v[held], weights=share[held])) for v in (given, relevant))
        bins.append({"from": n / BINS, "share": float(share[held].sum()), "said": said, "is": were})
    return {
        "count": given.size,
        "relevant": float(share @ relevant),
        "auroc": auroc(given, relevant, share),
        "brier": float(share @ (given - relevant) ** 2),
        "ece": sum(b["share"] * abs(b["said"] - b["is"]) for b in bins),
        "bins": bins,
    }


def auroc(
    given: Probabilities, positive: Bools, weight: NDArray[np.float64] | None = None
) -> float:
    """How often a positive is given more than a negative; 0.5 where there is only one kind."""
    from sklearn.metrics import roc_auc_score

    if positive.all() or not positive.any():
        return 0.5
    return float(roc_auc_score(positive, given, sample_weight=weight))
