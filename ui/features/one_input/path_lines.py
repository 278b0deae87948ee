"""Draws the path of one map: its steps as lines with the kernels on them, and everything beside it faded."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from ui.widgets.palette import Palette

FADED = 170  # of 255: how much of the background lies over what is not on the path
THINNEST, THICKEST = 1.2, 5.0  # pixels
KERNEL_AT = 0.5  # of a line
SIDE = 18  # pixels of a kernel on a line
BEND = 0.45  # of a line's width: it leaves and arrives level


def fade(painter: QPainter, cells: Iterable[QRectF], palette: Palette) -> None:
    """Push these cells into the background."""
    colour = QColor(palette.background)
    colour.setAlpha(FADED)
    for cell in cells:
        painter.fillRect(cell.adjusted(-1, -1, 1, 1), colour)


def paint_step(
    painter: QPainter, start: QRectF, end: QRectF, share: float, kernel: QImage | None, palette: Palette
) -> None:
    """A line from ``start`` to ``end``, the wider the greater its share, with the kernel on it; both ends framed."""
    left, right = QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y())
    level = QPointF(BEND * (right.x() - left.x()), 0.0)
    line = QPainterPath(left)
    line.cubicTo(left + level, right - level, right)
    painter.setPen(QPen(QColor(palette.accent), THINNEST + (THICKEST - THINNEST) * share))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(line)
    painter.setPen(QPen(QColor(palette.accent), 2))
    for cell in (start, end):
        painter.drawRect(cell.adjusted(-1, -1, 1, 1))
    if kernel is not None:
        middle = line.pointAtPercent(KERNEL_AT)
        area = QRectF(middle.x() - SIDE / 2, middle.y() - SIDE / 2, SIDE, SIDE).toAlignedRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(area, kernel)
        painter.drawRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
