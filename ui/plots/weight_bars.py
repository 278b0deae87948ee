"""Incoming weights as bars from zero: one per input, or the least and greatest of a pixel where they are many."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.views.colours import hex_of
from ui.plots.cell_reader import CellReader
from ui.plots.readout import Reading, ReadingRow
from ui.plots.weight_images import WEIGHT_MAP, greatest
from ui.widgets.palette import LIGHT, Palette, colour_table

Floats = NDArray[np.float32]

HEIGHT = 96  # pixels
WIDEST_BAR = 28
THINNEST_BAR = 2.0
NEGATIVE, POSITIVE = 24, 231  # indices of the colour map, not quite its ends


class WeightBars(QWidget):
    """Its cells are the weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights: Floats = np.zeros(0, np.float32)
        self.name_of: Callable[[int], str] = str
        self.reader: CellReader[int] = CellReader(self, self)
        self._colours = LIGHT
        self.setAccessibleName(self.tr("Incoming weights as bars; the arrow keys walk from weight to weight"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_weights(self, weights: Floats, name_of: Callable[[int], str]) -> None:
        """``weights`` (n,); ``name_of(i)`` says where weight i comes from."""
        kept = self.reader.current if len(weights) == len(self.weights) else None
        self.weights, self.name_of = weights, name_of
        self.reader.show_cell(kept)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.set_theme(palette)
        self.update()

    def cell_at(self, at: QPoint) -> int | None:
        left, stride = self._places()
        index = int((at.x() - left) // stride)
        return index if 0 <= index < len(self.weights) else None

    def rect_of(self, cell: int) -> QRect:
        left, stride = self._places()
        return QRectF(left + cell * stride, 0, max(1.0, stride), self.height()).toRect()

    def neighbour(self, cell: int | None, across: int, down: int) -> int | None:
        if cell is None or not len(self.weights):
            return 0 if len(self.weights) else None
        return min(max(cell + across, 0), len(self.weights) - 1)

    def read(self, cell: int) -> Reading:
        """One weight."""
        heading = self.tr("from {name}").format(name=self.name_of(cell))
        return Reading(heading, (ReadingRow(self.tr("weight"), "", (f"{self.weights[cell]:.4g}",)),))

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.weights):
            return
        painter = QPainter(self)
        if self.reader.current is not None:
            painter.fillRect(self.rect_of(self.reader.current), QColor(self._colours.grid))
        self._paint_scale(painter)
        middle, reach, end = self.height() / 2, self.height() / 2 - 1, greatest(self.weights) or 1.0
        table = colour_table(WEIGHT_MAP)
        left, stride = self._places()
        for x, width, low, high in bars(self.weights, stride):
            for value, index in ((low, NEGATIVE), (high, POSITIVE)):
                if value:
                    length = max(1.0, abs(value) / end * reach)
                    top = middle - length if value > 0 else middle
                    painter.fillRect(QRectF(left + x, top, width, length), QColor(hex_of(table[index])))
        painter.fillRect(QRectF(left, middle, self.width() - left, 1), QColor(self._colours.muted))

    def _paint_scale(self, painter: QPainter) -> None:
        metrics = QFontMetrics(self.font())
        end = greatest(self.weights) or 1.0
        painter.setPen(QColor(self._colours.muted))
        for text, baseline in (
            (f"{end:.3g}", metrics.ascent()),
            ("0", self.height() // 2 + metrics.ascent() // 2),
            (f"{-end:.3g}", self.height() - metrics.descent()),
        ):
            painter.drawText(0, baseline, text)

    def _places(self) -> tuple[float, float]:
        """Where the first bar begins, and how far the next one is from it."""
        end = greatest(self.weights) or 1.0
        left = QFontMetrics(self.font()).horizontalAdvance(f"{-end:.3g}") + 6.0
        return left, max(1e-6, min(WIDEST_BAR, (self.width() - left) / max(1, len(self.weights))))


def bars(weights: Floats, stride: float) -> list[tuple[float, float, float, float]]:
    """(left, width, least, greatest) of each bar; weights that are thinner than a pixel share one bar."""
    finite = np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0)
    if stride >= THINNEST_BAR:
        return [(i * stride, stride - 1, min(v, 0.0), max(v, 0.0)) for i, v in enumerate(finite.tolist())]
    pixel = (np.arange(len(finite)) * stride).astype(np.intp)
    starts = np.flatnonzero(np.diff(pixel, prepend=-1))
    low = np.minimum(np.minimum.reduceat(finite, starts), 0.0).tolist()
    high = np.maximum(np.maximum.reduceat(finite, starts), 0.0).tolist()
    return [(float(pixel[start]), 1.0, low[i], high[i]) for i, start in enumerate(starts)]
