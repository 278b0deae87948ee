"""Activation functions: what they compute, what they are good at, and how they fail.

``curve`` is the NumPy formula. It draws the thumbnails, feeds the forecast and is the independent
reference that the torch module is tested against.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.entry import TorchEntry, Value, real
from relulab.registry import Registry

Curve = Callable[..., NDArray[np.float64]]
INFINITY = math.inf


class OffState(Enum):
    """What it means for a unit never to receive a positive pre-activation."""

    DEAD = "dead"  # output and gradient are exactly 0: the unit cannot come back
    NEVER_ACTIVE = "never active"  # a gradient is left: the unit can come back
    NONE = "none"  # the sign of the input says nothing about health


@dataclass(frozen=True, slots=True)
class Saturation:
    """Outputs beyond ``low`` or ``high`` have next to no slope; at a clip, reaching it already counts."""

    low: float
    high: float
    at_clip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(TorchEntry):
    """An activation function. ``torch_module`` names a class of ``torch.nn``.

    What is said of it holds for the defaults of its parameters; ``depends`` gives the facts that they change.
    """

    formula: str
    derivative: str
    output_range: tuple[float, float]
    max_slope: float
    recommended_initialization: str
    gain: float
    strengths: str
    weaknesses: str
    curve: Curve
    torch_module: str
    off_state: OffState = OffState.NONE
    saturation: Saturation | None = None
    depends: Callable[..., Mapping[str, Any]] | None = None

    @property
    def fires(self) -> bool:
        """Whether an output above 0 tells a unit that is on from one that is off. A sigmoid is above 0 everywhere."""
        return self.off_state is not OffState.NONE

    def with_parameters(self, parameters: Mapping[str, Value]) -> "Activation":
        """The entry with the facts that hold for these parameters."""
        return self if self.depends is None else replace(self, **self.depends(**parameters))


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def _softplus(x: NDArray[np.float64], beta: float = 1.0) -> NDArray[np.float64]:
    return np.asarray(np.logaddexp(0.0, beta * x) / beta)


def _erf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(x))


def _softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of (x, 0, …, 0) over ten units: what one unit does while the others rest at zero."""
    return 1.0 / (1.0 + 9.0 * np.exp(-x))


def _gain(slope: float) -> float:
    """Of a ReLU with this slope below 0: what keeps the mean square of the signal (He et al. 2015, eq. 15)."""
    return math.sqrt(2.0 / (1.0 + slope**2))


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017, eq. 2

ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    Activation(
        key="relu",
        title="ReLU",
        summary="Passes positive values and replaces negative ones by zero.",
        formula="max(0, x)",
        derivative="1 if x > 0, else 0",
        output_range=(0.0, INFINITY),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Fast, does not saturate for positive inputs, makes sparse activations, trains deep networks.",
        weaknesses="A unit whose input is negative for every sample has zero output and zero gradient: it is dead.",
        curve=lambda x: np.maximum(x, 0.0),
        torch_module="ReLU",
        off_state=OffState.DEAD,
    ),
    Activation(
        key="leaky_relu",
        title="Leaky ReLU",
        summary="ReLU with a small slope for negative values, so that no unit loses its gradient.",
        parameters=(
            real(
                "negative_slope", "Negative slope", 0.01, 1e-6, 1.0, help="Slope for negative inputs; 0 would be ReLU."
            ),
        ),
        formula="x if x > 0, else a·x",
        derivative="1 if x > 0, else a",
        output_range=(-INFINITY, INFINITY),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=_gain(0.01),
        strengths="Units keep a gradient when they are off, so they can come back.",
        weaknesses="With a tiny slope, coming back is slow: a small gradient is not a fast one.",
        curve=lambda x, negative_slope=0.01: np.where(x > 0, x, negative_slope * x),
        torch_module="LeakyReLU",
        torch_arguments={"negative_slope": "negative_slope"},
        depends=lambda negative_slope: {"gain": _gain(negative_slope)},
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="prelu",
        title="PReLU",
        summary="Leaky ReLU whose negative slope is learned, one slope per layer.",
        parameters=(real("initial_slope", "Initial slope", 0.25, 0.0, 1.0, help="Negative slope at the first step."),),
        formula="x if x > 0, else a·x with learned a",
        derivative="1 if x > 0, else a",
        output_range=(-INFINITY, INFINITY),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=_gain(0.25),
        strengths="Finds its own slope; units keep a gradient when they are off.",
        weaknesses="One more parameter per layer to learn; weight decay should leave it alone.",
        curve=lambda x, initial_slope=0.25: np.where(x > 0, x, initial_slope * x),
        torch_module="PReLU",
        torch_arguments={"initial_slope": "init"},
        depends=lambda initial_slope: {"gain": _gain(initial_slope)},
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="elu",
        title="ELU",
        summary="Linear for positive values, a smooth curve down to -alpha for negative ones.",
        parameters=(
            real(
                "alpha",
                "Alpha",
                1.0,
                1e-3,
                10.0,
                help="The value that very negative inputs approach, with its sign changed.",
            ),
        ),
        formula="x if x > 0, else α·(eˣ - 1)",
        derivative="1 if x > 0, else α·eˣ",
        output_range=(-1.0, INFINITY),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Mean activation near zero, smooth at zero for alpha = 1, no dead units.",
        weaknesses="Very negative inputs have almost no gradient; the exponential costs time.",
        curve=lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0))),
        torch_module="ELU",
        torch_arguments={"alpha": "alpha"},
        depends=lambda alpha: {"output_range": (-alpha, INFINITY), "max_slope": max(1.0, alpha)},
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="selu",
        title="SELU",
        summary="A scaled ELU that pulls each layer's outputs to mean 0 and variance 1 by itself.",
        formula="λ·x if x > 0, else λ·α·(eˣ - 1); λ ≈ 1.0507, α ≈ 1.6733",
        derivative="λ if x > 0, else λ·α·eˣ",
        output_range=(-SELU_SCALE * SELU_ALPHA, INFINITY),
        max_slope=SELU_SCALE * SELU_ALPHA,
        recommended_initialization="lecun_normal",
        gain=1.0,
        strengths="Self-normalizing: deep dense networks keep their signal without batch norm.",
        weaknesses="Only works with LeCun normal weights, standardized inputs and alpha dropout.",
        curve=lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0.0))),
        torch_module="SELU",
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="gelu",
        title="GELU",
        summary="Weights each input by the chance that a normal random number lies below it.",
        formula="x·Φ(x), Φ the normal distribution function",
        derivative="Φ(x) + x·φ(x)",
        output_range=(-0.17, INFINITY),
        max_slope=1.129,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Smooth; the usual choice in transformers.",
        weaknesses="Slower than ReLU; far below zero the gradient vanishes.",
        curve=lambda x: 0.5 * x * (1.0 + _erf(x / math.sqrt(2.0))),
        torch_module="GELU",
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="silu",
        title="SiLU (Swish)",
        summary="The input times its own sigmoid: a smooth relative of ReLU.",
        formula="x·σ(x)",
        derivative="σ(x) + x·σ(x)·(1 - σ(x))",
        output_range=(-0.279, INFINITY),
        max_slope=1.100,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Smooth, keeps a gradient for mildly negative inputs.",
        weaknesses="Slower than ReLU; far below zero the gradient vanishes.",
        curve=lambda x: x * _sigmoid(x),
        torch_module="SiLU",
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="mish",
        title="Mish",
        summary="The input times the tanh of its softplus: smooth, and slightly negative below zero.",
        formula="x·tanh(softplus(x))",
        derivative="tanh(s) + x·σ(x)·(1 - tanh²(s)), s = softplus(x)",
        output_range=(-0.309, INFINITY),
        max_slope=1.088,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Smooth, keeps a gradient for mildly negative inputs.",
        weaknesses="The slowest of the ReLU family.",
        curve=lambda x: x * np.tanh(_softplus(x)),
        torch_module="Mish",
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="softplus",
        title="Softplus",
        summary="A smooth version of ReLU that never reaches zero.",
        parameters=(real("beta", "Beta", 1.0, 0.01, 100.0, help="How sharp the bend at zero is."),),
        formula="ln(1 + e^(β·x)) / β",
        derivative="σ(β·x)",
        output_range=(0.0, INFINITY),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Smooth and positive; good for outputs that must be positive.",
        weaknesses="Outputs are never centred on zero, and it is slower than ReLU.",
        curve=lambda x, beta=1.0: _softplus(x, beta),
        torch_module="Softplus",
        torch_arguments={"beta": "beta"},
    ),
    Activation(
        key="sigmoid",
        title="Sigmoid",
        summary="Squashes every value into the range from 0 to 1.",
        formula="σ(x) = 1 / (1 + e⁻ˣ)",
        derivative="σ(x)·(1 - σ(x))",
        output_range=(0.0, 1.0),
        max_slope=0.25,
        recommended_initialization="glorot_normal",
        gain=1.0,
        strengths="Reads as a probability; right for gates and binary outputs.",
        weaknesses="Its slope is at most 1/4, so gradients shrink at every layer: they vanish in deep networks.",
        curve=_sigmoid,
        torch_module="Sigmoid",
        saturation=Saturation(0.03, 0.97),
    ),
    Activation(
        key="tanh",
        title="Tanh",
        summary="Squashes every value into the range from -1 to 1.",
        formula="(eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)",
        derivative="1 - tanh²(x)",
        output_range=(-1.0, 1.0),
        max_slope=1.0,
        recommended_initialization="glorot_normal",
        gain=5.0 / 3.0,
        strengths="Outputs are centred on zero; slope 1 at the origin.",
        weaknesses="Saturates: large inputs have next to no gradient.",
        curve=np.tanh,
        torch_module="Tanh",
        saturation=Saturation(-0.97, 0.97),
    ),
    Activation(
        key="softsign",
        title="Softsign",
        summary="Like tanh, but it approaches -1 and 1 much more slowly.",
        formula="x / (1 + |x|)",
        derivative="1 / (1 + |x|)²",
        output_range=(-1.0, 1.0),
        max_slope=1.0,
        recommended_initialization="glorot_normal",
        gain=1.0,
        strengths="Saturates more gently than tanh; cheap.",
        weaknesses="Gradients still shrink with every layer.",
        curve=lambda x: x / (1.0 + np.abs(x)),
        torch_module="Softsign",
    ),
    Activation(
        key="hardtanh",
        title="Hardtanh",
        summary="A straight line that is cut off at -1 and 1.",
        formula="min(1, max(-1, x))",
        derivative="1 if -1 < x < 1, else 0",
        output_range=(-1.0, 1.0),
        max_slope=1.0,
        recommended_initialization="glorot_normal",
        gain=1.0,
        strengths="Very cheap, bounded.",
        weaknesses="The gradient is exactly zero beyond the clips.",
        curve=lambda x: np.clip(x, -1.0, 1.0),
        torch_module="Hardtanh",
        saturation=Saturation(-1.0, 1.0, at_clip=True),
    ),
    Activation(
        key="relu6",
        title="ReLU6",
        summary="ReLU that is cut off at 6.",
        formula="min(6, max(0, x))",
        derivative="1 if 0 < x < 6, else 0",
        output_range=(0.0, 6.0),
        max_slope=1.0,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Bounded, so it survives low-precision arithmetic on phones.",
        weaknesses="Units can die below zero like ReLU's, and stop learning above 6.",
        curve=lambda x: np.clip(x, 0.0, 6.0),
        torch_module="ReLU6",
        off_state=OffState.DEAD,
        saturation=Saturation(-INFINITY, 6.0, at_clip=True),  # at 0 it is off, like ReLU, not saturated
    ),
    Activation(
        key="hardswish",
        title="Hardswish",
        summary="A cheap approximation of SiLU made of straight lines and one parabola.",
        formula="x·min(6, max(0, x + 3)) / 6",
        derivative="0 if x < -3, 1 if x > 3, else (2x + 3) / 6",
        output_range=(-0.375, INFINITY),
        max_slope=1.5,
        recommended_initialization="he_normal",
        gain=math.sqrt(2.0),
        strengths="Close to SiLU at the price of ReLU.",
        weaknesses="Zero gradient below -3.",
        curve=lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0,
        torch_module="Hardswish",
        off_state=OffState.NEVER_ACTIVE,
    ),
    Activation(
        key="identity",
        title="Identity (none)",
        summary="Does nothing. A stack of layers without a nonlinearity is only one linear layer.",
        formula="x",
        derivative="1",
        output_range=(-INFINITY, INFINITY),
        max_slope=1.0,
        recommended_initialization="lecun_normal",
        gain=1.0,
        strengths="The right output for regression; shows what depth alone cannot do.",
        weaknesses="Layers collapse into a single linear map.",
        curve=lambda x: x,
        torch_module="Identity",
    ),
    Activation(
        key="softmax",
        title="Softmax (a trap)",
        summary="Turns a whole layer into shares that add up to 1. Between layers it strangles the signal.",
        formula="e^(xᵢ) / Σₖ e^(xₖ)",
        derivative="sᵢ·(δᵢₖ - sₖ)",
        output_range=(0.0, 1.0),
        max_slope=0.25,
        recommended_initialization="glorot_normal",
        gain=1.0,
        strengths="Right for reading class shares off the last layer; the cross-entropy loss already contains it.",
        weaknesses="In a hidden layer every unit is about 1/n: activations and gradients get tiny, learning stops.",
        curve=_softmax,
        torch_module="Softmax",
        torch_constants={"dim": 1},
    ),
)
