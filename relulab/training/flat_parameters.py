"""All parameters of a network as views of one flat tensor, and all gradients of another.

An optimizer step is then one call instead of one per tensor, which is what a small network's time goes to.
All offered optimizers work element by element, so the result is the same.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class FlatParameters:
    """``values`` and ``gradients``: (parameters,). Afterwards the network's own parameters are views of them."""

    def __init__(self, network: nn.Module) -> None:
        parameters = list(network.parameters())
        with torch.no_grad():
            flat = torch.cat([p.detach().reshape(-1) for p in parameters])
        self.values = nn.Parameter(flat)
        self.gradients = torch.zeros_like(flat)
        self.values.grad = self.gradients
        self._slices: dict[int, slice] = {}
        start = 0
        for parameter in parameters:
            end = start + parameter.numel()
            parameter.data = flat[start:end].view_as(parameter)
            parameter.grad = self.gradients[start:end].view_as(parameter)
            self._slices[id(parameter)] = slice(start, end)
            start = end

    def slice_of(self, parameter: Tensor) -> slice:
        """Where ``parameter`` lies in the flat tensors."""
        return self._slices[id(parameter)]

    def mask(self, chosen: Sequence[Tensor]) -> Tensor:
        """1 at the elements of ``chosen`` parameters, 0 elsewhere: (parameters,)."""
        mask = torch.zeros_like(self.gradients)
        for parameter in chosen:
            mask[self.slice_of(parameter)] = 1
        return mask
