"""Dead units, and units that are never active.

A unit is judged by its **greatest** value over the whole probe set and all positions: one that is off for
some samples only is not dead. *Dead* means output and gradient are exactly 0 for every sample (ReLU, ReLU6).
*Never active* means the same for activations that leave a gradient (leaky ReLU, ELU, GELU, …): such a unit
can still come back.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


def dead_units(max_activation: Floats) -> Flags:
    """Units whose greatest activation h over the probe set is exactly 0: (units,) -> (units,)."""
    return np.equal(max_activation, 0.0)


def never_active_units(max_pre_activation: Floats) -> Flags:
    """Units whose greatest pre-activation z over the probe set is not positive: (units,) -> (units,)."""
    return np.less_equal(max_pre_activation, 0.0)
