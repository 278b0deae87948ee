"""Effective rank, duplicates, linear collapse: on matrices whose answer is known."""

import math

import numpy as np
import pytest
import torch

from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.reductions import as_matrix
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from tests.helpers.designs import conv, dense, network


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def naive_rank(matrix: np.ndarray) -> float:
    """Roy & Vetterli, word by word."""
    sigma = np.linalg.svd(matrix - matrix.mean(0), compute_uv=False)
    entropy = 0.0
    for value in sigma / sigma.sum():
        if value > 0:
            entropy -= value * math.log(value)
    return math.exp(entropy)


def test_covariance_in_pieces_is_that_of_the_whole():
    matrix = 50.0 + random(100, 5)
    pieces = [Covariance.of(part) for part in matrix.split([1, 60, 39])]
    whole = pieces[0] + pieces[1] + pieces[2]
    expected = np.cov(matrix.double().numpy().T, bias=True) * 100
    np.testing.assert_allclose(whole.products, expected, rtol=1e-6, atol=1e-6)
    assert whole.count == 100


@pytest.mark.parametrize("shape", [(200, 6), (30, 30), (10, 40)])
def test_effective_rank_by_the_definition(shape):
    matrix = random(*shape) * torch.linspace(0.1, 3.0, shape[1])
    assert effective_rank(Covariance.of(matrix)) == pytest.approx(naive_rank(matrix.double().numpy()), rel=1e-5)


@pytest.mark.parametrize("rank", [1, 2, 5])
def test_effective_rank_counts_equal_directions(rank):
    directions = torch.linalg.qr(random(300, rank) - random(300, rank).mean(0)).Q
    directions = torch.linalg.qr(directions - directions.mean(0)).Q
    matrix = directions @ torch.linalg.qr(random(16, rank, seed=1)).Q.T
    assert effective_rank(Covariance.of(7.0 + matrix)) == pytest.approx(rank, rel=1e-3)


def test_effective_rank_of_nothing_and_of_nonsense():
    assert effective_rank(Covariance.of(torch.full((10, 4), 3.0))) == 0.0
    assert math.isnan(effective_rank(Covariance.of(torch.tensor([[1.0, math.nan], [2.0, 3.0]]))))


def test_constant_initialization_collapses_to_rank_one_with_every_unit_a_duplicate():
    net = network(dense(16, initialization="constant"))
    _, kept = net.forward_kept(random(200, 2))
    units = Covariance.of(kept[0].activation.detach())
    assert effective_rank(units) == pytest.approx(1.0, abs=1e-3)
    assert duplicate_units(units).all()


def naive_duplicates(matrix: np.ndarray) -> list[bool]:
    flags = []
    for i in range(matrix.shape[1]):
        flags.append(False)
        for j in range(matrix.shape[1]):
            a, b = matrix[:, i], matrix[:, j]
            if i != j and a.std() > 0 and b.std() > 0 and abs(np.corrcoef(a, b)[0, 1]) > 0.999:
                flags[-1] = True
    return flags


def test_duplicates_by_loops():
    matrix = random(100, 8).double()
    matrix[:, 3] = 2.0 * matrix[:, 0] + 5.0
    matrix[:, 6] = -matrix[:, 0] + 0.001 * random(100, seed=1)
    matrix[:, 7] = matrix[:, 1] + 0.2 * random(100, seed=2)  # correlation .98: alike, but not the same
    assert duplicate_units(Covariance.of(matrix)).tolist() == naive_duplicates(matrix.numpy())
    assert duplicate_units(Covariance.of(matrix)).tolist() == [True, False, False, True, False, False, True, False]


def test_constant_units_are_nobodys_duplicate():
    matrix = random(100, 5)
    matrix[:, 1] = 0.0
    matrix[:, 2] = 0.0
    matrix[:, 3] = 0.7310586  # saturated units: constant up to the rounding of their mean
    matrix[:, 4] = 0.3
    assert not duplicate_units(Covariance.of(matrix)).any()


def test_a_single_unit_has_no_twin():
    assert not duplicate_units(Covariance.of(random(50, 1))).any()


def test_duplicate_channels_are_compared_over_positions():
    net = network(conv(4), "flatten", inputs=(1, 8, 8))
    with torch.no_grad():
        net.weights()[0][2] = net.weights()[0][0]
        _, kept = net.forward_kept(random(20, 1, 8, 8))
    assert duplicate_units(Covariance.of(as_matrix(kept[0].activation))).tolist() == [True, False, True, False]


def naive_fit(x: np.ndarray, y: np.ndarray) -> float:
    design = np.column_stack([x, np.ones(len(x))])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1.0 - (residual**2).sum() / ((y - y.mean(0)) ** 2).sum()


def test_a_linear_stack_is_explained_completely_and_a_relu_net_is_not():
    x = random(500, 2)
    linear = network(*[dense(32, "identity")] * 3, seed=1)
    relu = network(*[dense(32)] * 3, seed=1)
    assert linear_fit(x, linear(x)) == pytest.approx(1.0, abs=1e-6)
    fit = linear_fit(x, relu(x))
    assert fit == pytest.approx(naive_fit(x.double().numpy(), relu(x).detach().double().numpy()), abs=1e-6)
    assert fit < 0.99


def test_blank_pixels_do_not_spoil_the_fit():
    """Columns without any variation make the system rank-deficient."""
    images = random(300, 1, 6, 6)
    images[:, :, :3] = 0.0
    net = network("flatten", dense(10, "identity"), inputs=(1, 6, 6))
    for _ in range(20):  # one of torch's drivers is wrong only when its memory was used before
        assert linear_fit(images, net(images)) == pytest.approx(1.0, abs=1e-6)


def test_what_cannot_be_told_is_not_a_number():
    x = random(10, 20)
    assert math.isnan(linear_fit(x, random(10, 2)))  # more inputs than samples: a line fits anything
    assert math.isnan(linear_fit(random(50, 2), torch.ones(50, 3)))
    assert math.isnan(linear_fit(random(50, 2), torch.full((50, 3), math.nan)))
