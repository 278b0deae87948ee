"""The probe against a reference that loops over every number, on networks with every kind of layer."""

import math
from time import thread_time
from typing import Any

import numpy as np
import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS, OffState
from relulab.measurements import probe as probe_module
from relulab.measurements.probe import probe_network
from relulab.measurements.status import UnitStatus
from relulab.model.network import Network
from tests.helpers.designs import conv, dense, network, set_layer

MLP = [dense(6), dense(5, "leaky_relu"), "batch_norm", dense(4, "tanh"), "dropout", dense(4, "relu6"), dense(3, "elu")]
CNN = [conv(3, 2), "max_pool2d", conv(4, 2, "hardtanh"), "layer_norm", "flatten", dense(3, "sigmoid")]
NETWORKS = {
    "mlp": (MLP, (3,)),
    "cnn": (CNN, (2, 7, 7)),
    "linear": ([], (4,)),
    "relu output": ([dense(4, "softmax")], (4,)),
}


def make(name: str, **more: Any) -> tuple[Network, torch.Tensor]:
    layers: Any
    inputs: Any
    layers, inputs = NETWORKS[name]
    output = {"activation": "relu"} if name == "relu output" else None
    net = network(*layers, inputs=inputs, outputs=3, output=output, **more)
    x = 2.0 * torch.randn(23, *inputs, generator=torch.Generator().manual_seed(4))
    return net, x.to(next(net.parameters()).dtype)


def unit_values(tensor: torch.Tensor) -> list[list[float]]:
    """One list of plain numbers per unit: every sample, every position."""
    values: list[list[float]] = [[] for _ in range(tensor.shape[1])]
    for sample in tensor.detach().tolist():
        for unit, value in enumerate(sample):
            values[unit] += np.ravel(value).tolist()
    return values


def is_saturated(value: float, activation: str) -> bool:
    saturation = ACTIVATIONS[activation].saturation
    if saturation.at_clip:
        return value >= saturation.high or value <= saturation.low
    return value > saturation.high or value < saturation.low


def naive_layer(activation: str, is_output: bool, z: torch.Tensor, h: torch.Tensor) -> dict[str, Any]:
    """Every number that the probe gives of one layer, from its definition."""
    zs, hs = unit_values(z), unit_values(h)
    everything = [value for unit in hs for value in unit]
    entry = ACTIVATIONS[activation]
    mean = sum(everything) / len(everything)
    magnitude = [sum(abs(v) for v in unit) / len(unit) for unit in hs]
    average = sum(magnitude) / len(magnitude)
    dormancy = [m / average if average else 0.0 for m in magnitude]
    dead = [max(unit) == 0.0 for unit in hs]
    never = [max(unit) <= 0.0 for unit in zs]
    can = entry.off_state
    out: dict[str, Any] = {
        "mean": mean,
        "std": math.sqrt(sum((v - mean) ** 2 for v in everything) / len(everything)),
        "sparsity": sum(v == 0.0 for v in everything) / len(everything),
        "dead": sum(dead) / len(dead) if can is OffState.DEAD else math.nan,
        "never_active": sum(never) / len(never) if can is OffState.NEVER_ACTIVE else math.nan,
        "dormant": math.nan if is_output else sum(s <= 0.025 for s in dormancy) / len(dormancy),
        "saturated": math.nan,
        "histogram_low": min(everything),
        "histogram_high": max(everything),
        "firing_rate": [sum(v > 0.0 for v in unit) / len(unit) for unit in hs],
        "dormancy": dormancy,
        "max_pre_activation": [max(unit) for unit in zs],
    }
    shares = [0.0] * len(hs)
    if entry.saturation:
        shares = [sum(is_saturated(v, activation) for v in unit) / len(unit) for unit in hs]
        out["saturated"] = sum(shares) / len(shares)
    out["unit_status"] = []
    for unit in range(len(hs)):
        status = UnitStatus.ACTIVE
        if can is OffState.DEAD and dead[unit]:
            status = UnitStatus.DEAD
        elif can is OffState.NEVER_ACTIVE and never[unit]:
            status = UnitStatus.NEVER_ACTIVE
        elif not is_output and dormancy[unit] <= 0.025:
            status = UnitStatus.DORMANT
        elif shares[unit] > 0.5:
            status = UnitStatus.SATURATED
        out["unit_status"].append(status)
    return out


LAYER_FIELDS = ("mean", "std", "sparsity", "saturated", "dead", "never_active", "dormant")
RANGES = ("histogram_low", "histogram_high")
UNIT_FIELDS = ("firing_rate", "dormancy", "max_pre_activation", "unit_status")


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_that_of_its_definition(name, precision):
    net, x = make(name, precision=precision)
    arrays = probe_network(net, x).measured
    _, kept = net.eval().forward_kept(x)
    layers = net.layout.layers
    naive = [naive_layer(lay.activation, lay.index is None, z, h) for lay, (z, h) in zip(layers, kept, strict=True)]
    for field in LAYER_FIELDS + RANGES:
        np.testing.assert_allclose(arrays[field], [n[field] for n in naive], rtol=1e-4, atol=1e-6, err_msg=field)
    for field in UNIT_FIELDS:
        expected = [value for n in naive for value in n[field]]
        np.testing.assert_allclose(arrays[field], expected, rtol=1e-4, atol=1e-6, err_msg=field)


@pytest.mark.parametrize("name", NETWORKS)
def test_histograms_are_those_of_numpy(name):
    net, x = make(name, precision="float64")
    result = probe_network(net, x)
    _, kept = net.eval().forward_kept(x)
    for layer, (_, h) in enumerate(kept):
        values = h.detach().numpy().ravel()
        counts, _ = np.histogram(values, 64, (values.min(), values.max()))
        np.testing.assert_allclose(result.histogram[layer], counts / values.size, atol=1e-6)
    for layer, weight in enumerate(net.weights()):
        values = weight.detach().numpy().ravel()
        if values.min() < values.max():
            counts, _ = np.histogram(values, 64, (values.min(), values.max()))
            np.testing.assert_allclose(result.weight_histogram[layer], counts / values.size, atol=1e-6)
        assert result.weight_low[layer] == pytest.approx(values.min())
        assert result.weight_high[layer] == pytest.approx(values.max())


@pytest.mark.parametrize("keep", [2**28, 0])
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_chunks_change_nothing_whether_kept_or_computed_again(name, keep, monkeypatch):
    net: Any
    net, x = make(name, precision="float64")
    whole = probe_network(net, x)
    monkeypatch.setattr(probe_module, "PROBE_CHUNK_ELEMENTS", 5 * max(shape.size for shape in net.plan.shapes))
    monkeypatch.setattr(probe_module, "PROBE_KEEP_BYTES", keep)
    pieces = probe_network(net, x)
    torch.testing.assert_close(pieces.outputs, whole.outputs)
    for field, values in whole.measured.items():
        np.testing.assert_allclose(pieces.measured[field], values, rtol=1e-6, atol=1e-9, err_msg=field)


def test_the_outputs_are_those_of_eval_mode():
    net, x = make("mlp")
    outputs = probe_network(net, x).outputs
    assert torch.equal(outputs, net.eval()(x))


@pytest.mark.parametrize("training", [True, False])
def test_leaves_the_network_as_it_was(training):
    net, x = make("mlp")
    net.train(training)
    state = {name: value.clone() for name, value in net.state_dict().items()}
    random = torch.get_rng_state()
    probe_network(net, x)
    assert net.training is training
    assert all(torch.equal(value, state[name]) for name, value in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)
    assert all(parameter.grad is None for parameter in net.parameters())
    net(x).sum().backward()  # nothing of the inference mode is left


def test_the_mode_comes_back_even_after_a_failure():
    net, _ = make("mlp")
    with pytest.raises(RuntimeError):
        probe_network(net, torch.zeros(4, 99))
    assert net.training


def test_shapes_and_types_are_those_of_the_record():
    net, x = make("cnn")
    arrays = probe_network(net, x).measured
    layers, units = len(net.layout.layers), net.layout.offsets[-1]
    for field, values in arrays.items():
        assert values.dtype == (np.uint8 if field == "unit_status" else np.float32), field
        expected: tuple[int, ...] | None = (layers, 64) if field in ("histogram", "weight_histogram") else None
        if expected is None:
            expected = (units,) if field in UNIT_FIELDS else (layers,)
        assert values.shape == expected, field


def test_the_fields_are_exactly_those_of_the_record():
    from dataclasses import fields

    from relulab.training.telemetry import ProbeRecord

    net, x = make("linear")
    wanted = {field.name for field in fields(ProbeRecord)} - {"step", "epoch", "loss", "accuracy"}
    assert set(probe_network(net, x).measured) == wanted


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_network_that_blew_up_is_measured_without_a_crash(value):
    net = network(dense(4, "identity"), dense(3, "identity"), inputs=(2,))
    set_layer(net, "1_dense", torch.ones(4, 2), [0.0, 1.0, value, 2.0])
    x = torch.randn(10, 2)
    result = probe_network(net, x)
    counts, edges = np.histogram(x.sum(1, keepdim=True) + torch.tensor([0.0, 1.0, 2.0]), 64)  # the finite units
    np.testing.assert_allclose(result.histogram[0], counts / 30, atol=1.1 / 30)  # rounding moves single values
    assert (result.histogram_low[0], result.histogram_high[0]) == pytest.approx((edges[0], edges[-1]), abs=1e-5)
    assert not math.isfinite(result.mean[0])
    assert not result.histogram[1].any()  # nothing finite is left
    assert math.isnan(result.histogram_low[1])
    assert np.isfinite(result.weight_histogram).all()


def test_weights_that_blew_up_too():
    net = network(dense(4))
    with torch.no_grad():
        net.weights()[0].fill_(math.nan)
        net.weights()[1][0, 0] = math.inf
    result = probe_network(net, torch.randn(10, 2))
    assert not result.weight_histogram[0].any()
    assert result.weight_histogram[1].sum() == pytest.approx(1.0)


def test_one_sample_is_enough():
    net, x = make("mlp")
    arrays = probe_network(net, x[:1]).measured
    assert np.isfinite(arrays["std"]).all()
    assert arrays["histogram"].sum(1) == pytest.approx([1.0] * len(net.layout.layers))


def test_costs_little_more_than_its_forward_pass():
    """784-256-256-10 with 1,024 samples: the ratio of the best times, taken in turns, is what counts."""
    net = network(dense(256), dense(256), inputs=(784,), outputs=10)
    x = torch.randn(1024, 784)

    def timed(run: Any) -> float:
        began = thread_time()
        run(x)
        return thread_time() - began

    with torch.inference_mode():
        pairs = [(timed(net), timed(lambda inputs: probe_network(net, inputs))) for _ in range(20)]
    forward, probe = map(min, zip(*pairs, strict=True))
    assert probe < 3.0 * forward  # 1.5 on a quiet machine
