"""Histograms with a fixed number of bins, for any numbers."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from relulab.measurements.histogram import BINS, finite_range, histogram_counts


def naive(values: list[float], low: float, high: float) -> list[int]:
    counts = [0] * BINS
    for value in values:
        place = int((value - low) / (high - low) * BINS) if high > low else 0
        counts[min(place, BINS - 1)] += 1
    return counts


@pytest.mark.parametrize("count", [1, 2, 3, 64, 999, 1000])
def test_counts_like_a_loop(count):
    values = torch.randn(count, dtype=torch.float64, generator=torch.Generator().manual_seed(count))
    low, high = finite_range(values)
    assert histogram_counts(values, low, high).tolist() == naive(values.tolist(), low, high)


def test_any_shape_counts_every_element():
    values = torch.rand(3, 4, 5, 6)
    low, high = finite_range(values)
    assert int(histogram_counts(values, low, high).sum()) == 360
    turned = values.permute(0, 2, 3, 1)
    assert torch.equal(histogram_counts(turned, low, high), histogram_counts(values, low, high))


def test_each_bin_is_where_it_belongs():
    values = torch.arange(BINS, dtype=torch.float64) + 0.5
    assert histogram_counts(values, 0.0, float(BINS)).tolist() == [1] * BINS


def test_the_greatest_value_is_in_the_last_bin():
    assert histogram_counts(torch.tensor([0.0, 1.0, 1.0]), 0.0, 1.0).tolist() == [1] + [0] * 62 + [2]


@pytest.mark.parametrize("value", [0.0, -7.0, 1e-42, 3e38])
def test_without_a_width_everything_is_in_the_first_bin(value):
    assert histogram_counts(torch.full((5,), value), value, value).tolist() == [5] + [0] * 63


def test_a_width_that_floats_cannot_divide_is_no_width():
    values = torch.tensor([0.0, 1e-44])
    assert int(histogram_counts(values, 0.0, float(values[1])).sum()) == 2


@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_whatever_the_numbers(values):
    tensor = torch.tensor(values)
    counts = histogram_counts(tensor, *finite_range(tensor))
    assert int(counts.sum()) == len(values)
    assert (counts >= 0).all()


def test_the_range_is_that_of_the_finite_values():
    assert finite_range(torch.tensor([math.nan, 3.0, -math.inf, -2.0, math.inf])) == (-2.0, 3.0)
    assert all(math.isnan(limit) for limit in finite_range(torch.tensor([math.nan, math.inf])))


def test_bins_do_not_grow_with_the_data():
    """Bin edges that grow without bound were the memory leak of another tool."""
    for scale in (1.0, 1e6, 1e12):
        values = scale * torch.randn(1000)
        assert histogram_counts(values, *finite_range(values)).shape == (BINS,)


def test_half_of_the_zeros_of_a_relu_are_seen_in_the_first_bin():
    values = torch.randn(10_000).relu()
    counts = histogram_counts(values, *finite_range(values)).numpy()
    expected, _ = np.histogram(values.double().numpy(), BINS)
    assert abs(counts - expected).sum() <= 4  # single values on an edge may fall to either side
    assert counts[0] >= 4_800
