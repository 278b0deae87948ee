"""All parameters of a network as views of one flat tensor, and all gradients of another.

An optimizer step is then one call instead of one per tensor, which is what a small network's time goes to.
All offered optimizers work element by element, so the result is the same.

Filters may lie with their channels last, as (out, height, width, in): torch then convolves, pools and goes back through
images in that order, which is faster on a processor. The weights of a unit lie together either way. The last bits of
the sums differ, so a run keeps the order that it began with.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from relulab.experiment import ModelSpec

CHANNELS_LAST = 0, 2, 3, 1  # (out, in, height, width) as (out, height, width, in)


def prefers_channels_last(model: ModelSpec, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether a new run of such a network is faster with its channels last."""
    return device.type == "cpu" and dtype == torch.float32 and any(layer.kind == "conv2d" for layer in model.layers)


class FlatParameters:
    """``values`` and ``gradients``: (parameters,). Afterwards the network's own parameters are views of them.

    ``channels_last``: how filters lie in there.
    """

    def __init__(self, network: nn.Module, channels_last: bool = False) -> None:
        self.channels_last = channels_last
        parameters = list(network.parameters())
        with torch.no_grad():
            flat = torch.cat([self._laid(p.detach()).reshape(-1) for p in parameters])
        self.values = nn.Parameter(flat)
        self.gradients = torch.zeros_like(flat)
        self.values.grad = self.gradients
        self._slices: dict[int, slice] = {}
        start = 0
        for parameter in parameters:
            end = start + parameter.numel()
            self._slices[id(parameter)] = slice(start, end)
            parameter.data = self.part(flat, parameter)
            parameter.grad = self.part(self.gradients, parameter)
            start = end

    def slice_of(self, parameter: Tensor) -> slice:
        """Where ``parameter`` lies in the flat tensors."""
        return self._slices[id(parameter)]

    def part(self, flat: Tensor, parameter: Tensor) -> Tensor:
        """What a flat tensor (parameters,) says of ``parameter``, in its shape: a view."""
        shape = self._laid(parameter.detach()).shape
        part = flat[self.slice_of(parameter)].view(shape)
        return part.permute(0, 3, 1, 2) if self._is_turned(parameter) else part

    def _laid(self, parameter: Tensor) -> Tensor:
        """In the order in which it lies."""
        return parameter.permute(CHANNELS_LAST) if self._is_turned(parameter) else parameter

    def _is_turned(self, parameter: Tensor) -> bool:
        return self.channels_last and parameter.dim() == len(CHANNELS_LAST)

    def mask(self, chosen: Sequence[Tensor]) -> Tensor:
        """1 at the elements of ``chosen`` parameters, 0 elsewhere: (parameters,)."""
        mask = torch.zeros_like(self.gradients)
        for parameter in chosen:
            mask[self.slice_of(parameter)] = 1
        return mask
