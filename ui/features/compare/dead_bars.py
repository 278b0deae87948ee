"""The share of dead units of each hidden layer, as bars: a column for each run of a comparison."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from relulab.diagnosis.ends import End
from relulab.formatting import percent
from relulab.views.compare import LETTERS, CompareView
from relulab.views.many.ends import ENDS
from ui.widgets.palette import Palette

LINE, BAR = 17.0, 8.0  # pixels
NAME, SHARE = 0.36, 0.30  # of a column: for the name of the layer, for its number
WIDEST = 300.0  # pixels of a column


def paint_dead_bars(
    painter: QPainter, area: QRectF, view: CompareView, title: str, none: str, colours: Palette
) -> None:
    """As many layers as fit; ``none`` stands where no unit of a run can die."""
    painter.setPen(QColor(colours.foreground))
    painter.drawText(QRectF(area.left(), area.top(), area.width(), 16), Qt.AlignmentFlag.AlignVCenter, title)
    width = min(area.width() / len(view.runs), WIDEST)
    fitting = int((area.height() - 2 * LINE) / LINE)
    for place in range(len(view.runs)):
        left = area.left() + place * width
        painter.setPen(QColor(colours.foreground))
        painter.drawText(QRectF(left, area.top() + LINE, width, LINE), Qt.AlignmentFlag.AlignVCenter, LETTERS[place])
        layers = view.dead(place)
        if not layers:
            painter.setPen(QColor(colours.muted))
            painter.drawText(QRectF(left, area.top() + 2 * LINE, width - 8, LINE), Qt.AlignmentFlag.AlignVCenter, none)
        for number, layer in enumerate(layers[:fitting]):
            line = QRectF(left, area.top() + (number + 2) * LINE, width - 12, LINE)
            _paint_bar(painter, line, layer.title, layer.share, colours)


def _paint_bar(painter: QPainter, line: QRectF, title: str, share: float, colours: Palette) -> None:
    name = QFontMetricsF(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, NAME * line.width() - 6)
    painter.setPen(QColor(colours.muted))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
    track = QRectF(
        line.left() + NAME * line.width(), line.center().y() - BAR / 2, (1 - NAME - SHARE) * line.width(), BAR
    )
    painter.fillRect(track, QColor(colours.grid))
    track.setWidth(share * track.width())
    painter.fillRect(track, QColor(ENDS[End.DEAD].colour(colours.dark)))
    painter.setPen(QColor(colours.foreground))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(line, right, percent(share, 0))
