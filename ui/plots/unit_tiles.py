"""Pictures of cells, drawn once per size and theme and then only copied: thousands of units cost a few copies.

A tile shows a status by colour and symbol, or a firing rate by colour with the symbol of the status on it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from relulab.measurements.status import UnitStatus
from relulab.views.colours import hex_of, ink_on
from ui.plots.snapshot import image_of
from ui.widgets.palette import Palette, colour_table, palette

Pixels = NDArray[np.uint32]

LEVELS = 33  # shades of the firing rate
SYMBOL_FROM = 9  # pixels: in smaller cells a symbol cannot be read
RATE_MAP = "viridis"


class UnitTiles:
    """Tiles of ``side`` device pixels: ``by_status`` (statuses + 1, side, side), the last one empty;
    ``by_rate`` (statuses · LEVELS + 1, side, side) with the shade running fastest. 0xffRRGGBB.
    """

    def __init__(self, side: int, dark: bool) -> None:
        colours = palette(dark)
        self.by_status = np.concatenate(
            [
                *(_tile(side, colours, colours.status[s].colour, s, colours.status[s].ink)[None] for s in UnitStatus),
                _empty(side, colours)[None],
            ]
        )
        table = colour_table(RATE_MAP)
        shades = [hex_of(table[round(level * 255 / (LEVELS - 1))]) for level in range(LEVELS)]
        self.by_rate = np.concatenate(
            [
                *(_tile(side, colours, shade, s, ink_on(shade))[None] for s in UnitStatus for shade in shades),
                _empty(side, colours)[None],
            ]
        )

    def paint(self, tiles: Pixels, index: NDArray[np.intp], columns: int) -> QImage:
        """The cells ``index`` (n,) of ``tiles`` in rows of ``columns``."""
        side = tiles.shape[1]
        rows = -(-len(index) // columns)
        padded = np.full(rows * columns, len(tiles) - 1)
        padded[: len(index)] = index
        grid = tiles[padded].reshape(rows, columns, side, side).transpose(0, 2, 1, 3)
        return image_of(grid.reshape(rows * side, columns * side))


@lru_cache(maxsize=8)
def unit_tiles(side: int, dark: bool) -> UnitTiles:
    """The tiles of one size and theme, made once."""
    return UnitTiles(side, dark)


def rate_index(status: NDArray[np.uint8], rate: NDArray[np.float32]) -> NDArray[np.intp]:
    """Which tile of ``by_rate`` shows each unit: (n,) of statuses and firing rates (0 to 1, NaN as 0)."""
    level = np.clip(np.nan_to_num(rate) * (LEVELS - 1) + 0.5, 0, LEVELS - 1).astype(np.intp)
    index: NDArray[np.intp] = status.astype(np.intp) * LEVELS + level
    return index


def _tile(side: int, colours: Palette, fill: str, status: UnitStatus, ink: str) -> Pixels:
    """One cell with a line of background at its right and lower edge."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colours.background))
    gap = max(1, side // 12)
    cell = QRect(0, 0, side - gap, side - gap)
    painter = QPainter(image)
    painter.fillRect(cell, QColor(fill))
    if side >= SYMBOL_FROM and status is not UnitStatus.ACTIVE:
        font = QFont()
        font.setPixelSize(max(8, side - 2))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, colours.status[status].symbol)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(side, side).copy()


def _empty(side: int, colours: Palette) -> Pixels:
    return np.full((side, side), 0xFF000000 | int(colours.background[1:], 16), np.uint32)
