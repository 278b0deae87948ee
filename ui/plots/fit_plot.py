"""A fitted curve with the data it was fitted to, and the plot of predictions against targets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.plots.axes import Axes, Range
from ui.plots.curve_item import CurveItem, Stroke
from ui.plots.plane_plot import PointItems
from ui.plots.scales import keep_or_move, linear_range
from ui.widgets.palette import Palette

Floats = NDArray[np.float32]


class FitPlot(QWidget):
    """Curves in front of points; the y range moves in steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("", "")
        self.points = PointItems(self.axes)
        self.curves = CurveItem()
        self._y_range: Range | None = None
        self.axes.add(self.curves, depth=20)
        self.axes.freeze()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.axes)

    def start_over(self) -> None:
        """Forget the range of another run."""
        self._y_range = None

    def show_curves(
        self, x: Floats, curves: Sequence[Floats], colours: Sequence[str], x_range: Range, shown: Floats
    ) -> None:
        """Draw ``curves`` (each like ``x``); the y range holds them and the values ``shown``."""
        values = np.concatenate([np.ravel(shown), *curves])
        values = values[np.isfinite(values)]
        wanted = linear_range(float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        low, high = self._y_range = keep_or_move(self._y_range, wanted)
        self.axes.set_ranges(x_range, (low, high))
        strokes = [
            Stroke(colour, (), np.asarray(x, float), np.where(np.isfinite(y), y, np.nan).astype(float), bold=True)
            for colour, y in zip(colours, curves, strict=True)
        ]
        self.curves.show_strokes(strokes, QRectF(x_range[0], low, x_range[1] - x_range[0], high - low))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.axes.set_theme(palette)
