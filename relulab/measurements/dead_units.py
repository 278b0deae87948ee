"""Dead units, and units that are never active.

A unit is judged by its **greatest** value over the whole probe set and all positions: one that is off for
some samples only is not dead. *Dead* means output and gradient are exactly 0 for every sample (ReLU, ReLU6).
*Never active* means the same for activations that leave a gradient (leaky ReLU, ELU, GELU, …): such a unit
can still come back.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import Activation, OffState
from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.thresholds import THRESHOLDS

Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


def dead_units(max_activation: Floats) -> Flags:
    """Units whose greatest activation h over the probe set is exactly 0: (units,) -> (units,)."""
    return np.equal(max_activation, 0.0)


def never_active_units(max_pre_activation: Floats) -> Flags:
    """Units whose greatest pre-activation z over the probe set is not positive: (units,) -> (units,)."""
    return np.less_equal(max_pre_activation, 0.0)


def can_die(activation: Activation) -> bool:
    """Whether a unit that is off passes no gradient at all, so that it cannot come back."""
    return activation.off_state is OffState.DEAD


def can_rest(activation: Activation) -> bool:
    """Whether a unit that is off still passes a gradient."""
    return activation.off_state is OffState.NEVER_ACTIVE


def dead(probed: Probed) -> Flags:
    """The dead units of a probe: (U,)."""
    return dead_units(probed.max_activation) & probed.units_of(can_die)


def never_active(probed: Probed) -> Flags:
    """The units of a probe that are off for every sample, and can come back: (U,)."""
    return never_active_units(probed.max_pre_activation) & probed.units_of(can_rest)


NO_SUCH_STATE = "the layer's activation has no such state"

DEAD = Measurement(
    key="dead",
    title="dead units",
    unit="share of units",
    judged=True,
    threshold=THRESHOLDS.dead_share,
    absent=NO_SUCH_STATE,
    compute=lambda probed: probed.share(dead(probed), probed.layers_of(can_die)),
)
NEVER_ACTIVE = Measurement(
    key="never_active",
    title="units that are never active",
    unit="share of units",
    judged=True,
    absent=NO_SUCH_STATE,
    compute=lambda probed: probed.share(never_active(probed), probed.layers_of(can_rest)),
)
