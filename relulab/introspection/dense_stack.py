"""A network of dense layers with straight activations as plain numbers: all that regions and affine maps are made of.

Float64, though the weights are mostly float32: a crossing of two lines needs the digits. No torch here, so that what
is drawn can be computed beside the training from a copy of the weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.linear_pieces import STRAIGHT, LinearPieces

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AffineLayer:
    """z = weight (units, inputs) @ h + bias (units,), then the straight pieces of the activation.

    ``layer``: the measured layer of the layout that the units belong to.
    """

    weight: Array
    bias: Array
    pieces: LinearPieces
    layer: int


@dataclass(frozen=True, slots=True, eq=False)
class DenseStack:
    """Affine layers one after the other; what the last one puts out are the outputs."""

    layers: tuple[AffineLayer, ...]

    @property
    def inputs(self) -> int:
        return int(self.layers[0].weight.shape[1])

    @property
    def outputs(self) -> int:
        return len(self.layers[-1].bias)

    def pre_activations(self, points: Array) -> Iterator[Array]:
        """z (points, units) of one layer after the other, at ``points`` (points, inputs)."""
        h = points
        for layer in self.layers:
            z = h @ layer.weight.T + layer.bias
            yield z
            h = layer.pieces(z)

    def __call__(self, points: Array) -> Array:
        """The outputs (points, outputs)."""
        *_, last = self.pre_activations(points)
        return self.layers[-1].pieces(last)

    def rescaled(self, offset: Array, scale: Array) -> "DenseStack":
        """The same network with outputs in another unit: outputs * scale + offset."""
        scales = np.broadcast_to(scale, self.outputs)
        offsets = np.broadcast_to(offset, self.outputs)
        return DenseStack((*self.layers, AffineLayer(np.diag(scales), offsets, STRAIGHT, self.layers[-1].layer)))
