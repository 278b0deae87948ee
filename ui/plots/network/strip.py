"""The formula of a unit with its numbers, below the picture of the network: a sum of pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from relulab.text import Text, joined, text
from relulab.views.network.arrange import EDGE
from relulab.views.network.colours import network_colours
from relulab.views.network.edge_words import Edge, edge_numbers
from relulab.views.network.edges import Lines
from relulab.views.network.formula import Formula, number, signed, without_formula
from relulab.views.network.formula import formula as formula_of
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView
from relulab.views.room import Leaves, leaving, ways
from ui.platform.translation import said
from ui.plots.legend import fits, wrap
from ui.plots.network.marks import Fonts, in_order
from ui.widgets.palette import Palette
from ui.widgets.sizes import px

STRIP = 62  # pixels of height
PICTURE = 32
BETWEEN = 8
TERM = 96  # pixels that a term takes about: its weight, a picture, a space
REST = 430  # pixels of everything else: the name, the bias, what is said to the sample
MOST_TERMS = 12

PROMPT = joined(
    (
        text("Point at a unit or a line: its numbers stand here."),
        leaving(Leaves.CONDITION, text("Click: the inspector.")),
        leaving(Leaves.HOW, text("Wheel or double click: closer.")),
    ),
    " ",
)
LINES = 2  # that a sentence may have
SMALLER_ONES = text("… {count:,} smaller")
INPUTS = text("{count:,} weights · inputs")
FOR_SAMPLE = text("for sample {sample:,}")

PaintCell = Callable[[QPainter, QRectF, Cell], None]


@dataclass(frozen=True, slots=True)
class Strip:
    """Draws the strip into ``area``; ``paint_cell`` draws the picture of a unit."""

    area: QRectF
    palette: Palette
    font: QFont
    paint_cell: PaintCell

    def draw(self, painter: QPainter, view: NetworkView, cell: Cell | None) -> None:
        """The formula of ``cell``, or what to do to see one."""
        self._ground(painter)
        if cell is None:
            self._sentence(painter, PROMPT)
            return
        most = max(1, min(MOST_TERMS, int((self.area.width() - REST) / TERM)))
        found = formula_of(view, cell, most)
        if found is None:
            self._sentence(painter, without_formula(view, cell))
        else:
            self._formula(painter, view, found, cell)

    def draw_edge(self, painter: QPainter, view: NetworkView, edge: Edge, hint: str) -> None:
        """The numbers of a weight, and what can be done with it where that is one weight."""
        self._ground(painter)
        numbers, fonts = edge_numbers(view, edge), Fonts.of(self.font)
        room = self.area.width() - 2 * EDGE
        widths = (
            QFontMetricsF(fonts.bold).horizontalAdvance(said(numbers.weight)),
            QFontMetricsF(fonts.small).horizontalAdvance(hint) + BETWEEN,
        )
        if view.rules[edge.column - 1].lines is Lines.WEIGHTS and hint and in_order(widths, room)[1]:
            self._at_the_right(painter, hint, fonts.small, self.palette.muted, px(24))
        for words, font, ink, below in ((numbers.weight, fonts.bold, self.palette.foreground, px(24)),
                                        (numbers.change, fonts.plain, self.palette.muted, px(46))):  # fmt: skip
            written = QFontMetricsF(font).elidedText(said(words), Qt.TextElideMode.ElideRight, room)
            self._write(painter, written, self.area.left() + EDGE, below, font, ink)

    def _write(self, painter: QPainter, words: str, x: float, below: float, font: QFont, ink: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(QPointF(x, self.area.top() + below), words)

    def _at_the_right(self, painter: QPainter, words: str, font: QFont, ink: str, below: float) -> None:
        x = self.area.right() - EDGE - QFontMetricsF(font).horizontalAdvance(words)
        self._write(painter, words, x, below, font, ink)

    def _ground(self, painter: QPainter) -> None:
        painter.fillRect(self.area, QColor(self.palette.window))
        painter.setPen(QColor(self.palette.grid))
        painter.drawLine(self.area.topLeft(), self.area.topRight())

    def _sentence(self, painter: QPainter, sentence: Text) -> None:
        """On as many lines as there is room for, with fewer phrases where that is too few."""
        painter.setFont(self.font)
        painter.setPen(QColor(self.palette.muted))
        room = self.area.adjusted(EDGE, 0, -EDGE, 0)
        lines = self.sentence_lines(sentence, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "\n".join(lines))

    def sentence_lines(self, sentence: Text, width: int) -> tuple[str, ...]:
        """What is said in so many pixels, line by line."""
        words = [line.words for line in ways([sentence], said)]
        shown = next((one for one in words if fits(one, self.font, width, LINES)), words[-1])
        return wrap(shown, self.font, width, LINES)

    def _formula(self, painter: QPainter, view: NetworkView, formula: Formula, cell: Cell) -> None:
        fonts, colours, ink = Fonts.of(self.font), network_colours(self.palette.dark), self.palette.foreground
        opening = f"{said(formula.name)} = {formula.function}{'(' if formula.function else ''}"
        x = self._word(painter, opening, self.area.left() + EDGE, fonts.bold, ink)
        for term in formula.terms:
            weight = f"{'−' if term.weight < 0 else '+'} {number(term.weight)}"
            x = self._word(painter, weight, x, fonts.plain, colours.number(term.weight))
            x = self._picture(painter, x, term.cell, said(term.name), fonts)
        if formula.left_out:
            words = SMALLER_ONES if formula.terms else INPUTS
            x = self._word(painter, said(words.filled(count=formula.left_out)), x, fonts.plain, self.palette.muted)
        if formula.bias is not None:
            bias = f"{'−' if formula.bias < 0 else '+'} {number(formula.bias)}"
            x = self._word(painter, bias, x, fonts.plain, colours.number(formula.bias))
        x = self._word(painter, ") =" if formula.function else "=", x, fonts.bold, ink)
        self._picture(painter, x, cell, said(formula.name), fonts)
        self._sample(painter, view, formula, fonts)

    def _picture(self, painter: QPainter, x: float, cell: Cell, name: str, fonts: Fonts) -> float:
        box = QRectF(x, self.area.top() + px(7), px(PICTURE), px(PICTURE))
        self.paint_cell(painter, box, cell)
        metrics = QFontMetricsF(fonts.small)
        written = metrics.elidedText(name, Qt.TextElideMode.ElideRight, px(PICTURE + 2 * BETWEEN))
        left = box.center().x() - metrics.horizontalAdvance(written) / 2
        self._write(painter, written, left, self.area.height() - px(8), fonts.small, self.palette.muted)
        return x + px(PICTURE + BETWEEN)

    def _sample(self, painter: QPainter, view: NetworkView, formula: Formula, fonts: Fonts) -> None:
        if formula.sum is None or formula.value is None:
            return
        shown = FOR_SAMPLE.filled(sample=view.picture.sample + 1)
        inside = signed(formula.sum).removeprefix("+")
        equation = f"{formula.function}({inside}) = {signed(formula.value).removeprefix('+')}"
        told = equation if formula.function else inside
        self._at_the_right(painter, said(shown), fonts.small, self.palette.muted, px(24))
        self._at_the_right(painter, told, fonts.bold, self.palette.foreground, px(42))

    def _word(self, painter: QPainter, words: str, x: float, font: QFont, ink: str) -> float:
        metrics = QFontMetricsF(font)
        self._write(painter, words, x, px(23) + metrics.ascent() / 2 - 1, font, ink)
        return x + metrics.horizontalAdvance(words) + BETWEEN / 2
