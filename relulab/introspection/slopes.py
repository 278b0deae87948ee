"""Slopes multiply: how much of a gradient each layer lets back, from its slopes and weights, and how much it was.

Going back from layer l + 1 to layer l, a gradient is multiplied by the weights and by the slope of each unit there:
dL/dz_l = f'(z_l) · (Wᵀ dL/dz_{l+1}). A matrix of u units makes a vector of no special direction ‖W‖ / √u times as long.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from relulab.introspection.trace import Aim, in_double
from relulab.introspection.way_back import slopes_at
from relulab.model.network import Network

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """For each hidden layer, (layers,) each.

    ``slopes``: root mean square of f'(z) over samples and units. ``weights``: how much longer the weights of the next
    layer make a gradient. ``gains``: their product. ``products``: the gains from here to the output, multiplied: how
    large a gradient should be here beside that at the output. ``measured``: how large it is.
    """

    titles: tuple[str, ...]
    slopes: Array
    weights: Array
    measured: Array

    @property
    def gains(self) -> Array:
        return self.slopes * self.weights

    @property
    def products(self) -> Array:
        return np.asarray(np.cumprod(self.gains[::-1])[::-1], np.float64)


def slopes_of(network: Network, inputs: Array, aim: Aim) -> Slopes | None:
    """The slopes of ``network`` for ``inputs`` (n, *input_shape), as scaled for it; None where not all is dense."""
    if not network.layout.is_dense:
        return None
    own = in_double(network)
    x = torch.from_numpy(inputs).double().requires_grad_()
    with torch.enable_grad():
        outputs, kept = own.forward_kept(x)
        slopes = [float(slopes_at(layer).square().mean().sqrt()) for layer in kept[:-1]]
        loss = aim.loss(outputs, aim.targets)
        deltas = torch.autograd.grad(loss, [layer.pre_activation for layer in kept])
    sizes = np.array([float(delta.norm()) for delta in deltas])
    matrices = [weight.detach() for weight in own.weights()[1:]]
    return Slopes(
        tuple(layer.title for layer in own.layout.layers[:-1]),
        np.array(slopes),
        np.array([float(matrix.norm()) / len(matrix) ** 0.5 for matrix in matrices]),
        sizes[:-1] / sizes[-1],
    )
