"""Experiments with known outcomes: what to set up, what must be measured, what must and must not be said.

Each is one line of the table of effects that this product was built on. ``relulab reproduce`` runs them and the
tests hold the diagnosis to them. "M5k" are the first 5,000 images of MNIST.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relulab.diagnosis.evidence import Moment
from relulab.registry import Registry
from relulab.spec import ExperimentSpec

ILLNESSES = (
    "non_finite",
    "unscaled_input",
    "symmetry",
    "born_dead",
    "negative_bias",
    "softmax_inside",
    "output_clash",
    "linear_collapse",
    "exploding_signal",
    "saturation",
    "vanishing_signal",
    "exploding_gradient",
    "learning_rate_too_high",
    "dead_layer",
    "dying",
    "dormant_layer",
    "vanishing_gradient",
    "plateau",
    "learning_rate_too_low",
    "underfitting",
    "overfitting",
)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a run ended. ``hidden``: positions, in the layer arrays, of the hidden layers that have an activation.

    ``diverged_at`` is a step, None where the loss stayed finite.
    """

    first: Moment
    last: Moment
    hidden: tuple[int, ...]
    test_accuracy: float
    diverged_at: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """A number that must lie between ``low`` and ``high``, taken as the median over the seeds.

    ``metric`` is a key of METRICS; ``layer`` counts the hidden layers that have an activation from 0.
    ``published`` is the number of the table, as it was measured in plain PyTorch.
    """

    metric: str
    low: float
    high: float
    published: str
    layer: int = 0

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Recipe:
    """One experiment. ``spec`` is the JSON of a spec; ``seeds`` counts how often it is run, seeds 0, 1, 2, …

    ``must``: findings that are raised in at least ``share`` of the runs; ``stands``: those that stand at their end
    as well; ``must_not``: illnesses that are raised in none, at no time. ``data``: a data set that may be absent.
    """

    key: str
    title: str
    spec: Mapping[str, Any]
    expected: tuple[Expectation, ...]
    must: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    share: float = 1.0
    seeds: int = 5
    data: str = ""

    def experiment(self, seed: int) -> ExperimentSpec:
        """The experiment with all three seeds set to ``seed``."""
        parts = {part: dict(self.spec.get(part, {})) | {"seed": seed} for part in ("data", "model", "training")}
        return ExperimentSpec.parse({"name": self.title, **parts})


def _layer_metric(name: str, moment: str = "last") -> Callable[[Outcome, int], float]:
    return lambda outcome, layer: float(getattr(getattr(outcome, moment), name)[outcome.hidden[layer]])


def _gradient_ratio(outcome: Outcome, layer: int) -> float:
    """Of norms, first layer over last, as the table has it; the finding compares the RMS, as it is defined."""
    norms = outcome.first.gradient_norm
    return float(norms[0] / norms[-1]) if norms[-1] else math.nan


METRICS: Mapping[str, Callable[[Outcome, int], float]] = {
    "test_accuracy": lambda outcome, layer: outcome.test_accuracy,
    "loss": lambda outcome, layer: outcome.last.loss,
    "first_loss": lambda outcome, layer: outcome.first.batch_loss,
    "failed": lambda outcome, layer: float(outcome.diverged_at is not None or outcome.test_accuracy < 0.6),
    "diverged": lambda outcome, layer: float(outcome.diverged_at is not None),
    "diverged_at": lambda outcome, layer: math.nan if outcome.diverged_at is None else float(outcome.diverged_at),
    "dead": _layer_metric("dead"),
    "saturated": _layer_metric("saturated"),
    "effective_rank": _layer_metric("effective_rank"),
    "first_std": _layer_metric("std", "first"),
    "gradient_norm": _layer_metric("gradient_norm"),
    "gradient_norm_ratio": _gradient_ratio,
    "linear_r2": lambda outcome, layer: outcome.last.linear_r2,
}


# How the designs are written: short helpers, so that a recipe reads like its line in the table.


def dense(units: int, activation: Any = "relu", weights: Any = "he_normal", bias: float = 0.0) -> dict[str, Any]:
    """A dense layer."""
    return {
        "kind": "dense",
        "parameters": {"units": units},
        "activation": activation,
        "initialization": weights,
        "bias": {"name": "constant", "parameters": {"value": bias}},
    }


def normed(units: int) -> list[Any]:
    """Dense, batch norm, ReLU."""
    return [dense(units, "identity"), {"kind": "batch_norm", "activation": "relu"}]


def with_bias(layers: list[Any], value: float) -> list[Any]:
    """The layers with this bias in the dense ones."""
    bias = {"name": "constant", "parameters": {"value": value}}
    return [layer | {"bias": bias} if layer["kind"] == "dense" else layer for layer in layers]


def conv(channels: int) -> dict[str, Any]:
    """A 3 × 3 convolution that keeps the size."""
    return {"kind": "conv2d", "parameters": {"channels": channels, "kernel_size": 3, "padding": 1}}


def scheme(name: str, **parameters: float) -> dict[str, Any]:
    """An initialization with parameters."""
    return {"name": name, "parameters": parameters}


def _moons(layers: list[Any], steps: int = 500, output: Any = None, **training: Any) -> dict[str, Any]:
    """700 moons with noise 0.15, standardized, batch 32."""
    return {
        "data": {
            "dataset": {"name": "moons", "parameters": {"noise": 0.15}},
            "train_size": 700,
            "validation_size": 200,
            "test_size": 1000,
            "scaling": "standardized",
        },
        "model": {"layers": layers, "output": output or {}},
        "training": {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 32, "steps": steps} | training,
    }


def _m5k(layers: list[Any], steps: int = 400, scaling: str = "unit", output: Any = None, **training: Any) -> Any:
    """The first 5,000 images of MNIST, batch 64."""
    return {
        "data": {
            "dataset": "mnist",
            "train_size": 5000,
            "validation_size": 1000,
            "test_size": 10000,
            "scaling": scaling,
        },
        "model": {"layers": layers, "output": output or {}},
        "training": {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 64, "steps": steps} | training,
    }


def _accuracy(low: float, high: float, published: str) -> Expectation:
    return Expectation("test_accuracy", low, high, published)


def _dead(*ranges: tuple[float, float, str]) -> tuple[Expectation, ...]:
    return tuple(Expectation("dead", low, high, said, layer) for layer, (low, high, said) in enumerate(ranges))


def _loss(low: float, high: float, published: str) -> Expectation:
    return Expectation("loss", low, high, published)


_SMALL = scheme("normal", mean=0.0, std=0.01)
_LARGE = scheme("normal", mean=0.0, std=1.0)
_NARROW = [dense(3)] * 15
_CNN = [conv(8), "max_pool2d", conv(16), "max_pool2d", "flatten", dense(64)]
_OVERFIT: dict[str, Any] = {
    "data": {
        "dataset": {"name": "moons", "parameters": {"noise": 0.3}},
        "train_size": 50,
        "validation_size": 300,
        "test_size": 1000,
    },
    "model": {"layers": [dense(128), dense(128)]},
    "training": {"optimizer": "adamw", "learning_rate": 0.01, "batch_size": 32, "steps": 1500},
}

RECIPES: Registry[Recipe] = Registry(
    "recipe",
    Recipe(
        "healthy",
        "Healthy moons",
        _moons([dense(64), dense(64)]),
        (_accuracy(0.965, 1.0, ".985"), *_dead((0.0, 0.08, "0 %"), (0.0, 0.25, "8 %"))),
        stands=("healthy",),
        must_not=ILLNESSES,
    ),
    Recipe(
        "dying_rate",
        "Dying ReLU by a high learning rate",
        _moons([dense(32)] * 4, optimizer="adam", learning_rate=1.0),
        (
            _accuracy(0.4, 0.6, ".50"),
            _loss(0.66, 0.80, ".70"),
            *_dead((0.0, 0.5, "18 %"), (0.4, 1.0, "73 %"), (0.75, 1.0, "93 %"), (0.75, 1.0, "99 %")),
        ),
        stands=("learning_rate_too_high", "dead_layer"),
        must_not=("unscaled_input", "symmetry", "born_dead", "linear_collapse", "overfitting"),
    ),
    Recipe(
        "unscaled",
        "Dying ReLU by unscaled input",
        _m5k(["flatten", dense(100), dense(100)], scaling="raw"),
        (_accuracy(0.08, 0.2, ".11"), *_dead((0.85, 1.0, "100 %"), (0.85, 1.0, "100 %"))),
        must=("exploding_gradient",),
        stands=("unscaled_input", "dead_layer", "plateau"),
        must_not=("learning_rate_too_high", "symmetry", "born_dead", "overfitting"),
        data="mnist",
    ),
    Recipe(
        "unscaled_cured",
        "… cured by pixels from 0 to 1",
        _m5k(["flatten", dense(100), dense(100)]),
        (_accuracy(0.86, 0.93, ".893"),),
        stands=("healthy",),
        must_not=ILLNESSES,
        data="mnist",
    ),
    Recipe(
        "unscaled_normed",
        "… cured by batch norm",
        _m5k(["flatten", *normed(100), *normed(100)], scaling="raw"),
        (_accuracy(0.88, 0.95, ".909"),),
        stands=("healthy",),
        must_not=("unscaled_input", "dead_layer", "plateau"),
        data="mnist",
    ),
    Recipe(
        "unscaled_clipped",
        "… cured by clipping the gradient to 1",
        _m5k(["flatten", dense(100), dense(100)], scaling="raw", clipping=scheme("norm", max_norm=1.0)),
        (_accuracy(0.75, 0.88, ".822"),),
        stands=("unscaled_input",),
        must_not=("plateau",),
        data="mnist",
    ),
    Recipe(
        "conv_healthy",
        "Convolutions with a usual learning rate",
        _m5k(_CNN, 150, batch_size=32, optimizer="adam", learning_rate=0.001),
        (_accuracy(0.83, 0.93, ".876"), *_dead((0.0, 0.1, "0 %"), (0.0, 0.1, "0 %"), (0.0, 0.5, "23 %"))),
        stands=("healthy",),
        must_not=("dead_layer", "plateau", "learning_rate_too_high"),
        seeds=3,
        data="mnist",
    ),
    Recipe(
        "conv_dying",
        "Dead channels by a high learning rate",
        _m5k(_CNN, 150, batch_size=32, optimizer="adam", learning_rate=0.1),
        (_accuracy(0.08, 0.2, ".108"), *_dead((0.6, 1.0, "88 %"), (0.8, 1.0, "94 %"), (0.9, 1.0, "100 %"))),
        stands=("learning_rate_too_high", "dead_layer"),
        must_not=("unscaled_input", "symmetry", "born_dead"),
        share=0.6,
        seeds=3,
        data="mnist",
    ),
    Recipe(
        "bias_3",
        "Bias of -3",
        _moons([dense(64, bias=-3.0), dense(64, bias=-3.0)]),
        (_loss(0.68, 0.70, ".6931"), *_dead((0.0, 0.99, "not all"), (1.0, 1.0, "100 %"))),
        stands=("negative_bias", "plateau"),
        must_not=("learning_rate_too_high", "unscaled_input", "symmetry", "vanishing_gradient"),
    ),
    Recipe(
        "bias_10",
        "Bias of -10",
        _moons([dense(64, bias=-10.0), dense(64, bias=-10.0)]),
        (_loss(0.68, 0.70, ".6931"), *_dead((0.95, 1.0, "100 %"), (1.0, 1.0, "100 %"))),
        stands=("negative_bias", "plateau"),
        must_not=("learning_rate_too_high", "unscaled_input", "symmetry", "vanishing_gradient"),
    ),
    Recipe(
        "bias_10_normed",
        "… cured by batch norm",
        _moons(with_bias([*normed(64), *normed(64)], -10.0)),
        (_accuracy(0.965, 1.0, ".983"),),
        stands=("healthy",),
        must_not=("negative_bias", "dead_layer", "plateau", "born_dead"),
    ),
    Recipe(
        "bias_10_leaky",
        "… not cured by leaky ReLU",
        _moons([dense(64, "leaky_relu", bias=-10.0)] * 2),
        (_accuracy(0.3, 0.95, "not within 500 steps"),),
        stands=("negative_bias",),
        must_not=("dead_layer", "healthy"),
    ),
    Recipe(
        "born_dead",
        "Born dead: deep and narrow",
        _moons(_NARROW, optimizer="adam", learning_rate=0.01),
        (_loss(0.6, 0.70, ".693"),),
        stands=("born_dead", "plateau"),
        must_not=("learning_rate_too_high", "unscaled_input", "symmetry"),
        share=0.5,
        seeds=20,
    ),
    Recipe(
        "born_alive",
        "… cured by wider layers",
        _moons([dense(16)] * 9, optimizer="adam", learning_rate=0.01),
        (_accuracy(0.95, 1.0, ".98"),),
        must_not=("born_dead",),
    ),
    Recipe(
        "zero_weights",
        "All weights zero",
        _moons([dense(64, weights="zeros")] * 2, output={"initialization": "zeros"}),
        (_loss(0.69, 0.70, ".693"), Expectation("gradient_norm", 0.0, 0.0, "exactly 0")),
        stands=("symmetry", "plateau"),
        must_not=("born_dead", "dead_layer", "vanishing_gradient", "vanishing_signal", "learning_rate_too_high"),
    ),
    Recipe(
        "constant_weights",
        "All weights 0.1",
        _moons(
            [dense(16, weights=scheme("constant", value=0.1))], output={"initialization": scheme("constant", value=0.1)}
        ),
        (_accuracy(0.84, 0.9, ".877"), Expectation("effective_rank", 0.99, 1.05, "1")),
        stands=("symmetry",),
        must_not=("born_dead", "dead_layer", "learning_rate_too_high", "plateau"),
    ),
    Recipe(
        "uniform_weights",
        "Weights from 0 to 1 with sigmoid",
        _m5k(["flatten", dense(100, "sigmoid", "uniform"), dense(100, "sigmoid", "uniform")], 500, batch_size=32),
        (
            _accuracy(0.08, 0.15, ".094"),
            Expectation("saturated", 0.95, 1.0, "100 %", 0),
            Expectation("saturated", 0.95, 1.0, "100 %", 1),
        ),
        stands=("saturation", "plateau"),
        must_not=("dead_layer", "symmetry", "unscaled_input"),
        data="mnist",
    ),
    Recipe(
        "uniform_weights_cured",
        "… cured by Xavier weights",
        _m5k(["flatten", *[dense(100, "sigmoid", "glorot_normal")] * 2], 500, batch_size=32),
        (_accuracy(0.6, 0.78, ".686"),),
        must_not=("saturation", "vanishing_gradient"),
        data="mnist",
    ),
    *(
        Recipe(
            f"sigmoid_{depth}",
            f"Sigmoid, {depth} hidden layers",
            _m5k(["flatten", *[dense(64, "sigmoid", "glorot_normal")] * depth]),
            (Expectation("gradient_norm_ratio", ratio / 3.0, ratio * 3.0, f"{ratio:g}"), *accuracy),
            stands=stands,
            must_not=must_not,
            seeds=3,
            data="mnist",
        )
        for depth, ratio, accuracy, stands, must_not in (
            (1, 0.6, (), (), ("vanishing_gradient", "dead_layer")),
            (2, 0.16, (), (), ("vanishing_gradient", "dead_layer")),
            (4, 9.5e-3, (_accuracy(0.08, 0.14, ".117"),), ("plateau",), ("dead_layer",)),
            (8, 3.3e-5, (_accuracy(0.08, 0.14, ".117"),), ("vanishing_gradient", "plateau"), ("dead_layer",)),
            (10, 1.1e-6, (_accuracy(0.08, 0.14, ".117"),), ("vanishing_gradient", "plateau"), ("dead_layer",)),
        )
    ),
    Recipe(
        "sigmoid_8_normed",
        "Sigmoid, 8 hidden layers, cured by batch norm",
        _m5k(
            [
                "flatten",
                *[dense(64, "identity", "glorot_normal"), {"kind": "batch_norm", "activation": "sigmoid"}] * 8,
            ]
        ),
        (_accuracy(0.8, 0.92, ".868"),),
        must_not=("vanishing_gradient", "plateau"),
        seeds=3,
        data="mnist",
    ),
    Recipe(
        "relu_8",
        "ReLU, 8 hidden layers",
        _m5k(["flatten", *[dense(64)] * 8]),
        (_accuracy(0.83, 0.93, ".88"),),
        stands=("healthy",),
        must_not=("vanishing_gradient", "plateau", "vanishing_signal", "exploding_signal"),
        seeds=3,
        data="mnist",
    ),
    Recipe(
        "signal_dies",
        "Signal dies: weights of 0.01",
        _m5k(["flatten", *[dense(64, weights=_SMALL)] * 6], learning_rate=0.01),
        (
            Expectation("first_std", 0.04, 0.08, ".058", 0),
            Expectation("first_std", 1e-8, 1e-7, "2.9e-8", 5),
            _loss(2.29, 2.31, "2.301"),
        ),
        stands=("vanishing_signal", "plateau"),
        must_not=("dead_layer", "symmetry", "exploding_signal", "learning_rate_too_high"),
        data="mnist",
    ),
    Recipe(
        "explosion",
        "Explosion: weights of 1",
        _m5k(["flatten", *[dense(64, weights=_LARGE)] * 6], learning_rate=0.01, output={"initialization": _LARGE}),
        (
            Expectation("first_std", 4.0, 8.0, "5.8", 0),
            Expectation("first_std", 1e4, 9e4, "2.9e4", 5),
            Expectation("first_loss", 5e4, 1e6, "2.8e5"),
            Expectation("diverged_at", 1.0, 5.0, "2"),
        ),
        stands=("exploding_signal", "exploding_gradient", "non_finite"),
        must_not=("dead_layer", "vanishing_signal", "unscaled_input", "symmetry"),
        data="mnist",
    ),
    Recipe(
        "explosion_clipped",
        "… clipping stops the NaN, not the bad scale",
        _m5k(
            ["flatten", *[dense(64, weights=_LARGE)] * 6],
            learning_rate=0.01,
            output={"initialization": _LARGE},
            clipping=scheme("norm", max_norm=1.0),
        ),
        (Expectation("diverged", 0.0, 0.0, "finite"), _loss(1e4, 3e5, "8.6e4")),
        stands=("exploding_signal",),
        must_not=("non_finite", "healthy"),
        data="mnist",
    ),
    Recipe(
        "rate_10",
        "Learning rate 10",
        _moons([dense(64), dense(64)], learning_rate=10.0),
        (Expectation("failed", 1.0, 1.0, "NaN or chance"),),
        stands=("learning_rate_too_high",),
        must_not=("healthy", "unscaled_input", "symmetry", "born_dead"),
    ),
    Recipe(
        "rate_10_clip_1",
        "… not rescued by clipping at 1",
        _moons([dense(64), dense(64)], learning_rate=10.0, clipping=scheme("norm", max_norm=1.0)),
        _dead((0.5, 1.0, "67 %"), (0.9, 1.0, "100 %")),
        stands=("dead_layer",),
        must_not=("healthy",),
    ),
    Recipe(
        "rate_10_clip_01",
        "… rescued by clipping at 0.1",
        _moons([dense(64), dense(64)], learning_rate=10.0, clipping=scheme("norm", max_norm=0.1)),
        (_accuracy(0.95, 1.0, ".979"),),
        must_not=("learning_rate_too_high", "plateau", "non_finite"),
    ),
    Recipe(
        "linear_moons",
        "Linear collapse on moons",
        _moons([dense(32, "identity", "lecun_normal")] * 3),
        (_accuracy(0.84, 0.9, ".879"), Expectation("linear_r2", 0.999999, 1.000001, "1.000000")),
        stands=("linear_collapse",),
        must_not=("dead_layer", "vanishing_gradient", "underfitting"),
    ),
    Recipe(
        "linear_circle",
        "Linear collapse on circles",
        _moons([dense(32, "identity", "lecun_normal")] * 3)
        | {"data": {"dataset": "circle", "train_size": 700, "test_size": 1000}},
        (_accuracy(0.4, 0.65, ".49"),),
        stands=("linear_collapse",),
        must_not=("healthy", "dead_layer", "learning_rate_too_high"),
    ),
    Recipe(
        "relu_moons",
        "… cured by ReLU",
        _moons([dense(32)] * 3),
        (_accuracy(0.965, 1.0, ".983"), Expectation("linear_r2", 0.6, 0.95, ".815")),
        stands=("healthy",),
        must_not=ILLNESSES,
    ),
    Recipe(
        "softmax_inside",
        "Softmax inside",
        _m5k(["flatten", *[dense(100, "softmax", "glorot_normal")] * 2]),
        (_loss(2.28, 2.31, "2.300"),),
        stands=("softmax_inside", "plateau"),
        must_not=("dead_layer", "vanishing_signal", "symmetry"),
        data="mnist",
    ),
    Recipe(
        "overfitting",
        "Overfitting",
        _OVERFIT,
        (_accuracy(0.75, 0.9, ".81"),),
        stands=("overfitting",),
        must_not=("underfitting", "plateau", "dead_layer", "vanishing_gradient"),
    ),
    Recipe(
        "overfitting_more_data",
        "… cured by 1,000 points",
        _OVERFIT | {"data": _OVERFIT["data"] | {"train_size": 1000}},
        (_accuracy(0.87, 0.93, ".901"),),
        must_not=("underfitting", "plateau", "dead_layer"),
    ),
    Recipe(
        "deep_he",
        "30 layers, He",
        _m5k(["flatten", *[dense(64)] * 29], learning_rate=0.01, output={"initialization": "he_normal"}),
        (_loss(0.7, 2.1, "1.03"), _accuracy(0.22, 0.75, ".53")),
        must_not=("vanishing_signal", "exploding_signal", "vanishing_gradient"),
        seeds=3,
        data="mnist",
    ),
    Recipe(
        "deep_xavier",
        "30 layers, Xavier",
        _m5k(["flatten", *[dense(64, weights="glorot_normal")] * 29], learning_rate=0.01),
        (_loss(2.29, 2.31, "2.300"), _accuracy(0.08, 0.13, ".11")),
        stands=("vanishing_signal", "plateau"),
        must_not=("dead_layer", "exploding_signal", "healthy"),
        seeds=3,
        data="mnist",
    ),
)
