"""Bands over several runs against plain loops over plain lists."""

import math
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from relulab.session.bands import GRID_STEPS, band


def value_at(steps, values, step):
    """Linear interpolation between finite values by hand; None outside of them."""
    points = [(s, v) for s, v in zip(steps, values, strict=True) if math.isfinite(v)]
    for (s0, v0), (s1, v1) in pairwise(points):
        if s0 <= step <= s1:
            return v0 + (v1 - v0) * (step - s0) / (s1 - s0)
    return points[0][1] if points and points[0][0] == step else None


def quantile(values, share):
    """Linear between the sorted values."""
    values = sorted(values)
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def assert_is_band_of(found, curves):
    for i, step in enumerate(found.steps):
        values = [value for xs, ys in curves if (value := value_at(xs, ys, step)) is not None]
        assert found.runs[i] == len(values)
        if values:
            np.testing.assert_allclose(found.median[i], median(values))
            np.testing.assert_allclose(found.lower[i], quantile(values, 0.25))
            np.testing.assert_allclose(found.upper[i], quantile(values, 0.75))
        else:
            assert np.isnan([found.lower[i], found.median[i], found.upper[i]]).all()


@pytest.mark.parametrize("runs", [1, 2, 3, 5, 8])
def test_median_and_quartiles_of_runs_of_different_lengths(runs):
    rng = np.random.default_rng(runs)
    curves = []
    for _ in range(runs):
        steps = np.unique(rng.integers(0, 300, 20))
        curves.append((steps, rng.normal(size=len(steps))))
    found = band(curves)
    every = [step for steps, _ in curves for step in steps]
    np.testing.assert_array_equal(found.steps, np.arange(min(every), max(every) + 1))
    assert_is_band_of(found, curves)


def test_nothing_is_made_up_where_a_run_has_ended_diverged_or_not_begun():
    curves = [
        (np.array([0, 2, 4]), np.array([1.0, 2.0, 3.0])),
        (np.array([0, 1, 2]), np.array([5.0, math.nan, 7.0])),
        (np.array([0, 1, 3]), np.array([1.0, 1.5, math.inf])),
        (np.array([9, 10]), np.array([4.0, 4.0])),
    ]
    found = band(curves)
    assert_is_band_of(found, curves)
    assert found.runs.tolist() == [3, 3, 2, 1, 1, 0, 0, 0, 0, 1, 1]


def test_a_long_run_is_worked_out_at_evenly_spaced_whole_steps_with_both_ends():
    steps = np.arange(0, 100_001, 7)
    found = band([(steps, steps * 2.0), (steps, steps * 4.0)])
    assert len(found.steps) == GRID_STEPS
    assert (found.steps[0], found.steps[-1]) == (0, steps[-1])
    assert np.ptp(np.diff(found.steps)) <= 1
    np.testing.assert_allclose(found.median, 3 * found.steps)


@pytest.mark.parametrize("curves", [[], [(np.empty(0), np.empty(0))], [(np.array([1]), np.array([math.nan]))]])
def test_of_nothing_there_is_no_band(curves):
    found = band(curves)
    assert [len(part) for part in (found.steps, found.lower, found.median, found.upper, found.runs)] == [0] * 5
