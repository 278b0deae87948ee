"""The verdict on one unit."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.dead_units import dead, never_active
from relulab.measurements.dormant import dormant
from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.saturation import saturated_units
from relulab.text import Text, text

Flags = NDArray[np.bool_]


class UnitStatus(IntEnum):
    """The verdict on one unit. Where several hold, the worst is shown: dead before never active, dormant, saturated.

    ``SATURATED``: more than half of the unit's outputs are saturated.
    """

    ACTIVE = 0
    DEAD = 1
    NEVER_ACTIVE = 2
    DORMANT = 3
    SATURATED = 4

    @property
    def label(self) -> Text:
        """What people call it: "dead", "never active", …"""
        return _LABELS[self]


_LABELS = {
    UnitStatus.ACTIVE: text("active"),
    UnitStatus.DEAD: text("dead"),
    UnitStatus.NEVER_ACTIVE: text("never active"),
    UnitStatus.DORMANT: text("dormant"),
    UnitStatus.SATURATED: text("saturated"),
}


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
