"""Small multiples of histograms: per layer its values over the steps as a picture, and the present histogram beside it.

Both share the value axis, so the bars at the right are the last column of the picture. One widget paints all
layers: a plot widget per layer would cost more than everything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.formatting import number, percent, signed
from relulab.views.colours import OPAQUE, mix
from relulab.views.histograms import Floats, LayerValues, Levels, levels, rebin
from ui.plots.curves import polygon
from ui.plots.readout import CellReader, Reading
from ui.plots.scales import linear_range
from ui.plots.snapshot import image_of
from ui.widgets.elided import fitting
from ui.widgets.palette import LIGHT, Palette, intensity_table
from ui.widgets.sizes import px, share

BINS = 96
LEAST_STRIP = 78  # pixels of height
TWO_COLUMNS_FROM = 500  # pixels of width
GAP = 8  # pixels between strips
KEY_STEPS = 40  # key presses from the first step to the last
PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
BARS_SHARE = 0.24  # of a strip's width
MEAN_WIDTH = 1.4  # pixels of the line of the means
ARM = 5  # pixels of the cross that is read with the keyboard
BAR_OVERFLOW = 3.0  # a bin this many times higher than all others is cut, so that the others can be seen


class ValueHistory:
    """The shares of one layer's values in ``BINS`` equal bins of ``axis`` (low, high), one row per record.

    Every record has its own range, from the least to the greatest value. To stand side by side as columns of a
    picture, all are divided anew into the bins of a common axis; only new records are computed.
    """

    def __init__(self) -> None:
        self.axis = (0.0, 0.0)
        self.steps: NDArray[np.int64] = np.empty(0, np.int64)
        self.shares: Floats = np.empty((0, BINS))
        self.shades: Levels = np.empty((0, BINS), np.uint8)

    def update(self, steps: NDArray[np.int64], histogram: Floats, low: Floats, high: Floats) -> int:
        """Take in all records that a history keeps: steps (n,), histogram (n, bins), low and high (n,).

        The axis only grows. Returns how many rows had to be computed: the new ones and the newest one of
        before (it may have been measured again), or all when the axis grew.
        """
        known = len(self.steps) - 1
        axis = self._grown_axis(low, high)
        if axis != self.axis:
            self.axis, known = axis, 0
        rows, shades = np.empty((len(steps), BINS)), np.empty((len(steps), BINS), np.uint8)
        place = np.searchsorted(self.steps[:known], steps) if known > 0 else np.zeros(len(steps), int)
        old = np.zeros(len(steps), bool)
        if known > 0:
            old = (place < known) & (self.steps[np.minimum(place, known - 1)] == steps)
            rows[old], shades[old] = self.shares[place[old]], self.shades[place[old]]
        rows[~old] = rebin(histogram[~old], low[~old], high[~old], self.axis, BINS)
        shades[~old] = levels(rows[~old])
        self.steps, self.shares, self.shades = steps, rows, shades
        return int((~old).sum())

    def picture(self, last_step: float, pixels: int) -> Levels:
        """(pixels, BINS): the shades (see ``levels``) at each of ``pixels`` equal steps of 0 … last_step.

        Between two records the earlier one holds; behind the newest record there is nothing.
        """
        at = (np.arange(pixels) + 0.5) * (last_step / pixels)
        index = np.searchsorted(self.steps, at, side="right") - 1
        columns = self.shades[np.maximum(index, 0)]
        columns[(index < 0) | (at > self.steps[-1] + last_step / pixels)] = 0
        return columns

    def _grown_axis(self, low: Floats, high: Floats) -> tuple[float, float]:
        finite = np.isfinite(low) & np.isfinite(high)
        if not finite.any():
            return self.axis if self.axis[0] < self.axis[1] else (0.0, 1.0)
        least, greatest = float(low[finite].min()), float(high[finite].max())
        if self.axis[0] <= least and greatest <= self.axis[1] and self.axis[0] < self.axis[1]:
            return self.axis
        return linear_range(least, greatest)


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """What is drawn of one layer: its caption, its values, and their history on one axis.

    ``shorter``: what is said where the caption has no room, the longest first.
    """

    caption: str
    values: LayerValues
    history: ValueHistory
    shorter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """Where one layer is drawn."""

    area: QRect
    picture: QRect
    bars: QRect


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the picture of a strip: ``along`` the steps and ``up`` the values, each from 0 to 1."""

    strip: int
    along: float
    up: float


FIRST = Place(0, 1.0, 0.5 / BINS)  # where the keyboard begins to read


class HistogramMap(QWidget):
    """Paints the strips of all layers; ``read`` says what stands at a place, on a card over ``area``."""

    def __init__(self, read: Callable[[Place], Reading], area: QWidget) -> None:
        super().__init__()
        self.strips: list[Strip] = []
        self.read = read
        self.reader: CellReader[Place] = CellReader(self, self, area)
        self._layers: list[DrawnLayer] = []
        self._last_step = 1.0
        self._room = QSize(1, 1)
        self._colours = LIGHT
        self._table: NDArray[np.uint32] = np.zeros(256, np.uint32)
        self.set_theme(LIGHT)

    def show_layers(self, layers: Sequence[DrawnLayer], last_step: float) -> None:
        """Draw these layers; the step axis reaches to ``last_step``."""
        count_before = len(self._layers)
        self._layers, self._last_step = list(layers), last_step
        if len(layers) != count_before:
            self.reader.show_cell(None)
            self.fit(self._room)
        self.reader.show_cell(self.reader.current)

    @Slot(QSize)
    def fit(self, room: QSize) -> None:
        """Lay the strips out for a view of this size."""
        self._room = room
        count = len(self._layers)
        columns = 2 if count > 3 and room.width() >= TWO_COLUMNS_FROM else 1
        rows = -(-count // columns) if count else 1
        line = QFontMetrics(self.font()).height()
        height = max(px(LEAST_STRIP), (room.height() - line) // rows)
        width = (room.width() - GAP * (columns - 1)) // columns
        areas = [QRect(i % columns * (width + GAP), i // columns * height, width, height - GAP) for i in range(count)]
        self.strips = [self._strip(area, line) for area in areas]
        self.setMinimumHeight(rows * height + line if count else 0)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.card.set_theme(palette)
        red, green, blue = intensity_table(palette).astype(np.uint32).T
        self._table = np.uint32(OPAQUE) | red << np.uint32(16) | green << np.uint32(8) | blue
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._colours.background))
        for strip, layer in zip(self.strips, self._layers, strict=True):
            if strip.area.adjusted(0, 0, 0, GAP + px(20)).intersects(event.rect()):
                self._paint_strip(painter, strip, layer)
        lowest = max((strip.area.top() for strip in self.strips), default=0)
        for strip in self.strips:
            if strip.area.top() == lowest:
                self._paint_steps(painter, strip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The page keys lead from strip to strip."""
        page, current = PAGES.get(Qt.Key(event.key()), 0), self.reader.current
        if page and self.strips:
            last = len(self.strips) - 1
            moved = current and replace(current, strip=min(max(current.strip + page, 0), last))
            self.reader.show_cell(moved or FIRST)
        else:
            super().keyPressEvent(event)

    def cell_at(self, at: QPoint) -> Place | None:
        for index, strip in enumerate(self.strips):
            if strip.picture.united(strip.bars).contains(at):
                along = min(1.0, (at.x() - strip.picture.left()) / strip.picture.width())
                return Place(index, along, (strip.picture.bottom() + 1 - at.y()) / strip.picture.height())
        return None

    def rect_of(self, cell: Place) -> QRect:
        return QRect(self.pixel_of(cell), QSize(1, 1))

    def neighbour(self, cell: Place | None, across: int, down: int) -> Place | None:
        if cell is None:
            return FIRST if self.strips else None
        along = min(max(cell.along + across / KEY_STEPS, 0.0), 1.0)
        return Place(cell.strip, along, min(max(cell.up - down / BINS, 0.5 / BINS), 1 - 0.5 / BINS))

    def meaning_of(self, place: Place) -> tuple[float, float]:
        """(step, value) at a place."""
        low, high = self._layers[place.strip].history.axis
        return place.along * self._last_step, low + place.up * (high - low)

    def pixel_of(self, place: Place) -> QPoint:
        """Where a place is on this widget."""
        area = self.strips[place.strip].picture
        return QPoint(area.left() + int(place.along * area.width()), area.bottom() + 1 - int(place.up * area.height()))

    def _strip(self, area: QRect, line: int) -> Strip:
        scale = QFontMetrics(self.font()).horizontalAdvance("-0.000") + 4
        inner = area.adjusted(scale, line + 2, -2, 0)
        bars = int(BARS_SHARE * area.width())
        picture = inner.adjusted(0, 0, -bars - 4, 0)
        return Strip(area, picture, QRect(picture.right() + 5, inner.top(), bars, inner.height()))

    def _paint_strip(self, painter: QPainter, strip: Strip, layer: DrawnLayer) -> None:
        metrics = QFontMetrics(self.font())
        painter.setPen(QColor(self._colours.foreground))
        caption = fitting((layer.caption, *layer.shorter), self.font(), strip.area.width())
        painter.drawText(QPoint(strip.area.left(), strip.area.top() + metrics.ascent()), caption)
        painter.drawImage(strip.picture, self._picture(layer.history, strip.picture.width()))
        painter.setPen(QPen(QColor(self._colours.grid), share()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(strip.picture.adjusted(-1, -1, 0, 0))
        self._paint_values(painter, strip, layer.history.axis)
        self._paint_bars(painter, strip.bars, layer)
        if layer.values.means is not None:
            self._paint_means(painter, strip.picture, layer)
        current = self.reader.current
        if current is not None and strip is self.strips[current.strip]:
            at = self.pixel_of(current)
            painter.setPen(QPen(QColor(self._colours.foreground), share()))
            painter.drawLine(at - QPoint(px(ARM), 0), at + QPoint(px(ARM), 0))
            painter.drawLine(at - QPoint(0, px(ARM)), at + QPoint(0, px(ARM)))

    def _picture(self, history: ValueHistory, width: int) -> QImage:
        """Steps to the right, values upwards, one pixel per bin (scaled when it is painted)."""
        shades = history.picture(self._last_step, max(1, width))
        return image_of(self._table[shades.T[::-1]])

    def _paint_values(self, painter: QPainter, strip: Strip, axis: tuple[float, float]) -> None:
        """The ends of the value axis, and zero where it lies between."""
        metrics = QFontMetrics(self.font())
        low, high = axis
        painter.setPen(QColor(self._colours.muted))
        marks = [(low, strip.picture.bottom()), (high, strip.picture.top() + metrics.ascent())]
        zero = strip.picture.bottom() - (0 - low) / (high - low) * strip.picture.height()
        if strip.picture.top() + 2 * metrics.height() < zero < strip.picture.bottom() - metrics.height():
            marks.append((0.0, int(zero) + metrics.ascent() // 2))
        for value, base in marks:
            text = signed(number(value, 2))
            painter.drawText(QPoint(strip.picture.left() - 4 - metrics.horizontalAdvance(text), base), text)

    def _paint_bars(self, painter: QPainter, area: QRect, layer: DrawnLayer) -> None:
        """The present histogram, lying on its side; a bin far above all others is cut and says its share."""
        low, high = layer.history.axis
        shares, (least, most) = layer.values.histogram[-1], layer.values.range
        if not (np.isfinite(shares).all() and np.isfinite([least, most]).all() and shares.max() > 0):
            return
        greatest, second = np.sort(shares)[::-1][:2]
        longest = BAR_OVERFLOW * second if 0 < second * BAR_OVERFLOW < greatest else greatest
        edges = np.linspace(least, max(most, least + 1e-9 * (high - low)), len(shares) + 1)
        y = area.bottom() + 1 - (edges - low) / (high - low) * area.height()
        x = area.left() + np.minimum(shares / longest, 1.0) * (area.width() - 1)
        outline = np.concatenate([[[area.left(), y[0]]], _stairs(x, y), [[area.left(), y[-1]]]])
        painter.setPen(QPen(QColor(self._colours.train), share()))
        painter.setBrush(QColor(mix(self._colours.train, self._colours.background, 0.5)))
        painter.drawPolygon(polygon(*outline.T))
        if longest < greatest:
            self._say_cut(painter, area, float(y[int(shares.argmax())]), float(greatest))

    def _say_cut(self, painter: QPainter, area: QRect, y: float, share: float) -> None:
        metrics = QFontMetrics(self.font())
        text = f"{percent(share, 0)} »"
        base = int(min(max(y - 3, area.top() + metrics.ascent()), area.bottom() - 2))
        painter.setPen(QColor(self._colours.foreground))
        painter.drawText(QPoint(area.right() - metrics.horizontalAdvance(text), base), text)

    def _paint_means(self, painter: QPainter, area: QRect, layer: DrawnLayer) -> None:
        low, high = layer.history.axis
        means = np.asarray(layer.values.means, float)
        seen = np.isfinite(means)
        x = area.left() + layer.history.steps[seen] / self._last_step * area.width()
        y = area.bottom() + 1 - (means[seen] - low) / (high - low) * area.height()
        painter.setPen(QPen(QColor(self._colours.validation), MEAN_WIDTH * share()))
        painter.setClipRect(area)
        painter.drawPolyline(polygon(x, y))
        painter.setClipping(False)

    def _paint_steps(self, painter: QPainter, strip: Strip) -> None:
        metrics = QFontMetrics(self.font())
        base = strip.area.bottom() + 1 + metrics.ascent()
        last = number(self._last_step, 6)
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(QPoint(strip.picture.left(), base), "0")
        painter.drawText(QPoint(strip.picture.right() - metrics.horizontalAdvance(last), base), last)
        middle = self.tr("step")
        painter.drawText(QPoint(strip.picture.center().x() - metrics.horizontalAdvance(middle) // 2, base), middle)
        now = self.tr("now")
        painter.drawText(QPoint(strip.bars.left(), base), now)


def _stairs(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of bars of lengths ``x`` (n,) between the edges ``y`` (n + 1,)."""
    return np.stack([np.repeat(x, 2), np.repeat(y, 2)[1:-1]], axis=1)
