"""Saturated outputs: where the activation is so flat that hardly any gradient passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import Activation, Saturation
from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.thresholds import THRESHOLDS

if TYPE_CHECKING:
    from torch import Tensor


def saturated_units(probed: Probed) -> NDArray[np.bool_]:
    """Units of which more than half of the outputs are saturated: (U,)."""
    return (probed.saturated > THRESHOLDS.saturated_share.value) & probed.units_of(can_saturate)


def can_saturate(activation: Activation) -> bool:
    """Whether the activation has flat ends."""
    return activation.saturation is not None


SATURATED = Measurement(
    key="saturated",
    title="saturated outputs",
    unit="share of outputs",
    judged=True,
    threshold=THRESHOLDS.saturated_share,
    absent="the layer's activation has no such state",
    compute=lambda probed: probed.share(probed.saturated, probed.layers_of(can_saturate)),
)


def saturated_count(activation: Tensor, saturation: Saturation) -> Tensor:
    """How many outputs of each unit lie beyond the limits: (n, units, …) -> (units,).

    At a clip (hard tanh, ReLU6) reaching the limit already counts: the slope there is 0.
    """
    import torch

    from relulab.measurements.reductions import unit_count

    above, below = (torch.ge, torch.le) if saturation.at_clip else (torch.gt, torch.lt)
    return unit_count(above, activation, saturation.high) + unit_count(below, activation, saturation.low)
