"""The little card beside the cursor that says exact values."""

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.widgets.palette import Palette

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


class Readout(QLabel):
    """A card on top of ``parent`` that keeps out of the cursor's way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.setStyleSheet(
            f"background: {palette.window}; color: {palette.foreground};"
            f" border: 1px solid {palette.muted}; border-radius: 3px; padding: 1px 4px;"
        )

    def show_reading(self, reading: Reading, at: QPoint) -> None:
        """Say ``reading`` beside the pixel ``at`` of the parent."""
        self.setText(_as_html(reading))
        self.adjustSize()
        self.move(_beside(at, self, self._area))
        self.show()
        self.raise_()


def _as_html(reading: Reading) -> str:
    rows = []
    for row in reading.rows:
        cells = "".join(f'<td align="right">&nbsp;{escape(text)}</td>' for text in row.texts)
        mark = f'<span style="color:{row.colour}">&#9632;</span>&nbsp;' if row.colour else ""
        rows.append(f"<tr><td>{mark}{escape(row.name)}</td>{cells}</tr>")
    more = [f"+ {reading.left_out}"] if reading.left_out else []
    below = "".join(f"<div>{escape(line)}</div>" for line in [*more, *reading.notes])
    return f"<b>{escape(reading.heading)}</b><table cellspacing=0>{''.join(rows)}</table>{below}"


def _beside(at: QPoint, card: QWidget, area: QWidget) -> QPoint:
    """Right of the cursor, or left of it where there is more room; always within the area."""
    x = at.x() + AWAY
    if x + card.width() > area.width() and at.x() > area.width() / 2:
        x = at.x() - AWAY - card.width()
    y = at.y() - card.height() // 2
    return QPoint(max(0, min(x, area.width() - card.width())), max(0, min(y, area.height() - card.height())))
