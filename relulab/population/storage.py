"""The weights of many networks of one depth in one flat tensor, cut by layer, and their gradients in another.

An optimizer step is then one call for all networks, and each layer's weights are one contiguous block for a batched
product. Networks of other widths lie in the block of the widest; a mask keeps the rest of the block at zero.
"""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor

from relulab.model.network import Network

Blocks = list[Tensor]  # one for each layer: (nets, units, inputs + 1), the last column is the bias


class Storage:
    """``values`` and ``gradients``: (numbers,). ``weights`` and ``weight_gradients`` are their blocks, as views.

    ``learned`` is 1 where a network has a weight or a bias and 0 where the block is only filled up; ``matrices`` is 1
    at the weights alone. ``shapes``: units and inputs of each layer; at least those of the widest network.
    """

    def __init__(self, networks: Sequence[Network], shapes: Sequence[tuple[int, int]]) -> None:
        self.nets = len(networks)
        self._shapes = [(self.nets, units, inputs + 1) for units, inputs in shapes]
        kind = networks[0].weights()[0].dtype
        self.values = torch.zeros(sum(prod(shape) for shape in self._shapes), dtype=kind)
        self.gradients = torch.zeros_like(self.values)
        self.learned, self.matrices = torch.zeros_like(self.values), torch.zeros_like(self.values)
        self.weights, self.weight_gradients = self.blocks(self.values), self.blocks(self.gradients)
        self._places = [_places(network) for network in networks]
        for net, network in enumerate(networks):
            self.load(net, network)
            self._mark(net)
        self.is_filled_up = not bool(self.learned.all())

    def blocks(self, flat: Tensor) -> Blocks:
        """Views of a flat tensor, one for each layer."""
        parts = flat.split([prod(shape) for shape in self._shapes])
        return [part.view(shape) for part, shape in zip(parts, self._shapes, strict=True)]

    @torch.no_grad()
    def load(self, net: int, network: Network) -> None:
        """Take on the weights of ``network``."""
        for layer, block in enumerate(self.weights):
            weight, bias = network.parameters_of(layer)
            units, inputs, _ = self._places[net][layer]
            block[net, :units, :inputs] = weight
            if bias is not None:
                block[net, :units, -1] = bias

    def put_into(self, net: int, network: Network, flat: Tensor | None = None) -> None:
        """Write the weights of a net, by default those of now, into a network of its own."""
        blocks = self.weights if flat is None else self.blocks(flat)
        with torch.no_grad():
            for layer, block in enumerate(blocks):
                weight, bias = network.parameters_of(layer)
                units, inputs, _ = self._places[net][layer]
                weight.copy_(block[net, :units, :inputs])
                if bias is not None:
                    bias.copy_(block[net, :units, -1])

    def of_net(self, flat: Tensor, net: int) -> Blocks:
        """The weight matrices of one net in a flat tensor, one for each layer."""
        places = zip(self.blocks(flat), self._places[net], strict=True)
        return [block[net, :units, :inputs] for block, (units, inputs, _) in places]

    def spread(self, numbers: Sequence[float]) -> float | Tensor:
        """A number of each net, for everything of it: one where all are equal, else (numbers,) in place of the nets."""
        if len(set(numbers)) == 1:
            return numbers[0]
        own = torch.tensor(numbers, dtype=self.values.dtype)
        return torch.cat([own.view(-1, 1, 1).expand(shape).reshape(-1) for shape in self._shapes])

    def _mark(self, net: int) -> None:
        for layer, (learned, matrices) in enumerate(
            zip(self.blocks(self.learned), self.blocks(self.matrices), strict=True)
        ):
            units, inputs, has_bias = self._places[net][layer]
            matrices[net, :units, :inputs] = 1
            learned[net, :units, : inputs if layer else -1] = 1  # inputs that no data set has are 0, and so are theirs
            learned[net, :units, -1] = float(has_bias)


def widest(networks: Sequence[Network], inputs_at_least: int) -> list[tuple[int, int]]:
    """Units and inputs of each layer, so that each of the networks has room."""
    places = [_places(network) for network in networks]
    shapes = [(max(p[0] for p in layer), max(p[1] for p in layer)) for layer in zip(*places, strict=True)]
    return [(shapes[0][0], max(shapes[0][1], inputs_at_least)), *shapes[1:]]


def _places(network: Network) -> list[tuple[int, int, bool]]:
    """Units, inputs and whether there is a bias, of each layer."""
    found = []
    for layer in range(len(network.layout.layers)):
        weight, bias = network.parameters_of(layer)
        found.append((weight.shape[0], weight.shape[1], bias is not None))
    return found


def add_scaled(values: Tensor, change: Tensor, factor: float | Tensor, scale: float = 1.0) -> None:
    """``values`` + ``scale`` times ``factor`` times ``change``, in place."""
    if isinstance(factor, float):
        values.add_(change, alpha=scale * factor)
    else:
        values.addcmul_(change, factor, value=scale)
