"""Forward and backward through all layers of a stack, for batches of one size, in tensors that are there already."""

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from relulab.population.activations import LayerActivation
from relulab.population.layers import StackLayer
from relulab.population.losses import WriteGradient
from relulab.population.storage import Storage


class Placed(NamedTuple):
    """A layer with the activation behind it; None where there cannot be one."""

    layer: StackLayer
    activation: LayerActivation | None


class Pass:
    """``rows``: those of the inputs, without the ones. ``size``: samples of a batch."""

    def __init__(
        self, storage: Storage, layers: Sequence[Placed], gradient: WriteGradient, rows: int, size: int
    ) -> None:
        self._storage = storage
        self._write_gradient = gradient
        empty = storage.values.new_empty
        inputs = [rows, *(placed.layer.units for placed in layers)]
        rooms = [
            _Room(placed, empty(storage.nets, count + 1, size), is_last=placed is layers[-1])
            for placed, count in zip(layers, inputs, strict=False)
        ]
        self._rooms = rooms
        self._hidden, self._last = rooms[:-1], rooms[-1]
        self._gradient = empty(storage.nets, layers[-1].layer.units, size)  # dL/doutputs

    def forward(self, inputs: Tensor, outputs: Tensor) -> None:
        """Write the ``outputs`` (nets, outputs, batch) for ``inputs`` (nets, inputs + 1, batch)."""
        for room in self._hidden:
            room.forward(inputs, room.units)
            inputs = room.values
        self._last.forward(inputs, outputs)

    def backward(self, inputs: Tensor, outputs: Tensor, targets: Tensor) -> None:
        """Write the gradients of all parameters, of what ``forward`` has just computed."""
        self._write_gradient(outputs, targets, self._gradient)
        gradient, out = self._gradient, outputs
        for room, before in zip(reversed(self._rooms[1:]), reversed(self._hidden), strict=True):
            gradient = room.back(room.learn(gradient, out, before.values))
            out = before.units
        self._rooms[0].learn(gradient, out, inputs)
        if self._storage.is_filled_up:
            self._storage.gradients.mul_(self._storage.learned)


class _Room:
    """A layer and its activation at work, with the tensors that they write into.

    ``values`` (nets, units + 1, batch) are what it puts out, with a row of ones; ``units`` is that without the ones.
    """

    def __init__(self, placed: Placed, back: Tensor, *, is_last: bool) -> None:
        self._layer, self._activation = placed
        nets, _, size = back.shape
        if self._activation is not None and self._activation.is_identity and is_last:
            self._activation = None
        self._z, self._dz = (back.new_empty(nets, self._layer.units, size) for _ in range(2))
        self.values = back.new_ones(nets, self._layer.units + 1, size)
        self.units = self.values[:, :-1]
        self._back, self._back_units = back, back[:, :-1]

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        activation = self._activation
        if activation is None:
            self._layer.forward(inputs, out)
            return
        self._layer.forward(inputs, self._z)
        activation.forward(self._z, activation.parameters, out)

    def learn(self, gradient: Tensor, out: Tensor, inputs: Tensor) -> Tensor:
        """Write the gradients of its parameters, of dL/dh and ``out``, which is h; gives dL/dz."""
        activation = self._activation
        if activation is not None:
            activation.backward(gradient, self._z, out, activation.parameters, self._dz)
            gradient = self._dz
        self._layer.learn(gradient, inputs)
        return gradient

    def back(self, gradient: Tensor) -> Tensor:
        """dL/d(inputs), of dL/dz."""
        self._layer.back(gradient, self._back)
        return self._back_units
