"""The verdict on one unit."""

from enum import IntEnum


class UnitStatus(IntEnum):
    """The verdict on one unit, worst first where several hold (see docs of the unit probe)."""

    ACTIVE = 0
    DEAD = 1
    NEVER_ACTIVE = 2
    DORMANT = 3
    SATURATED = 4
