"""Mistakes that other tools make. Each would tell a student something false."""

import numpy as np
import pytest
import torch

from relulab.measurements.gradients import gradient_norms
from relulab.measurements.probe import ProbeResult, probe_network
from relulab.measurements.status import UnitStatus
from relulab.model.network import Network
from tests.helpers.designs import conv, dense, network, set_layer


def relu_net(weight: torch.Tensor, bias: torch.Tensor) -> Network:
    units, inputs = weight.shape
    net = network(dense(units), inputs=(inputs,))
    set_layer(net, "1_dense", weight, bias)
    return net


def status(result: ProbeResult, unit: int) -> UnitStatus:
    return UnitStatus(result.unit_status[unit])


def test_off_for_one_sample_is_not_dead():
    """Every unit of a healthy ReLU layer is off for some samples."""
    net = relu_net(torch.tensor([[1.0], [-1.0]]), torch.zeros(2))
    result = probe_network(net, torch.tensor([[-1.0], [0.0], [1.0]]))
    assert result.dead[0] == 0.0
    assert result.firing_rate[:2] == pytest.approx([1 / 3, 1 / 3])
    assert result.sparsity[0] == pytest.approx(4 / 6)


def test_firing_for_a_single_sample_of_a_thousand_is_alive():
    net = relu_net(torch.ones(2, 1), torch.tensor([-0.9995, -1.0]))
    x = torch.linspace(0.0, 1.0, 1001).unsqueeze(1)
    result = probe_network(net, x)
    assert status(result, 0) is not UnitStatus.DEAD
    assert status(result, 1) is UnitStatus.DEAD
    assert result.firing_rate[0] == pytest.approx(1 / 1001)
    assert result.dead[0] == 0.5


def test_a_channel_that_fires_at_one_pixel_of_one_sample_is_alive():
    net = network(conv(2, 1), "flatten", inputs=(1, 6, 6))
    set_layer(net, "1_conv2d", torch.ones(2, 1, 1, 1), torch.tensor([-0.5, -2.0]))
    images = torch.zeros(50, 1, 6, 6)
    images[37, 0, 2, 5] = 1.0
    result = probe_network(net, images)
    assert result.dead[0] == 0.5
    assert status(result, 1) is UnitStatus.DEAD
    assert status(result, 0) is not UnitStatus.DEAD
    assert result.firing_rate[0] == pytest.approx(1 / (50 * 36))
    assert result.max_pre_activation[:2].tolist() == [0.5, -1.0]


def test_blank_input_pixels_make_no_dead_units():
    """Weights on pixels that are always blank get no gradient; the units behind them are as alive as ever."""
    images = torch.rand(200, 1, 8, 8)
    images[:, :, :2] = 0.0
    images[:, :, -2:] = 0.0
    bias = {"name": "constant", "parameters": {"value": 3.0}}
    net = network("flatten", dense(30, bias=bias), inputs=(1, 8, 8))
    net(images).square().sum().backward()
    untouched = (net.weights()[0].grad == 0.0).float().mean()
    assert untouched >= 0.5
    assert probe_network(net, images).dead[0] == 0.0


def test_pre_activations_are_not_mistaken_for_activations():
    """Of an inactive ReLU the pre-activation is negative; its activation is 0."""
    net = relu_net(-torch.ones(4, 1), torch.zeros(4))
    result = probe_network(net, torch.linspace(1.0, 3.0, 50).unsqueeze(1))
    assert result.mean[0] == 0.0
    assert result.std[0] == 0.0
    assert result.sparsity[0] == 1.0
    assert result.histogram_low[0] == result.histogram_high[0] == 0.0
    assert (result.max_pre_activation[:4] == -1.0).all()


def test_the_greatest_and_the_least_are_not_swapped():
    net = relu_net(torch.tensor([[1.0]]), torch.tensor([0.0]))
    result = probe_network(net, torch.tensor([[1.0], [5.0]]))
    assert (result.histogram_low[0], result.histogram_high[0]) == (1.0, 5.0)
    set_layer(net, "1_dense", [[-2.0]], [3.0])
    result = probe_network(net, torch.tensor([[0.0], [1.0]]))
    assert (result.histogram_low[0], result.histogram_high[0]) == (1.0, 3.0)
    assert (result.weight_low[0], result.weight_high[0]) == (-2.0, -2.0)


def test_a_maximum_over_samples_not_the_mean_and_not_the_bias():
    """One tool added the least bias to the greatest product, which is nobody's pre-activation."""
    net = relu_net(torch.tensor([[1.0], [1.0]]), torch.tensor([-10.0, 2.0]))
    result = probe_network(net, torch.tensor([[-4.0], [1.0]]))
    assert result.max_pre_activation[:2].tolist() == [-9.0, 3.0]
    assert result.dead[0] == 0.5


def test_dropout_does_not_kill_units():
    """Measured while dropping, half of the units would look silent."""
    net = network(dense(50), {"kind": "dropout", "parameters": {"rate": 0.9}}, dense(50), inputs=(4,))
    net.train()
    first, second = (probe_network(net, torch.ones(1, 4)) for _ in range(2))
    assert np.array_equal(first.unit_status, second.unit_status)
    assert np.array_equal(first.std, second.std)


def test_batch_norm_is_measured_with_its_running_statistics():
    """One sample alone would be normalized to exactly 0 by its own batch."""
    net = network(dense(8, "identity"), "batch_norm", inputs=(4,))
    net.train()
    assert probe_network(net, torch.ones(1, 4)).std[1] > 0.0


def test_the_gradient_of_a_dead_layer_is_zero_and_the_norm_says_so():
    net = relu_net(-torch.ones(3, 2), -torch.ones(3))
    net(torch.rand(20, 2)).square().sum().backward()
    norms = gradient_norms([weight.grad for weight in net.weights()])
    assert norms.tolist() == [0.0, 0.0]
