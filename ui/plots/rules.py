"""Straight lines across a plot, and rims of points, that are as wide on every screen.

The pens of pyqtgraph count the pixels of the screen that is painted on, of which a dense one has more.
"""

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPainter, QPen

from ui.widgets.sizes import share


def density(painter: QPainter) -> float:
    """Pixels of the screen, or of the picture, that is painted on to one of a density of 1."""
    return float(painter.paintEngine().paintDevice().devicePixelRatioF())


def as_wide(pen: QPen, times: float) -> QPen:
    """``pen`` with so many times its width; its dashes are shares of that."""
    wide = QPen(pen)
    wide.setWidthF(pen.widthF() * times)
    return wide


def rim(colour: str, size: float) -> QPen:
    """The outline of a symbol that is ``size`` pixels across: it grows with the symbol, which has a length of 1."""
    pen = QPen(QColor(colour), share() / size)
    pen.setCosmetic(False)
    return pen


class Rule(pg.InfiniteLine):  # type: ignore[misc]  # pyqtgraph has no types
    """A guide, a mark, a crosshair or a line to drag. The widths of its pens count in pixels at a density of 1."""

    def paint(self, painter: QPainter, *more: Any) -> None:
        self.currentPen = as_wide(self.hoverPen if self.mouseHovering else self.pen, density(painter))
        super().paint(painter, *more)


class Lines(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Lines from point to point. The width of their pen counts in pixels at a density of 1."""

    def paint(self, painter: QPainter, *more: Any) -> None:
        plain = self.opts["pen"]
        self.opts["pen"] = as_wide(plain, density(painter))
        super().paint(painter, *more)
        self.opts["pen"] = plain


class AxisLine(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis. It is kept as a drawing: its line is as wide as the screen of its plot needs."""

    def drawPicture(self, p: QPainter, axisSpec: Any, tickSpecs: Any, textSpecs: Any) -> None:  # noqa: N803  # theirs
        pen, *ends = axisSpec
        view = self.getViewWidget()
        times = view.devicePixelRatioF() if view is not None else 1.0
        super().drawPicture(p, (as_wide(pen, times), *ends), tickSpecs, textSpecs)
