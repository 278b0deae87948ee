"""The verdict on one unit."""

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.dead_units import dead, never_active
from relulab.measurements.dormant import dormant
from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.saturation import saturated_units
from relulab.measurements.states import UnitStatus as UnitStatus

Flags = NDArray[np.bool_]


def combine(dead: Flags, never_active: Flags, dormant: Flags, saturated: Flags) -> NDArray[np.uint8]:
    """One status per unit from four flags (units,) each."""
    return np.select(
        [dead, never_active, dormant, saturated],
        [UnitStatus.DEAD, UnitStatus.NEVER_ACTIVE, UnitStatus.DORMANT, UnitStatus.SATURATED],
        UnitStatus.ACTIVE,
    ).astype(np.uint8)


def unit_status(probed: Probed) -> NDArray[np.uint8]:
    """The verdict on every unit of a probe: (U,)."""
    return combine(dead(probed), never_active(probed), dormant(probed), saturated_units(probed))


UNIT_STATUS = Measurement(
    key="unit_status", title="state of the units", shape="U", dtype="|u1", judged=True, compute=unit_status
)
