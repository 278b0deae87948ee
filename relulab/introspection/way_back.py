"""Backpropagation for one input, number by number, and a check of it that knows nothing of the chain rule."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from relulab.introspection.altered import altered_outputs
from relulab.introspection.dense_stack import Array
from relulab.introspection.trace import Aim, in_double
from relulab.model.network import Kept, Network

STEP = 1e-5  # of a sum, to both sides: in float64 an error of about 1e-10
AGREES = 1e-6  # of the largest delta: far above that error, far below a wrong slope


@dataclass(frozen=True, slots=True, eq=False)
class LayerBack:
    """One layer on the way back, (units,) each: delta = arriving × slope.

    ``weights``: (units behind, units), by which the deltas behind arrive; None for the output layer, where the slope
    of the loss arrives. ``quotients``: how much the loss changes with each sum, by trying.
    """

    weights: Array | None
    arriving: Array
    slopes: Array
    quotients: Array

    @property
    def deltas(self) -> Array:
        return np.asarray(self.arriving * self.slopes, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class WayBack:
    """The way back of one input: its ``loss``, and every layer of the layout, input first."""

    loss: float
    layers: tuple[LayerBack, ...]

    @property
    def difference(self) -> float:
        """The largest difference between a delta and its quotient, as a share of the largest delta."""
        deltas, quotients = (np.concatenate(each) for each in (self._deltas, [one.quotients for one in self.layers]))
        largest = max(float(np.abs(deltas).max()), float(np.abs(quotients).max()))
        return float(np.abs(deltas - quotients).max()) / largest if largest else 0.0

    @property
    def agrees(self) -> bool:
        """Whether backpropagation and trying say the same. Not so where a sum is just at a bend, or not finite."""
        return self.difference <= AGREES

    @property
    def worst(self) -> tuple[int, int]:
        """The layer and the unit whose delta differs most from its quotient."""
        found = [np.abs(one.deltas - one.quotients) for one in self.layers]
        layer = int(np.argmax([differences.max() for differences in found]))
        return layer, int(np.argmax(found[layer]))

    @property
    def _deltas(self) -> list[Array]:
        return [layer.deltas for layer in self.layers]


def way_back(network: Network, inputs: Array, aim: Aim) -> WayBack | None:
    """The way back of one input (1, *input_shape), in float64; None where not every layer is dense."""
    if not network.layout.is_dense:
        return None
    own = in_double(network)
    x = torch.from_numpy(inputs).double().requires_grad_()
    with torch.enable_grad():
        outputs, kept = own.forward_kept(x)
        loss = aim.loss(outputs, aim.targets)
        slopes = [slopes_at(layer) for layer in kept]
        (arriving,) = torch.autograd.grad(loss, kept[-1].activation, retain_graph=True)
    quotients = _quotients(own, x.detach(), aim, [slope.shape[1] for slope in slopes])
    matrices = [weight.detach() for weight in own.weights()]
    layers: list[LayerBack] = []
    for place in reversed(range(len(kept))):
        behind = matrices[place + 1] if layers else None
        if behind is not None:
            arriving = (arriving * slopes[place + 1]) @ behind
        weights = None if behind is None else behind.numpy()
        layers.append(LayerBack(weights, arriving[0].numpy(), slopes[place][0].numpy(), quotients[place]))
    return WayBack(float(loss.detach()), tuple(reversed(layers)))


def slopes_at(layer: Kept) -> Tensor:
    """f'(z) of each unit, (samples, units), 1 where there is no activation: at a bend what torch takes, of a ReLU 0."""
    if layer.activation is layer.pre_activation:
        return torch.ones_like(layer.activation)
    return torch.autograd.grad(layer.activation.sum(), layer.pre_activation, retain_graph=True)[0]


@torch.no_grad()
def _quotients(network: Network, x: Tensor, aim: Aim, sizes: list[int]) -> list[Array]:
    """(L(z + step) - L(z - step)) / 2 step for every unit of every layer: the network computed twice for each."""
    found = []
    for layer, units in enumerate(sizes):
        moves = torch.cat([torch.eye(units), -torch.eye(units)]).double() * STEP

        def moved(place: int, sums: Tensor, layer: int = layer, moves: Tensor = moves) -> Tensor:
            return sums + moves if place == layer else sums

        outputs = altered_outputs(network, x.expand(2 * units, *x.shape[1:]), sums=moved)
        losses = torch.stack([aim.loss(output, aim.targets) for output in outputs.split(1)])
        up, down = losses.split(units)
        found.append(((up - down) / (2 * STEP)).numpy())
    return found
