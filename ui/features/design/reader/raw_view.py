"""The lines of a file as they are written: cells in the colour of their role, lines left out struck through."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from relulab.data.tables.columns import Role
from relulab.data.tables.raw import RawLine
from relulab.data.tables.understanding import Understanding
from relulab.formatting import one_line, readable
from relulab.text import text
from ui.features.design.reader.role_colours import role_colour, role_tint
from ui.platform.translation import said
from ui.widgets.labels import fixed_font
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import Palette

LINES_SEEN = 8
LONGEST_CELL = 40  # letters
GAP = 6  # pixels
PAD = 2.0  # pixels around a cell


class RawLines(PaintedWidget):
    """Paints lines; its accessible description says them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[RawLine] = ()
        self._roles: dict[int, Role] = {}
        self._notes: dict[int, str] = {}
        self._left_out: frozenset[int] = frozenset()
        self._names: frozenset[int] = frozenset()
        self._asked: frozenset[int] = frozenset()
        self.setFont(fixed_font())
        self.setAccessibleName(self.tr("The file as it is written"))
        self._tell()

    def show_lines(self, lines: Sequence[RawLine], table: Understanding | None) -> None:
        """Show these lines, and what was made of them."""
        self._lines = lines
        self._roles = {column.number: column.role for column in table.columns} if table else {}
        skipped = {one.line: said(one.why) for one in table.skipped} if table else {}
        self._left_out = frozenset(skipped)
        self._names = frozenset(line.number for line in lines if _holds_names(line.number, table))
        self._asked = frozenset(one.line for one in table.questions if one.line) if table else frozenset()
        names = dict.fromkeys(self._names, self.tr("names"))
        self._notes = skipped | names | dict.fromkeys(self._asked, self.tr("asked"))
        self._tell()
        self.setFixedHeight(self._line_height() * max(1, len(lines)) + GAP)
        self.update()

    def _tell(self) -> None:
        """What is painted, for a screen reader."""
        told = (f"{line.number}: {one_line(line.text)} {self._notes.get(line.number, '')}" for line in self._lines)
        self.setAccessibleDescription("; ".join(told) or self.tr("No line of it has been read."))

    def sizeHint(self) -> QSize:
        return QSize(300, self._line_height() * LINES_SEEN + GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        height, before = self._line_height(), 0
        for place, line in enumerate(self._lines):
            area = QRectF(0, GAP / 2 + place * height, self.width(), height)
            if line.number > before + 1 and place:
                painter.setPen(QColor(self._colours.grid))
                painter.drawLine(area.topLeft(), area.topRight())
            before = line.number
            if area.intersects(QRectF(event.rect())):
                self._paint(painter, line, area)

    def _paint(self, painter: QPainter, line: RawLine, area: QRectF) -> None:
        metrics = QFontMetricsF(self.font())
        gutter = metrics.horizontalAdvance("0" * max(3, len(str(self._lines[-1].number)))) + GAP
        painter.setFont(self.font())
        painter.setPen(QColor(self._colours.muted))
        number = QRectF(0, area.top(), gutter, area.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line.number))
        note = self._notes.get(line.number, "")
        width = min(metrics.horizontalAdvance(note), area.width() / 2) + 2 * GAP if note else 0.0
        cells = area.adjusted(gutter + 2 * GAP, 0, -width - GAP, 0)
        painter.save()
        painter.setClipRect(cells)
        if line.number in self._left_out or not line.cells:
            self._paint_plain(painter, line, cells)
        else:
            self._paint_cells(painter, line, cells)
        painter.restore()
        if note:
            painter.setPen(QColor(self._colours.warning if line.number in self._asked else self._colours.muted))
            at = QRectF(area.right() - width, area.top(), width - GAP, area.height())
            shown = metrics.elidedText(note, Qt.TextElideMode.ElideRight, at.width())
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_plain(self, painter: QPainter, line: RawLine, area: QRectF) -> None:
        font = QFont(self.font())
        font.setStrikeOut(line.number in self._left_out)
        painter.setFont(font)
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, one_line(line.text, 400))

    def _paint_cells(self, painter: QPainter, line: RawLine, area: QRectF) -> None:
        font = QFont(self.font())
        font.setBold(line.number in self._names)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        inks = {role: _Ink.of(role, self._colours) for role in Role}
        x, base, end = area.left(), area.center().y() + metrics.ascent() / 2 - 1, 0
        for number, (start, stop) in enumerate(line.cells, 1):
            if start > end:
                x = self._paint_separator(painter, readable(line.text[end:start]) or " ", x, base, metrics)
            room = area.right() - x
            if room < metrics.averageCharWidth() * 18 and number < len(line.cells):
                painter.setPen(QColor(self._colours.muted))
                more = said(text("… {more:more cell|more cells}", more=len(line.cells) - number + 1))
                painter.drawText(QPointF(x, base), more)
                return
            ink = inks[self._roles.get(number, Role.IGNORE)]
            x = _paint_cell(painter, one_line(line.text[start:stop], LONGEST_CELL), ink, x, base, metrics)
            end = stop

    def _paint_separator(self, painter: QPainter, between: str, x: float, base: float, metrics: QFontMetricsF) -> float:
        shown = "⇥" if "\t" in between else between.replace(" ", "·")[:4]
        painter.setPen(QColor(self._colours.warning))
        painter.drawText(QPointF(x, base), shown)
        return x + _width(shown, metrics) + PAD

    def _line_height(self) -> int:
        return round(QFontMetricsF(self.font()).lineSpacing() * 1.25)


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a cell is drawn: its text, what lies behind it, and the line under what is predicted."""

    text: QColor
    back: QColor | None = None
    under: QColor | None = None

    @classmethod
    def of(cls, role: Role, colours: Palette) -> "_Ink":
        if role not in (Role.FEATURE, Role.TARGET):
            return cls(QColor(colours.muted))
        under = QColor(role_colour(role, colours)) if role is Role.TARGET else None
        return cls(QColor(colours.foreground), QColor(role_tint(role, colours)), under)


def _paint_cell(painter: QPainter, words: str, ink: _Ink, x: float, base: float, metrics: QFontMetricsF) -> float:
    width = max(_width(words, metrics), 4.0)
    if ink.back is not None:
        back = QRectF(x, base - metrics.ascent(), width + 2 * PAD, metrics.ascent() + metrics.descent())
        painter.fillRect(back, ink.back)
        if ink.under is not None:
            painter.fillRect(QRectF(back.left(), back.bottom() - 1.5, back.width(), 1.5), ink.under)
    painter.setPen(ink.text)
    painter.drawText(QPointF(x + PAD, base), words)
    return x + width + 3 * PAD


def _width(words: str, metrics: QFontMetricsF) -> float:
    """As measured; plain letters of this font are all equally wide, and a line may have hundreds of cells."""
    return len(words) * metrics.horizontalAdvance("0") if words.isascii() else metrics.horizontalAdvance(words)


class RawView(QScrollArea):
    """``lines`` in a frame that shows a few of them; nothing scrolls by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = RawLines()
        self.setWidget(self.lines)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.lines.accessibleName())

    def show_lines(self, lines: Sequence[RawLine], table: Understanding | None) -> None:
        """Show these lines, as high as they are up to a few."""
        self.lines.show_lines(lines, table)
        height = min(self.lines.height(), self.lines.sizeHint().height())
        self.setFixedHeight(height + 2 * self.frameWidth())


def _holds_names(number: int, table: Understanding | None) -> bool:
    if table is None or not table.header.value or number in {one.line for one in table.skipped}:
        return False
    return number < int(table.lines[0])
