"""The forecast against networks that were really built, and the born-dead chances against a simulation."""

import time
from typing import Any

import numpy as np
import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Source
from relulab.data.loading import load_dataset
from relulab.diagnosis.born_dead_chance import StackLayer, born_dead
from relulab.diagnosis.data_statistics import DataStatistics, measured_statistics
from relulab.diagnosis.forecast import Forecast, forecast
from relulab.diagnosis.quadrature import Spread, normal, slope_square
from relulab.diagnosis.recipes import conv, dense, normed, scheme
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.telemetry import ProbeRecord, StepRecord
from tests.helpers.hand_built import TWO_CLASSES, design

SEEDS = 6
DIGITS = {"dataset": "digits", "scaling": "unit"}


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset(DataSpec.parse(DIGITS), Source())


def on_digits(*layers, output=None) -> ExperimentSpec:
    return design(*layers, output=output).replace(data=DataSpec.parse(DIGITS))


def built(spec: ExperimentSpec, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Deviation of h and RMS gradient over that of the output, per measured layer: geometric means over seeds."""
    inputs, labels = torch.from_numpy(dataset.train.inputs[:400]), torch.from_numpy(dataset.train.targets[:400])
    deviations, gradients = [], []
    for seed in range(SEEDS):
        network = build_model(
            DesignPlan.of(spec.replace(model=spec.model.replace(seed=seed)), dataset.description), inputs
        )
        outputs, kept = network.forward_kept(inputs)
        torch.nn.functional.cross_entropy(outputs, labels).backward()
        deviations.append([float(layer.activation.detach().std()) for layer in kept])
        rms = torch.stack([weight.grad.square().mean().sqrt() for weight in network.weights()])
        gradients.append((rms / rms[-1]).tolist())
    return np.exp(np.log(deviations).mean(0)), np.exp(np.log(gradients).mean(0))


def foreseen(spec: ExperimentSpec, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    layers = forecast(DesignPlan.of(spec, dataset.description), measured_statistics(spec, dataset)).layers
    measured = [layer for layer in layers if layer.kind in ("dense", "conv2d", "batch_norm", "layer_norm", "output")]
    return np.array([layer.std for layer in measured]), np.array([layer.gradient for layer in measured])


NORMAL_001, NORMAL_1 = scheme("normal", std=0.01), scheme("normal", std=1.0)
NETWORKS = {
    "He and ReLU": [dense(64)] * 4,
    "He and ReLU, 20 layers": [dense(64)] * 20,
    "Xavier and ReLU, 20 layers": [dense(64, weights="glorot_normal")] * 20,
    "sigmoid": [dense(64, "sigmoid", "glorot_normal")] * 6,
    "tanh": [dense(64, "tanh", "glorot_uniform")] * 4,
    "SELU": [dense(64, "selu", "lecun_normal")] * 6,
    "GELU": [dense(64, "gelu")] * 3,
    "leaky ReLU": [dense(64, "leaky_relu")] * 3,
    "weights of 0.01": [dense(64, weights=NORMAL_001)] * 5,
    "weights of 1": [dense(64, weights=NORMAL_1)] * 5,
    "orthogonal": [dense(64, weights="orthogonal")] * 3,
    "PyTorch default": [dense(64, weights="pytorch_default")] * 3,
    "LSUV": [dense(64, weights="lsuv")] * 3,
    "batch norm": [*normed(64), *normed(64)],
    "linear": [dense(64, "identity", "lecun_normal")] * 4,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_forecast_meets_what_is_built(name, digits):
    spec = on_digits("flatten", *NETWORKS[name])
    std, gradient = built(spec, digits)
    expected_std, expected_gradient = foreseen(spec, digits)
    assert std == pytest.approx(expected_std, rel=0.35)
    known = np.isfinite(expected_gradient)
    ratio = gradient[known] / expected_gradient[known]
    assert ratio.max() < 3.0
    assert ratio.min() > 1.0 / 3.0


@pytest.mark.parametrize("pool", ["max_pool2d", "avg_pool2d"])
def test_convolutions_and_pooling(pool, digits):
    spec = on_digits(conv(16), pool, conv(16), "flatten", dense(64))
    std, gradient = built(spec, digits)
    expected_std, expected_gradient = foreseen(spec, digits)
    assert std == pytest.approx(expected_std, rel=0.5)
    assert (gradient / expected_gradient).max() < 4.0
    assert (gradient / expected_gradient).min() > 0.25


def test_softmax_inside(digits):
    spec = on_digits("flatten", dense(100, "softmax", "glorot_normal"), dense(100, "softmax", "glorot_normal"))
    std, _ = built(spec, digits)
    expected, _ = foreseen(spec, digits)
    assert std == pytest.approx(expected, rel=0.3)
    assert "Strangled" in str(forecast(DesignPlan.of(spec, digits.description)).at(1).verdict)


VERDICTS = {
    "Healthy": [dense(64)] * 3,
    "Vanishes": [dense(64, weights=NORMAL_001)] * 6,
    "Explodes": [dense(64, weights=NORMAL_1)] * 6,
    "Saturated": [dense(100, "sigmoid", "uniform")] * 2,
    "gradient is only": [dense(64, "sigmoid", "glorot_normal")] * 8,
    "Off": [dense(64, bias=-5.0)] * 2,
}


@pytest.mark.parametrize("words", VERDICTS)
def test_each_layer_has_a_verdict(words, digits):
    judged = forecast(DesignPlan.of(on_digits("flatten", *VERDICTS[words]), digits.description))
    assert any(words in str(layer.verdict) for layer in judged.layers)
    assert judged.warning == (words != "Healthy")
    assert all(str(layer.verdict) for layer in judged.layers)


def test_the_second_moment_gain_of_he_is_one_and_that_of_xavier_one_half():
    images = Description(Task.CLASSIFICATION, (64,), 10)
    assert forecast(DesignPlan.of(design(dense(64)), images)).layers[0].gain == pytest.approx(1.0, rel=0.01)
    halved = forecast(DesignPlan.of(design(dense(64, weights="glorot_normal")), images))
    assert halved.layers[0].gain == pytest.approx(0.5, rel=0.01)


def test_selu_and_lecun_normalize_themselves():
    last = forecast(DesignPlan.of(design(*[dense(256, "selu", "lecun_normal")] * 30), TWO_CLASSES)).layers[-2]
    assert last.std == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("activation", [key for key in ACTIVATIONS if key != "softmax"])
def test_expectations_against_random_numbers(activation):
    curve = ACTIVATIONS[activation].curve
    z = np.random.default_rng(0).normal(0.3, 1.7, 200_000)
    spread = normal(0.3, 1.7)
    assert spread.map(curve).mean == pytest.approx(curve(z).mean(), abs=0.02)
    assert spread.map(curve).square == pytest.approx(np.square(curve(z)).mean(), rel=0.02)
    slopes = (curve(z + 1e-5) - curve(z - 1e-5)) / 2e-5
    assert slope_square(curve, spread) == pytest.approx(np.square(slopes).mean(), rel=0.02)


@pytest.mark.parametrize("std", [1e-3, 1e-9, 1e-20, 1e-150])
def test_slopes_of_vanishing_signals(std):
    assert slope_square(ACTIVATIONS["relu"].curve, normal(0.0, std)) == pytest.approx(0.5, rel=0.01)
    assert slope_square(ACTIVATIONS["sigmoid"].curve, normal(0.0, std)) == pytest.approx(0.0625, rel=0.01)


def test_a_narrow_step_in_a_wide_distribution_is_not_missed():
    sigmoid = ACTIVATIONS["sigmoid"].curve
    exact = (
        np.trapezoid((sigmoid(t := np.linspace(-40, 40, 40001)) * (1 - sigmoid(t))) ** 2, t) / np.sqrt(2 * np.pi) / 1e4
    )
    assert slope_square(sigmoid, normal(0.0, 1e4)) == pytest.approx(exact, rel=0.02)


def test_the_largest_of_several_draws():
    draws = np.random.default_rng(0).normal(size=(100_000, 4)).max(1)
    spread = normal(0.0, 1.0).maximum_of(4)
    assert spread.mean == pytest.approx(draws.mean(), abs=0.02)
    assert spread.std == pytest.approx(draws.std(), abs=0.02)


def test_a_point_has_no_spread():
    assert Spread.point(3.0).std == 0.0
    assert normal(2.0, 0.0).mean == 2.0
    assert slope_square(lambda x: np.maximum(x, 0), normal(2.0, 0.0)) == pytest.approx(1.0)


def test_values_that_coincide_have_a_slope_too():
    rectified = normal(0.0, 1.0).map(lambda x: np.maximum(x, 0.0)).narrowed(2.0)
    assert slope_square(np.tanh, rectified) == pytest.approx(
        rectified.weights @ (1 - np.tanh(rectified.values) ** 2) ** 2
    )
    huge = normal(1e9, 3.0)  # the grid around zero is finer than the numbers there can be told apart
    assert slope_square(lambda x: np.maximum(x, 0.0), huge) == pytest.approx(1.0)


def simulated_by_hand(inputs: int, width: int, layers: int, networks: int = 3000) -> float:
    """Share of random ReLU stacks without biases that answer 0 to everything: each sign drawn in plain NumPy."""
    rng = np.random.default_rng(7)
    x = np.array([[-1.0, 1.0]]) if inputs == 1 else rng.normal(size=(inputs, 200))
    dead = 0
    for _ in range(networks):
        h = x
        for _ in range(layers):
            h = np.maximum(rng.normal(size=(width, len(h))) @ h, 0.0)
        dead += not h.any()
    return dead / networks


@pytest.mark.parametrize(("inputs", "width", "layers"), [(1, 2, 4), (1, 3, 10), (2, 3, 15), (2, 5, 20), (8, 4, 10)])
def test_born_dead_bounds_and_estimate_against_a_simulation(inputs, width, layers):
    chance = born_dead(inputs, [StackLayer(width, 0.5, 1.0)] * layers)
    truth = simulated_by_hand(inputs, width, layers)
    noise = 3.0 * np.sqrt(truth * (1 - truth) / 3000)
    assert chance.lower - noise <= truth <= chance.upper + noise
    assert chance.simulated == pytest.approx(truth, abs=0.08)
    assert chance.upper == pytest.approx(1 - (1 - 0.5**width) ** layers)


def test_wide_stacks_are_not_born_dead_and_narrow_deep_ones_are():
    narrow = forecast(DesignPlan.of(design(*[dense(3)] * 15), TWO_CLASSES))
    assert narrow.born_dead.likely > 0.6
    assert "born dead" in str(narrow.verdict)
    wide = forecast(DesignPlan.of(design(*[dense(64)] * 15), TWO_CLASSES))
    assert wide.born_dead.likely < 1e-6
    assert not wide.warning


def test_rai_lowers_the_chance():
    plain = forecast(DesignPlan.of(design(*[dense(3)] * 15), TWO_CLASSES)).born_dead
    asymmetric = forecast(DesignPlan.of(design(*[dense(3, weights="rai")] * 15), TWO_CLASSES)).born_dead
    assert asymmetric.likely < 0.6 * plain.likely


def test_the_rai_estimate_against_networks_that_are_really_built():
    spec, inputs = (
        design(*[dense(3, weights="rai")] * 15),
        torch.randn(200, 2, generator=torch.Generator().manual_seed(0)),
    )
    dead = 0
    for seed in range(300):
        network = build_model(DesignPlan.of(spec.replace(model=spec.model.replace(seed=seed)), TWO_CLASSES))
        dead += any(not bool(layer.activation.any()) for layer in network.forward_kept(inputs)[1])
    assert forecast(DesignPlan.of(spec, TWO_CLASSES)).born_dead.simulated == pytest.approx(dead / 300, abs=0.1)


def test_only_relu_stacks_can_be_born_dead():
    assert forecast(DesignPlan.of(design(dense(3, "tanh")), TWO_CLASSES)).born_dead is None
    assert forecast(DesignPlan.of(design(*normed(3)), TWO_CLASSES)).born_dead is None


def milliseconds(spec: ExperimentSpec, description: Description) -> float:
    """Processor time of the quickest of some forecasts: what a machine with nothing else to do needs."""
    times = []
    for _ in range(7):
        began = time.process_time()
        forecast(DesignPlan.of(spec, description))
        times.append(1000 * (time.process_time() - began))
    return min(times)


@pytest.mark.parametrize("layer", [dense(64), dense(8), dense(3), dense(64, "gelu")], ids=["64", "8", "3", "gelu"])
def test_thirty_layers_take_less_than_fifty_milliseconds(layer):
    assert milliseconds(design(*[layer] * 30), TWO_CLASSES) < 50.0


@pytest.mark.parametrize("square", [0.0, 1e-30, 1e8])
def test_strange_inputs_do_no_harm(square):
    facts = DataStatistics(10, 0.0, square, 1.0, 0.69, 0.0)
    judged = forecast(DesignPlan.of(design(dense(8, weights="zeros"), dense(8, "tanh", NORMAL_1)), TWO_CLASSES), facts)
    assert isinstance(judged, Forecast)
    assert all(np.isfinite(layer.rms) for layer in judged.layers)


def kernel(
    channels: int, size: int = 3, padding: int = 0, weights: Any = "he_normal", stride: int = 1
) -> dict[str, Any]:
    """A convolution."""
    parameters = {"channels": channels, "kernel_size": size, "padding": padding, "stride": stride}
    return {"kind": "conv2d", "parameters": parameters, "initialization": weights}


UNIT, RAW, EVEN = ({"dataset": "digits", "scaling": scaling} for scaling in ("unit", "raw", "standardized"))
MOONS, SINE = {"dataset": "moons"}, {"dataset": "sine"}
CLIPPED = {"kind": "batch_norm", "activation": "hardtanh"}
STARTS: dict[str, Any] = {
    "dense, deep": (UNIT, ["flatten", *[dense(64)] * 20]),
    "dense, wide to narrow": (UNIT, ["flatten", dense(256), dense(64), dense(16)]),
    "dense, raw pixels": (RAW, ["flatten", *[dense(64)] * 3]),
    "dense, standardized": (EVEN, ["flatten", *[dense(64)] * 3]),
    "dense, dropout": (UNIT, ["flatten", dense(64), "dropout", dense(64)]),
    "two inputs": (MOONS, [dense(128)] * 3),
    "one input": (SINE, [dense(32, "tanh", "glorot_normal")] * 2),
    "tanh, deep": (MOONS, [dense(32, "tanh", "glorot_normal")] * 12),
    "hardtanh": (UNIT, ["flatten", *[dense(64, "hardtanh")] * 5]),
    "hardtanh behind a norm": (UNIT, ["flatten", dense(64, "identity"), CLIPPED, dense(64, "hardtanh")]),
    "sigmoid": (UNIT, ["flatten", *[dense(64, "sigmoid", "glorot_normal")] * 6]),
    "softmax inside": (UNIT, ["flatten", dense(50, "softmax", "glorot_normal"), dense(50)]),
    "SiLU, ELU and Mish": (UNIT, ["flatten", dense(64, "silu"), dense(64, "elu"), dense(64, "mish")]),
    "bias of 1": (MOONS, [dense(32, bias=1.0)] * 3),
    "spread biases": (SINE, [dense(64) | {"bias": "spread"}, dense(64)]),
    "bias of -0.3": (UNIT, ["flatten", *[dense(64, bias=-0.3)] * 2]),
    "convolutions": (UNIT, [kernel(16), kernel(32), "flatten", dense(32)]),
    "strides": (UNIT, [kernel(16, stride=2), kernel(32), "flatten", dense(32)]),
    "padding 5 x 5": (UNIT, [*[kernel(16, 5, 2)] * 3, "flatten", dense(32)]),
    "padding beyond the picture": (RAW, [kernel(8, 5, 4), kernel(8, 5, 4), "flatten", dense(32)]),
    "max pooling": (UNIT, [kernel(16), "max_pool2d", kernel(16), "flatten", dense(64)]),
    "average pooling": (UNIT, [kernel(16), "avg_pool2d", kernel(16), "flatten", dense(64)]),
    "average pooling twice": (UNIT, [*[kernel(16, padding=1), "avg_pool2d"] * 2, "flatten", dense(32)]),
    "orthogonal convolutions": (UNIT, [*[kernel(16, weights="orthogonal")] * 2, "flatten", dense(32)]),
    "RAI convolutions": (UNIT, [*[kernel(16, weights="rai")] * 2, "flatten", dense(32, weights="rai")]),
    "batch norm": (UNIT, ["flatten", *normed(64), *normed(64)]),
    "layer norm": (UNIT, ["flatten", dense(64, "identity"), {"kind": "layer_norm", "activation": "relu"}, dense(64)]),
} | {  # every initialization
    key: (UNIT, ["flatten", *[dense(64, weights=key)] * 3])
    for key in INITIALIZATIONS
    if key not in ("zeros", "constant", "given")  # all units alike: the gradient of wide layers says nothing of them
}  # fmt: skip
REFUSED: dict[str, tuple[dict[str, str], list[Any], int, str]] = {
    "biases of -2": (MOONS, [dense(32, bias=-2.0)] * 3, 1, "Off"),
    "deep and narrow": (MOONS, [dense(3)] * 15, 1, "layers this narrow"),
}


def started(data: dict[str, str], layers: list[Any]) -> tuple[np.ndarray, np.ndarray, Forecast, tuple[bool, ...]]:
    """What step 0 of real runs measures, in geometric means over seeds: std and gradient; and the forecast of it."""
    spec = ExperimentSpec.parse(
        {
            "data": data | {"train_size": 600, "validation_size": 100},
            "model": {"layers": layers},
            "training": {"batch_size": 256, "steps": 5, "loss": "mse" if data is SINE else "cross_entropy"},
        }
    )
    dataset, stds, gradients = load_dataset(spec.data), [], []
    for seed in range(4):
        store = SessionStore()
        run = TrainingRun(spec.replace(model=spec.model.replace(seed=seed)), dataset, record=store.append)
        run.measure_start()
        stds.append(store.current.latest(ProbeRecord)["std"])
        gradients.append(store.current.latest(StepRecord)["gradient_rms"])
    with np.errstate(all="ignore"):
        std = np.exp(np.log(np.array(stds, np.float64)).mean(0))
        gradient = np.exp(np.log(np.array(gradients, np.float64)).mean(0))
        gradient /= gradient[-1]
    told = forecast(DesignPlan.of(spec, dataset.description), measured_statistics(spec, dataset))
    return std, gradient, told, tuple(layer.kind in MEASURED for layer in told.layers)


MEASURED = ("dense", "conv2d", "batch_norm", "layer_norm", "output")


@pytest.mark.parametrize("name", STARTS)
def test_t18_the_forecast_is_within_a_factor_2_of_step_0(name):
    std, gradient, told, measured = started(*STARTS[name])
    layers = [layer for layer, is_measured in zip(told.layers, measured, strict=True) if is_measured]
    deviations = np.array([layer.std for layer in layers]) / std
    ratios = np.array([layer.gradient for layer in layers]) / gradient
    assert 0.5 < deviations.min() <= deviations.max() < 2.0
    assert 0.5 < np.nanmin(ratios) <= np.nanmax(ratios) < 2.0
    assert [not np.isnan(ratio) for ratio in ratios] == ["norm" not in layer.kind for layer in layers]


def test_t18_there_are_at_least_28_of_them_and_two_refused():
    assert len(STARTS) >= 28
    assert len(REFUSED) == 2


@pytest.mark.parametrize("name", REFUSED)
def test_t18_what_cannot_be_forecast_is_refused_with_layer_and_reason(name):
    data, layers, end, reason = REFUSED[name]
    std, _, told, _ = started(data, layers)
    known = [layer for layer in told.layers if not np.isnan(layer.std)]
    assert len(known) == end
    assert [layer.std for layer in known] == pytest.approx(std[:end], rel=0.5)
    assert all(np.isnan(layer.gradient) for layer in told.layers)
    assert reason in str(told.at(end).verdict)
    assert told.at(end) is told.layers[end]


@pytest.mark.parametrize("activation", ["tanh", "hardtanh"])
def test_t18_chaotic_networks_stay_within_a_factor_3(activation):
    """Weights of N(0, 1) make samples forget each other on the way, so that early gradients cancel over a batch."""
    std, gradient, told, measured = started(UNIT, ["flatten", *[dense(64, activation, NORMAL_1)] * 4])
    layers = [layer for layer, is_measured in zip(told.layers, measured, strict=True) if is_measured]
    assert [layer.std for layer in layers] == pytest.approx(std, rel=0.2)
    ratios = np.array([layer.gradient for layer in layers]) / gradient
    assert 1 / 3 < ratios.min() <= ratios.max() < 3.0


def test_t18_a_raw_table_is_not_forecast_before_it_is_read(tmp_path):
    """Its columns may be of any size; once they are read, the forecast is of what they are."""
    rows = np.random.default_rng(1).normal(500.0, 300.0, (200, 3))
    table = tmp_path / "table.csv"
    lines = [f"{a:.1f},{b:.1f},{c:.1f},{'yes' if a > b else 'no'}" for a, b, c in rows]
    table.write_text("\n".join(["a,b,c,answer", *lines]))
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": str(table)}}, "scaling": "raw"},
            "model": {"layers": [dense(64), dense(64)]},
        }
    )
    plan = DesignPlan.of(spec)
    unread = forecast(plan)
    assert "the columns are used as they are" in str(unread.verdict)
    assert not unread.warning
    assert all(np.isnan(layer.std) for layer in unread.layers)
    dataset = load_dataset(spec.data)
    read = forecast(plan, measured_statistics(spec, dataset))
    _, kept = build_model(plan).forward_kept(torch.from_numpy(dataset.train.inputs))
    stds = [float(layer.activation.detach().std()) for layer in kept]
    ratios = np.array([layer.std for layer in read.layers[:2]]) / stds[:2]
    assert 0.5 < ratios.min() <= ratios.max() < 2.0
    assert min(stds) > 100
