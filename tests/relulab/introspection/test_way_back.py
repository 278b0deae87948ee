"""Backpropagation number by number: against autograd, and against a difference quotient that must notice faults."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from relulab.introspection.trace import Aim, way_of
from relulab.introspection.way_back import way_back
from tests.helpers.designs import conv, dense, network, set_layer

LOSS = torch.nn.functional.cross_entropy


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "leaky_relu"])
def test_products_come_to_the_deltas_of_autograd(activation):
    net = network(dense(7, activation), dense(6, activation), inputs=(3,), outputs=4)
    x, aim = np.random.default_rng(0).normal(size=(1, 3)), Aim(LOSS, torch.tensor([2]))
    back, way = way_back(net, x, aim), way_of(net, x, aim)
    assert back.loss == pytest.approx(float(way.losses[0]), rel=1e-14)
    for layer, expected in zip(back.layers, way.deltas, strict=True):
        np.testing.assert_allclose(layer.deltas, expected[0], atol=1e-14)
    for layer, behind in pairwise(back.layers):
        np.testing.assert_allclose(layer.arriving, layer.weights.T @ behind.deltas, atol=1e-14)
    assert back.agrees
    assert back.difference < 1e-8


def test_the_check_notices_a_wrong_slope():
    net = network(dense(5, "tanh"), inputs=(3,), outputs=3)
    back = way_back(net, np.random.default_rng(0).normal(size=(1, 3)), Aim(LOSS, torch.tensor([1])))
    wrong = replace(back.layers[0], slopes=back.layers[0].slopes * np.array([1, 1, 1.001, 1, 1]))
    faulty = replace(back, layers=(wrong, *back.layers[1:]))
    assert not faulty.agrees
    assert faulty.worst == (0, 2)


def test_at_a_bend_they_differ():
    """z = 0: torch takes the slope 0, and half of the way up is what a difference quotient sees."""
    net = network(dense(2), inputs=(1,), outputs=2)
    set_layer(net, "1_dense", [[1.0], [1.0]], [0.0, 0.5])
    back = way_back(net, np.zeros((1, 1)), Aim(LOSS, torch.tensor([0])))
    assert back.layers[0].slopes.tolist() == [0.0, 1.0]
    assert not back.agrees
    assert back.worst == (0, 0)


def test_a_network_that_says_nothing_agrees_with_itself():
    net = network(dense(2), inputs=(1,), outputs=2)
    set_layer(net, "1_dense", [[0.0], [0.0]], [-1.0, -1.0])
    back = way_back(net, np.zeros((1, 1)), Aim(LOSS, torch.tensor([0])))
    assert (back.layers[0].deltas == 0).all()
    assert back.agrees


def test_values_that_are_no_numbers_do_not_agree():
    net = network(dense(2), inputs=(1,), outputs=2)
    set_layer(net, "1_dense", [[float("nan")], [1.0]], [0.0, 0.5])
    assert not way_back(net, np.ones((1, 1)), Aim(LOSS, torch.tensor([0]))).agrees


def test_it_is_of_dense_layers_alone():
    net = network(conv(2), "flatten", inputs=(1, 6, 6))
    assert way_back(net, np.zeros((1, 1, 6, 6)), Aim(LOSS, torch.tensor([0]))) is None
