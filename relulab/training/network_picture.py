"""The network itself as a picture: what every unit computes and the weights it does so with, at one moment.

For the eye: nothing is judged by it and no session keeps it. The arrays are copies, so the network may learn on.
"""

import numpy as np
import torch
from torch import Tensor

from relulab.introspection.units import grid_points, unit_values
from relulab.model.drawn import drawn_layers
from relulab.training.dropped_units import Mask
from relulab.training.evaluator import Evaluator
from relulab.training.inspection import shown_ranges
from relulab.training.requests import NetworkWish
from relulab.training.telemetry import Floats, NetworkPicture, ReadBatch

CURVE_POINTS = 96
PLANE_PIXELS = 32  # enlarged smoothly to 88 pixels its error is below a shade in 255 on average
PLANE_PIXELS_OF_MANY = 16
MANY_UNITS = 2000  # so many pictures of 32 x 32 numbers would be 8 MB, ten times a second
AS_SHOWN_VALUES = 200_000  # so many numbers may all pictures together have to be as large as they are shown


AS_IS = NetworkWish()


class NetworkPainter:
    """Makes the picture of one network. Everything that does not change is prepared once.

    Over one or two inputs the values are those over the range that the picture of the output shows; over any others
    those for one sample.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._network = evaluator.network
        self._samples = evaluator.validation.inputs
        self._layers = drawn_layers(evaluator.network.plan)
        shape = evaluator.objective.description.input_shape
        self._ranges = tuple(shown_ranges(self._samples)) if len(shape) == 1 and shape[0] <= 2 else ()
        self._grid, self._across = self._samples[:0], 0  # of how many points across

    def paint(
        self, step: int, wish: NetworkWish = AS_IS, read: ReadBatch | None = None, dropped: tuple[Mask, ...] = ()
    ) -> NetworkPicture:
        """The network now; the last of the validation samples is taken for any beyond it.

        ``read`` and ``dropped`` are told of the batch before.
        """
        sample = min(max(0, wish.sample), len(self._samples) - 1)
        self._lay_grid(wish.pixels)
        chosen = self._samples[sample : sample + 1]
        values = unit_values(self._network, self._layers, torch.cat([self._grid, chosen]))
        parameters = [self._network.parameters_of(layer) for layer in range(len(self._network.layout.layers))]
        return NetworkPicture(
            step=step,
            ranges=self._ranges,
            values=tuple(self._pictures(one[:, :-1]) for one in values) if self._ranges else (),
            sample=sample,
            inputs=_array(chosen[0]),
            at_sample=tuple(_array(one[:, -1]) for one in values),
            weights=tuple(_array(weight) for weight, _ in parameters),
            biases=tuple(None if bias is None else _array(bias) for _, bias in parameters),
            read=read,
            dropped=dropped,
        )

    def _lay_grid(self, pixels: int) -> None:
        """The points to look at, where the inputs are one or two, for pictures that are shown so many pixels across."""
        across = CURVE_POINTS if len(self._ranges) == 1 else self._plane_pixels(pixels)
        if self._ranges and across != self._across:
            self._grid, self._across = grid_points(self._ranges, across).to(self._samples), across

    def _plane_pixels(self, shown: int) -> int:
        units = sum(layer.units for layer in self._layers)
        if shown > PLANE_PIXELS and units * shown**2 <= AS_SHOWN_VALUES:
            return shown
        return PLANE_PIXELS if units <= MANY_UNITS else PLANE_PIXELS_OF_MANY

    def _pictures(self, values: Tensor) -> Floats:
        """(units, points) as curves (units, points), or as pictures (units, rows, columns)."""
        flat = _array(values)
        side = round(flat.shape[1] ** 0.5)
        return flat if len(self._ranges) == 1 else flat.reshape(-1, side, side)


def _array(tensor: Tensor) -> Floats:
    """A copy that stays what it is while the network learns."""
    return np.array(tensor.detach().float().cpu().numpy())
