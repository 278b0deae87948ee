"""LSUV: every layer's output has variance 1 on the batch it was fitted to."""

import pytest
import torch

from relulab.errors import SpecError
from tests.helpers.designs import conv, dense, network


def lsuv(units, activation="relu", **more):
    return dense(units, activation, initialization="lsuv", **more)


def batch(*shape, scale=1.0):
    return scale * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 255.0])
@pytest.mark.parametrize("activation", ["relu", "tanh", "selu", "identity"])
def test_every_layer_has_variance_one_whatever_the_scale_of_the_input(scale, activation):
    inputs = batch(256, 20, scale=scale)
    layers = [lsuv(64, activation)] * 6
    net = network(*layers, inputs=(20,), output={"initialization": "lsuv"}, calibration=inputs)
    _, kept = net.forward_kept(inputs)
    for layer in kept:
        assert float(layer.pre_activation.detach().var()) == pytest.approx(1.0, abs=0.1)


def test_filters_too():
    images = batch(32, 3, 12, 12, scale=7.0)
    layers = [conv(8, initialization="lsuv"), "max_pool2d", conv(8, initialization="lsuv"), "flatten", lsuv(16)]
    _, kept = network(*layers, inputs=(3, 12, 12), calibration=images).forward_kept(images)
    assert [float(layer.pre_activation.detach().var()) for layer in kept[:3]] == pytest.approx([1.0] * 3, abs=0.1)


def test_only_the_layers_that_ask_for_it_are_rescaled():
    inputs = batch(64, 2)
    with_lsuv = network(dense(8), lsuv(8), dense(8), calibration=inputs)
    without = network(dense(8), dense(8, initialization="orthogonal"), dense(8))
    same = [torch.equal(a, b) for a, b in zip(with_lsuv.weights(), without.weights(), strict=True)]
    assert same == [True, False, True, True]


def test_batch_norms_on_the_way_use_the_batch_as_they_will_in_training():
    """Otherwise the layer behind would be fitted to numbers that never come."""
    inputs = batch(128, 10, scale=100.0)
    net = network(dense(32), "batch_norm", lsuv(32), inputs=(10,), calibration=inputs)
    assert net.training
    _, kept = net.forward_kept(inputs)
    assert float(kept[2].pre_activation.detach().var()) == pytest.approx(1.0, abs=0.1)


def test_running_statistics_are_untouched():
    net = network(dense(8), "batch_norm", lsuv(8), calibration=batch(64, 2, scale=100.0))
    state = net.state_dict()
    assert torch.equal(state["2_batch_norm.running_mean"], torch.zeros(8))
    assert torch.equal(state["2_batch_norm.running_var"], torch.ones(8))


def test_dropout_takes_no_part():
    inputs = batch(64, 10)
    first, second = (
        network(dense(32), "dropout", lsuv(32), inputs=(10,), calibration=inputs).weights()[1] for _ in range(2)
    )
    assert torch.equal(first, second)


def test_a_batch_that_says_nothing_leaves_the_orthogonal_weights():
    net = network(lsuv(8), inputs=(4,), calibration=torch.zeros(16, 4))
    assert torch.isfinite(net.weights()[0]).all()
    torch.testing.assert_close(net.weights()[0].T @ net.weights()[0], torch.eye(4), atol=1e-5, rtol=0)


def test_without_a_batch_it_says_what_is_missing():
    with pytest.raises(SpecError, match="LSUV fits weights to the data"):
        network(lsuv(8))


def test_the_number_of_rescalings_is_bounded():
    layer = dense(8, initialization={"name": "lsuv", "parameters": {"iterations": 1}})
    assert torch.isfinite(network(layer, calibration=batch(16, 2)).weights()[0]).all()
