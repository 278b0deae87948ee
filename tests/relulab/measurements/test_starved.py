"""Gradient-starved units: dL/dz by autograd, sample by sample, and units that are starved by construction."""

import pytest
import torch
from torch.nn import functional

from relulab.measurements.slow_measurements import peak_gradients, starved_units
from relulab.model.network import Network
from tests.helpers.designs import conv, dense, network, set_layer


def naive_peaks(net: Network, x: torch.Tensor, y: torch.Tensor) -> list[torch.Tensor]:
    """One sample at a time: its own loss, its own gradient."""
    peaks: list[torch.Tensor] = []
    for sample, target in zip(x.split(1), y.split(1), strict=True):
        outputs, kept = net.forward_kept(sample)
        loss = functional.cross_entropy(outputs, target)
        gradients = torch.autograd.grad(loss, [layer.pre_activation for layer in kept])
        largest = [g[0].reshape(g.shape[1], -1).abs().amax(1) for g in gradients]
        peaks = largest if not peaks else [torch.maximum(a, b) for a, b in zip(peaks, largest, strict=True)]
    return peaks


@pytest.mark.parametrize("chunk", [1000, 7])
def test_peaks_are_those_of_single_samples(chunk, monkeypatch):
    monkeypatch.setattr("relulab.measurements.slow_measurements.CHUNK_SAMPLES", chunk)
    net = network(conv(3), "batch_norm", "flatten", "dropout", dense(5, "tanh"), inputs=(1, 6, 6), outputs=4)
    x, y = torch.randn(23, 1, 6, 6), torch.randint(4, (23,))
    net.train()
    peaks = peak_gradients(net, x, y, functional.cross_entropy)
    assert net.training
    assert all(parameter.grad is None for parameter in net.parameters())
    for ours, theirs in zip(peaks, naive_peaks(net.eval(), x, y), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-7, rtol=1e-4)


def test_the_number_of_samples_does_not_matter():
    net = network(dense(5), inputs=(3,))
    x, y = torch.randn(10, 3), torch.randint(2, (10,))
    once = peak_gradients(net, x, y, functional.cross_entropy)
    twice = peak_gradients(net, x.repeat(9, 1), y.repeat(9), functional.cross_entropy)
    for a, b in zip(once, twice, strict=True):
        torch.testing.assert_close(a, b)


def test_a_unit_that_nobody_listens_to_is_starved_and_a_dead_one_is_not():
    """Unit 0 has no weight to the outputs; unit 1 is dead; unit 2 is well."""
    net = network(dense(3), inputs=(2,))
    set_layer(net, "1_dense", [[1.0, 1.0], [-1.0, -1.0], [1.0, 0.5]], torch.zeros(3))
    set_layer(net, "output", [[0.0, 1.0, 1.0], [0.0, -1.0, -1.0]], torch.zeros(2))
    x = torch.rand(50, 2) + 0.1
    _, kept = net.forward_kept(x)
    peaks = peak_gradients(net, x, torch.randint(2, (50,)), functional.cross_entropy)
    assert starved_units(peaks[0], kept[0].activation.amax(0)).tolist() == [True, False, False]


def test_units_in_front_of_a_dead_layer_are_starved():
    net = network(dense(4), dense(4), inputs=(2,))
    set_layer(net, "1_dense", torch.ones(4, 2), torch.zeros(4))
    set_layer(net, "2_dense", -torch.ones(4, 4), torch.zeros(4))
    x = torch.rand(50, 2) + 0.1
    _, kept = net.forward_kept(x)
    peaks = peak_gradients(net, x, torch.randint(2, (50,)), functional.cross_entropy)
    assert starved_units(peaks[0], kept[0].activation.amax(0)).all()
    assert not starved_units(peaks[1], kept[1].activation.amax(0)).any()
