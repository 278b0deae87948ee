"""The affine map that a network is around a point, weight @ x + bias, made of the slopes of its units there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.dense_stack import Array, DenseStack

CHUNK = 4_000_000  # numbers of a product of slopes and weights that are held at once


@dataclass(frozen=True, slots=True, eq=False)
class AffineMaps:
    """The map around each of n points: ``weights`` (n, outputs, inputs) and ``biases`` (n, outputs).

    ``patterns``: for each layer of the stack, (n, units), the number of the piece that each unit is on: of a ReLU 0 off
    and 1 on.
    """

    weights: Array
    biases: Array
    patterns: tuple[NDArray[np.int8], ...]

    @classmethod
    def at(cls, stack: DenseStack, points: Array) -> "AffineMaps":
        """The maps of ``stack`` at ``points`` (n, inputs)."""
        sums = stack.pre_activations(points)
        patterns = tuple(layer.pieces.piece_at(z) for layer, z in zip(stack.layers, sums, strict=True))
        widest = max(max(layer.weight.shape) for layer in stack.layers) * stack.outputs
        at_once = max(1, CHUNK // widest)
        starts = range(0, max(1, len(points)), at_once)
        maps = [_maps(stack, [p[start : start + at_once] for p in patterns]) for start in starts]
        weights, biases = (np.concatenate(each) for each in zip(*maps, strict=True))
        return cls(weights, biases, patterns)

    def __call__(self, points: Array) -> Array:
        """What each map says to its own point: (n, outputs)."""
        return np.asarray(np.einsum("noi,ni->no", self.weights, points) + self.biases)


def _maps(stack: DenseStack, patterns: list[NDArray[np.int8]]) -> tuple[Array, Array]:
    """From the outputs back to the inputs, so that the products stay as narrow as the outputs."""
    count, outputs = len(patterns[0]), stack.outputs
    product = np.broadcast_to(np.eye(outputs), (count, outputs, outputs))
    biases = np.zeros((count, outputs))
    for layer, pattern in zip(reversed(stack.layers), reversed(patterns), strict=True):
        if any(layer.pieces.intercepts):
            biases += np.einsum("nou,nu->no", product, np.array(layer.pieces.intercepts)[pattern])
        product = product * np.array(layer.pieces.slopes)[pattern][:, None, :]
        biases += product @ layer.bias
        product = (product.reshape(-1, product.shape[-1]) @ layer.weight).reshape(count, outputs, -1)
    return product, biases
