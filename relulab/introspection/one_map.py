"""A network without bends is one affine map: its matrix, and how far one layer in its place would be off."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.linear_map import LinearMap, effective_map, largest_difference
from relulab.introspection.dense_stack import Array
from relulab.introspection.reading import stack_of
from relulab.introspection.refusals import NotPiecewiseLinearError
from relulab.model.network import Network
from relulab.text import Text, as_it_stands, text

COMPARED_SAMPLES = 4096  # of the training set: more would hold up a window that shows it live

BENDS = text("The units of {layer} bend ({activation}), so the layers of this network are not one matrix.")


@dataclass(frozen=True, slots=True, eq=False)
class OneMap:
    """sums of the output layer = ``weights`` (outputs, inputs) @ x + ``biases`` (outputs,), x as the network takes it.

    ``rank`` of the weights; ``shapes``: (outputs, inputs) of the matrices whose product they are, first layer first.
    ``difference``: the largest between the outputs of the layers and of this one map over ``samples`` inputs, both
    computed in the precision of the network, which begins with weights of 32 bits in any case.
    """

    weights: Array
    biases: Array
    rank: int
    shapes: tuple[tuple[int, int], ...]
    difference: float
    samples: int


def one_map_of(network: Network, inputs: NDArray[Any]) -> OneMap | Text:
    """The map that ``network`` is, compared over ``inputs`` (n, *input_shape); or why it is none."""
    try:
        stack = stack_of(network)
    except NotPiecewiseLinearError as error:
        return as_it_stands(str(error))
    for layer in stack.layers[:-1]:  # what the outputs do at the very end stays as it is
        if layer.pieces.real_bends:
            title, choice = network.layout.layers[layer.layer].title, network.activation_of(layer.layer)
            return BENDS.filled(layer=title, activation=choice.entry.title)
    layers = [(layer.weight, layer.bias) for layer in stack.layers]
    one = effective_map(layers)
    rows = inputs.reshape(len(inputs), -1).astype(np.dtype(network.plan.spec.training.precision))
    begun = LinearMap(one.matrix.astype(np.float32), one.bias.astype(np.float32), one.rank)
    difference = largest_difference(layers, begun, rows)
    shapes = tuple((weight.shape[0], weight.shape[1]) for weight, _ in layers)
    return OneMap(one.matrix, one.bias, one.rank, shapes, difference, len(rows))
