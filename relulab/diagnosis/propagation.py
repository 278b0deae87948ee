"""One pass of the mean-field recursion through a design, layer kind by layer kind."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean, pstdev
from typing import NamedTuple

import numpy as np

from relulab.catalog.activations import ACTIVATIONS, Activation, OffState
from relulab.catalog.entry import read_numbers
from relulab.catalog.initializations import INITIALIZATIONS, RAI_STD
from relulab.diagnosis.born_dead_chance import BornDead, StackLayer, born_dead
from relulab.diagnosis.data_statistics import DataStatistics
from relulab.diagnosis.quadrature import Spread, normal, slope_square
from relulab.experiment import ActivationChoice, BiasChoice, InitializationChoice, LayerSpec, OutputSpec
from relulab.model.plan import DesignPlan
from relulab.model.shapes import LayerShape

NORM_EPSILON = 1e-5  # torch's, under the root of the variance
NEIGHBOUR_CORRELATION = 0.5  # of the values in a pooling window; neighbouring pixels are alike
RAI_MEAN, RAI_SQUARE = 2.0 / 3.0, 0.5  # of the one entry of each row that is Beta(2, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A layer under the forecast: its input, z, h, and what the gradient is multiplied by on its way back.

    ``slope_square`` is E[φ'(z)²]; ``sent_back`` multiplies the mean square of the gradient from z to the layer's
    input. ``positions`` is how often a weight is used per sample, ``averaged`` how many inputs share an output and so
    its gradient; ``connections`` is how many weights go out of each of its ``inputs``. ``weight`` is None without a
    weight matrix.
    """

    index: int | None
    kind: str
    input_square: float
    z: Spread
    h: Spread
    slope_square: float
    sent_back: float
    activation: str = ""
    units: int = 0
    positions: float = 1.0
    averaged: float = 1.0
    inputs: int = 1
    connections: float = 1.0
    saturated: float = math.nan
    weight: "Weight | None" = None

    @property
    def has_weights(self) -> bool:
        return self.weight is not None

    def back(self, square: float, common: float) -> tuple[float, float]:
        """Mean square of the gradient over units, and square of its mean: at the input, from those at z.

        Weights of mean μ carry the mean on whole, so that it grows by (n·μ)² while all else grows by n·E[w²].
        """
        sent = self.sent_back * square
        if self.weight is None or self.weight.mean == 0.0:
            return sent, sent / self.inputs
        whole = (self.connections * self.weight.mean) ** 2
        extra = whole * (common - square / self.connections)
        sent = max(0.0, sent + extra)
        return sent, min(sent, whole * common + (sent - whole * common) / self.inputs)


class Weight(NamedTuple):
    """Moments of one weight and one bias at the start. ``scheme`` is the key of the initialization."""

    mean: float
    std: float
    bias: float
    bias_std: float
    scheme: str

    @property
    def square(self) -> float:
        return self.mean * self.mean + self.std * self.std


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer stands: its index, the shape of a sample before it, and its own."""

    index: int | None
    input_shape: tuple[int, ...]
    shape: LayerShape

    @property
    def inputs(self) -> int:
        """Numbers per sample."""
        return math.prod(self.input_shape)


@np.errstate(all="ignore")  # what is too large for a number is infinite; ``**`` would raise instead
def propagate(plan: DesignPlan, facts: DataStatistics) -> tuple[Stage, ...]:
    """All layers in order, the output layer last."""
    signal = normal(facts.input_mean, math.sqrt(max(0.0, facts.input_square - facts.input_mean * facts.input_mean)))
    stages = []
    for index, layer, inputs, shape in plan.hidden:
        stages.append(_STAGES[layer.kind](layer, Place(index, tuple(inputs), shape), signal))
        signal = stages[-1].h
    output = plan.shapes[-1]
    return (*stages, _weighted(plan.spec.model.output, Place(None, (output.fan_in,), output), signal))


def weight_of(initialization: InitializationChoice, bias: BiasChoice, shape: LayerShape) -> Weight:
    """Moments of the initial weights and biases."""
    entry = INITIALIZATIONS[initialization.name]
    std = entry.weight_std(shape.fan_in, shape.fan_out, initialization.parameters, shape.units)
    mean_of = _WEIGHT_MEANS.get(entry.key)
    mean = mean_of(initialization.parameters, shape.fan_in) if mean_of else 0.0
    if bias.name == "none":
        return Weight(mean, std, 0.0, 0.0, entry.key)
    if entry.sets_bias:
        return Weight(mean, std, mean, std, entry.key)
    if bias.name == "constant":
        return Weight(mean, std, float(bias.parameters["value"]), 0.0, entry.key)
    if bias.name == "given":
        given = read_numbers(str(bias.parameters["values"]))[: shape.units]
        return Weight(mean, std, fmean(given), pstdev(given), entry.key)
    if bias.name == "spread":  # -w·p with points p that are uniform over ±reach
        point = float(bias.parameters["reach"]) / math.sqrt(3.0)
        return Weight(mean, std, 0.0, point * math.sqrt(shape.fan_in * (mean * mean + std * std)), entry.key)
    return Weight(mean, std, 0.0, math.sqrt(1.0 / (3.0 * shape.fan_in)), entry.key)


_WEIGHT_MEANS: Mapping[str, Callable[..., float]] = {
    "normal": lambda p, fan_in: float(p["mean"]),
    "uniform": lambda p, fan_in: 0.5 * (float(p["low"]) + float(p["high"])),
    "constant": lambda p, fan_in: float(p["value"]),
    "given": lambda p, fan_in: fmean(read_numbers(p["values"])),
    "rai": lambda p, fan_in: RAI_MEAN / (fan_in + 1),
}


def _sum(weight: Weight, shape: LayerShape, signal: Spread) -> tuple[float, float]:
    """Mean and variance of W·x, by default of independent weights on independent inputs."""
    if weight.scheme == "lsuv":
        return 0.0, 1.0  # fits the scale to the data
    if weight.scheme == "identity":  # a share of the units copies one input each, the others get nothing
        share = min(1.0, shape.fan_in / shape.fan_out)
        mean = share * signal.mean
        return mean, max(0.0, share * signal.square - mean * mean)
    if weight.scheme == "rai":  # each row has exactly one large entry, so they are not independent
        mean, share = RAI_MEAN * signal.mean, shape.fan_in / (shape.fan_in + 1.0)
        return share * mean, share * (RAI_STD**2 + RAI_SQUARE) * signal.square - (share * mean) ** 2
    spread = signal.std
    variance = weight.std * weight.std * signal.square + weight.mean * weight.mean * spread * spread
    return shape.fan_in * weight.mean * signal.mean, shape.fan_in * variance


def _weighted(layer: LayerSpec | OutputSpec, place: Place, signal: Spread) -> Stage:
    """Dense, convolution and output."""
    assert layer.initialization is not None
    assert layer.bias is not None
    assert layer.activation is not None
    weight = weight_of(layer.initialization, layer.bias, place.shape)
    inside = _inside(layer, place)
    seen = signal.thinned(inside)  # the zeros of a padding are inputs, too
    mean, variance = _sum(weight, place.shape, seen)
    z = normal(mean + weight.bias, math.sqrt(variance + weight.bias_std * weight.bias_std))
    kind = layer.kind if isinstance(layer, LayerSpec) else "output"
    connections = inside * place.shape.size * place.shape.fan_in / place.inputs  # outgoing, per input
    sent_back = connections * weight.square
    if weight.scheme == "rai":
        sent_back *= _rai_gain(signal)
    if weight.scheme == "lsuv" and signal.square > 0.0:  # its weights are known only by what they do
        sent_back = place.shape.size / place.inputs / signal.square
    positions = inside * math.prod(place.shape.output_shape[1:])
    stage = _activated(layer.activation, place, kind, signal, z, sent_back, positions, weight)
    return replace(stage, inputs=place.inputs, connections=connections)


def _inside(layer: LayerSpec | OutputSpec, place: Place) -> float:
    """The share of a convolution's inputs that are no padding, over all its positions; 1 for other layers."""
    if isinstance(layer, OutputSpec) or not layer.parameters.get("padding"):
        return 1.0
    padding = int(layer.parameters["padding"])
    kernel, stride = int(layer.parameters["kernel_size"]), int(layer.parameters["stride"])
    shares = []
    for outputs, inputs in zip(place.shape.output_shape[1:], place.input_shape[1:], strict=True):
        taps = stride * np.arange(outputs)[:, None] + np.arange(kernel) - padding
        shares.append(float(((taps >= 0) & (taps < inputs)).mean()))
    return math.prod(shares)


def _rai_gain(signal: Spread) -> float:
    """How much more gradient an RAI layer sends back than independent weights would: units are mostly on where their
    large weight has a large input, so slope and weight go together. Φ is taken as logistic.
    """
    large = np.sqrt((np.arange(16) + 0.5) / 16.0)[:, None]  # Beta(2, 1), in equal parts
    scale = RAI_STD * math.sqrt(signal.square)
    if not scale > 0.0:
        return 1.0
    on = 1.0 / (1.0 + np.exp(-1.702 * large * signal.values / scale))
    together = float((np.square(large) * on).mean(0) @ signal.weights)
    alone = float(on.mean(0) @ signal.weights)
    return (RAI_STD**2 + together / max(alone, 1e-12)) / (RAI_STD**2 + RAI_SQUARE)


def _norm(layer: LayerSpec, place: Place, signal: Spread) -> Stage:
    """Batch and layer norm: mean 0, variance 1, so the gradient is divided by the deviation that came in."""
    assert layer.activation is not None
    spread = signal.std
    scale = math.sqrt(spread * spread + NORM_EPSILON)
    z = normal(0.0, spread / scale)
    return _activated(layer.activation, place, layer.kind, signal, z, 1.0 / (scale * scale), 1, None)


def _activated(
    choice: ActivationChoice, place: Place, kind: str, signal: Spread, z: Spread, sent_back: float, positions: float,
    weight: Weight | None,
) -> Stage:  # fmt: skip
    activation = ACTIVATIONS[choice.name]
    curve = partial(activation.curve, **choice.parameters)
    if choice.name == "softmax":
        h, slope = _softmax(z, place.shape.size)
    elif choice.name == "identity":
        h, slope = z, 1.0
    else:
        h, slope = z.map(curve), slope_square(curve, z)
    return Stage(
        index=place.index,
        kind=kind,
        input_square=signal.square,
        z=z,
        h=h,
        slope_square=slope,
        sent_back=sent_back,
        activation=choice.name,
        units=place.shape.units,
        positions=positions,
        saturated=_saturated(activation, h),
        weight=weight,
    )


def _softmax(z: Spread, units: int) -> tuple[Spread, float]:
    """n units share a sum of 1: each has e^z / (n·E[e^z]), and a slope of about its own value."""
    powers = np.exp(z.values - z.values.max())
    mean_power = float(z.weights @ powers)
    h = z.map(lambda _: np.minimum(1.0, powers / (units * mean_power)))
    slope = float(z.weights @ np.square(h.values * (1.0 - h.values)))
    return h, slope


def _saturated(activation: Activation, h: Spread) -> float:
    """Share of h at a flat end. The zeros of a clipped ReLU are sparsity, which is normal, not saturation."""
    ends = activation.saturation
    if ends is None:
        return math.nan
    if activation.off_state is OffState.DEAD:
        return h.share(lambda x: x >= ends.high)
    if ends.at_clip:
        return h.share(lambda x: (x <= ends.low) | (x >= ends.high))
    return h.share(lambda x: (x < ends.low) | (x > ends.high))


def _passed(layer: LayerSpec, place: Place, signal: Spread) -> Stage:
    """Flatten changes nothing; dropout keeps the mean and is off while measuring."""
    return Stage(place.index, layer.kind, signal.square, signal, signal, 1.0, 1.0)


def _pooled(layer: LayerSpec, place: Place, signal: Spread) -> Stage:
    """The largest of the window, to which alone the gradient goes back, or the mean, of which each gets its share."""
    count = int(layer.parameters["kernel_size"]) ** 2
    independent = count / (1.0 + (count - 1) * NEIGHBOUR_CORRELATION)  # as many values is the window worth
    sent_back = place.shape.size / place.inputs
    if layer.kind == "max_pool2d":
        h = signal.maximum_of(independent)
    else:
        h = signal.narrowed(1.0 / math.sqrt(independent))
        sent_back /= count
    averaged = count if layer.kind == "avg_pool2d" else 1
    return Stage(place.index, layer.kind, signal.square, signal, h, 1.0, sent_back, averaged=averaged)


_STAGES: Mapping[str, Callable[[LayerSpec, Place, Spread], Stage]] = {
    "dense": _weighted,
    "conv2d": _weighted,
    "batch_norm": _norm,
    "layer_norm": _norm,
    "max_pool2d": _pooled,
    "avg_pool2d": _pooled,
    "flatten": _passed,
    "dropout": _passed,
    "alpha_dropout": _passed,
}


def born_dead_of(stages: tuple[Stage, ...], inputs: int) -> BornDead | None:
    """The chance that the dense ReLU layers in front of the first norm or other activation are born dead.

    None where there are none. A norm ends the stack: its outputs have both signs.
    """
    stack = []
    for stage in stages[:-1]:
        if stage.kind in ("dropout", "alpha_dropout", "flatten"):
            continue
        if stage.kind != "dense" or ACTIVATIONS[stage.activation].off_state is not OffState.DEAD:
            break
        assert stage.weight is not None
        stack.append(_stack_layer(stage, stage.weight))
    return born_dead(inputs, stack) if stack else None


def _stack_layer(stage: Stage, weight: Weight) -> StackLayer:
    asymmetric = weight.scheme == "rai"
    symmetric = not asymmetric and weight.bias == 0.0 and weight.mean == 0.0 and weight.std > 0.0
    off = 0.5 if symmetric else stage.z.share(lambda z: z <= 0)
    return StackLayer(stage.units, off, weight.std, weight.bias, weight.bias_std, asymmetric)
