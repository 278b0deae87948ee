"""Every activation's own NumPy formula against the torch module, and what is claimed about it against both."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS, Activation, OffState
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.measurements.saturation import saturated_count

X = np.linspace(-12.0, 12.0, 48_001)
ELEMENTWISE = [key for key in ACTIVATIONS if key != "softmax"]
OTHER_PARAMETERS = {
    "leaky_relu": {"negative_slope": 0.3},
    "prelu": {"initial_slope": 0.1},
    "elu": {"alpha": 2.5},
    "softplus": {"beta": 3.0},
}


def module_of(entry: Activation, parameters: dict | None = None) -> torch.nn.Module:
    complete = entry.complete(parameters or {})
    return getattr(torch.nn, entry.torch_module)(**entry.arguments(complete)).double()


def torch_curve(entry: Activation, parameters: dict | None = None) -> np.ndarray:
    with torch.no_grad():
        return module_of(entry, parameters)(torch.from_numpy(X)).numpy()


def torch_slope(entry: Activation, x: np.ndarray = X) -> np.ndarray:
    inputs = torch.from_numpy(x).requires_grad_()
    (gradient,) = torch.autograd.grad(module_of(entry)(inputs).sum(), inputs)
    return gradient.numpy()


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_the_curve_is_what_torch_computes(key):
    entry = ACTIVATIONS[key]
    np.testing.assert_allclose(entry.curve(X), torch_curve(entry), atol=1e-12)


@pytest.mark.parametrize("key", OTHER_PARAMETERS)
def test_the_curve_follows_its_parameters(key):
    entry, parameters = ACTIVATIONS[key], OTHER_PARAMETERS[key]
    # torch replaces softplus by a straight line above 20, which differs by 2e-9
    np.testing.assert_allclose(entry.curve(X, **parameters), torch_curve(entry, parameters), atol=1e-8)
    assert not np.allclose(entry.curve(X, **parameters), entry.curve(X))


def test_every_activation_with_parameters_is_tried_with_others():
    assert {key for key, entry in ACTIVATIONS.items() if entry.parameters} == set(OTHER_PARAMETERS)


def test_the_softmax_curve_is_one_unit_among_ten():
    entry = ACTIVATIONS["softmax"]
    rows = torch.zeros(len(X), 10, dtype=torch.float64)
    rows[:, 0] = torch.from_numpy(X)
    np.testing.assert_allclose(entry.curve(X), module_of(entry)(rows)[:, 0].numpy(), atol=1e-12)


def test_softmax_acts_over_the_units_not_over_the_batch():
    rows = module_of(ACTIVATIONS["softmax"])(torch.randn(5, 3, dtype=torch.float64))
    torch.testing.assert_close(rows.sum(1), torch.ones(5, dtype=torch.float64))


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_the_steepest_slope_is_the_one_claimed(key):
    entry = ACTIVATIONS[key]
    slopes = np.gradient(entry.curve(X), X) if key == "softmax" else torch_slope(entry)
    assert np.abs(slopes).max() == pytest.approx(entry.max_slope, abs=6e-4)


@pytest.mark.parametrize("alpha", [0.01, 0.5, 1.0, 3.0, 10.0])
def test_t20_the_facts_of_an_elu_are_those_of_its_alpha(alpha):
    entry = ACTIVATIONS["elu"].with_parameters({"alpha": alpha})
    x = np.linspace(-60.0, 60.0, 240_001)
    y = entry.curve(x, alpha)
    assert y.min() == pytest.approx(entry.output_range[0], rel=1e-6)
    assert np.gradient(y, x).max() == pytest.approx(entry.max_slope, rel=1e-3)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_t20_facts_with_the_default_parameters_are_those_of_the_entry(key):
    entry = ACTIVATIONS[key]
    defaults = {parameter.name: parameter.default for parameter in entry.parameters}
    assert entry.with_parameters(defaults) == entry
    for parameter in entry.parameters:
        for value in (parameter.minimum, parameter.maximum):
            chosen = {**defaults, parameter.name: value}
            found, y = entry.with_parameters(chosen), entry.curve(X, **chosen)
            assert y.min() >= found.output_range[0] - 2e-3
            assert np.abs(np.gradient(y, X)).max() <= found.max_slope + 1e-3


# The printed derivative, written once more in Python: the text and torch must agree.
def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def _normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.array([math.erf(value / math.sqrt(2.0)) for value in x]))


def _mish_slope(x: np.ndarray) -> np.ndarray:
    t = np.tanh(np.log1p(np.exp(x)))
    return t + x * _sigmoid(x) * (1.0 - t**2)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
DERIVATIVES: dict[str, Any] = {
    "1 if x > 0, else 0": lambda x: np.where(x > 0, 1.0, 0.0),
    "1 if x > 0, else a": lambda x: np.where(x > 0, 1.0, np.nan),
    "1 if x > 0, else α·eˣ": lambda x: np.where(x > 0, 1.0, np.exp(x)),
    "λ if x > 0, else λ·α·eˣ": lambda x: SELU_SCALE * np.where(x > 0, 1.0, SELU_ALPHA * np.exp(x)),
    "Φ(x) + x·φ(x)": lambda x: _normal_cdf(x) + x * _normal(x),
    "σ(x) + x·σ(x)·(1 - σ(x))": lambda x: _sigmoid(x) + x * _sigmoid(x) * (1.0 - _sigmoid(x)),
    "tanh(s) + x·σ(x)·(1 - tanh²(s)), s = softplus(x)": _mish_slope,
    "σ(β·x)": _sigmoid,
    "σ(x)·(1 - σ(x))": lambda x: _sigmoid(x) * (1.0 - _sigmoid(x)),
    "1 - tanh²(x)": lambda x: 1.0 - np.tanh(x) ** 2,
    "1 / (1 + |x|)²": lambda x: 1.0 / (1.0 + np.abs(x)) ** 2,
    "1 if -1 < x < 1, else 0": lambda x: np.where(np.abs(x) < 1, 1.0, 0.0),
    "1 if 0 < x < 6, else 0": lambda x: np.where((x > 0) & (x < 6), 1.0, 0.0),
    "0 if x < -3, 1 if x > 3, else (2x + 3) / 6": lambda x: np.where(
        x < -3, 0.0, np.where(x > 3, 1.0, (2.0 * x + 3.0) / 6.0)
    ),
    "1": np.ones_like,
}
SLOPES_OF_OFF = {"leaky_relu": 0.01, "prelu": 0.25}
BETWEEN = np.linspace(-9.973, 9.987, 997)  # misses every corner


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_the_printed_derivative_is_the_gradient_of_torch(key):
    entry = ACTIVATIONS[key]
    expected = DERIVATIVES[entry.derivative](BETWEEN)
    expected = np.where(np.isnan(expected), SLOPES_OF_OFF.get(key, np.nan), expected)
    np.testing.assert_allclose(torch_slope(entry, BETWEEN), expected, atol=1e-9)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_outputs_stay_in_the_printed_range_and_reach_it(key):
    entry = ACTIVATIONS[key]
    y = entry.curve(np.linspace(-60.0, 60.0, 24_001))
    low, high = entry.output_range
    assert y.min() >= low - 2e-3
    assert y.max() <= high + 1e-12
    for limit, reached in ((low, y.min()), (high, y.max())):
        if math.isfinite(limit):
            assert reached == pytest.approx(limit, abs=0.02)
        else:
            assert abs(reached) > 0.5 or key in SLOPES_OF_OFF


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_what_it_means_to_be_off(key):
    entry = ACTIVATIONS[key]
    off = np.linspace(-8.0, -0.01, 500)
    slopes, outputs = torch_slope(entry, off), entry.curve(off)
    match entry.off_state:
        case OffState.DEAD:
            assert not slopes.any()
            assert not outputs.any()
        case OffState.NEVER_ACTIVE:
            assert slopes.any()
            assert (outputs <= 0.0).all()
        case OffState.NONE:
            assert slopes.any()


@pytest.mark.parametrize("key", [key for key, entry in ACTIVATIONS.items() if entry.saturation])
def test_saturated_outputs_have_next_to_no_slope(key):
    entry = ACTIVATIONS[key]
    saturation = entry.saturation
    y, slopes = torch_curve(entry), np.abs(torch_slope(entry))
    saturated = saturated_count(torch.from_numpy(y).view(1, -1), saturation).bool().numpy()
    assert saturated.any()
    assert slopes[saturated].max() <= (0.0 if saturation.at_clip else 0.12 * entry.max_slope)


def test_a_relu6_that_is_merely_off_is_not_saturated():
    """Half of all outputs are 0 at a healthy start; they count as sparsity."""
    saturation = ACTIVATIONS["relu6"].saturation
    outputs = torch.tensor([[0.0], [0.0], [3.0], [6.0]])
    assert saturated_count(outputs, saturation).tolist() == [1.0]


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_the_recommended_initialization_exists(key):
    assert ACTIVATIONS[key].recommended_initialization in INITIALIZATIONS


@pytest.mark.parametrize(("key", "alpha"), [("elu", 1e-3), ("leaky_relu", 1e-6)])
def test_no_parameter_turns_a_leaky_unit_into_one_that_can_die(key, alpha):
    """With slope 0 it would be a ReLU under another name, and the verdict "can come back" would be wrong."""
    (parameter,) = ACTIVATIONS[key].parameters
    assert parameter.minimum == alpha > 0
