"""What a unit can be. The colours of a window read this before anything is measured: no arrays here."""

from enum import IntEnum

from relulab.text import Text, text


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
