"""The way of inputs through a network: what every unit computes, the affine map that it comes to, and the way back.

In float64, on a copy, so that what should add up does so to the last digits.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.linear_pieces import linear_pieces
from relulab.data.dataset import Dataset
from relulab.introspection.dense_stack import Array
from relulab.introspection.refusals import NOT_FINITE_VALUES, why_not_affine
from relulab.model.network import Kept, Network
from relulab.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """What a network makes of n inputs, as it takes them: scaled. All per layer of the layout.

    ``pre_activations`` and ``activations``: (n, units) or (n, channels, height, width). ``on``: whether a
    pre-activation lies beyond the first bend of its activation, above 0 where it has none.
    ``weights`` (n, outputs, inputs) and ``biases`` (n, outputs): the affine map from the inputs to the sums of the
    output layer; None, with ``reason``, where there is none.
    ``deltas``: what the loss of each input changes by with each pre-activation; none without targets. ``losses`` (n,).
    """

    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]
    on: tuple[NDArray[np.bool_], ...]
    weights: Array | None
    biases: Array | None
    reason: Text | None
    deltas: tuple[Array, ...] = ()
    losses: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What the outputs should have been: a loss of torch, a mean over samples, and its targets (n, …)."""

    loss: Callable[[Tensor, Tensor], Tensor]
    targets: Tensor


def way_of(network: Network, inputs: Array, aim: Aim | None = None) -> Way:
    """The way of ``inputs`` (n, *input_shape), in the numbers that the network learns with."""
    own = network if _is_in_double(network) else in_double(network)
    x = torch.from_numpy(inputs).double().requires_grad_()
    with torch.enable_grad():
        outputs, kept = own.forward_kept(x)
        reason = why_not_affine(network.plan) or _not_finite(kept)
        jacobian = _jacobian(kept[-1].pre_activation, x) if reason is None else None
        deltas, losses = ((), None) if aim is None else _backward(outputs, kept, aim)
    sums = kept[-1].pre_activation.detach().numpy()
    return Way(
        tuple(layer.pre_activation.detach().numpy() for layer in kept),
        tuple(layer.activation.detach().numpy() for layer in kept),
        _on(network, kept),
        jacobian,
        None if jacobian is None else sums - np.einsum("noi,ni->no", jacobian, inputs.reshape(len(inputs), -1)),
        reason,
        deltas,
        losses,
    )


@dataclass(frozen=True, slots=True, eq=False)
class OwnMap:
    """Around each of n inputs: output before softmax = ``weights`` (n, outputs, inputs) @ input + ``biases``.

    ``contributions``: (n, outputs, inputs + 1), what each input adds and last the bias; they sum to the output.
    """

    weights: Array
    biases: Array
    contributions: Array


def own_map(way: Way, inputs: Array, dataset: Dataset) -> OwnMap | None:
    """Of the way of ``inputs`` (n, *input_shape), which are in the units of the data; None where it has no map."""
    if way.weights is None or way.biases is None:
        return None
    scale, offset = (np.broadcast_to(each, inputs.shape[1:]).ravel() for each in (dataset.scale, dataset.offset))
    weights = way.weights / scale
    biases = way.biases - weights @ offset
    parts = weights * inputs.reshape(len(inputs), 1, -1)
    return OwnMap(weights, biases, np.concatenate([parts, biases[..., None]], axis=2))


def in_double(network: Network) -> Network:
    """A copy in eval mode, in float64 on the CPU."""
    own = copy.deepcopy(network)
    start, own.start = own.start, None
    own = own.cpu().double()
    own.start = None if start is None else start.cpu().double()
    return own.eval()


def _is_in_double(network: Network) -> bool:
    """Whether ``in_double`` would change nothing: copying takes longer than one small image through the network."""
    held = [*network.parameters(), *([] if network.start is None else [network.start])]
    return not network.training and all(one.dtype is torch.float64 and one.device.type == "cpu" for one in held)


def _not_finite(kept: Sequence[Kept]) -> Text | None:
    """Around values that are no numbers there is no map."""
    finite = all(bool(torch.isfinite(layer.activation).all()) for layer in kept)
    return None if finite else NOT_FINITE_VALUES


def _jacobian(sums: Tensor, x: Tensor) -> Array:
    """(n, outputs, inputs): in eval mode no sample knows of another, so the gradient of their sum has one row each."""
    rows = [torch.autograd.grad(column.sum(), x, retain_graph=True)[0].flatten(1) for column in sums.unbind(1)]
    return np.asarray(torch.stack(rows, 1).numpy())


def _backward(outputs: Tensor, kept: Sequence[Kept], aim: Aim) -> tuple[tuple[Array, ...], Array]:
    """dL/dz of every layer, and the loss of every sample."""
    pairs = zip(outputs.split(1), aim.targets.split(1), strict=True)
    losses = torch.stack([aim.loss(output, target) for output, target in pairs])
    sums = [layer.pre_activation for layer in kept]
    gradients = torch.autograd.grad(losses.sum(), sums, retain_graph=True, materialize_grads=True)
    return tuple(gradient.numpy() for gradient in gradients), losses.detach().numpy()


def _on(network: Network, kept: Sequence[Kept]) -> tuple[NDArray[np.bool_], ...]:
    found = []
    for layer, values in enumerate(kept):
        choice = network.activation_of(layer)
        pieces = linear_pieces(choice.name, choice.parameters)
        bend = pieces.bends[0] if pieces is not None and pieces.bends else 0.0
        found.append(values.pre_activation.detach().numpy() > bend)
    return tuple(found)
