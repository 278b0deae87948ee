"""The unit under the mouse: its strongest lines in and out light up, with their numbers where they begin."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from relulab.views.network.colours import network_colours
from relulab.views.network.edge_words import Edge
from relulab.views.network.edges import Lines, strongest
from relulab.views.network.formula import signed
from relulab.views.network.layout import Cell, NetworkLayout
from relulab.views.network.lines import widest
from relulab.views.network.view import NetworkView
from ui.plots.network.gaps import Gap, curve
from ui.plots.network.marks import Fonts
from ui.widgets.palette import Palette

LIT = 16  # lines in, and out
NUMBERED = 12  # up to so many inputs have their numbers at the lines
BELOW_ZERO = (4.0, 2.5)  # of a line below zero: sign is not told by colour alone
THINNEST = 1.0

Weights = NDArray[np.float32]


class Highlight:
    """Draws what belongs to one unit over the faded lines."""

    def __init__(
        self, painter: QPainter, view: NetworkView, layout: NetworkLayout, palette: Palette, font: QFont
    ) -> None:
        self._painter, self._view, self._layout, self._palette = painter, view, layout, palette
        self._colours, self._font = network_colours(palette.dark), Fonts.of(font).small

    def draw(self, gaps: list[Gap], cell: Cell | None, edge: Edge | None) -> None:
        """The lines of ``cell``, and in a block the way from its picture to its ports; or the one line ``edge``."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for gap in gaps:
            if gap.rule.lines is Lines.NONE:
                continue
            weights = self._view.weights(gap.receiver.column)
            if cell is None:
                if edge is not None and gap.receiver.column == edge.column:
                    self._lines(gap, [(edge.receiver, edge.sender)], weights, numbered=False)
            elif gap.receiver.column == cell[0]:
                incoming = [(cell[1], sender) for sender in strongest(weights[cell[1]], LIT)]
                self._lines(gap, incoming, weights, numbered=self._has_room(gap))
            elif gap.sender.column == cell[0]:
                outgoing = [(receiver, cell[1]) for receiver in strongest(weights[:, cell[1]], LIT)]
                self._lines(gap, outgoing, weights, numbered=False)
        for end in (cell,) if cell is not None else () if edge is None else (edge.source, edge.target):
            self._leader(end)

    def _has_room(self, gap: Gap) -> bool:
        """Whether the numbers of the lines fit above each other, and are weights."""
        few = gap.rule.senders <= NUMBERED and gap.rule.lines is Lines.WEIGHTS
        return few and gap.sender.across == 1 and gap.sender.side >= QFontMetricsF(self._font).height()

    def _lines(self, gap: Gap, ends: list[tuple[int, int]], weights: Weights, *, numbered: bool) -> None:
        largest = float(np.abs(np.nan_to_num(weights)).max(initial=0.0)) or 1.0
        thickest = max(3.0, widest(gap.rule, gap.sender, gap.receiver, len(ends)))
        for receiver, sender in reversed(ends):
            weight = float(weights[receiver, sender])
            has_sign, negative = gap.rule.lines is Lines.WEIGHTS, weight < 0
            full = self._colours.negative if negative else self._colours.positive
            pen = QPen(QColor(full if has_sign else self._colours.neutral))
            pen.setWidthF(THINNEST + (thickest - THINNEST) * abs(weight) / largest)
            if has_sign and negative:
                pen.setDashPattern(BELOW_ZERO)
            x, y = gap.sender.port(sender, outgoing=True)
            start = self._number(weight, x, y) if numbered else x
            self._painter.setPen(pen)
            self._painter.drawPath(curve((start, y), gap.receiver.port(receiver, outgoing=False)))

    def _number(self, weight: float, x: float, y: float) -> float:
        """The number where a line begins; the line begins after it, at the place that is returned."""
        metrics, words = QFontMetricsF(self._font), signed(weight)
        self._painter.setFont(self._font)
        self._painter.setPen(QColor(self._colours.number(weight)))
        self._painter.drawText(QPointF(x + 7, y + metrics.ascent() / 2 - 1), words)
        return x + 7 + metrics.horizontalAdvance(words) + 4

    def _leader(self, cell: Cell) -> None:
        """From the picture of a unit in a block to its ports, through the space under its row."""
        place = self._layout.places[cell[0]]
        if not place.block:
            return
        where = place.rectangle(cell[1])
        below = where.bottom + place.below / 2
        self._painter.setPen(QPen(QColor(self._palette.foreground), 1.2))
        for outgoing in (False, True):
            x, y = place.port(cell[1], outgoing=outgoing)
            self._painter.drawLine(QPointF(where.centre[0], below), QPointF(x, below))
            self._painter.drawLine(QPointF(x, below), QPointF(x, y))
