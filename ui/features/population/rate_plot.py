"""The learning-rate test as two strips over one axis of rates: the loss, and how much of the worst layer is dead."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from relulab.diagnosis.ends import End
from relulab.formatting import percent
from relulab.population.rate_test import HIGHEST, LOWEST
from relulab.views.colours import BAND_OPACITY, mix
from relulab.views.many.ends import ENDS
from relulab.views.many.rate_test import RateTest, rates_of
from relulab.views.many.seeds import Floats
from ui.plots.lettering import small
from ui.plots.loss_axis import LossAxis
from ui.widgets.painted import PaintedWidget
from ui.widgets.sizes import px, px_size, share

LEFT, RIGHT, HEAD, FOOT, BETWEEN = 56, 20, 48, 40, 34  # pixels around the strips
LINE, MARK = 14, 80  # pixels of a line of words, and of the name of a mark
LOSS_SHARE = 0.62  # of the height
MEDIAN_WIDTH, THIN = 2.4, 0.45


class RatePlot(PaintedWidget):
    """``pointed`` carries the rate under the mouse."""

    pointed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Loss and dead share over the learning rate"))
        self._test: RateTest | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(px(360), px(260))

    def sizeHint(self) -> QSize:
        return px_size(QSize(900, 480))

    def show_test(self, test: RateTest) -> None:
        """Show what is known of this test now."""
        self._test = test
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, rates = self._strips()[0], self._rates()
        share = (event.position().x() - area.left()) / area.width()
        if 0.0 <= share <= 1.0:
            self.pointed.emit(10 ** (rates.low + share * (rates.high - rates.low)))

    def paintEvent(self, event: QPaintEvent) -> None:
        test = self._test
        if test is None or not test.runs:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        upper, lower = self._strips()
        rates = self._rates()
        self._paint_rates(painter, rates, upper, lower)
        self._paint_losses(painter, test, rates, upper)
        self._paint_deaths(painter, test, rates, lower)
        self._paint_marks(painter, test, rates, upper, lower)

    def _rates(self) -> LossAxis:
        area = self._strips()[0]
        return LossAxis([LOWEST, HIGHEST], area.left(), area.right())

    def _strips(self) -> tuple[QRectF, QRectF]:
        room = self.height() - px(HEAD) - px(FOOT) - px(BETWEEN)
        width = self.width() - px(LEFT) - px(RIGHT)
        upper = QRectF(px(LEFT), px(HEAD), width, LOSS_SHARE * room)
        return upper, QRectF(upper.left(), upper.bottom() + px(BETWEEN), width, (1 - LOSS_SHARE) * room)

    def _paint_rates(self, painter: QPainter, rates: LossAxis, upper: QRectF, lower: QRectF) -> None:
        for place, word in rates.ticks(7):
            painter.setPen(QColor(self._colours.grid))
            for strip in (upper, lower):
                painter.drawLine(QPointF(place, strip.top()), QPointF(place, strip.bottom()))
            painter.setPen(QColor(self._colours.muted))
            at = QRectF(place - px(40), lower.bottom() + px(4), px(80), px(LINE))
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, word)
        for strip, title in (
            (upper, self.tr("loss on the training set: median, and the middle half of the starts")),
            (lower, self.tr("dead units in the worst layer: median, and the middle half")),
        ):
            painter.setPen(QColor(self._colours.muted))
            painter.drawLine(strip.bottomLeft(), strip.bottomRight())
            above = QRectF(strip.left(), strip.top() - px(18), strip.width(), px(16))
            painter.drawText(above, Qt.AlignmentFlag.AlignLeft, title)
        foot = QRectF(lower.left(), lower.bottom() + px(20), lower.width(), px(16))
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self.tr("learning rate"))

    def _paint_losses(self, painter: QPainter, test: RateTest, rates: LossAxis, area: QRectF) -> None:
        curves = test.starts.curves
        first = max(float(run.losses[0]) for run in test.runs)
        finite = np.concatenate([run.losses[np.isfinite(run.losses)] for run in test.runs])
        losses = LossAxis([float(finite.min()), 3 * first], area.bottom(), area.top())
        self._paint_values(painter, area, losses.ticks(5))
        painter.save()
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
        painter.setPen(QPen(QColor(mix(self._colours.muted, self._colours.background, THIN)), share()))
        for run in test.runs:
            painter.drawPath(_path(rates, rates_of(run), [losses.place(float(loss)) for loss in run.losses]))
        if curves is not None:
            longest = max(test.runs, key=lambda run: len(run.moments))
            x = rates_of(longest)
            low, high = ([losses.place(float(loss)) for loss in edge] for edge in (curves.low, curves.high))
            self._paint_band(painter, _band(rates, x, low, high), self._colours.train)
            painter.setPen(QPen(QColor(self._colours.train), MEDIAN_WIDTH * share()))
            painter.drawPath(_path(rates, x, [losses.place(float(loss)) for loss in curves.median]))
        painter.restore()

    def _paint_deaths(self, painter: QPainter, test: RateTest, rates: LossAxis, area: QRectF) -> None:
        def place(share: float) -> float:
            return area.bottom() - share * area.height()

        self._paint_values(painter, area, [(place(share), percent(share, 0)) for share in (0, 0.5, 1)])
        painter.setPen(QPen(QColor(mix(self._colours.muted, self._colours.background, THIN)), share()))
        for run in test.runs:
            painter.drawPath(_path(rates, rates_of(run), [place(float(share)) for share in run.dead_shares]))
        dead = test.dead
        if dead is not None:
            colour = ENDS[End.DEAD].colour(self._colours.dark)
            low, high = ([place(float(share)) for share in edge] for edge in (dead.low, dead.high))
            self._paint_band(painter, _band(rates, dead.rates, low, high), colour)
            painter.setPen(QPen(QColor(colour), MEDIAN_WIDTH * share()))
            painter.drawPath(_path(rates, dead.rates, [place(float(share)) for share in dead.median]))

    def _paint_band(self, painter: QPainter, band: QPolygonF, colour: str) -> None:
        """Where the middle half of the starts lies."""
        tint = QColor(colour)
        tint.setAlphaF(BAND_OPACITY)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(band)
        painter.restore()

    def _paint_values(self, painter: QPainter, area: QRectF, ticks: list[tuple[float, str]]) -> None:
        for place, word in ticks:
            painter.setPen(QColor(self._colours.grid))
            painter.drawLine(QPointF(area.left(), place), QPointF(area.right(), place))
            painter.setPen(QColor(self._colours.muted))
            at = QRectF(0, place - px(8), px(LEFT - 6), px(16))
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)

    def _paint_marks(self, painter: QPainter, test: RateTest, rates: LossAxis, upper: QRectF, lower: QRectF) -> None:
        """The rate of the design, dashed, and the one that is suggested."""
        yours, suggested = test.spec.training.learning_rate, test.suggestion
        for rate, word, dash, row in (
            (yours, self.tr("yours"), Qt.PenStyle.DashLine, 0),
            (suggested, self.tr("suggested"), Qt.PenStyle.SolidLine, px(LINE)),
        ):
            if rate is None or not LOWEST <= rate <= HIGHEST:
                continue
            place = rates.place(rate)
            painter.setPen(QPen(QColor(self._colours.accent), 1.6 * share(), dash))
            painter.drawLine(QPointF(place, upper.top()), QPointF(place, lower.bottom()))
            painter.setPen(QColor(self._colours.foreground))
            at = QRectF(min(max(0.0, place - px(MARK) / 2), self.width() - px(MARK)), row, px(MARK), px(LINE))
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, word)


def _band(rates: LossAxis, x: Floats, low: list[float], high: list[float]) -> QPolygonF:
    """From the lower edge forth to the upper one back."""
    known = [
        (rates.place(float(rate)), below, above)
        for rate, below, above in zip(x, low, high, strict=False)
        if not (math.isnan(below) or math.isnan(above))
    ]
    forth = [QPointF(place, below) for place, below, _ in known]
    return QPolygonF([*forth, *(QPointF(place, above) for place, _, above in reversed(known))])


def _path(rates: LossAxis, x: Floats, heights: list[float]) -> QPainterPath:
    path = QPainterPath()
    for rate, height in zip(x, heights, strict=False):
        if math.isnan(height):
            continue
        point = QPointF(rates.place(float(rate)), height)
        if path.elementCount():
            path.lineTo(point)
        else:
            path.moveTo(point)
    return path
