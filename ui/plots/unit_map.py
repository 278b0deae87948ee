"""The heatmap of units: one cell per unit, to look at, to hover, to walk with the arrow keys, to click."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.plots.cell_reader import CellReader
from ui.plots.fitted_scroll import FittedScroll
from ui.plots.readout import Reading
from ui.plots.unit_grid import UnitGrid, arrange
from ui.plots.unit_tiles import rate_index, unit_tiles
from ui.widgets.palette import LIGHT, Palette

Cell = tuple[int, int]  # layer, unit
CHOSEN_FRAME = 3  # pixels


class UnitCells(QWidget):
    """The cells themselves; ``read`` says what is known of (layer, unit), on a card over ``area``."""

    clicked = Signal(int, int)

    def __init__(self, read: Callable[[int, int], Reading], area: QWidget) -> None:
        super().__init__()
        self.grid: UnitGrid = arrange((), 1, 1, 1)
        self.chosen: Cell | None = None  # the unit that is looked at elsewhere
        self._units: tuple[int, ...] = ()
        self._captions: tuple[str, ...] = ()
        self._status: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._rate: NDArray[np.float32] | None = None
        self._images: list[QImage] = []
        self._colours = LIGHT
        self._room = QSize(1, 1)
        self._read = read
        self.reader: CellReader[Cell] = CellReader(self, self, area)

    def show_units(
        self,
        units: Sequence[int],
        captions: Sequence[str],
        status: NDArray[np.uint8],
        rate: NDArray[np.float32] | None,
    ) -> None:
        """Units per layer with a caption each; ``status`` and ``rate`` (all units,). Without rates, by status."""
        self._captions = tuple(captions)
        self._status, self._rate = status, rate
        if tuple(units) != self._units:
            self._units = tuple(units)
            self.reader.show_cell(None)
            self.fit(self._room)
        self._paint_cells()
        self.reader.show_cell(self.reader.current)

    @Slot(QSize)
    def fit(self, room: QSize) -> None:
        """Lay the cells out for a view of this size."""
        self._room = room
        self.grid = arrange(self._units, room.width(), room.height(), self._caption_height())
        self.setMinimumHeight(self.grid.height)
        self._paint_cells()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.set_theme(palette)
        self._paint_cells()

    def set_chosen(self, cell: Cell | None) -> None:
        """Mark a cell that stays marked, or none."""
        self.chosen = cell
        self.update()

    def cell_at(self, at: QPoint) -> Cell | None:
        return self.grid.unit_at(at.x(), at.y())

    def rect_of(self, cell: Cell) -> QRect:
        return QRect(*self.grid.position_of(*cell), self.grid.cell, self.grid.cell)

    def neighbour(self, cell: Cell | None, across: int, down: int) -> Cell | None:
        if cell is None:
            return (0, 0) if self._units else None
        return self.grid.neighbour(*cell, across, down)

    def read(self, cell: Cell) -> Reading:
        return self._read(*cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._colours.background))
        painter.setPen(QColor(self._colours.foreground))
        metrics = QFontMetrics(self.font())
        for layer, caption, image in zip(self.grid.layers, self._captions, self._images, strict=False):
            text = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QPoint(0, layer.caption_top + metrics.ascent()), text)
            painter.drawImage(QPoint(0, layer.top), image)
        if self.chosen is not None and self._has(self.chosen):
            painter.setPen(QPen(QColor(self._colours.foreground), CHOSEN_FRAME))
            painter.drawRect(self.rect_of(self.chosen).adjusted(-1, -1, 0, 0))
        if self.reader.current is not None:
            painter.setPen(QPen(QColor(self._colours.foreground), 2))
            painter.drawRect(self.rect_of(self.reader.current).adjusted(0, 0, -1, -1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.reader.current
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and current is not None:
            self.clicked.emit(*current)
        else:
            super().keyPressEvent(event)

    def _has(self, cell: Cell) -> bool:
        return cell[0] < len(self._units) and cell[1] < self._units[cell[0]]

    def _caption_height(self) -> int:
        return QFontMetrics(self.font()).height() + 2

    def _paint_cells(self) -> None:
        """The picture of each layer, in device pixels."""
        if len(self._status) != sum(self._units) or not self._units:
            return
        ratio = self.devicePixelRatioF()
        tiles = unit_tiles(max(1, round(self.grid.cell * ratio)), self._colours.dark)
        if self._rate is None:
            pictures, index = tiles.by_status, self._status.astype(np.intp)
        else:
            pictures, index = tiles.by_rate, rate_index(self._status, self._rate)
        parts = np.split(index, np.cumsum(self._units)[:-1])
        self._images = [
            tiles.paint(pictures, part, layer.columns) for part, layer in zip(parts, self.grid.layers, strict=True)
        ]
        for image in self._images:
            image.setDevicePixelRatio(ratio)
        self.update()


class UnitMap(QWidget):
    """The cells in a view that scrolls when they do not fit, with a card that reads the current one out.

    ``read`` says what is known of (layer, unit).
    """

    clicked = Signal(int, int)

    def __init__(self, read: Callable[[int, int], Reading], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = UnitCells(self._bring_into_view, self)
        self._read = read
        self._scroll = FittedScroll(self.cells)
        self._scroll.roomChanged.connect(self.cells.fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self.setFocusProxy(self.cells)
        self.cells.clicked.connect(self.clicked)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.cells.set_theme(palette)

    def _bring_into_view(self, layer: int, unit: int) -> Reading:
        """Scroll to the cell that is read out."""
        rect = self.cells.rect_of((layer, unit))
        self._scroll.ensureVisible(rect.center().x(), rect.center().y(), 0, rect.height() * 2)
        return self._read(layer, unit)
