"""The line of a map at which half of the starts do it, with what it is called."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ui.plots.lettering import small
from ui.widgets.palette import Palette
from ui.widgets.sizes import share

LINE, RIM = 2.0, 4.5  # pixels, the rim in the colour of the ground
AIR = 4.0  # pixels around the letters


def paint_half_lines(painter: QPainter, lines: Sequence[QPolygonF], words: str, colours: Palette) -> None:
    """The lines, and their name in the middle of the longest one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((colours.background, RIM), (colours.foreground, LINE)):
        painter.setPen(QPen(QColor(colour), width * share(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        for line in lines:
            painter.drawPolyline(line)
    longest = max(lines, key=lambda line: line.count())
    painter.setFont(small(painter.font()))
    metrics = QFontMetricsF(painter.font())
    area = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * AIR * share(), metrics.height() + AIR * share())
    area.moveCenter(longest.at(longest.count() // 2))
    view = QRectF(painter.viewport())
    area.moveTopLeft(
        QPointF(
            min(max(area.left(), view.left()), view.right() - area.width()),
            min(max(area.top(), view.top()), view.bottom() - area.height()),
        )
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.background))
    painter.drawRoundedRect(area, 3, 3)
    painter.setPen(QColor(colours.foreground))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
