"""The lines between two layers as a pixmap that is kept until a line has changed enough to be seen.

Drawn without antialiasing at twice the size and reduced by Qt, all lines of one strength by one call: as good to the
eye as antialiased curves, at a third of the time. Qt reads the pieces of the lines where NumPy wrote them: an object of
Python for each of two thousand pieces took four fifths of the time beside a network that trains.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from shiboken6 import wrapInstance

from relulab.views.network.colours import STEPS, NetworkColours, network_colours
from relulab.views.network.edge_words import Edge
from relulab.views.network.edges import EdgeChoice, EdgeRule, Edges, Floats, Lines
from relulab.views.network.layout import Place, Rectangle
from relulab.views.network.lines import controls, heights_at, pieces_of, widest, width

OVERSIZE = 2
SEEN = 1 / 8  # of the strongest: a smaller change of a line is not drawn at once

Ends = NDArray[np.float64]


def curve(start: tuple[float, float], end: tuple[float, float]) -> QPainterPath:
    """A curve that leaves and arrives horizontally, so that ports can be read."""
    drawn = QPainterPath(QPointF(*start))
    first, second = controls(start, end)
    drawn.cubicTo(*first, *second, *end)
    return drawn


class Gap:
    """The lines before one column: from the ``sender``'s rim to the ``receiver``'s."""

    def __init__(self, rule: EdgeRule, sender: Place, receiver: Place, area: Rectangle) -> None:
        self.rule = rule
        self.sender, self.receiver = sender, receiver
        left, right = sender.ground.right, receiver.ground.left
        self.area = QRect(left, area.top, max(0, right - left), area.height)
        self.edges: Edges | None = None
        self.pixmap: QPixmap | None = None
        self._choice = EdgeChoice(rule)
        self._drawn: dict[tuple[int, int], float] = {}

    def take(self, weights: Floats) -> bool:
        """Choose the lines for these weights; whether they differ visibly from those that are drawn."""
        self.edges = self._choice.choose(weights)
        now = self._strengths(self.edges)
        if now.keys() == self._drawn.keys() and all(abs(s - self._drawn[key]) < SEEN for key, s in now.items()):
            return False
        self._drawn = now
        self.pixmap = None
        return True

    def edge_at(self, x: float, y: float, reach: float) -> Edge | None:
        """The drawn line that is nearest to a point, at most ``reach`` pixels above or below it."""
        if self.edges is None or not len(self.edges) or self.rule.lines not in (Lines.WEIGHTS, Lines.NORMS):
            return None
        starts, ends = self._ends(self.edges)
        away = np.abs(heights_at(x, starts, ends) - y)
        nearest = int(away.argmin())
        found = Edge(self.receiver.column, int(self.edges.receivers[nearest]), int(self.edges.senders[nearest]))
        return found if away[nearest] <= reach else None

    def draw(self, ratio: float, dark: bool) -> QPixmap:
        """The picture of the lines, made anew where they changed."""
        if self.pixmap is None:
            self.pixmap = self._draw(ratio, network_colours(dark))
        return self.pixmap

    def forget(self) -> None:
        """The colours are others: draw again."""
        self.pixmap = None

    def _strengths(self, edges: Edges) -> dict[tuple[int, int], float]:
        signed = np.where(edges.positive, edges.strength, -edges.strength).tolist()
        return dict(zip(zip(edges.receivers.tolist(), edges.senders.tolist(), strict=True), signed, strict=True))

    def _draw(self, ratio: float, colours: NetworkColours) -> QPixmap:
        size = self.area.size() * ratio
        if size.isEmpty():
            return QPixmap()
        large = QPixmap(size * OVERSIZE)
        large.fill(QColor(colours.panel))
        painter = QPainter(large)
        painter.scale(OVERSIZE * ratio, OVERSIZE * ratio)
        painter.translate(-self.area.topLeft())
        if self.rule.lines is Lines.NONE:
            self._funnel(painter, colours)
        elif self.edges is not None:
            self._lines(painter, self.edges, colours)
        painter.end()
        fit, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = large.scaled(size, fit, smooth)
        small.setDevicePixelRatio(ratio)
        return small

    def _lines(self, painter: QPainter, edges: Edges, colours: NetworkColours) -> None:
        thickest = widest(self.rule, self.sender, self.receiver, len(edges))
        steps = np.rint(edges.strength * (STEPS - 1)).astype(int)
        keys = 2 * steps + (edges.positive ^ (steps % 2 == 1))  # of one strength now this sign on top, now that
        order = np.argsort(keys, kind="stable")  # the strongest on top
        starts, ends = self._ends(edges)
        pieces = pieces_of(starts[order], ends[order])  # each is what a QLineF is: four such numbers
        for (step, positive), first, last in _alike(keys[order]):
            sign = positive if self.rule.lines is Lines.WEIGHTS else None
            pen = QPen(QColor(colours.line(step, positive=sign)), width(step / (STEPS - 1), thickest))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap if thickest > 2.5 else Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            drawn = pieces[first:last]
            painter.drawLines(cast(QLineF, wrapInstance(drawn.ctypes.data, QLineF)), drawn.shape[0] * drawn.shape[1])

    def _ends(self, edges: Edges) -> tuple[Ends, Ends]:
        """(n, 2) each: where the lines begin and end."""
        outgoing, incoming = self._ports
        return outgoing[edges.senders], incoming[edges.receivers]

    @cached_property
    def _ports(self) -> tuple[Ends, Ends]:
        """(senders, 2), (receivers, 2): of all units on both sides."""
        outgoing = [self.sender.port(unit, outgoing=True) for unit in range(self.rule.senders)]
        incoming = [self.receiver.port(unit, outgoing=False) for unit in range(self.rule.receivers)]
        return np.array(outgoing, np.float64), np.array(incoming, np.float64)

    def _funnel(self, painter: QPainter, colours: NetworkColours) -> None:
        """Each unit sees all of the image: a pale area from the image to the column."""
        start, end = self.sender.ground, self.receiver.ground
        path = curve((start.right, start.top), (end.left, end.top))
        path.lineTo(end.left, end.bottom)
        back = curve((start.right, start.bottom), (end.left, end.bottom)).toReversed()
        path.connectPath(back)
        path.closeSubpath()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path, QColor(colours.ground_rim))


def _alike(keys: NDArray[np.int_]) -> Iterator[tuple[tuple[int, bool], int, int]]:
    """Lines that one pen draws, of sorted ``keys`` (n,): step of strength and sign, the first, behind the last."""
    bounds = [0, *(np.flatnonzero(np.diff(keys)) + 1).tolist(), len(keys)]
    for first, last in pairwise(bounds if len(keys) else ()):
        step, second = divmod(int(keys[first]), 2)
        yield (step, bool(second ^ (step % 2))), first, last
