"""The heatmap of units: one cell per unit, to look at, to hover, to walk with the arrow keys, to click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.measurements.status import UnitStatus
from relulab.views.colours import OPAQUE, hex_of, ink_on
from ui.plots.fitted_scroll import FittedScroll
from ui.plots.readout import CellReader, Reading
from ui.plots.snapshot import image_of
from ui.widgets.elided import fitting
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette, colour_table, palette
from ui.widgets.sizes import px, share

LARGEST_CELL = 26  # pixels, of one side
SMALLEST_CELL = 7
LAYER_GAP = 6  # pixels under the cells of a layer
COLUMN_GROUP = 8  # whole groups of columns make rows countable
CHOSEN_FRAME = 3  # pixels
LEVELS = 33  # shades of the firing rate
SHADES = LEVELS + 1  # and one of units without
SYMBOL_FROM = 9  # pixels: in smaller cells a symbol cannot be read
RATE_MAP = "viridis"

Pixels = NDArray[np.uint32]
Cell = tuple[int, int]  # layer, unit


class UnitTiles:
    """Pictures of cells, drawn once per size and theme and then only copied: thousands of units cost a few copies.

    A tile shows a status by colour and symbol, or a firing rate by colour with the symbol of the status on it.
    Tiles have ``side`` device pixels: ``by_status`` (statuses + 1, side, side), the last one empty;
    ``by_rate`` (statuses · SHADES + 1, side, side) with the shade running fastest: LEVELS of the rate, and one of units
    that have none. 0xffRRGGBB. ``ratio``: device pixels to a pixel at a density of 1, which lines are wide.
    """

    def __init__(self, side: int, dark: bool, ratio: float = 1.0) -> None:
        colours = palette(dark)
        empty = np.full((side, side), OPAQUE | int(colours.background[1:], 16), np.uint32)
        by_status = [
            _tile(side, colours, colours.status[s].colour, s, colours.status[s].ink, ratio) for s in UnitStatus
        ]
        self.by_status = np.stack([*by_status, empty])
        table = colour_table(RATE_MAP)
        shades = [hex_of(table[round(level * 255 / (LEVELS - 1))]) for level in range(LEVELS)]
        shades.append(colours.grid)
        by_rate = [_tile(side, colours, shade, s, ink_on(shade), ratio) for s in UnitStatus for shade in shades]
        self.by_rate = np.stack([*by_rate, empty])

    def paint(self, tiles: Pixels, index: NDArray[np.intp], columns: int) -> QImage:
        """The cells ``index`` (n,) of ``tiles`` in rows of ``columns``."""
        side = tiles.shape[1]
        rows = -(-len(index) // columns)
        padded = np.full(rows * columns, len(tiles) - 1)
        padded[: len(index)] = index
        grid = tiles[padded].reshape(rows, columns, side, side).transpose(0, 2, 1, 3)
        return image_of(grid.reshape(rows * side, columns * side))


@lru_cache(maxsize=8)
def unit_tiles(side: int, dark: bool, ratio: float = 1.0) -> UnitTiles:
    """The tiles of one size, theme and density, made once."""
    return UnitTiles(side, dark, ratio)


def rate_index(status: NDArray[np.uint8], rate: NDArray[np.float32]) -> NDArray[np.intp]:
    """Which tile of ``by_rate`` shows each unit: (n,) of statuses and firing rates (0 to 1, NaN: it has none)."""
    level = np.clip(np.nan_to_num(rate) * (LEVELS - 1) + 0.5, 0, LEVELS - 1).astype(np.intp)
    index: NDArray[np.intp] = status.astype(np.intp) * SHADES + np.where(np.isnan(rate), LEVELS, level)
    return index


def _tile(side: int, colours: Palette, fill: str, status: UnitStatus, ink: str, ratio: float) -> Pixels:
    """One cell with a line of background at its right and lower edge."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colours.background))
    line = max(1, round(ratio))
    gap = max(line, side // 12)
    cell = QRect(0, 0, side - gap, side - gap)
    painter = QPainter(image)
    inside = cell.adjusted(line, line, -line, -line)
    painter.fillRect(cell, QColor(colours.outline_of(fill, ink)))
    painter.fillRect(inside, QColor(fill))
    if side < SYMBOL_FROM * ratio:
        _paint_small(painter, inside, status, QPen(QColor(ink), line))
    elif status is not UnitStatus.ACTIVE:
        font = QFont()
        font.setPixelSize(max(8, side - 2))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, colours.status[status].symbol)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(side, side).copy()


def _paint_small(painter: QPainter, inside: QRect, status: UnitStatus, pen: QPen) -> None:
    """The symbol where no letter can be read: a cross, one bar, two bars, a corner."""
    painter.setPen(pen)
    painter.setClipRect(inside)
    middle = inside.center().y()
    if status is UnitStatus.DEAD:
        painter.drawLine(inside.topLeft(), inside.bottomRight())
        painter.drawLine(inside.topRight(), inside.bottomLeft())
    elif status is UnitStatus.NEVER_ACTIVE:
        painter.drawLine(inside.left(), middle, inside.right(), middle)
    elif status is UnitStatus.SATURATED:
        for y in (middle - pen.width(), middle + pen.width()):
            painter.drawLine(inside.left(), y, inside.right(), y)
    elif status is UnitStatus.DORMANT:
        for row in range(inside.height()):
            painter.drawLine(inside.left(), inside.top() + row, inside.left() + row, inside.top() + row)


@dataclass(frozen=True, slots=True)
class LayerGrid:
    """The cells of one layer: ``units`` of them, ``columns`` to a row, the first one at (0, ``top``)."""

    caption_top: int
    top: int
    units: int
    columns: int

    @property
    def rows(self) -> int:
        return -(-self.units // self.columns)


@dataclass(frozen=True, slots=True)
class UnitGrid:
    """All layers from top to bottom; ``cell`` is the side of a cell, ``height`` that of everything, in pixels."""

    cell: int
    height: int
    layers: tuple[LayerGrid, ...]

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(layer, unit) of the cell at a pixel, None beside the cells."""
        for index, layer in enumerate(self.layers):
            row, column = int((y - layer.top) // self.cell), int(x // self.cell)
            if 0 <= row < layer.rows and 0 <= column < layer.columns:
                unit = row * layer.columns + column
                return (index, unit) if unit < layer.units else None
        return None

    def __contains__(self, cell: Cell) -> bool:
        return cell[0] < len(self.layers) and cell[1] < self.layers[cell[0]].units

    def position_of(self, layer: int, unit: int) -> tuple[int, int]:
        """Left and top of a cell."""
        grid = self.layers[layer]
        row, column = divmod(unit, grid.columns)
        return column * self.cell, grid.top + row * self.cell

    def neighbour(self, layer: int, unit: int, right: int, down: int) -> tuple[int, int]:
        """The cell ``right`` columns and ``down`` rows away, into the next layer where this one ends."""
        here = self.layers[layer]
        row, column = divmod(unit, here.columns)
        if right and 0 <= unit + right < here.units:
            return layer, unit + right
        if not right and 0 <= row + down < here.rows:
            return layer, min(unit + down * here.columns, here.units - 1)
        if not 0 <= layer + right + down < len(self.layers):
            return layer, unit
        other = self.layers[layer + right + down]
        if right:
            return layer + right, 0 if right > 0 else other.units - 1
        first_of_row = 0 if down > 0 else (other.rows - 1) * other.columns
        return layer + down, min(first_of_row + column, other.units - 1)


def arrange(units: Sequence[int], width: int, height: int, caption: int) -> UnitGrid:
    """The largest cells with which ``units`` (per layer) fit into ``height``; the smallest ones when none do.

    ``caption`` is the height of a layer's caption.
    """
    for cell in range(px(LARGEST_CELL), px(SMALLEST_CELL) - 1, -1):
        grid = _with_cell(units, width, caption, cell)
        if grid.height <= height:
            break
    return grid


def _with_cell(units: Sequence[int], width: int, caption: int, cell: int) -> UnitGrid:
    most = max(1, width // cell)
    columns = most - most % COLUMN_GROUP if most > COLUMN_GROUP else most
    top, layers = 0, []
    for count in units:
        layer = LayerGrid(top, top + caption, count, min(columns, max(1, count)))
        layers.append(layer)
        top = layer.top + layer.rows * cell + px(LAYER_GAP)
    return UnitGrid(cell, top, tuple(layers))


class UnitCells(QWidget):
    """The cells themselves; ``read`` says what is known of (layer, unit), on a card over ``area``."""

    clicked = Signal(int, int)

    def __init__(self, read: Callable[[int, int], Reading], area: QWidget) -> None:
        super().__init__()
        self.grid: UnitGrid = arrange((), 1, 1, 1)
        self.chosen: Cell | None = None  # the unit that is looked at elsewhere
        self._units: tuple[int, ...] = ()
        self._captions: tuple[Sequence[str], ...] = ()
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
        captions: Sequence[Sequence[str]],
        status: NDArray[np.uint8],
        rate: NDArray[np.float32] | None,
    ) -> None:
        """Units per layer, each with the ways to say its caption; ``status`` and ``rate`` (all units,).

        Without rates, by status.
        """
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
        caption = QFontMetrics(self.font()).height() + 2
        self.grid = arrange(self._units, room.width(), room.height(), caption)
        self.setMinimumHeight(self.grid.height)
        self._paint_cells()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.card.set_theme(palette)
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
            painter.drawText(
                QPoint(0, layer.caption_top + metrics.ascent()), fitting(caption, self.font(), self.width())
            )
            painter.drawImage(QPoint(0, layer.top), image)
        if self.chosen is not None and self.chosen in self.grid:
            painter.setPen(QPen(QColor(self._colours.foreground), CHOSEN_FRAME * share()))
            painter.drawRect(self.rect_of(self.chosen).adjusted(-1, -1, 0, 0))
        if self.reader.current is not None:
            painter.setPen(QPen(QColor(self._colours.foreground), 2 * share()))
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

    def _paint_cells(self) -> None:
        """The picture of each layer, in device pixels."""
        if len(self._status) != sum(self._units) or not self._units:
            return
        ratio = self.devicePixelRatioF()
        tiles = unit_tiles(max(1, round(self.grid.cell * ratio)), self._colours.dark, ratio)
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
        self._scroll = FittedScroll(self.cells, self.cells.fit)
        column(self, self._scroll)
        self.setFocusProxy(self.cells)
        self.cells.clicked.connect(self.clicked)

    def _bring_into_view(self, layer: int, unit: int) -> Reading:
        """Scroll to the cell that is read out."""
        rect = self.cells.rect_of((layer, unit))
        self._scroll.ensureVisible(rect.center().x(), rect.center().y(), 0, rect.height() * 2)
        return self._read(layer, unit)
