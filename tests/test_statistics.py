"""Intervals and tests of significance against values computed by hand."""

from itertools import product

import numpy as np
import pytest

from eval.statistics import difference, interval


def test_a_sample_of_equal_values_is_sure_of_its_mean() -> None:
    assert interval([0.5, 0.5, 0.5]) == interval([0.5])
    assert (interval([]).mean, interval([0.5]).low, interval([0.5]).high) == (0.0, 0.5, 0.5)


def test_the_interval_of_a_large_sample_is_that_of_the_normal_law() -> None:
    sample = np.random.default_rng(1).normal(0.6, 0.2, 2000)
    found = interval(sample.tolist())
    half = 1.96 * sample.std() / 2000**0.5
    assert found.low == pytest.approx(sample.mean() - half, abs=0.001)
    assert found.high == pytest.approx(sample.mean() + half, abs=0.001)


def test_the_probability_is_that_of_all_exchanges_of_two_runs() -> None:
    ours, theirs = [0.9, 0.8, 0.7, 0.4, 0.6], [0.5, 0.7, 0.4, 0.6, 0.3]
    apart = np.subtract(ours, theirs)
    signs = [apart @ s for s in product([-1, 1], repeat=5)]
    exact = float(np.mean([abs(s) >= abs(apart.sum()) - 1e-12 for s in signs]))
    found = difference(ours, theirs)
    assert found.p == pytest.approx(exact)
    assert (found.won, found.lost) == (4, 1)
    assert found.effect == pytest.approx(apart.mean() / apart.std(ddof=1))
    assert difference(theirs, ours).mean.mean == pytest.approx(-found.mean.mean)


def test_a_clear_win_is_significant_and_a_tie_is_not() -> None:
    assert difference([0.9] * 30, [0.1] * 30).p < 0.001
    assert difference([0.4] * 30, [0.4] * 30).p == 1


def test_chance_is_called_a_win_one_time_in_twenty() -> None:
    rng = np.random.default_rng(7)
    called = [difference(*rng.normal(0, 1, (2, 40))).p < 0.05 for _ in range(200)]
    assert 2 <= sum(called) <= 19
