"""Reads out the cells of a picture: the one under the mouse, or the one that the arrow keys have walked to."""

from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.plots.readout import Reading, Readout
from ui.widgets.palette import Palette

C = TypeVar("C")  # what names a cell: a number, (row, column), a point of a plane


ARROWS = {  # columns to the right, rows down
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Cells(Protocol[C]):
    """A picture of cells."""

    def cell_at(self, at: QPoint) -> C | None: ...  # the cell at a pixel
    def rect_of(self, cell: C) -> QRect: ...  # the pixels of a cell
    def neighbour(self, cell: C | None, across: int, down: int) -> C | None: ...  # where an arrow key leads to
    def read(self, cell: C) -> Reading: ...  # what a cell says


class CellReader(QObject, Generic[C]):
    """``current`` is the cell that is read out, on a card over ``area`` (or the host itself).

    ``cells`` are shown on ``host``; ``moved`` tells that another one is read out, or none.
    """

    moved = Signal()

    def __init__(self, host: QWidget, cells: Cells[C], area: QWidget | None = None) -> None:
        super().__init__(host)
        self.current: C | None = None
        self.card = Readout(area or host)
        self._area = area or host
        self._host = host
        self._cells = cells
        host.setMouseTracking(True)
        host.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        host.installEventFilter(self)
        if isinstance(host, QAbstractScrollArea):  # the mouse moves over what it scrolls
            host.viewport().installEventFilter(self)

    def show_cell(self, cell: C | None) -> None:
        """Read out a cell, or none."""
        self.current = cell
        if cell is None:
            self.card.hide()
        else:
            reading = self._cells.read(cell)
            centre = self._cells.rect_of(cell).center()
            self.card.show_reading(reading, self._host.mapTo(self._area, centre))
            self._host.setAccessibleDescription(reading.text)
        self._host.update()
        self.moved.emit()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.card.set_theme(palette)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            cell = self._cells.cell_at(event.position().toPoint())
            if cell != self.current:
                self.show_cell(cell)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.show_cell(None)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._walk(Qt.Key(event.key()))
        return False

    def _walk(self, key: Qt.Key) -> bool:
        """The arrow keys walk from cell to cell, Escape puts the reading away."""
        if key == Qt.Key.Key_Escape and self.current is not None:
            self.show_cell(None)
            return True
        if key not in ARROWS:
            return False
        self.show_cell(self._cells.neighbour(self.current, *ARROWS[key]))
        return True
