"""Ranges, ticks and thinning of curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relulab.views.thinning import Columns
from ui.plots.scales import (
    keep_or_move,
    linear_range,
    linear_ticks,
    log_range,
    log_ticks,
    nice_ceiling,
)

positive = st.floats(1e-12, 1e12)


@given(positive)
def test_a_nice_ceiling_is_at_or_just_above_the_value(value):
    ceiling = nice_ceiling(value)
    assert value * (1 - 1e-9) <= ceiling <= 1.51 * value


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_nice_ceiling_of_nothing_is_one(value):
    assert nice_ceiling(value) == 1.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_linear_range_holds_the_data(one, other):
    low, high = sorted((one, other))
    bottom, top = linear_range(low, high)
    assert bottom <= low
    assert high <= top
    assert bottom < top


def test_a_linear_range_of_losses_begins_at_zero():
    assert linear_range(0.1, 0.9)[0] == 0.0
    assert linear_range(0.69, 0.70)[0] > 0.6, "a loss that is stuck shows its small changes"
    assert linear_range(-3e-8, 3e-8)[1] < 1e-7, "a vanishing signal keeps its own scale"


@given(positive, st.floats(1.0, 1e6))
def test_a_log_range_holds_the_data(low, factor):
    bottom, top = log_range(low, low * factor)
    assert 10**bottom <= low * (1 + 1e-9)
    assert low * factor <= 10**top * (1 + 1e-9)


def test_a_range_stays_until_the_data_leave_it_or_shrink_to_half():
    assert keep_or_move((0.0, 10.0), (0.0, 8.0)) == (0.0, 10.0)
    assert keep_or_move((0.0, 10.0), (0.0, 12.0)) == (0.0, 12.0)
    assert keep_or_move((0.0, 10.0), (0.0, 4.0)) == (0.0, 4.0)
    assert keep_or_move(None, (1.0, 2.0)) == (1.0, 2.0)


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(2, 10))
def test_linear_ticks_lie_inside_and_are_not_too_many(low, span, most):
    ticks = linear_ticks(low, low + span, most)
    assert 1 <= len(ticks.places) <= most
    assert all(low - 1e-6 * span <= place <= low + span * (1 + 1e-6) for place in ticks.places)


def test_linear_ticks_are_round():
    assert linear_ticks(0, 2000, 6).texts == ("0", "500", "1,000", "1,500", "2,000")
    assert linear_ticks(-4.2, -1.8, 3).texts == ("−4", "−3", "−2")


@given(st.floats(-12, 3), st.floats(0.67, 15), st.integers(2, 8))
def test_log_ticks_say_the_value_at_their_place(low, decades, most):
    ticks = log_ticks(low, low + decades, most)
    assert len(ticks.places) <= most
    for place, text in zip(ticks.places, ticks.texts, strict=True):
        assert float(text.replace(",", "")) == pytest.approx(10**place, rel=1e-3)


def test_ticks_of_steps_are_whole():
    assert linear_ticks(0, 2, 6, least=1).texts == ("0", "1", "2")
    assert linear_ticks(0.2, 0.9, 6, least=1).texts == ()


def test_log_ticks_use_two_and_five_where_there_is_room():
    assert log_ticks(-1.0, 0.0, 5).texts == ("0.1", "0.2", "0.3", "0.5", "1")
    assert log_ticks(-10.0, 0.0, 4).texts == ("1e-9", "1e-6", "0.001", "1")


# ---- thinning


@pytest.fixture
def noise():
    rng = np.random.default_rng(3)
    x = np.arange(5000.0)
    y = rng.normal(0, 1, 5000)
    y[1234], y[4321] = 50.0, -60.0  # single spikes
    return x, y


def test_an_envelope_keeps_every_extremum_of_its_columns(noise):
    x, y = noise
    thin_x, thin_y = Columns(x, (0, 5000), 200).envelope(y)
    assert len(thin_y) == 400
    assert np.all(np.diff(thin_x) >= 0)
    for column in range(200):
        block = y[25 * column : 25 * (column + 1)]
        assert thin_y[2 * column] == block.min()
        assert thin_y[2 * column + 1] == block.max()
    assert thin_y.max() == 50.0
    assert thin_y.min() == -60.0


def test_few_points_come_back_as_they_are():
    x, y = np.array([0.0, 5.0, 9.0]), np.array([1.0, np.nan, 3.0])
    columns = Columns(x, (0, 10), 100)
    assert columns.envelope(y)[1] is y
    assert columns.means(y)[1] is y
    assert len(Columns(np.empty(0), (0, 1), 100).envelope(np.empty(0))[0]) == 0


def test_means_are_those_of_the_columns(noise):
    x, y = noise
    mean_x, mean_y = Columns(x, (0, 5000), 50).means(y)
    np.testing.assert_allclose(mean_y, y.reshape(50, 100).mean(1))
    np.testing.assert_allclose(mean_x, x.reshape(50, 100).mean(1))


def test_nan_is_passed_over_and_stays_a_gap_where_nothing_else_is(noise):
    x, y = noise
    y = y.copy()
    y[100:103] = np.nan
    y[2500:2600] = np.nan  # four whole columns of 25
    columns = Columns(x, (0, 5000), 200)
    _, ends = columns.envelope(y)
    _, means = columns.means(y)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(means)), np.arange(100, 104))
    assert ends[8] == np.nanmin(y[100:125])
    assert np.isnan(ends[200:208]).all()
    assert not np.isnan(ends[:200]).any()
    assert means[4] == pytest.approx(np.nanmean(y[100:125]))


def test_a_growing_curve_keeps_the_columns_it_had(noise):
    x, y = noise
    early = Columns(x[:3000], (0, 5000), 200).envelope(y[:3000])[1]
    late = Columns(x, (0, 5000), 200).envelope(y)[1]
    np.testing.assert_array_equal(early, late[: len(early)])
