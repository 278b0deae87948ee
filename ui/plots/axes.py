"""A pyqtgraph plot with our own ticks, grid and colours: cheap to redraw, and steady.

pyqtgraph lays its axes out anew whenever a range moves and draws its grid as very long ticks, which costs more
than the curves. Here ticks are explicit, the grid is one item of straight lines, and both change only with
the range. Zooming by hand stops the plot from following the data until "Show all".

The name of the y axis lies level above the plot: upright beside it, a low plot would have no room for it.
"""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QToolButton, QWidget
from shiboken6 import delete

from ui.plots.rules import Lines
from ui.plots.scales import Ticks, linear_ticks, log_ticks
from ui.plots.sheet import Sheet
from ui.widgets.explained import Shown, explained_at
from ui.widgets.labels import Label, set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px, share

Range = tuple[float, float]
Named = list[tuple[float, str]]  # places and what stands there

X_TICK_EVERY = 68  # pixels
Y_TICK_EVERY = 32
LEAST_SIZE = (80, 36)  # pixels
TOP_MARGIN = 6  # of a plot whose y axis has no name: room for half of the highest tick's text
RIGHT_MARGIN = 20  # pixels, room for half of the last tick's text
LEFT_OF_AREA = 8  # pixels
GAP = 10  # pixels between two texts in a row
WIDEST_TICK = "0.0001"
MOST_OF_WIDTH = 0.5  # of the plot, for the name of the x axis among its ticks


class Axes(QWidget):
    """Two axes, a grid, and what is added with ``add``. On a logarithmic axis coordinates are log10 of values."""

    movedByHand = Signal()
    resized = Signal()

    def explain(self, key: str) -> None:
        """What is drawn is the quantity ``key``. Over the curves the mouse reads them; beside them it asks."""

        def find(at: QPoint | None) -> Shown | None:
            area = self.box.sceneBoundingRect().toRect()
            return None if at is not None and area.contains(at) else Shown(key)

        explained_at(self.plot, find)

    def __init__(
        self, x_title: str, y_title: str, y_unit: str = "", parent: QWidget | None = None,
        widest_tick: str = WIDEST_TICK,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._widest_tick = widest_tick
        self._y_unit = y_unit
        self._y_title = y_title
        self._x_name = x_title
        self._x_title, self._y_name = Label(), Label()
        self._x_shown = True
        self.following = True
        self.log = False
        self.whole_steps = False  # x counts something: no ticks between whole numbers
        self.ticks_from = -math.inf  # no tick below this y
        self.colours: Palette = LIGHT
        self._wanted: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self.plot = Sheet()
        self.box: Any = self.plot.box
        self._grid: Any = Lines(connect="pairs", skipFiniteCheck=True)
        for words in (self._x_title, self._y_name):
            words.setParent(self.plot)
        self._note = Label(parent=self.plot)
        self._show_all = QToolButton(self.plot)
        self._arrange()
        self._apply_colours()

    def add(self, item: Any, depth: float = 0.0) -> None:
        """Put a graphics item into the plot; a lower ``depth`` lies further behind."""
        item.setZValue(depth)
        self.box.addItem(item, ignoreBounds=True)

    def remove(self, item: Any) -> None:
        """Take an item out for good.

        One that has others in it is deleted at once: a line and its label know each other, and where Python's collector
        finds the two it deletes the line with the label, and then the label.
        """
        self.box.removeItem(item)
        if item.childItems():
            delete(item)

    def set_ranges(self, x: Range, y: Range) -> None:
        """Show these ranges, unless the user has zoomed; then they wait for "Show all"."""
        if self.following and (x, y) != self._wanted:
            self.box.setRange(xRange=x, yRange=y, padding=0)
        self._wanted = (x, y)

    def set_x_range(self, x: Range) -> None:
        """Follow another plot that was zoomed by hand."""
        self._set_following(False)
        self.box.setRange(xRange=x, padding=0)

    @property
    def x_range(self) -> Range:
        low, high = self.box.viewRange()[0]
        return float(low), float(high)

    @property
    def y_range(self) -> Range:
        low, high = self.box.viewRange()[1]
        return float(low), float(high)

    @property
    def pixels(self) -> int:
        """Width of the plotted area, in pixels of the screen whatever their density: curves are thinned alike."""
        return max(16, int(self.box.width()))

    def place_of(self, pixel: QPointF) -> QPointF:
        """Coordinates of a pixel of the plot widget."""
        place = self.box.mapSceneToView(self.plot.mapToScene(pixel.toPoint()))
        return QPointF(place.x(), place.y())

    def pixel_of(self, place: QPointF) -> QPointF:
        """Pixel of the plot widget at some coordinates."""
        return QPointF(self.plot.mapFromScene(self.box.mapViewToScene(place)))

    def show_steps(self, shown: bool) -> None:
        """Show or hide title and texts of the x axis (where a plot below has them)."""
        if shown != self._x_shown:
            self._x_shown = shown
            self._apply_colours()

    def set_titles(self, x_title: str, y_title: str) -> None:
        """Name the axes."""
        if (x_title, y_title) != (self._x_name, self._y_title):
            self._x_name, self._y_title = x_title, y_title
            self._apply_colours()

    def freeze(self) -> None:
        """No zooming by hand: the ranges are those of what is shown."""
        self.box.setMouseEnabled(x=False, y=False)

    def set_note(self, text: str) -> None:
        """A few words at the top of the plot; empty for none."""
        if text != self._note.text():
            self._note.setText(text)
            self._note.setVisible(bool(text))
            self._place_overlays()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.colours = palette
        self._apply_colours()

    def follow(self) -> None:
        """Show what the data ask for, and follow them."""
        self._set_following(True)
        self.box.setRange(xRange=self._wanted[0], yRange=self._wanted[1], padding=0)

    @Slot()
    def show_all(self) -> None:
        """The user is done zooming."""
        self.follow()
        self.movedByHand.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_all()
            return True
        if event.type() == QEvent.Type.Resize:
            self.resized.emit()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._apply_colours()

    def _arrange(self) -> None:
        self._show_all.setText(self.tr("Show all"))
        set_tip(self._show_all, self.tr("Follow the data again (double click in the plot)"))
        self._show_all.hide()
        self._note.hide()
        self.plot.setMinimumSize(*LEAST_SIZE)
        self.box.disableAutoRange()
        self.box.setMouseEnabled(x=True, y=True)
        self.box.setDefaultPadding(0)
        self.add(self._grid, depth=-100)
        self._grid.hide()  # until it has lines
        for axis in self.plot.axes.values():
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, hideOverlappingLabels=40, autoExpandTextSpace=False)
        column(self, self.plot)
        self.plot.viewport().installEventFilter(self)
        self.box.sigRangeChanged.connect(self._place_ticks)
        self.box.sigResized.connect(self._place_ticks)
        self.box.sigResized.connect(self._place_overlays)
        self.box.sigRangeChangedManually.connect(self._zoomed)
        self._show_all.clicked.connect(self.show_all)

    def _apply_colours(self) -> None:
        metrics = QFontMetrics(self.font())
        muted, faint = self.colours.muted, pg.mkPen(self.colours.grid, width=share())
        self.plot.setBackground(self.colours.background)
        self._grid.setPen(faint)
        left, bottom = self.plot.axes["left"], self.plot.axes["bottom"]
        for axis in (left, bottom):
            axis.setPen(faint)
            axis.setTextPen(pg.mkPen(muted))
            axis.setTickFont(self.font())
        ticks = metrics.horizontalAdvance(self._widest_tick) + px(LEFT_OF_AREA)
        corner = self._corner_width(metrics)
        left.setWidth(max(ticks, corner) if corner <= ticks + metrics.height() else ticks)
        self.plot.margins.setContentsMargins(0, self._strip, px(RIGHT_MARGIN), 0)
        bottom.setStyle(showValues=self._x_shown, tickTextHeight=metrics.height())
        bottom.setHeight(metrics.height() + px(4) if self._x_shown else px(8))
        for words in (self._x_title, self._y_name):
            words.setStyleSheet(f"color: {muted}; background: transparent;")
        self._note.setStyleSheet(f"color: {self.colours.warning}; background: {self.colours.background};")
        self._x_title.setVisible(self._x_shown)
        self._place_overlays()

    @property
    def _strip(self) -> int:
        """How high what lies above the plotted area is."""
        metrics = QFontMetrics(self.font())
        return 1 + metrics.capHeight() + metrics.descent() if self._y_title else px(TOP_MARGIN)

    def _corner_width(self, metrics: QFontMetrics) -> int:
        """What the name of the x axis takes in the corner, beside half of the first tick's text."""
        return metrics.horizontalAdvance(self._x_name) + metrics.averageCharWidth() * 3

    @Slot()
    def _place_overlays(self) -> None:
        """The name of the y axis and the note stand in a row above the plot, that of the x axis among its ticks."""
        metrics = QFontMetrics(self.font())
        left, right = int(self.plot.axes["left"].width()), self.plot.width() - px(RIGHT_MARGIN)
        _write(self._y_name, self._y_title, self.plot.width() - left, metrics)
        self._y_name.move(left, 1 + metrics.capHeight() - metrics.ascent())  # what is higher than a capital is empty
        in_corner = self._corner_width(metrics) <= left
        room = left if in_corner else int(MOST_OF_WIDTH * (right - left))
        _write(self._x_title, self._x_name, room, metrics)
        before, at = self._x_title.x(), 4 if in_corner else self.plot.width() - self._x_title.width() - 2
        bottom = self.plot.axes["bottom"]
        self._x_title.move(at, self.plot.height() - int(bottom.height()) + bottom.style["tickTextOffset"][1])
        if at != before:
            self._place_ticks()
        self._note.adjustSize()
        beside = self._y_name.geometry().right() + px(GAP) if self._y_title else left + px(GAP)
        fits = beside + self._note.width() <= self.plot.width()
        self._note.move(*((beside, self._y_name.y()) if fits else (left + px(GAP), self._strip)))
        self._show_all.adjustSize()
        self._show_all.move(right - self._show_all.width(), 4)

    @Slot()
    def _place_ticks(self) -> None:
        (left, right), (low, high) = self.x_range, self.y_range
        width, height = self.box.width(), self.box.height()
        if not (width > 0 and height > 0 and right > left and high > low):
            return
        across = linear_ticks(left, right, max(2, int(width / px(X_TICK_EVERY))), 1.0 if self.whole_steps else 0.0)
        first = max(low, self.ticks_from)
        up = (log_ticks if self.log else linear_ticks)(first, high, max(2, int(height / px(Y_TICK_EVERY))))
        for side, ticks, unit in (("bottom", across, ""), ("left", up, self._y_unit)):
            named = [(place, text + unit) for place, text in zip(ticks.places, ticks.texts, strict=True)]
            self.plot.axes[side].setTicks([self._without_name(named) if side == "bottom" else named])
        lines = _grid_lines(across, up, (left, right), (low, high))
        self._grid.setVisible(bool(len(lines[0])))  # Qt crashes on a drawing of no lines
        self._grid.setData(*lines)

    def _without_name(self, named: Named) -> Named:
        """The ticks of the x axis that its name, where it stands at their end, leaves room for."""
        offset = self.plot.axes["left"].width()
        if not self._x_shown or self._x_title.x() < offset:
            return named
        (left, right), metrics = self.x_range, QFontMetrics(self.font())
        end, scale = self._x_title.x() - px(GAP), self.box.width() / (right - left)
        return [
            (place, words)
            for place, words in named
            if offset + (place - left) * scale + metrics.horizontalAdvance(words) / 2 <= end
        ]

    @Slot()
    def _zoomed(self) -> None:
        self._set_following(False)
        self.movedByHand.emit()

    def _set_following(self, following: bool) -> None:
        self.following = following
        self._show_all.setVisible(not following)


def _write(label: Label, words: str, room: int, metrics: QFontMetrics) -> None:
    """``words`` as far as there is room; all of them in the tip where there is not."""
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, room))
    label.setText(shown)
    set_tip(label, words if shown != words else "")
    label.adjustSize()


def _grid_lines(across: Ticks, up: Ticks, x: Range, y: Range) -> tuple[Any, Any]:
    """Ends of the grid's straight lines, in pairs."""
    rows, columns = len(up.places), len(across.places)
    ends_x = [np.tile(x, rows), np.repeat(across.places, 2)]
    ends_y = [np.repeat(up.places, 2), np.tile(y, columns)]
    return np.concatenate(ends_x), np.concatenate(ends_y)
