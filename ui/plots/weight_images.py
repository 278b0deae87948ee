"""Incoming weights as pictures: one per filter or colour channel, blue below zero and yellow above.

Zero has the same colour in all of them, and equal distances from zero are equally strong: the scale runs from
-m to m, m being the greatest magnitude of all weights of the unit.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.plots.cell_reader import CellReader
from ui.plots.legend import LegendEntry, scale_entry
from ui.plots.readout import Reading, ReadingRow
from ui.plots.snapshot import image_of
from ui.widgets.palette import LIGHT, Palette, colour_table

Floats = NDArray[np.float32]

WEIGHT_MAP = "CET-CBD1"  # diverging, and safe for colour-blind eyes (Kovesi 2015)
TILES_AT_MOST = 64
LARGEST_TILE = 168  # pixels of one side
SMALLEST_TILE = 24
GAP = 4
WIDE = 1.6  # pictures beside each other for one above


class WeightImages(QWidget):
    """Pictures in rows, as large as the width allows. Its cells are the weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights: Floats = np.zeros((0, 1, 1), np.float32)
        self.reader: CellReader[int] = CellReader(self, self)
        self._images: list[QImage] = []
        self._colours = LIGHT
        self.setAccessibleName(self.tr("Incoming weights as pictures; the arrow keys walk from weight to weight"))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_weights(self, weights: Floats) -> None:
        """``weights``: (pictures, rows, columns); an empty array clears."""
        resized = weights.shape != self.weights.shape
        self.weights = weights
        self._images = [image_of(pixels) for pixels in weight_pixels(weights[:TILES_AT_MOST], greatest(weights))]
        self.reader.show_cell(None if resized else self.reader.current)
        if resized:
            self.updateGeometry()

    @property
    def left_out(self) -> int:
        """How many pictures there are that are not shown."""
        return max(0, len(self.weights) - TILES_AT_MOST)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.set_theme(palette)
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
        where = self.tr("row {row}, column {column}").format(row=row + 1, column=column + 1)
        if len(self.weights) > 1:
            where = self.tr("channel {number}, {place}").format(number=tile + 1, place=where)
        return Reading(where, (ReadingRow(self.tr("weight"), "", (f"{self.weights[tile, row, column]:.4g}",)),))

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, SMALLEST_TILE)

    def hasHeightForWidth(self) -> bool:
        return True

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
            painter.setPen(QPen(QColor(self._colours.foreground), 2))
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


def greatest(weights: Floats) -> float:
    """The greatest magnitude among finite weights, the end of the colour scale."""
    finite = weights[np.isfinite(weights)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def weight_pixels(weights: Floats, end: float) -> NDArray[np.uint8]:
    """(…, 3): the colours of ``weights`` on a scale from -``end`` to ``end``; what is not finite counts as 0."""
    share = np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0) / max(end, 1e-30)
    return np.asarray(colour_table(WEIGHT_MAP)[np.round(127.5 + 127.5 * np.clip(share, -1, 1)).astype(np.uint8)])


def weight_scale(end: float) -> LegendEntry:
    """The scale as an entry of a legend."""
    return scale_entry(f"{-end:.3g} … 0 … {end:.3g}", colour_table(WEIGHT_MAP))
