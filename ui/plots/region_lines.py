"""The lines at which the units of each layer bend, over a plane, and the region that is looked at."""

from collections.abc import Sequence
from time import thread_time

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ui.plots.rules import density
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import share

Array = NDArray[np.float64]

CHOSEN_WIDTH = 2.5  # pixels of the rim of the region that is looked at


class RegionLines(QGraphicsItem):
    """One path and one hair-thin pen for each layer: a wider pen doubles the time, single lines take ten times it."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[tuple[str, QPainterPath]] = []
        self.chosen = QPolygonF()
        self._area = QRectF()
        self._accent = LIGHT.accent
        self.seconds = 0.0  # that the last drawing took
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)  # the plane beneath changes more often
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._accent = palette.accent
        self.update()

    def show_lines(self, lines: Sequence[tuple[str, Array]], area: QRectF) -> None:
        """Segments (n, 2, 2) in the colour of each layer, within ``area``."""
        self.paths = [(colour, path_of(segments)) for colour, segments in lines]
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self.update()

    def show_chosen(self, corners: Array) -> None:
        """The rim of the region that is looked at, (corners, 2); none where there are no corners."""
        self.chosen = QPolygonF([QPointF(x, y) for x, y in corners])
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        began, pixels = thread_time(), share() * density(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, path in self.paths:
            pen = QPen(QColor(colour), pixels)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(path)
        if not self.chosen.isEmpty():
            pen = QPen(QColor(self._accent), CHOSEN_WIDTH * pixels)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPolygon(self.chosen)
        self.seconds = thread_time() - began


def path_of(segments: Array) -> QPainterPath:
    """Segments (n, 2, 2) as one path: ten times as fast as a list of lines."""
    ends = segments.reshape(-1, 2)
    path: QPainterPath = pg.arrayToQPath(ends[:, 0], ends[:, 1], connect="pairs", finiteCheck=False)
    return path
