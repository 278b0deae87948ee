"""Curves: how each kind is thinned to the pixels of a plot, and all curves of a plot as one graphics item.

pyqtgraph's own curve item costs some 0.15 ms per redraw apart from the drawing itself (bounds, paths, pixel
vectors); a panel with ten curves and their raw values would spend more on that than on everything else.

Raw values are one pixel wide without antialiasing (a wide antialiased pen costs a hundred times as much); their
trend, the mean of every few pixels, is drawn boldly in front.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from relulab.views.colours import BAND_OPACITY, LineStyle, mix
from relulab.views.parts import Curve
from relulab.views.thinning import DOTS, MARKED_POINTS, UNMEASURED, Columns, stretches
from ui.platform.translation import said
from ui.plots.scales import Floats
from ui.widgets.palette import Palette
from ui.widgets.sizes import share

POINT = 6.0  # pixels across
BOLD, RAW = 2.0, 1.0  # pixels: how wide lines are, as all of these at a text size and a density of 1
RAW_PIXELS = 2  # pixels per column of a raw curve: least and greatest value are drawn in it
TREND_PIXELS = 4  # pixels per column of a trend: the mean is drawn in it
BOLD_COLUMNS = 100  # least and greatest value are drawn in each
RAW_TINT = 0.4  # strength of the raw values behind their trend


@dataclass(slots=True)
class Stroke:
    """One curve. ``bold`` is for curves of few points; ``dotted`` marks each point.

    An ``area`` is filled between pairs of points, (x, low) and (x, high) in turn, and seen through. A stretch that is
    longer than ``longest`` was not measured, and is drawn in dots.
    """

    colour: str
    dash: tuple[float, ...] = ()
    x: Floats = field(default_factory=lambda: np.empty(0))
    y: Floats = field(default_factory=lambda: np.empty(0))
    bold: bool = False
    dotted: bool = False
    area: bool = False
    longest: float = math.inf


class CurveItem(QGraphicsItem):
    """Draws its strokes in order, the first one behind. NaN in ``y`` is a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.strokes: Sequence[Stroke] = ()
        self._bounds = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_strokes(self, strokes: Sequence[Stroke], bounds: QRectF) -> None:
        """Draw ``strokes``, which are seen within ``bounds``."""
        self.strokes = strokes
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        density = painter.paintEngine().paintDevice().devicePixelRatioF()  # of a picture that a widget is drawn into
        size, turn = share() * density, painter.worldTransform()
        wide, high = (density * max(1e-300, abs(side)) for side in (turn.m11(), turn.m22()))  # pixels to a unit of x, y
        for stroke in self.strokes:
            if stroke.area:
                _fill(painter, stroke)
                continue
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, stroke.bold)
            hairs = hairlines((BOLD if stroke.bold else RAW) * size)  # of more than two, steep ones would look thinner
            away = [(0.0, hair / high) for hair in hairs] + [(hair / wide, 0.0) for hair in hairs if len(hairs) > 2]
            lines = stretches(stroke.x, stroke.y, stroke.longest)
            for dash, runs in zip((stroke.dash, DOTS), lines, strict=True):
                painter.setPen(_pen(stroke.colour, 1.0, tuple(size * length for length in dash)))
                for run in runs:
                    _draw_line(painter, polygon(stroke.x[run], stroke.y[run]), away)
            seen = ~np.isnan(stroke.y)
            if stroke.dotted and seen.any():  # Qt crashes on a drawing of no points
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
                painter.setPen(_pen(stroke.colour, POINT * size, ()))
                painter.drawPoints(polygon(stroke.x[seen], stroke.y[seen]))


def hairlines(width: float) -> list[float]:
    """How far from the middle lines of one pixel lie that together are ``width`` pixels of the device wide."""
    count = max(1, round(width))
    return [index - (count - 1) / 2 for index in range(count)]


def _draw_line(painter: QPainter, line: QPolygonF, away: Sequence[tuple[float, float]]) -> None:
    """Hairlines side by side: a pen two pixels wide looks the same as two of them and costs twenty times as much."""
    for right, up in away:
        painter.drawPolyline(line.translated(right, up) if right or up else line)


def _fill(painter: QPainter, stroke: Stroke) -> None:
    """From left to right along the lower edge, and back along the upper one."""
    x, low, high = stroke.x[::2], stroke.y[::2], stroke.y[1::2]
    seen = np.isfinite(low) & np.isfinite(high)
    if seen.sum() < 2:
        return
    x, low, high = x[seen], low[seen], high[seen]
    colour = QColor(stroke.colour)
    colour.setAlphaF(BAND_OPACITY)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(polygon(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])))
    painter.setBrush(Qt.BrushStyle.NoBrush)


@cache
def _pen(colour: str, width: float, dash: tuple[float, ...]) -> QPen:
    """A pen that is so many pixels wide at every zoom; its points are round."""
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if width > 1 else Qt.PenCapStyle.FlatCap)
    if dash:
        pen.setDashPattern(dash)
    return pen


def polygon(x: Floats, y: Floats) -> QPolygonF:
    """The points (x, y). pyqtgraph's conversion reads a null pointer where there is none."""
    return pg.functions.arrayToQPolygonF(x, y) if len(x) else QPolygonF()


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
    curves: Sequence[tuple[Line, Floats, Floats]], drawn: Callable[[Floats], Floats], x_range: tuple[float, float],
    pixels: int, background: str,
) -> list[Stroke]:  # fmt: skip
    """The strokes of (line, x, y), from back to front, within ``x_range``, which is so many ``pixels`` wide.

    ``drawn`` turns values into coordinates. Curves that share one array ``x`` share its columns.
    """
    longest = UNMEASURED * (x_range[1] - x_range[0])
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
            behind.append(Stroke(colour, dash, *thin.raw.envelope(y), longest=longest))
        elif line.look is Look.BOLD:
            few = len(y) <= MARKED_POINTS
            front.append(Stroke(colour, dash, *thin.bold.envelope(y), bold=True, dotted=few, longest=longest))
        else:
            if line.look is Look.TREND:
                behind.append(Stroke(mix(colour, background, RAW_TINT), (), *thin.raw.envelope(y), longest=longest))
            front.append(Stroke(colour, dash, *thin.trend.means(y), bold=True, dotted=len(y) == 1, longest=longest))
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
