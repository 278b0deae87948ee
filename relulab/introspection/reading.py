"""Reads a built network as a stack of affine layers: dropout off, batch norm with its running values and folded."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor, nn

from relulab.catalog.linear_pieces import STRAIGHT, LinearPieces, linear_pieces
from relulab.experiment import ActivationChoice
from relulab.introspection.dense_stack import AffineLayer, Array, DenseStack
from relulab.introspection.refusals import NOT_FINITE, NotPiecewiseLinearError, why_no_stack
from relulab.measurements.probe import measuring
from relulab.model.network import Network, Step


def finite_stack(network: Network) -> DenseStack | None:
    """As ``stack_of``; None where weights are no finite numbers."""
    try:
        return stack_of(network)
    except NotPiecewiseLinearError:
        return None


def stack_of(network: Network) -> DenseStack:
    """The weights of ``network`` as they are now, copied. Raises NotPiecewiseLinearError.

    An output activation that is curved is left out: the pieces are those of the sums before it.
    """
    reason = why_no_stack(network.plan)
    if reason is not None:
        raise NotPiecewiseLinearError(str(reason))
    layers: list[AffineLayer] = []
    with measuring(network):
        for step in network.steps():
            if type(step.module) in _AFFINE:
                _AFFINE[type(step.module)](layers, step)
            elif not isinstance(step.module, nn.Flatten):  # an image laid out is the row that the next layer reads
                layers[-1] = replace(layers[-1], pieces=_pieces(network.activation_of(step.layer), step.module))
    _check_finite(network, layers)
    return DenseStack(tuple(layers))


def _check_finite(network: Network, layers: list[AffineLayer]) -> None:
    """A NaN compares as false everywhere: it would give a wrong count in silence."""
    for layer in layers:
        if not (np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()):
            raise NotPiecewiseLinearError(str(NOT_FINITE.filled(layer=network.layout.layers[layer.layer].title)))


def _pieces(choice: ActivationChoice, module: nn.Module) -> LinearPieces:
    """Those of the catalogue; a PReLU has learned another slope since. Only the output's may be curved."""
    parameters = dict(choice.parameters)
    if isinstance(module, nn.PReLU):
        parameters["initial_slope"] = float(module.weight)
    return linear_pieces(choice.name, parameters) or STRAIGHT


def _add_dense(layers: list[AffineLayer], step: Step) -> None:
    module: Any = step.module
    weight = _numbers(module.weight)
    bias = np.zeros(len(weight)) if module.bias is None else _numbers(module.bias)
    layers.append(AffineLayer(weight, bias, STRAIGHT, step.layer))


def _add_batch_norm(layers: list[AffineLayer], step: Step) -> None:
    """Folded into the layer before where nothing bends between them, else a layer of its own.

    Mean and variance are those of the function: before the first batch, they are not the module's.
    """
    module: Any = step.module
    given: Any = step.function
    scale = _numbers(module.weight) / np.sqrt(_numbers(given.keywords["running_var"]) + module.eps)
    shift = _numbers(module.bias) - scale * _numbers(given.keywords["running_mean"])
    if layers and layers[-1].pieces == STRAIGHT:
        before = layers.pop()
        weight, bias = scale[:, None] * before.weight, scale * before.bias + shift
    else:
        weight, bias = np.diag(scale), shift
    layers.append(AffineLayer(weight, bias, STRAIGHT, step.layer))


def _numbers(tensor: Tensor) -> Array:
    """A copy as float64."""
    return np.array(tensor.detach().cpu().numpy(), np.float64)


_AFFINE: Mapping[type[nn.Module], Callable[[list[AffineLayer], Step], None]] = {
    nn.Linear: _add_dense,
    nn.BatchNorm1d: _add_batch_norm,
}
