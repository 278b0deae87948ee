"""Which units dropout dropped in the newest batch, found without touching what it draws from.

The random state before a batch is remembered, and the masks are drawn again from a copy of it when somebody asks: the
run itself draws what it would have drawn unwatched. Dropout drops each unit for each sample anew, so what can be told
of a unit is whether it was dropped for one sample: the first of the batch.
"""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from relulab.model.drawn import drawn_layers
from relulab.model.layout import layer_name
from relulab.model.modules import LEARNING, Function, as_function
from relulab.model.network import Network
from relulab.model.shapes import Shape
from relulab.training.checkpoint import Arrays, load_random_states, random_states

Mask = NDArray[np.bool_]
DROPOUTS = (nn.Dropout, nn.AlphaDropout)


class _Dropout(NamedTuple):
    """A layer that drops what has this ``shape``; ``column`` (0: the input) shows those units, None where none does.

    ``channels_last``: how what it gets lies in memory, which is the order in which it draws.
    """

    function: Function
    shape: Shape
    column: int | None
    channels_last: bool


class DroppedUnits:
    """``steps``: how many there were when the batch was taken that is told of."""

    def __init__(self, network: Network, device: torch.device, dtype: torch.dtype, channels_last: bool) -> None:
        self._device, self._dtype = device, dtype
        self._columns = 1 + len(drawn_layers(network.plan))
        self._dropouts = _dropouts(network, channels_last)
        self._states: Arrays | None = None
        self._samples = 0
        self.step = -1

    def take(self, samples: int, step: int) -> None:
        """Right before the forward pass of a batch of so many ``samples``, which makes ``step``."""
        if self._dropouts:
            self._states, self._samples, self.step = random_states(self._device), samples, step

    def masks(self, step: int) -> tuple[Mask, ...]:
        """For each column of the picture which units were dropped in ``step`` for the first sample of the batch.

        Empty arrays where nothing drops; no arrays where that batch was not taken.
        """
        if self._states is None or step != self.step:
            return ()
        found: list[Mask] = [np.zeros(0, bool)] * self._columns
        devices = [self._device] if self._device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            load_random_states(self._states, self._device)
            for dropout in self._dropouts:
                ones = torch.ones(self._samples, *dropout.shape, device=self._device, dtype=self._dtype)
                if dropout.channels_last:
                    ones = ones.contiguous(memory_format=torch.channels_last)
                drawn = dropout.function(ones)
                if dropout.column is not None:
                    mask = (drawn[0] <= 0).cpu().numpy()  # alpha dropout puts a number below zero there
                    before = found[dropout.column]
                    found[dropout.column] = before | mask if before.size else mask
        return tuple(found)


def _dropouts(network: Network, channels_last: bool) -> list[_Dropout]:
    """In the order in which they draw. What a convolution puts out lies as its filters do, until a layer norm."""
    drawn = {layer.index: (place + 1, layer.units) for place, layer in enumerate(drawn_layers(network.plan))}
    shown, units, found, turned = 0, network.plan.description.input_shape[0], [], False
    for index, layer, _, shape in network.plan.hidden:
        if layer.kind in ("conv2d", "layer_norm", "flatten"):
            turned = channels_last and layer.kind == "conv2d"
        if index in drawn:
            shown, units = drawn[index]
            continue
        module = network.get_submodule(layer_name(index, layer.kind))
        function = as_function(module, LEARNING)
        if isinstance(module, DROPOUTS) and function is not None and module.p > 0:
            column = shown if shape.output_shape == (units,) else None
            found.append(_Dropout(function, shape.output_shape, column, turned))
    return found
