"""Saturated outputs: where the activation is so flat that hardly any gradient passes."""

import torch
from torch import Tensor

from relulab.catalog.activations import Saturation
from relulab.measurements.reductions import unit_count


def saturated_count(activation: Tensor, saturation: Saturation) -> Tensor:
    """How many outputs of each unit lie beyond the limits: (n, units, …) -> (units,).

    At a clip (hard tanh, ReLU6) reaching the limit already counts: the slope there is 0.
    """
    above, below = (torch.ge, torch.le) if saturation.at_clip else (torch.gt, torch.lt)
    return unit_count(above, activation, saturation.high) + unit_count(below, activation, saturation.low)
