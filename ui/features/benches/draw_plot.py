"""A sheet to draw points on: a click sets one, a stroke many; with the eraser both take points away."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from relulab.data.own_points import Points
from ui.plots.axes import Axes
from ui.plots.rules import rim
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette

SIDE = 1.5  # the sheet goes from -SIDE to SIDE at the least
DOT = 8  # pixels across
SPACING = 9.0  # pixels between two points of a stroke
ERASER = 12.0  # pixels around the mouse


class DrawPlot(QWidget):
    """``began`` says that the mouse was pressed, ``drawn`` carries (x, y), ``erased`` indices of points."""

    began = Signal()
    drawn = Signal(float, float)
    erased = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("x₁", "x₂")
        self.axes.plot.setAccessibleName(self.tr("Sheet to draw points on"))
        self.points: Any = pg.ScatterPlotItem(size=DOT, pxMode=True)
        self.erasing = False
        self._palette = LIGHT
        self._shown = np.zeros((0, 3))
        self._last: QPointF | None = None
        self.axes.add(self.points, depth=10)
        self.axes.freeze()
        self.axes.box.setAspectLocked(True)
        self.axes.set_ranges((-SIDE, SIDE), (-SIDE, SIDE))
        self.axes.plot.viewport().installEventFilter(self)
        self.axes.plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        column(self, self.axes)

    def show_points(self, points: Points) -> None:
        """Draw (points, 3): x, y and class."""
        self._shown = points
        kinds = points[:, 2].astype(int).tolist()
        brushes = {kind: pg.mkBrush(self._palette.class_colour(kind)) for kind in set(kinds)}
        self.points.setData(
            x=points[:, 0],
            y=points[:, 1],
            brush=[brushes[kind] for kind in kinds],
            pen=rim(self._palette.background, DOT),
        )

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``; those of the points come with the points."""
        self._palette = palette
        self.axes.set_theme(palette)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The left button draws or erases; nothing else happens on the sheet."""
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() == Qt.MouseButton.LeftButton:
                self.began.emit()
                self._last = None
                self._touch(event.position())
            return True
        if event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            self._touch(event.position())
            return True
        return event.type() in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)

    def _touch(self, pixel: QPointF) -> None:
        if self.erasing:
            self._erase(pixel)
            return
        moved = QPointF(pixel - self._last) if self._last is not None else None
        if moved is not None and (moved.x() ** 2 + moved.y() ** 2) ** 0.5 < SPACING:
            return
        place = self.axes.place_of(pixel)
        (left, right), (low, high) = self.axes.x_range, self.axes.y_range
        if left <= place.x() <= right and low <= place.y() <= high:
            self._last = pixel
            self.drawn.emit(place.x(), place.y())

    def _erase(self, pixel: QPointF) -> None:
        pixels = [self.axes.pixel_of(QPointF(x, y)) for x, y in self._shown[:, :2].tolist()]
        away = np.array([((p.x() - pixel.x()) ** 2 + (p.y() - pixel.y()) ** 2) ** 0.5 for p in pixels])
        if len(away) and (near := np.flatnonzero(away <= ERASER)).size:
            self.erased.emit(near)
