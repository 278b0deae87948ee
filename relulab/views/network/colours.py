"""The colours of the picture of a network by role, light and dark; amber is above zero and blue below, everywhere.

Zero has the colour of paper, so the side on which a unit is off looks empty.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from relulab.views.colours import Rgb, mix, rgb_of

FAINTEST = 0.14  # of a line's full colour, for a weight next to zero
STEPS = 9  # of strength: lines of one step are drawn together
TABLE = 251  # shades, an odd number: zero is the middle one


def opacity(step: int) -> float:
    """How much of its full colour a line of strength ``step`` of STEPS has; the rest is what it lies on."""
    return FAINTEST + (1 - FAINTEST) * step / (STEPS - 1)


@dataclass(frozen=True, slots=True)
class NetworkColours:
    """``positive`` and ``negative`` are lines, the ``numbers`` text; ``neutral`` lines of kernels, which have no sign.

    ``scale``: the colours of values from -1 to 1, at ``places`` from 0 to 1.
    """

    positive: str
    negative: str
    positive_number: str
    negative_number: str
    neutral: str
    panel: str
    ground: str
    ground_rim: str
    frame: str
    dead: str
    cross: str
    ink: str
    places: tuple[float, ...]
    scale: tuple[str, ...]

    def line(self, step: int, *, positive: bool | None) -> str:
        """The colour of a line of strength ``step`` of STEPS; None for one without a sign."""
        return mix(self.full(positive=positive), self.panel, opacity(step))

    def full(self, *, positive: bool | None) -> str:
        """The colour of the strongest line."""
        return self.neutral if positive is None else self.positive if positive else self.negative

    def number(self, value: float) -> str:
        """The ink of a number with a sign."""
        return self.positive_number if value >= 0 else self.negative_number


ON_WHITE = NetworkColours(
    positive="#b87400",
    negative="#0072b2",
    positive_number="#9a5b00",
    negative_number="#0a63a8",
    neutral="#5b626d",
    panel="#ffffff",
    ground="#f8f9fa",
    ground_rim="#e3e6ea",
    frame="#868c95",
    dead="#33373e",
    cross="#f2682f",
    ink="#1c1f24",
    places=(0.0, 0.2, 0.36, 0.5, 0.64, 0.8, 1.0),
    scale=("#00457a", "#0072b2", "#6db5e0", "#f3f4f6", "#f0bd55", "#c98500", "#7d4a00"),
)
ON_BLACK = NetworkColours(
    positive="#e69f00",
    negative="#3d9fdb",
    positive_number="#f0b440",
    negative_number="#56b4e9",
    neutral="#a3abb7",
    panel="#191b1f",
    ground="#202328",
    ground_rim="#33373e",
    frame="#7a828e",
    dead="#0b0c0e",
    cross="#f2682f",
    ink="#e8eaed",
    places=(0.0, 0.2, 0.37, 0.5, 0.63, 0.8, 1.0),
    scale=("#8fd0fa", "#3d9fdb", "#17598a", "#2a2d33", "#855a0c", "#d99500", "#ffcb5c"),
)


def network_colours(dark: bool) -> NetworkColours:
    """The roles of the light or the dark theme."""
    return ON_BLACK if dark else ON_WHITE


@cache
def unit_table(dark: bool) -> Rgb:
    """(TABLE, 3): the colours of values from -1 to 1. Do not write to it."""
    colours = network_colours(dark)
    shades = np.array([rgb_of(colour) for colour in colours.scale], float)
    at = np.linspace(0.0, 1.0, TABLE)
    table = np.stack([np.interp(at, colours.places, shades[:, channel]) for channel in range(3)], 1)
    found = np.round(table).astype(np.uint8)
    found.setflags(write=False)
    return found
