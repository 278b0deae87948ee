"""What every unit of a network computes over a grid of inputs, or for one input: flat numbers for a picture of it.

Units first: a dense layer is W·H + b with the grid along the last axis, so the values of a unit lie in a row.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from relulab.measurements.probe import measuring
from relulab.model.drawn import DrawnLayer
from relulab.model.layout import layer_name
from relulab.model.modules import MEASURING, as_function
from relulab.model.network import Network

Range = tuple[float, float]


def grid_points(ranges: Sequence[Range], size: int) -> Tensor:
    """Points that fill the ranges of one or two inputs: (size, 1), or (size², 2), x fastest and the highest y first.

    Each lies in the middle of a pixel of a picture of ``size`` pixels across, whose first row is the top one.
    """
    middles = (torch.arange(size) + 0.5) / size
    along = [low + (high - low) * middles for low, high in ranges]
    if len(along) == 1:
        return along[0].unsqueeze(1)
    y, x = torch.meshgrid(along[1].flip(0), along[0], indexing="ij")
    return torch.stack([x.reshape(-1), y.reshape(-1)], 1)


def unit_values(network: Network, layers: Sequence[DrawnLayer], inputs: Tensor) -> list[Tensor]:
    """h of every unit of the ``layers`` for ``inputs`` (n, *input_shape), dropout off and running means as they are.

    One tensor for each layer: (units, n), or (channels, n, height, width).
    """
    if network.layout.is_dense and inputs.dim() == 2:
        with torch.inference_mode():  # each is a function of the weights alone, in whatever mode the network is
            return _units_first(network, inputs)
    with measuring(network):
        kept = network.forward_kept(inputs)[1]
        values: list[Tensor] = []
        for layer in layers:
            if layer.measured is None:
                pool = network.get_submodule(layer_name(layer.index, layer.kind))
                values.append(pool(values[-1] if values else inputs))
            else:
                values.append(kept[layer.measured].activation)
        return [value.transpose(0, 1) for value in values]


def _units_first(network: Network, inputs: Tensor) -> list[Tensor]:
    values: list[Tensor] = []
    h = inputs.T.contiguous()
    for module in network.children():
        if isinstance(module, nn.Linear):
            h = module.weight @ h if module.bias is None else torch.addmm(module.bias.unsqueeze(1), module.weight, h)
            values.append(h)
        elif values and (function := as_function(module, MEASURING)) is not None:
            h = values[-1] = function(h)
    return values
