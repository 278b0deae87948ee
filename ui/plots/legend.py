"""Texts beside the data instead of on top of them, which never make their panel wider.

The samples and names of a legend flow into as many rows as needed, secondary text into a line or two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetrics,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.formatting import one_line, readable, unbroken
from relulab.views.colours import Rgb, hex_of
from ui.plots.curves import Line
from ui.widgets.labels import set_tip
from ui.widgets.sizes import px, share

SAMPLE = 22  # pixels that a line sample takes
MANY_ROWS = 99
LINE = 24  # pixels of a line of controls: the first row of a legend in it stands in its middle
DIAMOND = 9  # pixels across
SHORTEST_SCALE = 14  # pixels that a scale takes at least
GAP = 12  # pixels between two entries
SPACE = 5  # pixels between a sample and its name
LINES_AT_MOST = 2  # of secondary text


class Sample(Enum):
    """What is drawn before a name."""

    LINE = "line"
    LINE_WITH_POINT = "line with point"
    LINE_IN_BAND = "line in band"
    POINT = "point"
    TRIANGLE = "triangle"
    DIAMONDS = "diamonds"
    CELL = "cell"
    SCALE = "scale"


LINES = (Sample.LINE, Sample.LINE_WITH_POINT, Sample.LINE_IN_BAND)
BAND_OPACITY = 0.25
SCALE_STEPS = 17  # shades of a scale, one of them in its middle


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One name. ``dash`` belongs to lines, ``symbol`` and ``ink`` to cells, many ``colours`` to scales and diamonds."""

    name: str
    colours: tuple[str, ...]
    sample: Sample = Sample.LINE
    dash: tuple[float, ...] = ()
    symbol: str = ""
    ink: str = "#000000"

    def width(self, metrics: QFontMetrics) -> int:
        """Pixels of sample and name; one more, for Qt rounds the width of a name down and cuts it where that is all."""
        return self.sample_width(metrics) + px(SPACE) + metrics.horizontalAdvance(self.name) + 1

    def sample_width(self, metrics: QFontMetrics) -> int:
        """Pixels of the sample alone."""
        diamonds = px(DIAMOND) * len(self.colours)
        wide = {Sample.SCALE: px(2 * SAMPLE), Sample.DIAMONDS: diamonds, **dict.fromkeys(LINES, px(SAMPLE))}
        return wide.get(self.sample, metrics.height() - 2)


def entry_of(line: Line, sample: Sample = Sample.LINE) -> LegendEntry:
    """The entry of one curve."""
    return LegendEntry(line.name, (line.style.colour,), sample, dash=line.style.dash)


def scale_entry(name: str, table: Rgb) -> LegendEntry:
    """The entry of a colour map (shades, 3)."""
    shades = tuple(hex_of(table[index]) for index in np.linspace(0, len(table) - 1, SCALE_STEPS).astype(int))
    return LegendEntry(name, shades, Sample.SCALE)


LONGEST_NAME = 200  # letters of one entry


class FlowingText(QWidget):
    """As wide as there is room; a subclass says with ``heightForWidth`` how high that makes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(100, self.heightForWidth(max(100, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def hasHeightForWidth(self) -> bool:
        return True


class Legend(FlowingText):
    """Paints its entries; the names are its accessible name. ``line``: the height of the controls beside a row."""

    spoken_as = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None, line: int = 0) -> None:
        super().__init__(parent)
        self.entries: tuple[LegendEntry, ...] = ()
        self._most_rows, self._line = MANY_ROWS, line

    def set_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        """Show ``entries``; cheap when they are the same as before."""
        if entries == self.entries:
            return
        self.entries = tuple(replace(entry, name=one_line(entry.name, LONGEST_NAME)) for entry in entries)
        self.setAccessibleName(", ".join(entry.name for entry in entries))
        set_tip(self, self.accessibleName())
        self.updateGeometry()
        self.update()

    def set_most_rows(self, rows: int) -> None:
        """Leave out what would need more rows; the tool tip has it all."""
        if rows != self._most_rows:
            self._most_rows = rows
            self.updateGeometry()
            self.update()

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        return rows * self._row_height() + (self._apart() if rows > 1 else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        above = self._above()
        places = self._places(self.width())
        last = self._most_rows * self._row_height()
        for i, (entry, (left, row)) in enumerate(zip(self.entries, places, strict=True)):
            if row >= last:
                break
            top = above + row
            sample = QRectF(left, top + 1, self._sample_width(entry, left), self._row_height() - 2)
            paint_sample(painter, entry, sample)
            painter.setPen(self.palette().windowText().color())
            name_left = sample.right() + px(SPACE)
            more = i + 1 < len(places) and places[i + 1][1] >= last
            room = int(self.width() - name_left)
            name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, room)
            if more and metrics.horizontalAdvance(f"{name} …") <= room:
                name = f"{name} …"
            painter.drawText(QPointF(name_left, top + 1 + metrics.ascent()), name)

    def entry_at(self, at: QPoint | None) -> int | None:
        """Which entry is at a pixel, without one the first; None where there is none."""
        places = range(len(self.entries))
        return next((index for index in places if at is None or self.area_of(index).contains(at)), None)

    def area_of(self, index: int) -> QRect:
        """The pixels of an entry: its sample and its name."""
        left, row = self._places(self.width())[index]
        above = self._above()
        wide = min(self.entries[index].width(QFontMetrics(self.font())), self.width() - left)
        return QRect(left, above + row, wide, self._row_height())

    def _sample_width(self, entry: LegendEntry, left: int) -> int:
        """A scale is shorter where its name would not fit beside it."""
        metrics = QFontMetrics(self.font())
        wide = entry.sample_width(metrics)
        room = self.width() - left - px(SPACE) - metrics.horizontalAdvance(entry.name) - 1  # its width is rounded
        return max(px(SHORTEST_SCALE), min(wide, room)) if entry.sample is Sample.SCALE else wide

    def _rows(self, width: int) -> int:
        return min(self._most_rows, len({top for _, top in self._places(width)}))

    def _apart(self) -> int:
        """Pixels above the first of several rows: it stands in the middle of the controls beside it."""
        return max(0, px(self._line) - self._row_height()) // 2

    def _above(self) -> int:
        """Pixels above the first row."""
        rows = self._rows(self.width())
        if rows > 1 and self._line:
            return self._apart()
        return max(0, self.height() - rows * self._row_height()) // 2

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 2

    def _places(self, width: int) -> list[tuple[int, int]]:
        """Left and top of each entry when they flow into rows of ``width``."""
        metrics = QFontMetrics(self.font())
        places, left, top = [], 0, 0
        for entry in self.entries:
            wide = entry.width(metrics)
            if left and left + wide > width:
                left, top = 0, top + self._row_height()
            places.append((left, top))
            left += wide + px(GAP)
        return places


def paint_sample(painter: QPainter, entry: LegendEntry, area: QRectF) -> None:
    """Draw the sample of ``entry`` into ``area``."""
    colour = QColor(entry.colours[0])
    middle = area.center()
    if entry.sample is Sample.LINE_IN_BAND:
        painter.setOpacity(BAND_OPACITY)
        painter.fillRect(area.adjusted(0, 1, 0, -1), colour)
        painter.setOpacity(1.0)
    if entry.sample in LINES:
        pen = QPen(colour, px(2))
        if entry.dash:
            pen.setDashPattern([length / 2 for length in entry.dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    painter.setPen(QPen(colour, 1.5 * share()))
    if entry.sample in (Sample.POINT, Sample.LINE_WITH_POINT):
        painter.setBrush(colour)
        painter.drawEllipse(middle, px(3), px(3))
    elif entry.sample is Sample.TRIANGLE:
        painter.setBrush(colour)
        corners = [middle + QPointF(x, y) * share() for x, y in ((0, -4), (4, 3), (-4, 3))]
        painter.drawPolygon(QPolygonF(corners))
    elif entry.sample is Sample.DIAMONDS:
        _paint_diamonds(painter, entry.colours, area)
    elif entry.sample is Sample.CELL:
        painter.fillRect(area, colour)
        painter.setPen(QColor(entry.ink))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, entry.symbol)
    elif entry.sample is Sample.SCALE:
        gradient = QLinearGradient(area.topLeft(), area.topRight())
        for i, step in enumerate(entry.colours):
            gradient.setColorAt(i / max(1, len(entry.colours) - 1), QColor(step))
        painter.fillRect(area.adjusted(0, 2, 0, -2), gradient)


def _paint_diamonds(painter: QPainter, colours: Sequence[str], area: QRectF) -> None:
    """One in each colour, from left to right."""
    painter.setPen(Qt.PenStyle.NoPen)
    half = px(DIAMOND) / 2
    for place, colour in enumerate(colours):
        middle = QPointF(area.left() + (2 * place + 1) * half, area.center().y())
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) * half for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]))


class ElidedText(FlowingText):
    """One or two lines; the whole text is in the tool tip and the accessible name.

    ``shorter``: what is said instead where there is no room for all, the longest first; the last one is cut if need be.
    """

    spoken_as = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._ways: tuple[str, ...] = ("",)
        self._most_lines = LINES_AT_MOST

    def set_most_lines(self, lines: int) -> None:
        """Show no more than these; the tool tip has it all."""
        if lines != self._most_lines:
            self._most_lines = lines
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        return self._text

    def set_text(self, text: str, *shorter: str) -> None:
        """Show ``text``, and ``shorter`` where there is less room; cheap when it is the same as before."""
        if text == self._text:
            return
        lines_before = self.heightForWidth(self.width())
        self._text = readable(text)
        self._ways = (self._text, *map(readable, shorter))
        set_tip(self, text)
        self.setAccessibleName(self._text)
        if self.heightForWidth(self.width()) != lines_before:
            self.updateGeometry()
        self.update()

    def lines(self) -> tuple[str, ...]:
        """What is to be read of it, line by line."""
        return self._wrapped(self.width())

    def way(self, width: int) -> int:
        """Which of the ways to say it fits: 0 is all of it."""
        fitting = (place for place, words in enumerate(self._ways) if fits(words, self.font(), width, self._most_lines))
        return next(fitting, len(self._ways) - 1)

    def heightForWidth(self, width: int) -> int:
        return len(self._wrapped(width)) * QFontMetrics(self.font()).height()

    def _wrapped(self, width: int) -> tuple[str, ...]:
        return wrap(self._ways[self.way(width)], self.font(), width, self._most_lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        for row, line in enumerate(self.lines()):
            painter.drawText(QPointF(0, row * metrics.height() + metrics.ascent()), line)


def fits(text: str, font: QFont, width: int, lines: int) -> bool:
    """Whether ``text`` is whole on so many lines of ``width`` pixels."""
    return len(wrap(text, font, width, lines + 1)) <= lines


def wrap(text: str, font: QFont, width: int, lines: int) -> tuple[str, ...]:
    """``text`` broken at words into at most ``lines`` lines of ``width`` pixels, the last one cut with "…"."""
    return _wrapped(unbroken(text), font.key(), width, lines) if text else ()


@lru_cache(maxsize=64)  # asked for with each layout and each drawing
def _wrapped(text: str, font_key: str, width: int, lines: int) -> tuple[str, ...]:
    font = QFont()
    font.fromString(font_key)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    broken: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        start = line.textStart()
        if len(broken) == lines - 1:
            broken.append(QFontMetrics(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, max(1, width)))
            break
        broken.append(text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    return tuple(broken)
