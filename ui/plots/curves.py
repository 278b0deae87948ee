"""From measured values to strokes: how each kind of curve is thinned to the pixels of a plot.

Raw values are one pixel wide without antialiasing (a wide antialiased pen costs a hundred times as much); their
trend, the mean of every few pixels, is drawn boldly in front.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np

from relulab.views.colours import LineStyle, mix
from relulab.views.parts import Curve
from relulab.views.thinning import MARKED_POINTS, Columns
from ui.platform.translation import said
from ui.plots.curve_item import Stroke
from ui.plots.scales import Floats
from ui.widgets.palette import Palette

RAW_PIXELS = 2  # pixels per column of a raw curve: least and greatest value are drawn in it
TREND_PIXELS = 4  # pixels per column of a trend: the mean is drawn in it
BOLD_COLUMNS = 100  # least and greatest value are drawn in each
RAW_TINT = 0.4  # strength of the raw values behind their trend


class Look(Enum):
    """How a curve is drawn: few points, noise with its trend, the trend alone, or what is not read.

    That is noise (a band), or an area between pairs of points (x, low) and (x, high).
    """

    BOLD = "bold"
    TREND = "trend"
    TREND_ALONE = "trend alone"
    BAND = "band"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Line:
    """One curve."""

    key: str
    name: str
    style: LineStyle
    look: Look = Look.TREND

    @property
    def quiet(self) -> bool:
        """Whether the curve stays out of the readings."""
        return self.look in (Look.BAND, Look.AREA)


def lines_of(curves: Sequence[Curve], palette: Palette) -> list[Line]:
    """How the curves of a view are drawn."""
    return [
        Line(curve.key, said(curve.name), curve.style(palette), Look.TREND if curve.noisy else Look.BOLD)
        for curve in curves
    ]


def strokes_of(
    curves: Sequence[tuple[Line, Floats, Floats]],
    drawn: Callable[[Floats], Floats],
    x_range: tuple[float, float],
    pixels: int,
    background: str,
) -> list[Stroke]:
    """The strokes of (line, x, y), from back to front, within ``x_range``, which is so many ``pixels`` wide.

    ``drawn`` turns values into coordinates. Curves that share one array ``x`` share its columns.
    """
    behind: list[Stroke] = []
    front: list[Stroke] = []
    thinned: dict[int, _Thinned] = {}
    for line, x, y in curves:
        if line.look is Look.AREA:
            behind.append(Stroke(line.style.colour, (), x, drawn(y), area=True))
            continue
        thin = thinned.setdefault(id(x), _Thinned(x, x_range, pixels))
        if not len(thin.x):
            continue
        y = drawn(y[thin.seen])
        colour, dash = line.style.colour, line.style.dash
        if line.look is Look.BAND:
            behind.append(Stroke(colour, dash, *thin.raw.envelope(y)))
        elif line.look is Look.BOLD:
            few = len(y) <= MARKED_POINTS
            front.append(Stroke(colour, dash, *thin.bold.envelope(y), bold=True, dotted=few))
        else:
            if line.look is Look.TREND:
                behind.append(Stroke(mix(colour, background, RAW_TINT), (), *thin.raw.envelope(y)))
            front.append(Stroke(colour, dash, *thin.trend.means(y), bold=True, dotted=len(y) == 1))
    return behind + front


class _Thinned:
    """The points ``x`` within a range (and one beyond each edge), divided into columns as each look needs them."""

    def __init__(self, x: Floats, x_range: tuple[float, float], pixels: int) -> None:
        first, last = np.searchsorted(x, x_range)
        self.seen = slice(max(0, int(first) - 1), int(last) + 1)
        self.x = x[self.seen]
        self._range = x_range
        self._pixels = pixels

    @cached_property
    def raw(self) -> Columns:
        return Columns(self.x, self._range, self._pixels // RAW_PIXELS)

    @cached_property
    def trend(self) -> Columns:
        return Columns(self.x, self._range, self._pixels // TREND_PIXELS)

    @cached_property
    def bold(self) -> Columns:
        return Columns(self.x, self._range, BOLD_COLUMNS)
