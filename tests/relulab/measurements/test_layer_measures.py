"""Mean, standard deviation, sparsity, saturation and the reductions they rest on."""

import statistics

import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS, Saturation
from relulab.measurements.activations import Moments, zero_count
from relulab.measurements.reductions import as_matrix, per_unit, unit_count, unit_max, unit_sum
from relulab.measurements.saturation import saturated_count

FLAT = torch.randn(7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
IMAGE = torch.randn(5, 3, 4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def columns(values: torch.Tensor) -> list[list[float]]:
    """All numbers of each unit, by loops."""
    units: list[list[float]] = [[] for _ in range(values.shape[1])]
    for sample in values:
        for unit in range(values.shape[1]):
            units[unit] += sample[unit].reshape(-1).tolist()
    return units


@pytest.mark.parametrize("values", [FLAT, IMAGE])
def test_reductions_run_over_samples_and_positions(values):
    units = columns(values)
    assert per_unit(values) == len(units[0])
    assert unit_max(values).tolist() == [max(unit) for unit in units]
    assert unit_sum(values).tolist() == pytest.approx([sum(unit) for unit in units])
    assert unit_count(torch.gt, values, 0.5).tolist() == [sum(v > 0.5 for v in unit) for unit in units]
    assert as_matrix(values).T.tolist() == units


@pytest.mark.parametrize("values", [FLAT, IMAGE, IMAGE.transpose(0, 2)])
def test_moments_are_those_of_the_standard_library(values):
    numbers = values.reshape(-1).tolist()
    moments = Moments.of(values)
    assert float(moments.mean) == pytest.approx(statistics.fmean(numbers))
    assert float(moments.std) == pytest.approx(statistics.pstdev(numbers))


def test_moments_can_be_added_in_pieces_of_any_size():
    values = 1000.0 + torch.randn(1000, 3, generator=torch.Generator().manual_seed(1))
    pieces = [Moments.of(part) for part in values.split([1, 700, 299])]
    whole = pieces[0] + pieces[1] + pieces[2]
    assert whole.count == 3000
    assert float(whole.mean) == pytest.approx(float(values.double().mean()), rel=1e-6)
    assert float(whole.std) == pytest.approx(float(values.double().std(correction=0)), rel=1e-4)


def test_a_large_mean_does_not_eat_the_spread():
    """The difference of two large squares would give 0 or a negative variance here."""
    values = 1e4 + torch.randn(100_000, generator=torch.Generator().manual_seed(1))
    assert float(Moments.of(values).std) == pytest.approx(1.0, rel=0.02)


def test_sparsity_counts_exact_zeros_only():
    values = torch.tensor([[0.0, -0.0, 1e-30], [-1.0, 0.0, 2.0]])
    assert int(zero_count(values)) == 3


def test_saturation_of_each_unit_by_loops():
    for key in ("sigmoid", "tanh", "hardtanh", "relu6"):
        entry = ACTIVATIONS[key]
        h = torch.from_numpy(entry.curve(12.0 * FLAT.numpy()))
        expected = []
        for unit in columns(h):
            low, high = entry.saturation.low, entry.saturation.high
            if entry.saturation.at_clip:
                expected.append(sum(v <= low or v >= high for v in unit))
            else:
                expected.append(sum(v < low or v > high for v in unit))
        assert saturated_count(h, entry.saturation).tolist() == expected
        assert sum(expected) > 0


def test_the_limit_itself_counts_only_at_a_clip():
    at_the_limit = torch.tensor([[0.97], [-0.97]])
    assert saturated_count(at_the_limit, Saturation(-0.97, 0.97)).item() == 0
    assert saturated_count(at_the_limit / 0.97, Saturation(-1.0, 1.0, at_clip=True)).item() == 2


def test_counts_are_exact_for_as_many_numbers_as_a_probe_has():
    values = torch.ones(1024, 1, 64, 64)
    assert unit_count(torch.gt, values, 0.0).item() == 1024 * 64 * 64
