"""Where the columns of one input's way lie, and the cells in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from relulab.views.one_input.columns import WayColumn

GAP = 0.32  # of a column's stride, for the lines between two columns
NARROW_GAP = 0.12
NARROW = 84  # pixels of stride below which the gap is narrow
MARGIN = 8.0
LARGEST, SMALLEST = 26.0, 17.0  # pixels of height of a cell with its value
WIDEST = 150.0
LARGEST_SQUARE = 16.0
LEAST_WRITTEN = 40.0  # pixels of width for a value
CELL_GAP = 3.0
KERNEL = 0.34  # of a map's side


@dataclass(frozen=True, slots=True)
class Places:
    """One column: its ``caption`` (the first of two lines), its ``body`` and the ``cells`` in it.

    ``written``: whether the cells have room for their values. ``kernel``: the width that a kernel takes before a map.
    """

    caption: QRectF
    body: QRectF
    cells: tuple[QRectF, ...]
    written: bool
    kernel: float = 0.0


def places_of(columns: Sequence[WayColumn], area: QRectF, line: float) -> list[Places]:
    """The places of ``columns`` in ``area``, from left to right; ``line`` is the height of a line of text."""
    if not columns:
        return []
    stride = (area.width() - 2 * MARGIN) / len(columns)
    gap = stride * (GAP if stride >= NARROW else NARROW_GAP)
    top = area.top() + 2 * line + 14
    found = []
    for place, column in enumerate(columns):
        left = area.left() + MARGIN + place * stride
        caption = QRectF(left, area.top() + 4, stride, line)
        body = QRectF(left + gap / 2, top, stride - gap, area.bottom() - top - MARGIN)
        found.append(_row(column, caption, body) if column.is_row else _maps(column, caption, body))
    return found


def _row(column: WayColumn, caption: QRectF, body: QRectF) -> Places:
    units = len(column.values)
    height = min(LARGEST, (body.height() + CELL_GAP) / units - CELL_GAP)
    if height >= SMALLEST and body.width() >= LEAST_WRITTEN:
        width = min(body.width(), WIDEST)
        left = body.left() + (body.width() - width) / 2
        start = body.top() + (body.height() - units * (height + CELL_GAP) + CELL_GAP) / 2
        cells = tuple(QRectF(left, start + unit * (height + CELL_GAP), width, height) for unit in range(units))
        return Places(caption, body, cells, True)
    side, across = _squares(units, body.width(), body.height(), 1.0)
    side = min(side, LARGEST_SQUARE)
    return Places(caption, body, _grid(units, across, body, side, side), False)


def _maps(column: WayColumn, caption: QRectF, body: QRectF) -> Places:
    kernel = KERNEL if column.kernels is not None else 0.0
    count = len(column.values)
    side, across = _squares(count, body.width(), body.height(), 1.0 + kernel)
    return Places(caption, body, _grid(count, across, body, side * (1 + kernel), side), False, side * kernel)


def _squares(count: int, width: float, height: float, wide: float) -> tuple[float, int]:
    """The largest side of ``count`` cells, ``wide`` times as wide as high, and how many stand beside each other."""
    best = (1.0, 1)
    for across in range(1, count + 1):
        rows = -(-count // across)
        side = min(((width + CELL_GAP) / across - CELL_GAP) / wide, (height + CELL_GAP) / rows - CELL_GAP)
        best = max(best, (side, across))
    return best


def _grid(count: int, across: int, body: QRectF, width: float, height: float) -> tuple[QRectF, ...]:
    """The cells in rows, in the middle of ``body``."""
    rows = -(-count // across)
    left = body.left() + (body.width() - across * (width + CELL_GAP) + CELL_GAP) / 2
    top = body.top() + (body.height() - rows * (height + CELL_GAP) + CELL_GAP) / 2
    return tuple(
        QRectF(left + i % across * (width + CELL_GAP), top + i // across * (height + CELL_GAP), width, height)
        for i in range(count)
    )
