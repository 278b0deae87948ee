"""A symbol for every class, so that classes differ in shape and not in colour alone."""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF


def _polygon(corners: int, turn: float) -> QPainterPath:
    angles = [turn + 2 * math.pi * k / corners for k in range(corners)]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(math.cos(a), math.sin(a)) for a in angles]))
    path.closeSubpath()
    return path


def _circle() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(-0.85, -0.85, 1.7, 1.7))
    return path


def _bars(*turns: float) -> QPainterPath:
    """Bars through the middle: a plus, a cross."""
    path = QPainterPath()
    for turn in turns:
        along, across = QPointF(math.cos(turn), math.sin(turn)), QPointF(-math.sin(turn), math.cos(turn)) * 0.28
        bar = QPainterPath()
        bar.addPolygon(QPolygonF([along + across, along - across, -along - across, -along + across]))
        bar.closeSubpath()
        path = path.united(bar)
    return path


UP, QUARTER = -math.pi / 2, math.pi / 4

# each within the unit circle around (0, 0)
SYMBOLS = (
    _circle(),
    _polygon(3, UP),
    _polygon(4, QUARTER),
    _bars(QUARTER, 3 * QUARTER),
    _polygon(4, UP),
    _bars(0.0, 2 * QUARTER),
    _polygon(3, -UP),
    _polygon(5, UP),
    _bars(UP, UP + math.pi / 3, UP + 2 * math.pi / 3),
    _polygon(6, 0.0),
)


def symbol(index: int) -> QPainterPath:
    """The symbol of class ``index``; beyond the last they begin again."""
    return SYMBOLS[index % len(SYMBOLS)]
