"""The measured layers of a network by name: what a history says its columns are about."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.layers import LAYERS as KINDS
from relulab.experiment import ModelSpec
from relulab.experiment.described_fields import LAYERS, Path
from relulab.model.shapes import LayerShape


@dataclass(frozen=True, slots=True)
class MeasuredLayer:
    """One measured layer. ``index`` counts in ``spec.model.layers``, None for the output layer."""

    name: str
    title: str
    index: int | None
    kind: str
    activation: str
    units: int
    parameters: int


@dataclass(frozen=True)
class Layout:
    """The measured layers in order. Unit u of layer l is entry ``offsets[l] + u`` of the unit arrays.

    What follows from the layers is worked out once: rules ask for it at every moment, for every layer.
    """

    layers: tuple[MeasuredLayer, ...]

    @property
    def has_batch_norm(self) -> bool:
        """Whether a layer is one."""
        return any(layer.kind == "batch_norm" for layer in self.layers)

    @property
    def is_dense(self) -> bool:
        """Whether all that happens is matrices, and functions of one number each."""
        choices = [layer.activation for layer in self.layers]
        return {layer.kind for layer in self.layers} <= {"dense", "output"} and "softmax" not in choices

    @cached_property
    def hidden(self) -> tuple[int, ...]:
        """Positions of the hidden layers."""
        return tuple(range(len(self.layers) - 1))

    @cached_property
    def bent(self) -> tuple[int, ...]:
        """Positions of the hidden layers that have an activation; of all hidden layers in a linear stack."""
        bent = tuple(position for position in self.hidden if self.layers[position].activation != "identity")
        return bent or self.hidden

    @cached_property
    def weighted(self) -> tuple[int, ...]:
        """Positions of the layers with a weight matrix or filters, the output layer last."""
        *hidden, output = range(len(self.layers))
        return (*(position for position in hidden if KINDS[self.layers[position].kind].has_weights), output)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """L + 1 numbers: where each layer's units begin, and where the last ends."""
        return tuple(accumulate((layer.units for layer in self.layers), initial=0))

    def flags(self, question: Hashable, holds: Callable[[MeasuredLayer], bool]) -> NDArray[np.bool_]:
        """(L,): of which layers this holds; worked out once for a ``question``."""
        if question not in self._flags:
            self._flags[question] = np.array([holds(layer) for layer in self.layers], np.bool_)
        return self._flags[question]

    @cached_property
    def _flags(self) -> dict[Hashable, NDArray[np.bool_]]:
        return {}

    def layer_at(self, path: Path) -> int | None:
        """Which layer a path in a spec leads to; None for a layer that is not measured, and for all else."""
        if path[:2] == ("model", "output"):
            return len(self.layers) - 1
        inside = path[:2] == LAYERS and len(path) > 2
        return next((i for i, layer in enumerate(self.layers) if inside and layer.index == path[2]), None)

    def unit_title(self, layer: int, unit: int) -> str:
        """What people call a unit, counting from 1: "2 Dense, unit 14"."""
        return f"{self.layers[layer].title}, unit {unit + 1:,}"

    def has_unit(self, layer: int, unit: int) -> bool:
        """Whether there is such a unit."""
        return 0 <= layer < len(self.layers) and 0 <= unit < self.layers[layer].units


def make_layout(model: ModelSpec, shapes: Sequence[LayerShape]) -> Layout:
    """The measured layers of a design: every layer with weights or a learned scale, and the output.

    ``shapes`` is what ``infer_shapes`` returned. A name like ``3_conv2d`` counts all layers from 1.
    """
    measured = [
        MeasuredLayer(
            name=layer_name(index, layer.kind),
            title=f"{index + 1} {layer.entry.title}",
            index=index,
            kind=layer.kind,
            activation=layer.activation.name,
            units=shape.units,
            parameters=shape.parameter_count,
        )
        for index, (layer, shape) in enumerate(zip(model.layers, shapes, strict=False))
        if layer.activation is not None
    ]
    last = shapes[-1]
    output = MeasuredLayer(
        "output", "Output", None, "output", model.output.activation.name, last.units, last.parameter_count
    )
    return Layout((*measured, output))


def layer_name(index: int | None, kind: str) -> str:
    """The name of a layer's weights in a saved file: ``1_dense``, and ``output`` for the output layer."""
    return "output" if index is None else f"{index + 1}_{kind}"
