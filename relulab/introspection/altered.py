"""A forward pass in which layers say something else than they would: units cut off, sums moved a little.

What is computed anew is the network itself, function by function; only the named values are others.
"""

from collections.abc import Callable, Sequence

from torch import Tensor

from relulab.catalog.linear_pieces import linear_pieces
from relulab.model.modules import MEASURING
from relulab.model.network import Network

Change = Callable[[int, Tensor], Tensor]  # the layer of the layout and its values -> what they are instead


def unchanged(_layer: int, values: Tensor) -> Tensor:
    """The values as they are."""
    return values


def altered_outputs(network: Network, x: Tensor, *, sums: Change = unchanged, values: Change = unchanged) -> Tensor:
    """The outputs for inputs ``x`` with other ``sums`` before, and other ``values`` behind the activation of layers.

    The network must be in eval mode.
    """
    ends = network.connect(MEASURING)[1]
    before = {z: layer for layer, (z, _) in enumerate(ends)}
    behind = {h: layer for layer, (_, h) in enumerate(ends)}
    for place, step in enumerate(network.steps(), start=1):
        x = step.function(x)
        if place in before:
            x = sums(before[place], x)
        if place in behind:
            x = values(behind[place], x)
    return x


def gates(network: Network) -> tuple[bool, ...]:
    """For each layer of the layout whether its units are switched on and off: their activation has a bend.

    The output layer is no gate: what it says is the answer.
    """
    choices = [network.activation_of(layer) for layer in network.layout.hidden]
    pieces = [linear_pieces(choice.name, choice.parameters) for choice in choices]
    return (*(one is not None and bool(one.real_bends) for one in pieces), False)


def outputs_without(network: Network, x: Tensor, on: Sequence[Tensor]) -> Tensor:
    """The outputs for ``x`` of the network without the units that are not ``on``: in gated layers they say nothing.

    ``on``: for each layer of the layout, as its values are.
    """
    gated = gates(network)

    def cut(layer: int, values: Tensor) -> Tensor:
        return values.where(on[layer], values.new_zeros(())) if gated[layer] else values

    return altered_outputs(network, x, values=cut)
