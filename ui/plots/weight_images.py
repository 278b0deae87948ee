"""Incoming weights, blue below zero and amber above: as pictures, one per filter or channel, or as bars from zero.

The colours are those of the network's picture. Zero has the same in all pictures, and equal distances from zero are
equally strong: the scale runs from -m to m, m being the greatest magnitude of all weights of the unit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.formatting import rounded, signed
from relulab.views.colours import hex_of
from relulab.views.network.colours import TABLE, unit_table
from relulab.views.samples import PIXEL
from ui.platform.translation import said
from ui.plots.legend import FlowingText, LegendEntry, scale_entry
from ui.plots.readout import CellReader, Reading, ReadingRow
from ui.plots.snapshot import image_of
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import share

Floats = NDArray[np.float32]

TILES_AT_MOST = 64
LARGEST_TILE = 168  # pixels of one side
SMALLEST_TILE = 24
GAP = 4
WIDE = 1.6  # pictures beside each other for one above

HEIGHT = 96  # pixels of the bars
WIDEST_BAR = 28
THINNEST_BAR = 2.0
NEGATIVE, POSITIVE = TABLE // 5, TABLE - TABLE // 5  # of the colour map, not its ends: as a line of the network


class WeightImages(FlowingText):
    """Pictures in rows, as large as the width allows. Its cells are the weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights: Floats = np.zeros((0, 1, 1), np.float32)
        self.reader: CellReader[int] = CellReader(self, self)
        self._images: list[QImage] = []
        self._colours = LIGHT
        self.setAccessibleName(self.tr("Incoming weights as pictures; the arrow keys walk from weight to weight"))

    def show_weights(self, weights: Floats) -> None:
        """``weights``: (pictures, rows, columns); an empty array clears."""
        resized = weights.shape != self.weights.shape
        self.weights = weights
        shown, end = weights[:TILES_AT_MOST], greatest(weights)
        self._images = [image_of(pixels) for pixels in weight_pixels(shown, end, self._colours.dark)]
        self.reader.show_cell(None if resized else self.reader.current)
        if resized:
            self.updateGeometry()

    @property
    def scale(self) -> tuple[LegendEntry, ...]:
        """What the colours mean, for a legend; nothing where there is no picture."""
        return (weight_scale(greatest(self.weights), self._colours.dark),) if self.weights.size else ()

    @property
    def left_out(self) -> int:
        """How many pictures there are that are not shown."""
        return max(0, len(self.weights) - TILES_AT_MOST)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.card.set_theme(palette)
        self.show_weights(self.weights)
        self.update()

    def tiles(self) -> list[QRect]:
        """Where the pictures are."""
        return self._tiles(self.width())

    def cell_at(self, at: QPoint) -> int | None:
        rows, columns = self.weights.shape[1:]
        for tile, rect in enumerate(self.tiles()):
            if rect.contains(at):
                row = (at.y() - rect.top()) * rows // rect.height()
                column = (at.x() - rect.left()) * columns // rect.width()
                return int((tile * rows + row) * columns + column)
        return None

    def rect_of(self, cell: int) -> QRect:
        tile, row, column = self._place(cell)
        rows, columns = self.weights.shape[1:]
        rect = self.tiles()[tile]
        left, top = rect.width() * column // columns, rect.height() * row // rows
        right, bottom = rect.width() * (column + 1) // columns, rect.height() * (row + 1) // rows
        return QRect(rect.left() + left, rect.top() + top, max(1, right - left), max(1, bottom - top))

    def neighbour(self, cell: int | None, across: int, down: int) -> int | None:
        shown = len(self._images) * self.weights[0].size if self._images else 0
        if cell is None or not shown:
            return 0 if shown else None
        moved = cell + across + down * self.weights.shape[2]
        return moved if 0 <= moved < shown else cell

    def read(self, cell: int) -> Reading:
        """One weight, counted from 1 like everything that people see."""
        tile, row, column = self._place(cell)
        where = said(PIXEL.filled(row=row + 1, column=column + 1))
        if len(self.weights) > 1:
            where = self.tr("channel {number}, {place}").format(number=tile + 1, place=where)
        weight = signed(rounded(self.weights[tile, row, column], 4))
        return Reading(where, (ReadingRow(self.tr("weight"), "", (weight,)),))

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, SMALLEST_TILE)

    def heightForWidth(self, width: int) -> int:
        tiles = self._tiles(width)
        return tiles[-1].bottom() + 1 if tiles else SMALLEST_TILE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for rect, image in zip(self.tiles(), self._images, strict=True):
            painter.drawImage(rect, image)
            painter.setPen(QColor(self._colours.muted))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if self.reader.current is not None:
            painter.setPen(QPen(QColor(self._colours.foreground), 2 * share()))
            painter.drawRect(self.rect_of(self.reader.current))

    def _place(self, cell: int) -> tuple[int, int, int]:
        tile, row, column = np.unravel_index(cell, self.weights.shape)
        return int(tile), int(row), int(column)

    def _tiles(self, width: int) -> list[QRect]:
        count = min(len(self.weights), TILES_AT_MOST)
        if not count:
            return []
        rows, columns = self.weights.shape[1:]
        across = min(count, max(1, round(count**0.5 * WIDE)), max(1, (width + GAP) // (SMALLEST_TILE + GAP)))
        side = max(1, min(LARGEST_TILE, (width + GAP) // across - GAP))
        scale = side / max(rows, columns)
        scale = int(scale) if scale >= 1 else scale  # whole pixels: every weight is equally large
        wide, high = max(1, int(columns * scale)), max(1, int(rows * scale))
        return [QRect(i % across * (wide + GAP), i // across * (high + GAP), wide, high) for i in range(count)]


def greatest(weights: NDArray[Any]) -> float:
    """The greatest magnitude among finite weights, the end of the colour scale."""
    finite = weights[np.isfinite(weights)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def weight_pixels(weights: Floats, end: float, dark: bool = False) -> NDArray[np.uint8]:
    """(…, 3): the colours of ``weights`` on a scale from -``end`` to ``end``; what is not finite counts as 0."""
    return np.asarray(unit_table(dark)[shades(weights, end)])


def shades(values: NDArray[Any], end: float) -> NDArray[np.uint8]:
    """Where ``values`` stand among the TABLE colours, from -``end`` to ``end``; what is not finite counts as 0."""
    share = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0) / max(end, 1e-30)
    return np.asarray(np.round((TABLE // 2) * (1 + np.clip(share, -1, 1))), np.uint8)


def weight_scale(end: float, dark: bool = False) -> LegendEntry:
    """The scale as an entry of a legend."""
    return scale_entry(signed(f"{rounded(-end)} … 0 … {rounded(end)}"), unit_table(dark))


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
        self.reader.card.set_theme(palette)
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
        return Reading(heading, (ReadingRow(self.tr("weight"), "", (signed(rounded(self.weights[cell], 4)),)),))

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
        table = unit_table(self._colours.dark)
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
            (rounded(end), metrics.ascent()),
            ("0", self.height() // 2 + metrics.ascent() // 2),
            (signed(rounded(-end)), self.height() - metrics.descent()),
        ):
            painter.drawText(0, baseline, text)

    def _places(self) -> tuple[float, float]:
        """Where the first bar begins, and how far the next one is from it."""
        end = greatest(self.weights) or 1.0
        left = QFontMetrics(self.font()).horizontalAdvance(signed(rounded(-end))) + 6.0
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
