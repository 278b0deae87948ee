"""The way of inputs through a network, against the chain rule by hand and the map of the network's regions."""

import numpy as np
import pytest
import torch

from relulab.introspection.affine_maps import AffineMaps
from relulab.introspection.reading import stack_of
from relulab.introspection.trace import Aim, in_double, way_of
from relulab.model.network import Network
from tests.helpers.designs import conv, dense, network

LOSS = torch.nn.functional.cross_entropy


def deltas_by_hand(net: Network, x: np.ndarray, targets: list[int]) -> list[np.ndarray]:
    """Dense ReLU layers, one sample at a time: (softmax - one hot), then back through each matrix and each ReLU."""
    matrices = [weight.detach().double().numpy() for weight in net.weights()]
    biases = [net.parameters_of(layer).bias.detach().double().numpy() for layer in range(len(matrices))]
    found = []
    for sample, target in zip(x, targets, strict=True):
        sums, h = [], sample
        for weight, bias in zip(matrices, biases, strict=True):
            sums.append(weight @ h + bias)
            h = np.maximum(sums[-1], 0)
        shares = np.exp(sums[-1]) / np.exp(sums[-1]).sum()
        delta = [shares - np.eye(len(shares))[target]]
        for weight, z in zip(matrices[:0:-1], sums[-2::-1], strict=True):
            delta.insert(0, (weight.T @ delta[0]) * (z > 0))
        found.append(delta)
    return [np.stack(layer) for layer in zip(*found, strict=True)]


def test_deltas_are_the_chain_rule_by_hand():
    net = network(dense(7), dense(6), inputs=(3,), outputs=4)
    x, targets = np.random.default_rng(0).normal(size=(5, 3)), [0, 3, 1, 2, 2]
    way = way_of(net, x, Aim(LOSS, torch.tensor(targets)))
    for ours, expected in zip(way.deltas, deltas_by_hand(net, x, targets), strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-14)
    alone = way_of(net, x[2:3], Aim(LOSS, torch.tensor(targets[2:3])))
    assert alone.losses[0] == pytest.approx(way.losses[2], rel=1e-14)


def test_deltas_agree_with_a_difference_quotient_at_the_biases():
    net = network(dense(5, "tanh"), dense(4, "gelu"), inputs=(3,), outputs=2)
    x, target = np.random.default_rng(1).normal(size=(1, 3)), torch.tensor([1])
    way = way_of(net, x, Aim(LOSS, target))
    own, step = in_double(net), 1e-5
    for layer, deltas in enumerate(way.deltas):
        bias = own.parameters_of(layer).bias
        for unit, delta in enumerate(deltas[0]):
            losses = []
            for move in (step, -step):
                with torch.no_grad():
                    bias[unit] += move
                    losses.append(float(LOSS(own(torch.from_numpy(x)), target)))
                    bias[unit] -= move
            assert delta == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-9)


@pytest.mark.parametrize("kind", ["relu", "leaky_relu", "prelu", "hardtanh", "relu6"])
def test_maps_are_those_of_the_stack_and_values_those_of_the_forward_pass(kind):
    net = network(dense(9, kind), "batch_norm", dense(8, kind), inputs=(4,), outputs=3)
    net.start = torch.randn(40, 4)
    x = np.random.default_rng(2).normal(size=(20, 4)) * 3
    way = way_of(net.eval(), x)
    maps = AffineMaps.at(stack_of(in_double(net)), x)
    np.testing.assert_allclose(way.weights, maps.weights, atol=1e-12)
    np.testing.assert_allclose(way.biases, maps.biases, atol=1e-12)
    outputs, kept = net.forward_kept(torch.from_numpy(x).float())
    for ours, theirs in zip(way.activations, kept, strict=True):
        np.testing.assert_allclose(ours, theirs.activation.detach().numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(way.activations[-1], outputs.detach().numpy(), rtol=1e-4, atol=1e-5)
    bend = -1 if kind == "hardtanh" else 0
    np.testing.assert_array_equal(way.on[0], way.pre_activations[0] > bend)


def test_a_network_of_convolutions_is_affine_around_an_image():
    net = network(conv(4), "max_pool2d", conv(3), "flatten", dense(6), inputs=(1, 12, 12), outputs=3)
    x = np.random.default_rng(3).normal(size=(3, 1, 12, 12))
    way = way_of(net, x)
    assert way.pre_activations[0].shape == (3, 4, 10, 10)
    own = in_double(net)
    for image, weight, bias in zip(x, way.weights, way.biases, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda x: own(x[None])[0], torch.from_numpy(image))
        np.testing.assert_allclose(weight, jacobian.numpy().reshape(3, -1), atol=1e-14)
        near = image + 1e-9 * np.random.default_rng(4).normal(size=image.shape)
        outputs = own(torch.from_numpy(near)[None])[0].detach().numpy()
        np.testing.assert_allclose(weight @ near.ravel() + bias, outputs, atol=1e-13)


def test_units_that_are_off_change_nothing_at_all():
    net = network(dense(20), dense(20), inputs=(4,), outputs=3)
    x = np.random.default_rng(5).normal(size=(1, 4))
    way, own = way_of(net, x), in_double(net)
    with torch.no_grad():
        for layer in (1, 2):
            off = ~way.on[layer - 1][0]
            assert off.any()
            own.parameters_of(layer).weight[:, torch.from_numpy(off)] = 0
    np.testing.assert_array_equal(own(torch.from_numpy(x)).detach().numpy(), way.activations[-1])


def test_curved_activations_have_no_map_and_say_so():
    way = way_of(network(dense(5), dense(5, "tanh"), inputs=(3,)), np.zeros((2, 3)))
    assert way.weights is None
    assert way.biases is None
    assert "2 Dense uses Tanh" in str(way.reason)


def test_values_that_are_no_numbers_have_no_map():
    net = network(dense(5), inputs=(3,))
    with torch.no_grad():
        net.parameters_of(0).weight[0, 0] = torch.nan
    way = way_of(net, np.ones((1, 3)))
    assert way.weights is None
    assert "no finite numbers" in str(way.reason)


def test_the_network_is_left_as_it_was():
    net = network(dense(5), "dropout", inputs=(3,)).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    way_of(net, np.ones((1, 3)), Aim(LOSS, torch.tensor([0])))
    assert net.training
    assert all(parameter.grad is None and parameter.dtype == torch.float32 for parameter in net.parameters())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@pytest.mark.parametrize("net", [network(dense(7), dense(6), inputs=(3,), outputs=4),
                                 network(conv(3), "flatten", dense(5), inputs=(1, 6, 6), outputs=3)])  # fmt: skip
def test_a_network_that_is_in_double_already_is_looked_at_as_it_is(net):
    """As where one stroke after the other is followed: the same numbers as of a copy, and nothing is changed."""
    own = in_double(net)
    before = {name: value.clone() for name, value in own.state_dict().items()}
    x = np.random.default_rng(2).normal(size=(2, *net.plan.description.input_shape))
    aim = Aim(LOSS, torch.tensor([1, 0]))
    ours, copied = way_of(own, x, aim), way_of(net, x, aim)
    for one, other in zip(
        [*ours.activations, *ours.deltas, ours.weights],
        [*copied.activations, *copied.deltas, copied.weights],
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    assert all(torch.equal(value, before[name]) for name, value in own.state_dict().items())
    assert all(parameter.grad is None for parameter in own.parameters())


def test_a_network_that_is_learning_is_looked_at_without_dropout():
    net = in_double(network(dense(6), {"kind": "dropout", "parameters": {"rate": 0.5}}, dense(6)))
    x = np.linspace(-1.0, 1.0, 8).reshape(4, 2)
    quiet = way_of(net, x)
    net.train()
    way = way_of(net, x)
    assert net.training, "it is left as it was"
    for expected, found in zip(quiet.activations, way.activations, strict=True):
        np.testing.assert_array_equal(found, expected)
