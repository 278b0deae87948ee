"""Curves over steps: drawn cheaply, read exactly.

The plot keeps the values as they were measured; what it draws is thinned to the width in pixels. Raw values are
one pixel wide without antialiasing (a wide antialiased pen costs a hundred times as much); their trend, the mean
of every few pixels, is drawn boldly in front. Horizontal guides and vertical marks explain what is seen.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from relulab.formatting import number, signed
from relulab.views.colours import mix
from relulab.views.parts import NOT_FINITE, Curve, Mark, Reference
from ui.platform.translation import said
from ui.plots.axes import Axes, Range
from ui.plots.curves import CurveItem, Line, Stroke, strokes_of
from ui.plots.guide_texts import MOST_COVERED, Spot, View, best, covered, spots
from ui.plots.rules import Rule
from ui.plots.scales import Floats, keep_or_move, linear_range, log_range, without_outburst
from ui.widgets.layouts import column
from ui.widgets.palette import Palette
from ui.widgets.sizes import share

LABELLED_MARKS = 3  # the newest say their text in the plot, all say it in the reading
ROOM_FOR_MARK_TEXTS = 400  # pixels
VEIL = 190  # opacity (of 255) behind the text of a guide
BAND_TINT = 0.13
ZERO_BELOW = 0.5  # decades under the least positive value where a log axis has room for exact zeros


class Annotations:
    """The guides and marks of one plot; ``up`` turns a value into a drawn y."""

    def __init__(self, axes: Axes, up: Callable[[float], float]) -> None:
        self.guides: tuple[Reference, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self._axes = axes
        self._up = up
        self._band: tuple[float, float] | None = None
        self._band_item: Any = None
        self._guide_items: list[Any] = []
        self._spots: list[Spot | None] = []
        self._mark_items: list[Any] = []

    @property
    def values(self) -> list[float]:
        """The values that the y range should show beside the data."""
        return [*(guide.value for guide in self.guides), *(self._band or ())]

    def set_guides(self, guides: Sequence[Reference]) -> None:
        """Show these guides and no others."""
        if tuple(guides) != self.guides:
            self.guides = tuple(guides)
            self._rebuild_guides()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks and no others."""
        if tuple(marks) != self.marks:
            self.marks = tuple(marks)
            self._rebuild_marks()

    def place(self) -> None:
        """Put the guides where their values are on the present axis; a narrow plot has no room for texts of marks."""
        for item, guide in zip(self._guide_items, self.guides, strict=True):
            item.setValue(self._up(guide.value))
        self._place_marks()

    def _place_marks(self) -> None:
        """The words of a mark stand in the highest row in which no newer ones are; without a row they are left out."""
        (left, right), box = self._axes.x_range, self._axes.box
        wide, high = max(1.0, box.width()), max(1.0, box.height())
        roomy = self._axes.plot.width() >= ROOM_FOR_MARK_TEXTS
        taken: list[tuple[int, float, float]] = []  # row, begin and end
        for item in reversed(self._mark_items):
            if getattr(item, "label", None) is None:
                continue
            words = item.label.boundingRect()
            at = (item.value() - left) / (right - left) * wide
            side = 0.0 if at < wide / 2 else 1.0  # right of the line in the left half of the plot, else left of it
            begin = at - side * words.width()
            end = begin + words.width()
            free = (row for row in count() if not any(row == r and begin < e and b < end for r, b, e in taken))
            row = next(free)
            taken.append((row, begin, end))
            item.label.setVisible(roomy and (row + 1) * words.height() <= high)
            item.label.anchors = [(side, 0.5)] * 2
            item.label.setPosition(1 - (row + 0.5) * words.height() / high)

    def place_texts(self, strokes: Sequence[Stroke]) -> None:
        """Put the words of the guides where the fewest of these curves run through them."""
        axes = self._axes
        (left, right), (low, high) = axes.x_range, axes.y_range
        wide, tall = (right - left) / max(1.0, axes.box.width()), (high - low) / max(1.0, axes.box.height())
        taken: list[tuple[Spot, float]] = []
        for index, item in enumerate(self._guide_items):
            if getattr(item, "label", None) is None or not math.isfinite(item.value()):
                continue
            words = item.label.boundingRect()
            view = View((left, right), (low, high), wide * words.width(), tall * words.height())
            found = covered(view, item.value(), strokes, taken)
            spot = best(found, spots(wants_above=item.value() < (low + high) / 2), self._spots[index])
            item.label.setOpacity(float(found[spot] <= MOST_COVERED))  # else the line alone: no words over curves
            taken.append((spot, item.value()))
            if spot != self._spots[index]:
                self._spots[index] = spot
                item.label.anchors = [spot.anchor, spot.anchor]
                item.label.setPosition(spot.position)

    def forget_places(self) -> None:
        """Another run, or another size: the words need not stay where they are."""
        self._spots = [None] * len(self._guide_items)

    def recolour(self) -> None:
        """Draw all anew in the present colours."""
        self._rebuild_band()
        self._rebuild_guides()
        self._rebuild_marks()

    def set_band(self, band: tuple[float, float] | None) -> None:
        """Tint what is drawn between two y: where values are healthy."""
        self._band = band
        self._rebuild_band()

    def _rebuild_band(self) -> None:
        if self._band_item is not None:
            self._axes.remove(self._band_item)
        if self._band is not None:
            tint = mix(self._axes.colours.accent, self._axes.colours.background, BAND_TINT)
            self._band_item = pg.LinearRegionItem(
                self._band, orientation="horizontal", movable=False, brush=tint, pen=pg.mkPen(None)
            )
            self._axes.add(self._band_item, depth=-200)

    def _rebuild_guides(self) -> None:
        for item in self._guide_items:
            self._axes.remove(item)
        # until curves are drawn the text stands above the line in the lower half of the plot, else below it
        veil = QColor(self._axes.colours.background)
        veil.setAlpha(VEIL)
        options = {"position": 0.99, "anchors": [(1, 0), (1, 1)], "fill": veil}
        self._guide_items = [self._line(self._up(guide.value), 0, said(guide.name), options) for guide in self.guides]
        self._spots = [None] * len(self._guide_items)
        for item in self._guide_items:
            self._axes.add(item, depth=-10)  # behind the curves, which its text must not cover

    def _rebuild_marks(self) -> None:
        for item in self._mark_items:
            self._axes.remove(item)
        self._mark_items = []
        for i, mark in enumerate(self.marks):
            text = said(mark.name) if i >= len(self.marks) - LABELLED_MARKS else ""
            self._mark_items.append(self._line(mark.step, 90, text, {}))
            self._axes.add(self._mark_items[-1], depth=80)

    def _line(self, at: float, angle: int, text: str, options: dict[str, Any]) -> Any:
        pen = pg.mkPen(self._axes.colours.muted, width=share(), dash=[6, 4])
        template = text.replace("{", "{{").replace("}", "}}") or None  # pyqtgraph formats it with the line's value
        options = options | {"color": self._axes.colours.muted}
        item = Rule(at, angle=angle, pen=pen, label=template, labelOpts=options)
        if template:
            item.label.setFont(self._axes.font())
        return item


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value, the step it was measured at, and its text."""

    step: float
    value: float
    text: str


class LinePlot(QWidget):
    """Curves of values. ``set_data`` stores, ``redraw`` draws.

    ``fixed`` is a y range that never moves. ``say`` writes a value in readings, ``missing`` stands there for one
    that is not finite; ``tick_unit`` follows the ticks.
    """

    zoomed = Signal()

    def __init__(
        self, y_title: str, *, fixed: Range | None = None, say: Callable[[float], str] = "{:.6g}".format,
        missing: str = "", tick_unit: str = "", cut_outbursts: bool = False, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self.data: dict[str, tuple[Floats, Floats]] = {}
        self.axes = Axes(self.tr("step"), y_title, tick_unit)
        self.axes.whole_steps = True
        self.annotations = Annotations(self.axes, self._up)
        self._fixed = fixed
        self._cut_outbursts = cut_outbursts
        self._say = say
        self._missing = missing or said(NOT_FINITE)
        self._y_range: Range | None = None
        self._strokes = CurveItem()
        self._crosshair: Any = Rule(angle=90, movable=False)
        self._crosshair.hide()
        self.axes.add(self._crosshair, depth=90)
        self.axes.add(self._strokes)
        column(self, self.axes)
        self.setFocusProxy(self.axes.plot)
        self.axes.plot.setAccessibleName(self.tr("{title} over steps").format(title=y_title))
        self.axes.movedByHand.connect(self._zoomed)
        self.axes.resized.connect(self._draw_curves)
        self.axes.box.sigResized.connect(self._draw_at_another_size)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Which curves there are, the first one behind."""
        self.lines = tuple(lines)
        self.data = {line.key: self.data.get(line.key, (np.empty(0), np.empty(0))) for line in lines}

    def set_data(self, key: str, x: Any, y: Any) -> None:
        """The points of one curve, ``x`` ascending. Values that are not finite leave a gap."""
        self.data[key] = (np.asarray(x, float), np.asarray(y, float))

    def set_curves(self, curves: Iterable[Curve]) -> None:
        """The points of the curves of a view."""
        for curve in curves:
            self.set_data(curve.key, curve.steps, curve.values)

    def set_log(self, on: bool) -> None:
        """A logarithmic or a linear y axis, from the next ``redraw`` on."""
        if on != self.axes.log:
            self.axes.log = on
            self._y_range = None
            self.axes.follow()

    def set_guides(self, guides: Sequence[Reference]) -> None:
        """Horizontal lines with a text, drawn behind the curves."""
        self.annotations.set_guides(guides)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Vertical lines at steps where something was changed."""
        self.annotations.set_marks(marks)

    def set_say(self, say: Callable[[float], str]) -> None:
        """How a value is written in readings from now on."""
        self._say = say

    def set_crosshair(self, step: float) -> None:
        """A vertical line at ``step``; NaN hides it."""
        self._crosshair.setVisible(not np.isnan(step))
        if not np.isnan(step):
            self._crosshair.setValue(step)

    def redraw(self, last_step: float) -> None:
        """Draw everything that was set; the x axis reaches to ``last_step``."""
        self.axes.set_ranges((0.0, max(last_step, 1.0)), self._fit())
        self.annotations.place()
        self._draw_curves()

    def start_over(self) -> None:
        """Forget zoom, range and data: another run follows."""
        self._y_range = None
        self.annotations.forget_places()
        self.data = {line.key: (np.empty(0), np.empty(0)) for line in self.lines}
        self.axes.follow()

    def follow_x(self, other: "LinePlot") -> None:
        """Show the steps that ``other`` shows after a zoom by hand."""
        if other.axes.following:
            self.axes.follow()
        else:
            self.axes.set_x_range(other.axes.x_range)
        self._draw_curves()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette`` (those of the lines come with the lines)."""
        self.axes.set_theme(palette)
        self._crosshair.setPen(pg.mkPen(palette.muted, width=share()))
        self.annotations.recolour()

    def value_at(self, key: str, step: float) -> Value | None:
        """The last point of a curve at or before ``step``, None where there is none."""
        x, y = self.data.get(key, (np.empty(0), np.empty(0)))
        index = int(np.searchsorted(x, step, side="right")) - 1
        if index < 0:
            return None
        value = float(y[index])
        return Value(float(x[index]), value, signed(self._say(value)) if np.isfinite(value) else self._missing)

    def distance(self, key: str, step: float, near: float | None) -> float:
        """How far a curve at ``step`` is drawn from the y ``near`` (from the top where that is None)."""
        value = self.value_at(key, step)
        drawn = self._up(value.value) if value else np.nan
        target = self.axes.y_range[1] if near is None else near
        return abs(drawn - target) if np.isfinite(drawn) else np.inf

    @Slot()
    def _draw_at_another_size(self) -> None:
        self.annotations.forget_places()
        self._draw_curves()

    @Slot()
    def _zoomed(self) -> None:
        self._draw_curves()
        self.zoomed.emit()

    def _up(self, value: float) -> float:
        """The drawn y of a value."""
        return float(self._drawn(np.array([value]))[0])

    def _drawn(self, y: Floats) -> Floats:
        """Coordinates of values: NaN where there is nothing to draw; zeros of a log axis below the rest."""
        if not self.axes.log:
            return np.where(np.isinf(y), np.nan, y)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.log10(y)
        floor = self._y_range[0] + ZERO_BELOW / 2 if self._y_range else 0.0
        drawn[y == 0] = floor
        drawn[np.isinf(drawn)] = np.nan
        return drawn

    def _fit(self) -> Range:
        """The y range that shows all curves and guides."""
        if self._fixed is not None:
            return self._fixed
        values = np.concatenate([*(y for _, y in self.data.values()), self.annotations.values])
        values = values[np.isfinite(values)]
        zeros = self.axes.log and bool((values == 0).any())
        if self.axes.log:
            self.axes.set_note("")
            positive = values[values > 0]
            wanted = log_range(positive.min(), positive.max()) if positive.size else log_range(0, 0)
            wanted = (wanted[0] - ZERO_BELOW, wanted[1]) if zeros else wanted
        else:
            wanted = self._linear_range(values) if values.size else (0.0, 1.0)
        self._y_range = keep_or_move(self._y_range, wanted)
        self.axes.ticks_from = self._y_range[0] + ZERO_BELOW if zeros else -np.inf
        return self._y_range

    def _linear_range(self, values: Floats) -> Range:
        """All values; of an outburst only the words that it happened, so that the rest can be seen."""
        low, high = float(values.min()), float(values.max())
        if self._cut_outbursts:
            reference = max(self.annotations.values, default=0.0)
            curves = (y[np.isfinite(y)] for _, y in self.data.values())
            high = max([reference, *(without_outburst(curve, reference) for curve in curves if curve.size)])
        cut = high < values.max()
        self.axes.set_note(
            self.tr("▲ up to {value} (see log)").format(value=number(float(values.max()), 2)) if cut else ""
        )
        return linear_range(low, high)

    @Slot()
    def _draw_curves(self) -> None:
        (left, right), (low, high) = self.axes.x_range, self.axes.y_range
        curves = [(line, *self.data[line.key]) for line in self.lines]
        strokes = strokes_of(curves, self._drawn, (left, right), self.axes.pixels, self.axes.colours.background)
        self._strokes.show_strokes(strokes, QRectF(left, low, right - left, high - low))
        self.annotations.place_texts(strokes)
