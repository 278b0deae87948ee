"""Straight lines across a plot that are as wide on every screen."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPen


class Rule(pg.InfiniteLine):  # type: ignore[misc]  # pyqtgraph has no types
    """A guide, a mark or a crosshair. The width of its ``pen`` counts in pixels at a density of 1."""

    def paint(self, painter: QPainter, *more: Any) -> None:
        """Draw it for the screen, or the picture, that is painted on: a pen of pyqtgraph counts that one's pixels."""
        pen = QPen(self.pen)  # its dashes are shares of the width
        pen.setWidthF(pen.widthF() * painter.paintEngine().paintDevice().devicePixelRatioF())
        self.currentPen = pen
        super().paint(painter, *more)
