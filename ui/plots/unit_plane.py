"""What one unit makes of a plane: its activation at every point, its line in the first layer, what excites it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from ui.plots.axes import Range
from ui.plots.plane_plot import POINT, TRAIN_POINTS, PlanePlot, value_pixels
from ui.plots.rules import Lines
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import share

Floats = NDArray[np.float32]
Ends = tuple[tuple[float, float], tuple[float, float]]

RING = POINT + 6  # pixels across
ARROW = 0.12  # of the plane's extent: the arrow from the line to the side where the unit fires
BARB = 0.35  # of the arrow's length
CASED = (("#000000", 4), ("#ffffff", 2))  # pen colours and widths, from back to front


class UnitPlane(PlanePlot):
    """The plane of a unit, with rings around samples of the training set and the line w·x + b = 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line: Ends | None = None
        self._shown: tuple[Floats, Range, Range] | None = None  # weights and ranges of the line
        self.rings: Floats = np.zeros((0, 2), np.float32)
        # Everything twice, white on black: it must be seen on every colour of the map.
        self._lines: list[Any] = [Lines(pen=pg.mkPen(colour, width=width), antialias=True) for colour, width in CASED]
        self._rings: list[Any] = [
            pg.ScatterPlotItem(symbol="o", size=RING, pen=pg.mkPen(colour, width=width), brush=None, antialias=True)
            for colour, width in CASED
        ]
        self._colours = LIGHT
        for item in (*self._lines, *self._rings):
            self.axes.add(item, depth=20)
        self.axes.plot.setAccessibleName(
            self.tr("Activation of the unit over the plane; the arrow keys move the point that is read")
        )

    def show_samples(self, positions: Floats, colours: Sequence[str]) -> None:
        """All training points (n, 2) with a colour each."""
        shown = slice(0, TRAIN_POINTS)
        self.points.show_points(positions[shown], positions[:0], list(colours)[shown], [], self._colours.background)

    def show_unit(self, values: Floats, x_range: Range, y_range: Range, name: str) -> None:
        """``values``: (1, size, size), row 0 at the lowest y."""
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        self.show_plane(values, value_pixels(values[0], low, high), x_range, y_range, (name,))

    def show_line(self, weights: Floats, bias: float, x_range: Range, y_range: Range) -> None:
        """The line where w·x + b = 0, with an arrow to the side where it is greater."""
        self._shown = weights, x_range, y_range
        self.line = line_across(weights, bias, x_range, y_range)
        path = np.empty((0, 2))
        if self.line is not None:
            ends = np.array(self.line)
            path = np.concatenate([ends, [[np.nan, np.nan]], _arrow(ends, weights, np.array([x_range, y_range]))])
        self._draw_line(path)

    def move_line(self, bias: float) -> None:
        """The same line with another bias."""
        if self._shown is not None:
            weights, *ranges = self._shown
            self.show_line(weights, bias, *ranges)

    def bias_through(self, place: QPointF) -> float:
        """The bias with which the line goes through a place."""
        weights = np.zeros(2) if self._shown is None else np.asarray(self._shown[0], float)
        return -float(weights @ np.array([place.x(), place.y()]))

    def hide_line(self) -> None:
        """A unit of a deeper layer has no line."""
        self.line = self._shown = None
        self._draw_line(np.empty((0, 2)))

    def ring(self, positions: Floats) -> None:
        """Mark the samples at ``positions`` (n, 2)."""
        self.rings = positions
        for item in self._rings:
            item.setData(positions[:, 0], positions[:, 1])

    def set_theme(self, palette: Palette) -> None:
        super().set_theme(palette)
        self._colours = palette
        for items in (self._lines, self._rings):
            for item, (colour, width) in zip(items, CASED, strict=True):
                dense = self.devicePixelRatioF() if items is self._rings else 1.0  # symbols are drawn without a painter
                item.setPen(pg.mkPen(colour, width=width * share() * dense))

    def _draw_line(self, path: NDArray[Any]) -> None:
        for item in self._lines:
            item.setData(path[:, 0], path[:, 1], connect="finite")


def line_across(weights: Floats, bias: float, x_range: Range, y_range: Range) -> Ends | None:
    """Where the line w·x + b = 0 enters and leaves a rectangle; None where it does not cross it."""
    a, b = (float(w) for w in weights)
    if not np.isfinite([a, b, bias]).all() or (a == 0 and b == 0):
        return None
    found: list[tuple[float, float]] = []
    if b != 0:
        found += [(x, -(a * x + bias) / b) for x in x_range]
    if a != 0:
        found += [(-(b * y + bias) / a, y) for y in y_range]
    slack = 1e-9 * max(x_range[1] - x_range[0], y_range[1] - y_range[0])
    inside = [
        (x, y)
        for x, y in found
        if x_range[0] - slack <= x <= x_range[1] + slack and y_range[0] - slack <= y <= y_range[1] + slack
    ]
    ends = sorted(set(inside))
    return (ends[0], ends[-1]) if len(ends) > 1 else None


def _arrow(ends: NDArray[Any], weights: Floats, ranges: NDArray[Any]) -> NDArray[Any]:
    """A stroke from the middle of the line to the side where w·x + b > 0, at a right angle in a square picture."""
    extent = ranges[:, 1] - ranges[:, 0]
    middle = ends.mean(axis=0)
    along = (ends[1] - ends[0]) / extent
    across = np.array([-along[1], along[0]])
    across *= np.sign(float((across * extent) @ np.asarray(weights, float))) or 1.0
    across *= ARROW / max(1e-12, float(np.hypot(*across)))
    along *= ARROW / max(1e-12, float(np.hypot(*along)))
    tip = across
    barbs = [tip - BARB * (across + along), tip, tip - BARB * (across - along)]
    return np.asarray(middle + np.array([np.zeros(2), tip, *barbs]) * extent)
