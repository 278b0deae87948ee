"""T7: what float32 can hold is measured as it is, also where its squares or sums cannot be held in float32."""

import numpy as np
import pytest
import torch

from relulab.measurements.gradients import gradient_norms, gradient_rms
from relulab.measurements.probe import probe_network
from relulab.measurements.updates import update_ratios
from relulab.model.network import Network
from relulab.training.inspection import unit_traces
from tests.helpers.designs import dense, network

# powers of two, so that scaling is exact: the same network in another unit of measurement
SCALES = [2.0**-120, 2.0**-80, 2.0**-60, 2.0**60, 2.0**64, 2.0**100, 2.0**120]
LINEAR = ("mean", "std", "histogram_low", "histogram_high", "max_pre_activation")


def scaled(net: Network, by: float) -> Network:
    """The first layer's outputs, and all behind it, times ``by``."""
    first, *later = [net.parameters_of(position) for position in range(len(net.layout.layers))]
    with torch.no_grad():
        for parameter in first.present:
            parameter.mul_(by)
        for layer in later:
            if layer.bias is not None:
                layer.bias.mul_(by)
    return net


def built() -> Network:
    torch.manual_seed(3)
    net = network(dense(6), dense(5, "leaky_relu"), outputs=2)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.randn_like(parameter))
    return net


@pytest.mark.parametrize("scale", SCALES)
def test_t7_a_probe_reads_any_scale_alike(scale):
    x = torch.randn(400, 2, generator=torch.Generator().manual_seed(1))
    usual, far = (probe_network(net, x).measured for net in (built(), scaled(built(), scale)))
    for key in usual:
        unit = scale if key in LINEAR else 1.0
        if key.startswith("weight_"):
            continue  # those of the later layers stay as they are
        assert np.isfinite(far[key]).all() == np.isfinite(usual[key]).all(), key
        np.testing.assert_allclose(far[key] / unit, usual[key], rtol=3e-5, err_msg=key)


def test_t7_values_up_to_the_greatest_are_binned():
    net = network(outputs=2, inputs=(2,))
    top = float(np.finfo(np.float32).max)
    with torch.no_grad():
        net.weights()[0].copy_(torch.eye(2))
        net.parameters_of(0).bias.zero_()
    x = torch.tensor([[-top, top], [top, -top], [top, 0.0]])
    measured = probe_network(net, x).measured
    assert measured["std"][0] == pytest.approx(np.std(x.double().numpy()), rel=1e-6)
    shares = measured["histogram"][0]
    assert shares[0] == pytest.approx(2 / 6)
    assert shares[-1] == pytest.approx(3 / 6)
    assert shares.sum() == pytest.approx(1.0)


def test_t7_what_is_infinite_stays_so():
    net = built()
    with torch.no_grad():
        net.weights()[0][0, 0] = np.inf
    assert not np.isfinite(probe_network(net, torch.ones(3, 2)).measured["std"]).any()


@pytest.mark.parametrize("scale", [*SCALES, 0.0])
def test_t7_norms_ratios_and_traces(scale):
    values = torch.randn(40, 30, generator=torch.Generator().manual_seed(2)) * scale
    norm = float(np.linalg.norm(values.double().numpy()))
    measured = gradient_norms([values, torch.ones(4)])
    assert measured == pytest.approx([norm, 2.0], rel=1e-6)
    assert gradient_rms(measured, [values, torch.ones(4)]) == pytest.approx([norm / 1200**0.5, 1.0], rel=1e-6)
    if scale:
        assert update_ratios([values], [values * 1.5]) == pytest.approx(np.log10(0.5), abs=1e-5)
    net = scaled(built(), scale)
    weights = net.weights()[0].detach().double().numpy()
    assert unit_traces(net, 0).weight_norm[:6] == pytest.approx(np.linalg.norm(weights, axis=1), rel=1e-6)
