"""Gradient sizes and real update ratios against loops and against torch's optimizers."""

import math

import numpy as np
import pytest
import torch

from relulab.measurements.gradients import gradient_norms, gradient_rms
from relulab.measurements.updates import update_ratios
from tests.helpers.designs import dense, network


def trained_gradients():
    net = network(dense(8, "tanh"), dense(8, "tanh"))
    x, y = torch.randn(50, 2), torch.randint(2, (50,))
    torch.nn.functional.cross_entropy(net(x), y).backward()
    return net, [weight.grad for weight in net.weights()]


def naive_norm(tensor: torch.Tensor) -> float:
    return math.sqrt(sum(value * value for value in tensor.reshape(-1).tolist()))


def test_norms_and_rms_by_loops():
    _, gradients = trained_gradients()
    norms = gradient_norms(gradients)
    rms = gradient_rms(norms, gradients)
    assert norms.dtype == rms.dtype == np.float32
    for gradient, norm, mean in zip(gradients, norms, rms, strict=True):
        assert norm == pytest.approx(naive_norm(gradient), rel=1e-5)
        assert mean == pytest.approx(naive_norm(gradient) / math.sqrt(gradient.numel()), rel=1e-5)


def test_views_of_a_flat_tensor_have_the_same_norms():
    _, gradients = trained_gradients()
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    views = flat.split([gradient.numel() for gradient in gradients])
    np.testing.assert_allclose(gradient_norms(views), gradient_norms(gradients), rtol=1e-6)


def test_a_gradient_that_is_not_finite_shows():
    norms = gradient_norms([torch.tensor([1.0, math.nan]), torch.tensor([math.inf, 1.0]), torch.ones(4)])
    assert math.isnan(norms[0])
    assert norms[1] == math.inf
    assert norms[2] == 2.0


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "Adagrad"])
def test_the_ratio_is_that_of_the_step_that_was_made(optimizer):
    """lr x gradient would be right for SGD only."""
    net, gradients = trained_gradients()
    before = [weight.detach().clone() for weight in net.weights()]
    getattr(torch.optim, optimizer)(net.parameters(), lr=0.01).step()
    after = [weight.detach() for weight in net.weights()]
    ratios = update_ratios(before, after)
    for old, new, gradient, ratio in zip(before, after, gradients, ratios, strict=True):
        assert ratio == pytest.approx(math.log10(naive_norm(new - old) / naive_norm(old)), abs=1e-4)
        claimed = math.log10(0.01 * naive_norm(gradient) / naive_norm(old))
        assert (abs(ratio - claimed) < 0.01) == (optimizer == "SGD")


def test_zero_weights_have_no_ratio_and_no_update_is_minus_infinity():
    zero, one = torch.zeros(3), torch.ones(3)
    ratios = update_ratios([zero, one, zero], [one, one, zero])
    assert ratios.dtype == np.float32
    assert math.isnan(ratios[0])
    assert ratios[1] == -math.inf
    assert math.isnan(ratios[2])


def test_a_thousandth_is_minus_three():
    assert update_ratios([torch.ones(9)], [torch.full((9,), 1.001)])[0] == pytest.approx(-3.0, abs=1e-3)
