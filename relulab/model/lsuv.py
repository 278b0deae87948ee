"""Layer-sequential unit variance: fit the scale of each layer to a batch of data before training.

Mishkin & Matas 2016, "All you need is a good init", algorithm 1.
"""

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor

from relulab.errors import SpecError
from relulab.experiment import ModelSpec
from relulab.model.layout import Layout
from relulab.model.modules import CALIBRATING, Function, Mode

VARIANCE_TOLERANCE = 0.1  # the paper's "Tol_var"


class Connected(Protocol):
    """A network whose forward pass can be taken apart."""

    layout: Layout

    def parameters_of(self, layer: int) -> tuple[Tensor, Tensor | None]: ...
    def buffers(self) -> Iterator[Tensor]: ...
    def connect(self, mode: Mode) -> tuple[list[Function], list[tuple[int, int]]]: ...


@torch.no_grad()
def rescale_to_unit_variance(network: Connected, model: ModelSpec, calibration: Tensor | None) -> None:
    """Rescale the weights of all LSUV layers, first to last, until their outputs z have variance 1.

    ``calibration`` is (n, *input_shape). Batch norms on the way use the statistics of this batch.
    Raises SpecError where a layer needs a batch and there is none.
    """
    if not any(iterations(model, layer.index) for layer in network.layout.layers):
        return
    if calibration is None:
        raise SpecError("LSUV fits weights to the data: give build_model a batch of training inputs as calibration.")
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    functions, positions = network.connect(CALIBRATING)
    values, done = calibration.float(), 0
    for index, (layer, (position, _)) in enumerate(zip(network.layout.layers, positions, strict=True)):
        for function in functions[done : position - 1]:
            values = function(values)
        weight, _ = network.parameters_of(index)
        _rescale(weight, functions[position - 1], values, iterations(model, layer.index))
        done = position - 1
    for buffer, kept in buffers:
        buffer.copy_(kept)


def iterations(model: ModelSpec, index: int | None) -> int:
    """How often the layer may be rescaled; 0 where it does not start with LSUV."""
    part = model.output if index is None else model.layers[index]
    choice = part.initialization
    return int(choice.parameters["iterations"]) if choice is not None and choice.name == "lsuv" else 0


def _rescale(weight: Tensor, layer: Function, inputs: Tensor, times: int) -> None:
    for _ in range(times):
        variance = float(layer(inputs).var(correction=0))
        if not variance > 0.0 or abs(variance - 1.0) < VARIANCE_TOLERANCE:
            return
        weight.div_(variance**0.5)
