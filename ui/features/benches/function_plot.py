"""Curves of functions over x, with a line at one x that can be dragged."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QWidget

from relulab.views.activations import Floats
from relulab.views.colours import LineStyle
from ui.plots.axes import Axes
from ui.plots.curves import CurveItem, Stroke
from ui.plots.rules import Rule, rim
from ui.plots.scales import linear_range
from ui.widgets.layouts import column
from ui.widgets.palette import Palette
from ui.widgets.sizes import share

POINT = 9  # pixels across
GRIP = 3  # pixels of the line that is dragged


class FunctionPlot(QWidget):
    """``xMoved`` carries where the line was dragged to."""

    xMoved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("x", "")
        self.curves = CurveItem()
        self.line: Any = Rule(angle=90, movable=True)
        self.points: Any = pg.ScatterPlotItem(size=POINT, pxMode=True)
        self.axes.add(self.curves, depth=10)
        self.axes.add(self.line, depth=20)
        self.axes.add(self.points, depth=30)
        self.axes.freeze()
        self.line.sigDragged.connect(lambda line: self.xMoved.emit(float(line.value())))
        column(self, self.axes)

    def show_functions(
        self, name: str, grid: Floats, curves: Sequence[Floats], styles: Sequence[LineStyle], x: float
    ) -> None:
        """Draw ``curves`` over ``grid``, the first one behind; the line and a point on each curve stand at ``x``."""
        self.axes.set_titles("x", name)
        self.axes.plot.setAccessibleName(name)
        left, right = float(grid[0]), float(grid[-1])
        ends = (min((float(c.min()) for c in curves), default=0.0), max((float(c.max()) for c in curves), default=1.0))
        low, high = linear_range(min(ends[0], -0.1), ends[1])
        self.axes.set_ranges((left, right), (low, high))
        strokes = [
            Stroke(style.colour, style.dash, grid, curve, bold=True)
            for style, curve in zip(styles, curves, strict=True)
        ]
        self.curves.show_strokes(strokes, QRectF(left, low, right - left, high - low))
        self.line.setBounds((left, right))
        self.line.setValue(x)
        brushes = [pg.mkBrush(style.colour) for style in styles]
        heights = [float(np.interp(x, grid, curve)) for curve in curves]
        self.points.setData(
            x=[x] * len(heights), y=heights, brush=brushes, pen=rim(self.axes.colours.background, POINT)
        )

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``; those of the curves come with the curves."""
        self.axes.set_theme(palette)
        self.line.setPen(pg.mkPen(palette.muted, width=share()))
        self.line.setHoverPen(pg.mkPen(palette.accent, width=GRIP * share()))
