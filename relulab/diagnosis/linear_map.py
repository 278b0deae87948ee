"""A stack without nonlinearities is one matrix: which designs are, and which matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import ACTIVATIONS
from relulab.experiment import ActivationChoice, ModelSpec

Floats = NDArray[np.float64]

BENDING = ("max_pool2d", "layer_norm")  # layers that are not linear, whatever their activation
LAYERS_OF_ONE_MATRIX = ("dense", "flatten", "dropout")
LEARNED = ("prelu",)  # activations that may bend later, however they start
_INPUTS = np.linspace(-8.0, 8.0, 65)
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class LinearMap:
    """``outputs = matrix @ inputs + bias``. ``rank`` counts singular values above the rounding of the weights; 0
    where numbers are not finite.
    """

    matrix: Floats
    bias: Floats
    rank: int


def is_linear(model: ModelSpec) -> bool:
    """Whether no layer bends, the output aside (while measuring, dropout and batch norm are linear)."""
    return all(
        layer.kind not in BENDING and (layer.activation is None or is_straight(layer.activation))
        for layer in model.layers
    )


def is_straight(activation: ActivationChoice) -> bool:
    """Whether the activation, with its parameters, is a straight line: identity, and leaky ReLU of slope 1."""
    return _is_straight(activation.name, tuple(activation.parameters.items()))


@cache  # asked at each judged step of each run
def _is_straight(name: str, parameters: tuple[tuple[str, Any], ...]) -> bool:
    if name in LEARNED:
        return False
    curve = ACTIVATIONS[name].curve(_INPUTS, **dict(parameters))
    return bool(np.abs(np.diff(curve, 2)).max() < _ROUNDING)


def is_one_matrix(model: ModelSpec) -> bool:
    """Whether ``effective_map`` can be taken: a linear stack of dense layers alone."""
    return is_linear(model) and all(layer.kind in LAYERS_OF_ONE_MATRIX for layer in model.layers)


def effective_map(layers: Sequence[tuple[NDArray[np.floating], NDArray[np.floating] | None]]) -> LinearMap:
    """Multiply out dense layers, first one first: each is its weight (out, in) and bias (out,) or None."""
    weight, bias = layers[0]
    matrix = np.asarray(weight, np.float64)
    shift = np.zeros(len(matrix)) if bias is None else np.asarray(bias, np.float64)
    for weight, bias in layers[1:]:
        matrix = weight @ matrix
        shift = weight @ shift + (0.0 if bias is None else bias)
    singular = np.linalg.svd(matrix, compute_uv=False) if np.isfinite(matrix).all() else np.empty(0)
    widest = max(max(weight.shape) for weight, _ in layers)
    rounding = widest * np.finfo(layers[0][0].dtype).eps * singular.max(initial=0.0)
    return LinearMap(matrix, shift, int((singular > rounding).sum()))


def largest_difference(layers: Sequence[tuple[Floats, Floats]], one: LinearMap, inputs: NDArray[np.floating]) -> float:
    """Between what layers say one after the other to ``inputs`` (n, inputs) and what the one says: in the precision of
    ``inputs``, which is that of the network.
    """
    dtype = inputs.dtype
    h = inputs
    for weight, bias in layers:
        h = h @ weight.astype(dtype).T + bias.astype(dtype)
    alone = inputs @ one.matrix.astype(dtype).T + one.bias.astype(dtype)
    return float(np.abs(h - alone).max())
