"""How sure a mean is, and whether two runs differ by more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

RESAMPLES = 10_000
SEED = 20_260_101  # the same runs give the same figures
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the interval that holds it 95 times in 100."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much one run beats another over the same questions.

    `p` is the share of random exchanges of the two that differ at least as much; `effect` is the
    mean difference in standard deviations of the differences (Cohen's d for pairs, 0 where all
    questions are equal).
    """

    mean: Interval
    p: float
    effect: float
    won: int
    lost: int


def interval(values: Sequence[float]) -> Interval:
    """The mean of a sample with its percentile bootstrap interval (Efron, 1979)."""
    sample = np.asarray(values, np.float64)
    mean = float(sample.mean()) if sample.size else 0.0
    if sample.size < 2 or np.ptp(sample) == 0:
        return Interval(mean, mean, mean)
    rng = np.random.default_rng(SEED)
    found: Any = stats.bootstrap(
        (sample,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=rng, batch=500
    )
    return Interval(
        mean, float(found.confidence_interval.low), float(found.confidence_interval.high)
    )


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """A paired randomisation test of the means, both sides (Smucker and others, CIKM 2007)."""
    apart = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    spread = float(apart.std(ddof=1)) if apart.size > 1 else 0.0
    return Difference(
        interval(apart.tolist()),
        _chance(apart),
        float(apart.mean()) / spread if spread else 0.0,
        int((apart > 0).sum()),
        int((apart < 0).sum()),
    )


def loss(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The same test of one side: how often chance alone loses as much as `ours` to `theirs`."""
    return _chance(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64), "less")


def _chance(apart: Values, side: Literal["two-sided", "less"] = "two-sided") -> float:
    if not apart.any():
        return 1.0
    # a randomisation exchanges two runs of a question: it turns the sign of their difference
    found: Any = stats.permutation_test(
        (apart,),
        lambda x, axis: np.mean(x, axis=axis),
        permutation_type="samples",
        alternative=side,
        n_resamples=RESAMPLES,
        vectorized=True,
        batch=500,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)
