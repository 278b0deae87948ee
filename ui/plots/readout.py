"""The little card beside the cursor that says exact values, and what reads the cells of a picture out on it."""

from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.widgets.labels import HtmlLabel, as_html
from ui.widgets.palette import Palette

C = TypeVar("C")  # what names a cell: a number, (row, column), a point of a plane

ARROWS = {  # columns to the right, rows down
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
AWAY = 14  # pixels between the cursor and the card
ROWS_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Values of one thing: its name, its colour (empty for no mark), one text per column."""

    name: str
    colour: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands at one place. ``notes`` are lines beneath the table; ``left_out`` counts rows that did not fit."""

    heading: str
    rows: tuple[ReadingRow, ...]
    notes: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def text(self) -> str:
        """In one line, for screen readers."""
        rows = [f"{row.name} {', '.join(row.texts)}".rstrip() for row in self.rows]
        return " · ".join([self.heading, *rows, *self.notes])


class Readout(HtmlLabel):
    """A card on top of ``parent`` that keeps out of the cursor's way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._area = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.setStyleSheet(
            f"background: {palette.window}; color: {palette.foreground};"
            f" border: 1px solid {palette.muted}; border-radius: 3px; padding: 1px 4px;"
        )

    def show_reading(self, reading: Reading, at: QPoint) -> None:
        """Say ``reading`` beside the pixel ``at`` of the parent; what is too long for it loses the end of its names."""
        self._say(reading)
        words = [row.name for row in reading.rows] + [*reading.notes]
        longest = max(map(self.fontMetrics().horizontalAdvance, words), default=0)
        too_much = self.width() - self._area.width()
        if too_much > 0:
            self._say(self._elided(reading, max(0, longest - too_much)))
        self.move(_beside(at, self, self._area))
        self.show()
        self.raise_()

    def _say(self, reading: Reading) -> None:
        self.setText(_as_html(reading))
        self.adjustSize()

    def _elided(self, reading: Reading, pixels: int) -> Reading:
        """With no name and no note longer than so many pixels."""

        def short(words: str) -> str:
            return self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, pixels)

        rows = tuple(replace(row, name=short(row.name)) for row in reading.rows)
        return replace(reading, rows=rows, notes=tuple(map(short, reading.notes)))


def _as_html(reading: Reading) -> str:
    rows = []
    for row in reading.rows:
        cells = "".join(f'<td align="right">&nbsp;{as_html(text)}</td>' for text in row.texts)
        mark = f'<span style="color:{row.colour}">&#9632;</span>&nbsp;' if row.colour else ""
        rows.append(f"<tr><td>{mark}{as_html(row.name)}</td>{cells}</tr>")
    more = [f"+ {reading.left_out}"] if reading.left_out else []
    below = "".join(f"<div>{as_html(line)}</div>" for line in [*more, *reading.notes])
    return f"<b>{as_html(reading.heading)}</b><table cellspacing=0>{''.join(rows)}</table>{below}"


def _beside(at: QPoint, card: QWidget, area: QWidget) -> QPoint:
    """Right of the cursor, or left of it where there is more room; always within the area."""
    x = at.x() + AWAY
    if x + card.width() > area.width() and at.x() > area.width() / 2:
        x = at.x() - AWAY - card.width()
    y = at.y() - card.height() // 2
    return QPoint(max(0, min(x, area.width() - card.width())), max(0, min(y, area.height() - card.height())))


class Cells(Protocol[C]):
    """A picture of cells."""

    def cell_at(self, at: QPoint) -> C | None: ...  # the cell at a pixel
    def rect_of(self, cell: C) -> QRect: ...  # the pixels of a cell
    def neighbour(self, cell: C | None, across: int, down: int) -> C | None: ...  # where an arrow key leads to
    def read(self, cell: C) -> Reading: ...  # what a cell says


class CellReader(QObject, Generic[C]):
    """``current`` is the cell that is read out, on a card over ``area`` (or the host itself).

    It is the one under the mouse, or the one that the arrow keys have walked to.

    ``cells`` are shown on ``host``; ``moved`` tells that another one is read out, or none; ``pressed`` carries one that
    was clicked.
    """

    moved = Signal()
    pressed = Signal(object)

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            cell = self._cells.cell_at(event.position().toPoint())
            if cell != self.current:
                self.show_cell(cell)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self.pressed.emit(self._cells.cell_at(event.position().toPoint()))
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
