"""Neighbouring regions with the same affine output, joined: fewer than the regions where a bend reaches no output."""

import numpy as np

from relulab.introspection.dense_stack import Array, DenseStack
from relulab.introspection.mesh import Integers

TOLERANCE = 1e-13  # of the largest slope that the weights allow: what rounding makes of equal maps


def joined_pieces(stack: DenseStack, weights: Array, neighbours: Integers) -> Integers:
    """The number of the piece of each region, counted from 0.

    ``weights`` (regions, outputs, inputs): of their maps; ``neighbours`` (2, pairs): regions that share an edge. A
    network is continuous, so maps of neighbours with equal weights are equal.
    """
    first, second = neighbours
    apart = np.abs(weights[first] - weights[second]) > TOLERANCE * _largest_slopes(stack)
    return connected(len(weights), neighbours[:, ~apart.any(axis=(1, 2))])


def connected(count: int, pairs: Integers) -> Integers:
    """The connected components of ``count`` nodes with these edges (2, n): a number for each node, from 0."""
    least = np.arange(count)
    while True:
        first, second = least[pairs]
        lower = np.minimum(first, second)
        new = least.copy()
        np.minimum.at(new, first, lower)
        np.minimum.at(new, second, lower)
        while (jumped := new[new]).tolist() != new.tolist():  # everyone takes over the least of the least
            new = jumped
        if np.array_equal(new, least):
            return np.unique(least, return_inverse=True)[1]
        least = new


def _largest_slopes(stack: DenseStack) -> Array:
    """(outputs, inputs): what the slope of each output along each input is at most."""
    product = np.eye(stack.outputs)
    for layer in reversed(stack.layers):
        steepest = max(abs(slope) for slope in layer.pieces.slopes)
        product = steepest * product @ np.abs(layer.weight)
    return product
