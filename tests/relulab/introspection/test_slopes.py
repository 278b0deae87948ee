"""Slopes multiply: by hand where each layer has one unit, and nearly where they are wide."""

import numpy as np
import torch

from relulab.introspection.slopes import slopes_of
from relulab.introspection.trace import Aim
from tests.helpers.designs import conv, dense, network, set_layer

LOSS = torch.nn.functional.cross_entropy


def test_a_chain_of_single_units_by_hand():
    """1-1-1: the gradient at each layer is exactly the product of slopes and weights."""
    net = network(dense(1, "sigmoid"), dense(1, "sigmoid"), inputs=(1,), outputs=1, output={"activation": "identity"})
    for name, weight in (("1_dense", 2.0), ("2_dense", -3.0), ("output", 0.5)):
        set_layer(net, name, [[weight]], [0.1])
    x, aim = np.array([[0.7]]), Aim(torch.nn.functional.mse_loss, torch.tensor([[4.0]], dtype=torch.float64))
    found = slopes_of(net, x, aim)
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731  # a formula
    first = 2 * 0.7 + 0.1
    second = -3 * sigmoid(first) + 0.1
    slopes = np.array([sigmoid(z) * (1 - sigmoid(z)) for z in (first, second)])
    np.testing.assert_allclose(found.slopes, slopes, rtol=1e-6)
    np.testing.assert_allclose(found.weights, [3.0, 0.5], rtol=1e-6)
    np.testing.assert_allclose(found.products, [slopes[0] * 3 * slopes[1] * 0.5, slopes[1] * 0.5], rtol=1e-6)
    np.testing.assert_allclose(found.measured, found.products, rtol=1e-6)
    assert found.titles == ("1 Dense", "2 Dense")


def test_eight_layers_of_sigmoids_let_next_to_nothing_back():
    """Each slope is at most 1/4; product and measured gradient agree over four orders of magnitude."""
    rng = np.random.default_rng(0)
    net = network(*[dense(32, "sigmoid")] * 8, inputs=(16,), outputs=10)
    found = slopes_of(net, rng.normal(size=(64, 16)), Aim(LOSS, torch.from_numpy(rng.integers(0, 10, 64))))
    assert found.slopes.max() <= 0.25
    assert found.products[0] < 1e-3
    assert np.abs(np.log10(found.products / found.measured)).max() < 0.7
    rectified = network(*[dense(32)] * 8, inputs=(16,), outputs=10)
    open_ = slopes_of(rectified, rng.normal(size=(64, 16)), Aim(LOSS, torch.from_numpy(rng.integers(0, 10, 64))))
    assert open_.products[0] > 100 * found.products[0]


def test_it_is_of_dense_layers_alone():
    net = network(conv(2), "flatten", inputs=(1, 6, 6))
    assert slopes_of(net, np.zeros((1, 1, 6, 6)), Aim(LOSS, torch.tensor([0]))) is None
