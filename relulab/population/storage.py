"""The weights of many networks of one depth in one flat tensor, cut by layer, and their gradients in another.

An optimizer step is then one call for all networks, and each layer's weights are one contiguous block for a batched
product. Networks of other widths lie in the block of the widest; a mask keeps the rest of the block at zero. Learned
slopes lie behind all layers.
"""

from collections.abc import Iterator, Sequence
from math import prod

import torch
from torch import Tensor

from relulab.model.network import Network
from relulab.population.stackable import NORMS

# one a layer: (nets, units, inputs + 1), the last column is the bias; of a norm (nets, units, 2): scale and shift
Blocks = list[Tensor]


class Storage:
    """``values`` and ``gradients``: (numbers,). ``weights`` and ``weight_gradients`` are their blocks, as views.

    ``learned`` is 1 where a network has a weight or a bias and 0 where the block is only filled up; ``matrices`` is 1
    at the weights alone that penalties pull on. ``shapes``: units and inputs of each layer; at least those of the
    widest network. ``sizes`` (nets, layers): the weights of each, without biases. ``own``: a setting gets a number for
    each net also where all of these have the same one, because other nets have others: formulas that are written out
    round in another way.
    """

    def __init__(self, networks: Sequence[Network], shapes: Sequence[tuple[int, int]], *, own: bool = False) -> None:
        self.own = own
        self.nets = len(networks)
        self._layers = len(shapes)
        self._sloped = [layer for layer in range(self._layers) if networks[0].slope_of(layer) is not None]
        layers = [(self.nets, units, inputs + 1) for units, inputs in shapes]
        self._shapes = layers + [(self.nets, 1, 1)] * len(self._sloped)
        kind = networks[0].weights()[0].dtype
        self.values = torch.zeros(sum(prod(shape) for shape in self._shapes), dtype=kind)
        self.gradients = torch.zeros_like(self.values)
        self.learned, self.matrices = torch.zeros_like(self.values), torch.zeros_like(self.values)
        self.weights, self.weight_gradients = self.blocks(self.values), self.blocks(self.gradients)
        self.gradient_parts = self._parts(self.gradients)
        self._places = [_places(network) for network in networks]
        self.sizes = torch.tensor([[units * inputs for units, inputs, _ in places] for places in self._places])
        for net, network in enumerate(networks):
            self.load(net, network)
            self._mark(net, network)
        self.is_filled_up = not bool(self.learned.all())

    def blocks(self, flat: Tensor) -> Blocks:
        """Views of a flat tensor, one for each layer."""
        return self._parts(flat)[: self._layers]

    def slopes(self, flat: Tensor) -> dict[int, Tensor]:
        """Views of the slopes (nets, 1, 1) in a flat tensor, by the layer that learns them."""
        return dict(zip(self._sloped, self._parts(flat)[self._layers :], strict=True))

    @torch.no_grad()
    def load(self, net: int, network: Network) -> None:
        """Take on the weights of ``network``."""
        for mine, theirs in self._pairs(net, network, self.values):
            mine.copy_(theirs.view_as(mine))

    @torch.no_grad()
    def put_into(self, net: int, network: Network, flat: Tensor | None = None) -> None:
        """Write the weights of a net, by default those of now, into a network of its own."""
        for mine, theirs in self._pairs(net, network, self.values if flat is None else flat):
            theirs.copy_(mine.reshape(theirs.shape))

    def _pairs(self, net: int, network: Network, flat: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Where each parameter of a net lies in a flat tensor, beside that of ``network``."""
        for layer, block in enumerate(self.blocks(flat)):
            weight, bias = network.parameters_of(layer)
            units, inputs, _ = self._places[net][layer]
            yield block[net, :units, :inputs], weight
            if bias is not None:
                yield block[net, :units, -1], bias
        for layer, slopes in self.slopes(flat).items():
            slope = network.slope_of(layer)
            assert slope is not None, "all nets of a stack have the same activations"
            yield slopes[net, 0], slope

    def _parts(self, flat: Tensor) -> list[Tensor]:
        """Views of everything in a flat tensor: the layers, then the slopes."""
        parts = flat.split([prod(shape) for shape in self._shapes])
        return [part.view(shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def of_net(self, flat: Tensor, net: int) -> Blocks:
        """The weight matrices of one net in a flat tensor, one for each layer."""
        places = zip(self.blocks(flat), self._places[net], strict=True)
        return [block[net, :units, :inputs] for block, (units, inputs, _) in places]

    def spread(self, numbers: Sequence[float]) -> float | Tensor:
        """A number of each net, for everything of it: one where all are equal, else (numbers,) in place of the nets."""
        if len(set(numbers)) == 1 and not self.own:
            return numbers[0]
        own = torch.tensor(numbers, dtype=self.values.dtype)
        return torch.cat([own.view(-1, 1, 1).expand(shape).reshape(-1) for shape in self._shapes])

    def _mark(self, net: int, network: Network) -> None:
        for slopes in self.slopes(self.learned).values():
            slopes[net] = 1
        for layer, (learned, matrices) in enumerate(
            zip(self.blocks(self.learned), self.blocks(self.matrices), strict=True)
        ):
            units, inputs, has_bias = self._places[net][layer]
            matrices[net, :units, :inputs] = float(network.layout.layers[layer].kind not in NORMS)
            learned[net, :units, : inputs if layer else -1] = 1  # inputs that no data set has are 0, and so are theirs
            learned[net, :units, -1] = float(has_bias)


def widest(networks: Sequence[Network]) -> list[tuple[int, int]]:
    """Units and inputs of each layer, so that each of the networks has room."""
    places = [_places(network) for network in networks]
    return [(max(p[0] for p in layer), max(p[1] for p in layer)) for layer in zip(*places, strict=True)]


def _places(network: Network) -> list[tuple[int, int, bool]]:
    """Units, inputs and whether there is a bias, of each layer; a norm has one input for each unit."""
    found = []
    for layer in range(len(network.layout.layers)):
        weight, bias = network.parameters_of(layer)
        found.append((len(weight), weight.numel() // len(weight), bias is not None))
    return found


def add_scaled(values: Tensor, change: Tensor, factor: float | Tensor, scale: float = 1.0) -> None:
    """``values`` + ``scale`` times ``factor`` times ``change``, in place."""
    if isinstance(factor, float):
        values.add_(change, alpha=scale * factor)
    else:
        values.addcmul_(change, factor, value=scale)
