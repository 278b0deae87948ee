"""Where in a network the first number is that is none."""

import torch
from torch import Tensor

from relulab.model.network import Network


def first_non_finite(network: Network, inputs: Tensor) -> str:
    """The first layer, in the order of the data, whose weights or outputs are not finite; empty for none."""
    with torch.no_grad():
        _, kept = network.forward_kept(inputs)
    for layer, weight, values in zip(network.layout.layers, network.weights(), kept, strict=True):
        if not (torch.isfinite(weight).all() and torch.isfinite(values.activation).all()):
            return layer.title
    return ""
