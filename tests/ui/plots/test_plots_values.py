"""Histograms brought onto one value axis."""

import numpy as np
import pytest

from relulab.views.histograms import levels, rebin
from ui.plots.histogram_map import BINS, ValueHistory


def naive_rebin(histogram, low, high, axis, bins):
    """Bin by bin and edge by edge: how much of each old bin lies in each new one."""
    shares = np.zeros((len(histogram), bins))
    new = np.linspace(axis[0], axis[1], bins + 1)
    for r, row in enumerate(histogram):
        old = np.linspace(low[r], high[r], len(row) + 1)
        for i, share in enumerate(row):
            for j in range(bins):
                overlap = min(old[i + 1], new[j + 1]) - max(old[i], new[j])
                shares[r, j] += share * max(0.0, overlap) / (old[i + 1] - old[i])
    return shares


def test_rebinning_agrees_with_counting_overlaps():
    rng = np.random.default_rng(0)
    histogram = rng.dirichlet(np.ones(16), 5)
    low, high = rng.uniform(-3, 0, 5), rng.uniform(0.1, 4, 5)
    found = rebin(histogram, low, high, (-2.0, 3.0), 24)
    np.testing.assert_allclose(found, naive_rebin(histogram, low, high, (-2.0, 3.0), 24), atol=1e-12)


def test_nothing_is_lost_on_an_axis_that_holds_all():
    histogram = np.random.default_rng(1).dirichlet(np.ones(64), 7)
    shares = rebin(histogram, np.full(7, -0.9), np.linspace(0.1, 2.0, 7), (-1.0, 2.5), 96)
    np.testing.assert_allclose(shares.sum(1), 1.0)


def test_equal_values_stay_one_bin():
    shares = rebin(np.full((1, 8), 1 / 8), np.zeros(1), np.zeros(1), (-1.0, 1.0), 10)
    np.testing.assert_allclose(shares[0, 5], 1.0)
    assert np.count_nonzero(shares) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_record_that_is_not_finite_becomes_nan_and_harms_no_other(bad):
    shares = rebin(np.full((2, 4), 0.25), np.array([0.0, 0.0]), np.array([1.0, bad]), (0.0, 1.0), 4)
    np.testing.assert_allclose(shares[0], 0.25)
    assert np.isnan(shares[1]).all()


def records(steps, high):
    steps = np.asarray(steps)
    rng = np.random.default_rng(5)
    histogram = rng.dirichlet(np.ones(32), 4000)[steps]
    return steps, histogram, np.zeros(len(steps)), np.broadcast_to(np.asarray(high, float), len(steps))


def test_only_new_records_are_computed_and_the_result_is_the_same():
    grown = ValueHistory()
    assert grown.update(*records([0, 10, 20], 2.0)) == 3
    assert grown.update(*records([0, 10, 20, 30, 40], 2.0)) == 3, "the newest of before, and two new ones"
    assert grown.update(*records([0, 20, 40, 50], 2.0)) == 2, "old records were thinned out"
    fresh = ValueHistory()
    fresh.update(*records([0, 20, 40, 50], 2.0))
    np.testing.assert_array_equal(grown.shares, fresh.shares)
    np.testing.assert_array_equal(grown.shades, fresh.shades)


def test_the_axis_grows_with_the_data_and_everything_is_divided_anew():
    values = ValueHistory()
    values.update(*records([0, 10], 2.0))
    axis = values.axis
    assert values.update(*records([0, 10, 20], [2.0, 2.0, 30.0])) == 3
    assert values.axis[1] >= 30.0 > axis[1]
    np.testing.assert_allclose(values.shares.sum(1), 1.0)


def test_a_layer_of_zeros_and_one_without_finite_values_have_an_axis():
    zeros = ValueHistory()
    zeros.update(np.array([0]), np.full((1, 4), 0.25), np.zeros(1), np.zeros(1))
    assert zeros.axis == (0.0, 1.0)
    assert zeros.shares[0, 0] == pytest.approx(1.0)
    broken = ValueHistory()
    broken.update(np.array([0]), np.full((1, 4), np.nan), np.full(1, np.nan), np.full(1, np.nan))
    assert broken.axis[0] < broken.axis[1]
    assert not broken.shades.any()


def test_columns_of_the_picture_hold_the_last_record_before():
    values = ValueHistory()
    values.update(*records([0, 45, 60], 2.0))
    picture = values.picture(100.0, 10)  # columns at 5, 15, …, 95
    assert picture.shape == (10, BINS)
    for column, record in ((0, 0), (3, 0), (4, 1), (5, 1), (6, 2)):
        np.testing.assert_array_equal(picture[column], values.shades[record])
    assert not picture[7:].any(), "nothing is drawn behind the newest record"


def test_shades_are_logarithmic_from_one_in_a_thousand():
    np.testing.assert_array_equal(levels(np.array([0.0, 5e-4, 1e-3, 1.0, np.nan])), [0, 0, 0, 255, 0])
    assert levels(np.array([0.0317]))[0] == pytest.approx(127, abs=2)
