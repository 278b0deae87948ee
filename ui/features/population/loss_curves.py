"""The loss of all runs over the steps: each thin and grey, the middle half as a band, the median in colour."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.population.standing import Standing
from relulab.views.colours import mix
from relulab.views.many.seeds import GUESSING, MEDIAN, MIDDLE_HALF, Starts
from ui.features.population.starts_picture import StartsPicture
from ui.platform.translation import said
from ui.plots.curves import Stroke
from ui.plots.guide_texts import MOST_COVERED, Spot, View, best, covered, spots
from ui.plots.lettering import small
from ui.plots.loss_axis import LossAxis, loss_word
from ui.widgets.sizes import px, px_size, share

LEFT, RIGHT, HEAD, FOOT = 44, 52, 24, 36  # pixels around the curves
LINE = 16  # pixels of a line of words
NAME_HEIGHT = 13  # pixels between two names at the ends of curves
MEDIAN_WIDTH = 2.4

MakePath = Callable[[NDArray[np.floating], NDArray[np.floating]], QPainterPath]  # of losses over steps


class LossCurves(StartsPicture):
    """The hovered run stands out in the colour of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Loss of all runs over the steps"))
        self.setMinimumHeight(min(px(170), 290))  # both plots have room on a small screen
        self.guessing_at: QRectF | None = None  # where the name of its line stands
        self._spot: Spot | None = None

    def sizeHint(self) -> QSize:
        return px_size(QSize(300, 260))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        starts = self._starts
        if starts is None or not starts.runs:
            return
        left, head = px(LEFT), px(HEAD)
        area = QRectF(left, head, self.width() - left - px(RIGHT), self.height() - head - px(FOOT))
        steps = max(run.total_steps for run in starts.runs.values()) or 1
        axis = self._axis(starts, area)
        self._paint_axes(painter, axis, area, steps)
        painter.setClipRect(area.adjusted(0, -px(LINE) / 2, px(RIGHT), px(LINE) / 2))
        curves = starts.curves

        def path(x: NDArray[np.floating], y: NDArray[np.floating]) -> QPainterPath:
            return _path([
                QPointF(area.left() + step / steps * area.width(), axis.place(loss))
                for step, loss in zip(x.tolist(), y.tolist(), strict=True)
                if not math.isnan(loss)
            ])  # fmt: skip

        painter.setPen(QPen(QColor(mix(self._colours.muted, self._colours.background, 0.45)), share()))
        for run in starts.runs.values():
            painter.drawPath(path(run.moments, run.losses))
        if curves is not None:
            band = path(curves.steps, curves.low)
            band.connectPath(path(curves.steps[::-1], curves.high[::-1]))
            colour = QColor(self._colours.train)
            colour.setAlphaF(0.22)
            painter.fillPath(band, colour)
            painter.setPen(QPen(QColor(self._colours.train), MEDIAN_WIDTH * share()))
            painter.drawPath(path(curves.steps, curves.median))
            self._paint_name(painter, said(MEDIAN), axis.place(float(curves.median[-1])), self._colours.train)
        self._paint_current(painter, path, axis, math.inf if curves is None else float(curves.median[-1]))

    def _paint_current(self, painter: QPainter, path: MakePath, axis: LossAxis, median: float) -> None:
        """The hovered run, its name beside that of the median."""
        found: Standing | None = self._starts.runs.get(self._current) if self._starts is not None else None
        if found is None or not len(found.losses):
            return
        painter.setPen(QPen(QColor(self._colours.foreground), 1.8 * share()))
        painter.drawPath(path(found.moments, found.losses))
        word = self.tr("seed {seed}").format(seed=found.seed)
        last, other = axis.place(float(found.losses[-1])), axis.place(median)
        apart = px(NAME_HEIGHT)
        if abs(last - other) < apart:
            is_below = last > other and other + apart <= axis.place(0.0)  # there it would be cut
            last = other + (apart if is_below else -apart)
        self._paint_name(painter, word, last, self._colours.foreground)

    def _axis(self, starts: Starts, area: QRectF) -> LossAxis:
        losses = np.concatenate([run.losses for run in starts.runs.values()]) if starts.runs else np.empty(0)
        finite = losses[np.isfinite(losses)]
        guessing = starts.scene.guessing if starts.scene is not None else math.nan
        low = float(finite.min()) if len(finite) else 0.1
        high = max(float(np.quantile(finite, 0.98)) if len(finite) else 1.0, guessing if guessing == guessing else 0.0)
        return LossAxis([low, high, guessing], area.bottom(), area.top())

    def _paint_axes(self, painter: QPainter, axis: LossAxis, area: QRectF, steps: int) -> None:
        muted, grid = QColor(self._colours.muted), QColor(self._colours.grid)
        for place, word in axis.ticks(6):
            painter.setPen(grid)
            painter.drawLine(QPointF(area.left(), place), QPointF(area.right(), place))
            painter.setPen(muted)
            at = QRectF(0, place - px(LINE) / 2, px(LEFT - 6), px(LINE))
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        foot = QRectF(area.left() - px(20), area.bottom() + px(4), area.width() + px(40), px(LINE))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, self.tr("step"))
        painter.drawText(foot.adjusted(px(16), 0, 0, 0), Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{steps:,}")
        painter.drawText(
            QRectF(px(6), px(2), self.width() - px(12), px(LINE)), Qt.AlignmentFlag.AlignLeft, said(MIDDLE_HALF)
        )
        scene = self._starts.scene if self._starts is not None else None
        if scene is not None and math.isfinite(scene.guessing):
            place = axis.place(scene.guessing)
            painter.setPen(QPen(QColor(self._colours.foreground), share(), Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(area.left(), place), QPointF(area.right(), place))
            painter.setPen(muted)
            word = f"{said(GUESSING)} {loss_word(scene.guessing)}"
            self.guessing_at = self._free_place(QFontMetricsF(painter.font()), word, axis, area, steps)
            if self.guessing_at is not None:
                painter.drawText(self.guessing_at, Qt.AlignmentFlag.AlignCenter, word)

    def _free_place(self, metrics: QFontMetricsF, word: str, axis: LossAxis, area: QRectF, steps: int) -> QRectF | None:
        """Where the name of the line of guessing lies over the fewest curves; None where it would hide some."""
        if self._starts is None or self._starts.scene is None:
            return None
        scale = area.width() / steps
        runs = []
        for run in self._starts.runs.values():
            known = np.isfinite(run.losses)
            heights = np.array([-axis.place(loss) for loss in run.losses[known].tolist()])
            at = np.asarray(area.left() + run.moments[known] * scale, np.float64)
            runs.append(Stroke("", x=at, y=heights))
        wide, high = metrics.horizontalAdvance(word), metrics.height()
        line = axis.place(self._starts.scene.guessing)
        view = View((area.left(), area.right()), (-area.bottom(), -area.top()), wide, high)
        found = covered(view, -line, runs)
        self._spot = spot = best(found, spots(wants_above=True), self._spot)
        if found[spot] > MOST_COVERED:
            return None
        left = area.left() + spot.position * area.width() - spot.along * wide
        return QRectF(left, line - high if spot.above else line, wide, high)

    def _paint_name(self, painter: QPainter, word: str, place: float, colour: str) -> None:
        painter.setPen(QColor(colour))
        at = QRectF(self.width() - px(RIGHT - 4), place - px(LINE) / 2, px(RIGHT - 4), px(LINE))
        painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)


def _path(points: list[QPointF]) -> QPainterPath:
    path = QPainterPath()
    if points:
        path.moveTo(points[0])
    for point in points[1:]:
        path.lineTo(point)
    return path
