"""A share of runs on a scale from 0 to 100 %, with the interval in which the share of all starts lies."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.views.colours import mix
from relulab.views.many.counts import Share
from ui.platform.translation import said
from ui.plots.lettering import small
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size

SIZE = QSize(310, 56)
SIDE = 22  # pixels
TITLE, SCALE, TICKS, LINE = 0, 16, 40, 14  # pixels from the top to each part, and of a line of words
BAR, DISC, END = 7, 11, 14  # pixels: of the bar, the share on it, and the ends of its interval
TRIANGLE = 5, 8  # half of its foot, and its height, in pixels
HALF_TONE = 0.55  # of the colour of the interval


def paint_interval(painter: QPainter, area: QRectF, share: Share, colour: str, colours: Palette) -> None:
    """The scale as a bar across the middle of ``area``, the interval on it, the share itself as a disc."""
    middle, bar = area.center().y(), px(BAR)

    def across(value: float) -> float:
        return area.left() + value * area.width()

    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.grid))
    painter.drawRoundedRect(QRectF(area.left(), middle - bar / 2, area.width(), bar), bar / 2, bar / 2)
    if share.has_interval:
        low, high = (across(end) for end in share.interval)
        painter.setBrush(QColor(mix(colour, colours.background, HALF_TONE)))
        painter.drawRect(QRectF(low, middle - bar / 2, high - low, bar))
        painter.setPen(QPen(QColor(colour), px(2)))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - px(END) / 2), QPointF(end, middle + px(END) / 2))
    painter.setPen(QPen(QColor(colours.background), 1.4))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QPointF(across(share.value), middle), px(DISC) / 2, px(DISC) / 2)


class IntervalScale(PaintedWidget):
    """Shows a share; empty without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: Share | None = None
        self._forecast: float | None = None
        self._title = self._colour = ""
        self.show_share(None)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: Share | None, title: str = "", colour: str = "", forecast: float | None = None) -> None:
        """Show ``share`` under its ``title``, and what was ``forecast``; None shows nothing."""
        self._share, self._title, self._colour, self._forecast = share, title, colour, forecast
        self.setAccessibleName(title or self.tr("Share of the starts"))
        self.setAccessibleDescription(self._in_words(share))
        self.update()

    def _in_words(self, share: Share | None) -> str:
        if share is None:
            return self.tr("not known yet")
        words = self.tr("{found} of {of}").format(found=share.found, of=share.of)
        if not share.has_interval:
            return words
        return self.tr("{words}, 95 % interval {limits}").format(words=words, limits=said(share.limits))

    def sizeHint(self) -> QSize:
        return px_size(SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._share is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        side, line = px(SIDE), px(LINE)
        area = QRectF(side, px(SCALE), self.width() - 2 * side, side)
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(QRectF(side - px(6), TITLE, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._title)
        for per_cent in (0, 25, 50, 75, 100):
            place = area.left() + per_cent / 100 * area.width()
            at = QRectF(place - px(30), px(TICKS), px(60), line)
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, f"{per_cent} %")
        paint_interval(painter, area, self._share, self._colour, self._colours)
        if self._forecast is not None:
            tip = QPointF(area.left() + self._forecast * area.width(), area.center().y() + px(BAR) / 2 + 1)
            half, height = map(px, TRIANGLE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colours.foreground))
            painter.drawPolygon([tip, tip + QPointF(half, height), tip + QPointF(-half, height)])
