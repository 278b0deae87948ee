"""NeuraLint (Nikanjam et al., TOSEM 2021): those of its 23 rules that a design of ReLU Lab can break, rebuilt from
their names in neuralint/neuralint and the paper's abstract. It looks at designs, never at runs.

Weights are always initialized here, and an activation belongs to its layer: a missing initialization and two
activations in a row cannot be written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, zip_longest
from typing import ClassVar

from benchmarks.exam.detector import Condition, Conditions, Detector
from relulab.catalog.entry import Value
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.experiment import LayerSpec
from relulab.model.plan import DesignPlan

LOGITS = ("cross_entropy", "binary_cross_entropy")
POOLS = ("max_pool2d", "avg_pool2d")


class NeuraLint(Detector):
    """Static rules."""

    name = "NeuraLint"
    source = "neuralint/neuralint; Nikanjam et al., TOSEM 2021"
    conditions: ClassVar[Conditions] = {
        "constant_initialization": Condition.of(
            "a layer of units begins with equal weights", "initialization", "symmetry"
        ),
        "missing_nonlinearity": Condition.of("a layer with weights has no activation or norm", "no_nonlinearity"),
        "output_against_loss": Condition.of("an activation before a loss of logits", "output_clash"),
        "bias_before_norm": Condition.of("a layer before batch norm has a bias"),
        "dropout_before_norm": Condition.of("dropout right before batch norm"),
        "dropout_before_pooling": Condition.of("dropout right before pooling"),
        "growing_widths": Condition.of("a dense layer is wider than the one before it"),
        "shrinking_filters": Condition.of("a convolution has fewer filters than the one before it"),
    }

    def before(self, plan: DesignPlan) -> None:
        model, layers = plan.spec.model, plan.spec.model.layers
        neighbours = list(pairwise(layers))
        kinds = [(before.kind, after.kind) for before, after in neighbours]
        begins = [model.output.initialization, *(layer.initialization for layer in layers if layer.initialization)]
        equal = [choice for choice in begins if not INITIALIZATIONS[choice.name].random or _std(choice.parameters) == 0]
        linear = [layer for layer, after in zip_longest(layers, layers[1:]) if _is_linear(layer, after)]
        biased = [before for before, after in neighbours if after.kind == "batch_norm" and _has_bias(before)]
        found = {
            "constant_initialization": any(choice.name != "identity" for choice in equal),
            "missing_nonlinearity": bool(linear),
            "output_against_loss": plan.spec.training.loss in LOGITS and model.output.activation.name != "identity",
            "bias_before_norm": bool(biased),
            "dropout_before_norm": ("dropout", "batch_norm") in kinds,
            "dropout_before_pooling": any(("dropout", pool) in kinds for pool in POOLS),
            "growing_widths": _any_rise(_sizes(layers, "dense", "units")),
            "shrinking_filters": _any_rise(_sizes(layers, "conv2d", "channels")[::-1]),
        }
        for key, holds in found.items():
            self.ask(key, holds, 0)


def _std(parameters: Mapping[str, Value]) -> Value:
    return parameters.get("std", 1.0)


def _has_bias(layer: LayerSpec) -> bool:
    return layer.bias is not None and layer.bias.name != "none"


def _is_linear(layer: LayerSpec, after: LayerSpec | None) -> bool:
    """Whether a layer with weights hands its sums on as they are."""
    bent = layer.activation is not None and layer.activation.name != "identity"
    normed = after is not None and after.kind in ("batch_norm", "layer_norm")
    return LAYERS[layer.kind].has_weights and not bent and not normed


def _sizes(layers: tuple[LayerSpec, ...], kind: str, parameter: str) -> list[int]:
    return [int(layer.parameters[parameter]) for layer in layers if layer.kind == kind]


def _any_rise(sizes: list[int]) -> bool:
    return any(after > before for before, after in pairwise(sizes))
