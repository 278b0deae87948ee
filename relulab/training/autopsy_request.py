"""Which death is to be explained. No torch in here: the window makes these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AutopsyRequest:
    """Unit ``unit`` of layer ``layer`` of the layout fired last at the probe behind ``fired_at`` steps (None: never),
    and was silent at the probe behind ``silent_at``."""

    layer: int
    unit: int
    fired_at: int | None
    silent_at: int
