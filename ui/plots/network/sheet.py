"""The sheet of a unit, in the place of the network: the sum of pictures that it is, with its numbers."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.formatting import rounded
from relulab.text import text
from relulab.views.network.cells import cell_image, large_image
from relulab.views.network.colours import network_colours
from relulab.views.network.formula import number, signed, unit_title, without_formula
from relulab.views.network.layout import Cell
from relulab.views.network.unit_sum import HERE, MAPS, SUMS, Part, UnitSum, unit_sum
from relulab.views.network.view import NetworkView
from ui.platform.translation import said
from ui.plots.network.marks import Fonts
from ui.plots.network.pictures import image_of_column
from ui.widgets.palette import LIGHT, Palette

EDGE = 20  # pixels around everything
NEAR = 5  # pixels around a number that count as on it
APART = 30  # pixels between two pictures at least, with the sign between them
BESIDE = 8  # pixels between two titles
LARGEST, SMALLEST = 150, 18  # pixels of a term's picture
RESULTS = 1.5  # times as large as a term are sum and result
LARGEST_RESULT = 190  # pixels
BIAS, EQUALS, ARROW = 76, 26, 78  # pixels of width

BIAS_WORD = text("bias")
NO_BIAS = text("no bias")
HERE_IS = text("here {value}")
BACK = text("Arrow keys: another unit. Escape or a double click: back to the network.")


class Target(NamedTuple):
    """A number on the sheet that can be changed: the weight from ``source``, or with None the bias."""

    area: QRectF
    source: Cell | None


@dataclass(frozen=True, slots=True)
class _Grid:
    """So many terms ``across``, pictures of ``side`` pixels and ``apart`` from each other, rows ``high``."""

    across: int
    side: int
    apart: float
    high: float


class UnitSheet(QWidget):
    """Shows one unit. ``cell`` is that unit, ``targets`` where its numbers stand, ``hint`` what to do with them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cell: Cell = (0, 0)
        self.hint = ""
        self.targets: list[Target] = []
        self._view: NetworkView | None = None
        self._palette = LIGHT
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the canvas below it has the hand

    def show_unit(self, view: NetworkView, cell: Cell) -> None:
        """Draw this unit."""
        self._view, self.cell = view, cell
        self.update()

    def target_at(self, at: QPointF) -> Target | None:
        """The number that can be changed at a point."""
        around = QMarginsF(NEAR, NEAR, NEAR, NEAR)
        return next((target for target in self.targets if target.area.marginsAdded(around).contains(at)), None)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(network_colours(self._palette.dark).panel))
        if self._view is None:
            return
        self.targets = []
        found = unit_sum(self._view, self.cell)
        if found is None:
            self._whole_picture(painter, self._view)
        else:
            sheet = _SheetPainter(painter, self._view, found, self._palette, self.font())
            sheet.draw(QRectF(self.rect()), self.targets, self.hint)

    def _whole_picture(self, painter: QPainter, view: NetworkView) -> None:
        """Of a unit that is no sum of single numbers: what it makes, large, and what it does in words."""
        fonts, line = Fonts.of(self.font()), self.fontMetrics().height()
        side = int(min(self.width() - 2 * EDGE, self.height() - 6 * line - 2 * EDGE, 2 * LARGEST))
        pen = _Words(painter)
        pen.write(said(unit_title(view, self.cell)), EDGE, EDGE + line, fonts.bold, self._palette.foreground)
        pen.write(said(without_formula(view, self.cell)), EDGE, EDGE + 2.4 * line, fonts.small, self._palette.muted)
        if side >= SMALLEST:
            painter.drawImage(QPointF(EDGE, EDGE + 4 * line),
                              image_of_column(large_image(view, self.cell, side, self._palette.dark)))  # fmt: skip
        pen.write(said(BACK), EDGE, self.height() - EDGE, fonts.small, self._palette.muted)


class _Words:
    """Writes with a painter."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter

    def write(self, words: str, x: float, baseline: float, font: QFont, ink: str) -> None:
        """From ``x`` on, as far as the border."""
        room = self._painter.viewport().width() - x - 4
        written = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.centre(written, x + QFontMetricsF(font).horizontalAdvance(written) / 2, baseline, font, ink, room)

    def centre(self, words: str, middle: float, baseline: float, font: QFont, ink: str, room: float) -> QRectF:
        """Around ``middle``, in so much room. Returns where it stands."""
        metrics = QFontMetricsF(font)
        written = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        x = middle - metrics.horizontalAdvance(written) / 2
        self._painter.drawText(QPointF(x, baseline), written)
        return QRectF(x, baseline - metrics.ascent(), metrics.horizontalAdvance(written), metrics.height())


class _SheetPainter:
    """Draws one sum."""

    def __init__(
        self, painter: QPainter, view: NetworkView, total: UnitSum, palette: Palette, font: QFont
    ) -> None:  # fmt: skip
        self._painter, self._view, self._total, self._palette = painter, view, total, palette
        self._colours, self._fonts = network_colours(palette.dark), Fonts.of(font)
        self._words = _Words(painter)
        self._line = QFontMetricsF(self._fonts.plain).height()

    def draw(self, room: QRectF, targets: list[Target], hint: str) -> None:
        """Everything into ``room``; where the numbers stand goes into ``targets``, ``hint`` says what can be done."""
        line, fonts = self._line, self._fonts
        self._words.write(said(self._total.title), EDGE, EDGE + line, fonts.bold, self._palette.foreground)
        sums = SUMS.filled(end=rounded(self._total.end))
        self._words.write(said(sums), EDGE, EDGE + 2.2 * line, fonts.small, self._palette.muted)
        below, total = room.bottom() - EDGE, self._total.sum.here
        told = {"sample": self._view.picture.sample + 1}
        here = MAPS.filled(**told) if total is None else HERE.filled(sum=signed(total).removeprefix("+"), **told)
        self._words.write(said(here), EDGE, below - 1.4 * line, fonts.small, self._palette.muted)
        both, wide = f"{said(BACK)} {hint}", QFontMetricsF(fonts.small).horizontalAdvance
        fits = wide(both) <= room.width() - 2 * EDGE
        self._words.write(both if fits else hint or said(BACK), EDGE, below, fonts.small, self._palette.muted)
        inside = room.adjusted(EDGE, EDGE + 3 * line, -EDGE, -EDGE - 3 * line)
        grid = self._grid(inside)
        if grid is None:
            return
        height = grid.high * -(-len(self._total.terms) // grid.across)
        result = min(LARGEST_RESULT, round(RESULTS * grid.side), int(inside.height() - 3 * line))
        width = self._width(grid.across, grid.side, grid.apart) + BIAS + EQUALS + ARROW + 2 * result
        left = inside.left() + max(0.0, (inside.width() - width) / 2)
        top = inside.top() + (inside.height() - height) / 2
        for place, part in enumerate(self._total.terms):
            row, column = divmod(place, grid.across)
            x = left + column * (grid.side + grid.apart) + (grid.apart if grid.across < len(self._total.terms) else 0)
            self._term(part, QPointF(x, top + row * grid.high + line), grid, plus=place > 0, targets=targets)
        self._results(left + self._width(grid.across, grid.side, grid.apart), inside.center().y(), result, targets)

    def _grid(self, room: QRectF) -> _Grid | None:
        """The largest pictures with which all terms fit: with whole titles, else with what there is room for."""
        terms, metrics = len(self._total.terms), QFontMetricsF(self._fonts.bold)
        widest = max(metrics.horizontalAdvance(_title(part)) for part in self._total.terms) + BESIDE
        for least in (widest, 0.0):
            for side in range(LARGEST, SMALLEST - 1, -2):
                high, apart = side + 2.8 * self._line, max(APART, least - side)
                rows = int(room.height() // high)
                results = 2 * min(LARGEST_RESULT, round(RESULTS * side))
                across = -(-terms // max(1, rows))
                if rows and self._width(across, side, apart) + BIAS + EQUALS + ARROW + results <= room.width():
                    return _Grid(across, side, apart, high)
        return None

    def _width(self, across: int, side: int, apart: float) -> float:
        """Of the terms, with the sign before each row."""
        return (across + (across < len(self._total.terms))) * apart + across * side

    def _term(self, part: Part, at: QPointF, grid: _Grid, *, plus: bool, targets: list[Target]) -> None:
        side, room = grid.side, grid.side + grid.apart - BESIDE
        ink = self._palette.foreground if part.weight is None else self._colours.number(part.weight)
        written = self._words.centre(_title(part), at.x() + side / 2, at.y() - 6, self._fonts.bold, ink, room)
        if part.cell is not None:
            targets.append(Target(written, part.cell))
        if plus:
            self._words.centre(
                "+", at.x() - grid.apart / 2, at.y() + side / 2 + 5, self._fonts.plain, self._palette.muted, 20
            )
        self._picture(part, QRectF(at.x(), at.y(), side, side))

    def _picture(self, part: Part, box: QRectF) -> None:
        side = round(box.width())
        image = image_of_column(
            cell_image(part.shown, part.values.astype(np.float32), self._total.end, side, self._palette.dark)
        )
        self._painter.drawImage(box, image)
        self._painter.setPen(QPen(QColor(self._colours.frame), 1))
        self._painter.drawRect(box)
        if part.here is None:
            return
        here = said(HERE_IS.filled(value=signed(part.here) if part.here else "0"))
        self._words.centre(here, box.center().x(), box.bottom() + self._line, self._fonts.small, self._palette.muted,
                           side + APART - 4)  # fmt: skip

    def _results(self, x: float, middle: float, side: int, targets: list[Target]) -> None:
        """The bias, the sum, and what the activation makes of it."""
        bias, muted, foreground = self._total.bias, self._palette.muted, self._palette.foreground
        if bias is None:
            self._words.centre(said(NO_BIAS), x + BIAS / 2, middle, self._fonts.small, muted, BIAS)
        else:
            words = f"{'−' if bias < 0 else '+'} {number(bias)}"
            written = self._words.centre(
                words, x + BIAS / 2, middle, self._fonts.bold, self._colours.number(bias), BIAS
            )
            self._words.centre(said(BIAS_WORD), x + BIAS / 2, middle + self._line, self._fonts.small, muted, BIAS)
            targets.append(Target(written, None))
        x += BIAS
        self._words.centre("=", x + EQUALS / 2 - 4, middle, self._fonts.bold, foreground, EQUALS)
        x += EQUALS
        for part in (self._total.sum, self._total.value):
            box = QRectF(x, middle - side / 2, side, side)
            self._words.centre(
                said(part.name), box.center().x(), box.top() - 6, self._fonts.plain, foreground, side + 20
            )
            self._picture(part, box)
            x += side
            if part is self._total.sum:
                self._arrow(x, middle)
                x += ARROW

    def _arrow(self, x: float, middle: float) -> None:
        words = self._total.function or "="
        self._words.centre(words, x + ARROW / 2, middle - 8, self._fonts.bold, self._palette.foreground, ARROW - 4)
        if not self._total.function:
            return
        self._painter.setPen(QPen(QColor(self._palette.foreground), 1.4))
        end = QPointF(x + ARROW - 10, middle)
        self._painter.drawLine(QPointF(x + 10, middle), end)
        for dy in (-4, 4):
            self._painter.drawLine(end, end + QPointF(-6, dy))


def _title(part: Part) -> str:
    """What stands above a term."""
    name = said(part.name)
    return name if part.weight is None else f"{'−' if part.weight < 0 else '+'} {number(part.weight)} · {name}"
