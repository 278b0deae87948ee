"""The signs of how runs ended, painted at any size, and the grounds that go with them."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from relulab.diagnosis.ends import End
from relulab.views.many.ends import ENDS, EndStyle, Sign
from ui.widgets.palette import Palette

DASH_OF_HATCH = 5.0  # pixels between the lines of a hatched ground


def paint_sign(painter: QPainter, end: End, area: QRectF, colour: str, width: float) -> None:
    """The sign of an end in the middle of ``area``, in lines of this ``width``."""
    side = min(area.width(), area.height())
    square = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _SIGNS[ENDS[end].sign](painter, square)
    painter.restore()


def frame_pen(style: EndStyle, colours: Palette) -> QPen:
    """The line around a picture."""
    pen = QPen(QColor(style.colour(colours.dark)), style.frame)
    if style.dash:
        pen.setDashPattern(style.dash)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def paint_hatched(painter: QPainter, area: QRectF, colour: str) -> None:
    """Lines at 45 degrees over a faint ground."""
    painter.save()
    painter.setClipRect(area)
    ground = QColor(colour)
    ground.setAlphaF(0.1)
    painter.fillRect(area, ground)
    line = QColor(colour)
    line.setAlphaF(0.45)
    painter.setPen(QPen(line, 1))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QLineF(x, area.bottom(), x + area.height(), area.top()))
        x += DASH_OF_HATCH
    painter.restore()


def _tick(painter: QPainter, at: QRectF) -> None:
    points = [(0.12, 0.55), (0.4, 0.82), (0.9, 0.2)]
    painter.drawPolyline([_point(at, x, y) for x, y in points])


def _bar(painter: QPainter, at: QRectF) -> None:
    painter.drawLine(_point(at, 0.1, 0.5), _point(at, 0.9, 0.5))


def _dots(painter: QPainter, at: QRectF) -> None:
    colour = painter.pen().color()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    radius = max(0.9, at.width() * 0.11)
    for x in (0.14, 0.5, 0.86):
        painter.drawEllipse(_point(at, x, 0.5), radius, radius)


def _cross(painter: QPainter, at: QRectF) -> None:
    painter.drawLine(_point(at, 0.1, 0.1), _point(at, 0.9, 0.9))
    painter.drawLine(_point(at, 0.1, 0.9), _point(at, 0.9, 0.1))


def _endless(painter: QPainter, at: QRectF) -> None:
    path = QPainterPath(_point(at, 0.5, 0.5))
    for side in (1, -1):
        path.cubicTo(
            _point(at, 0.5 + side * 0.25, 0.1), _point(at, 0.5 + side * 0.5, 0.25), _point(at, 0.5 + side * 0.5, 0.5)
        )
        path.cubicTo(_point(at, 0.5 + side * 0.5, 0.75), _point(at, 0.5 + side * 0.25, 0.9), _point(at, 0.5, 0.5))
    painter.drawPath(path)


def _mark(painter: QPainter, at: QRectF) -> None:
    painter.drawLine(_point(at, 0.5, 0.08), _point(at, 0.5, 0.62))
    painter.drawPoint(_point(at, 0.5, 0.9))


def _point(at: QRectF, x: float, y: float) -> QPointF:
    return QPointF(at.left() + x * at.width(), at.top() + y * at.height())


_SIGNS: Mapping[Sign, Callable[[QPainter, QRectF], None]] = {
    Sign.TICK: _tick, Sign.BAR: _bar, Sign.DOTS: _dots,
    Sign.CROSS: _cross, Sign.ENDLESS: _endless, Sign.MARK: _mark,
}  # fmt: skip
