"""The final loss of every run as a dot plot of signs: which losses there are, and how those ended that have them."""

import math
from collections import Counter

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.diagnosis.ends import End
from relulab.views.many.ends import ENDS
from relulab.views.many.seeds import FINAL_LOSS, GUESSING, LOSS_NOW
from ui.features.population.signs import paint_sign
from ui.features.population.starts_picture import StartsPicture
from ui.platform.translation import said
from ui.plots.lettering import small
from ui.plots.loss_axis import LossAxis, loss_word
from ui.widgets.sizes import px, px_size, share

BIN = 13  # pixels
SIGN = 8
BESIDE = 16
FOOT, HEAD = 44, 22
LINE = 14  # pixels of a line of words


class FinalLosses(StartsPicture):
    """Each sign is a run; the hovered one has a ring."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Final loss of every run"))
        self.setMinimumHeight(min(px(150), 230))  # both plots have room on a small screen

    def sizeHint(self) -> QSize:
        return px_size(QSize(300, 230))

    def places(self) -> dict[int, QRectF]:
        """Where the sign of each run is: signs of the same loss stand on each other."""
        if self._starts is None:
            return {}
        axis, found, heights = self._axis(), {}, Counter[int]()
        wide, sign = px(BIN), px(SIGN)
        ground = self.height() - px(FOOT)
        room = max(1, ground - px(HEAD))
        order = self._starts.in_order("end")
        columns = {run: round(self._across(axis, run) / wide) for run in order if self._known(run)}
        fullest = max(Counter(columns.values()).values(), default=1)
        step = min(wide, room / fullest)
        for run, column in columns.items():
            bottom = ground - heights[column] * step
            heights[column] += 1
            found[run] = QRectF(column * wide - sign / 2, bottom - step / 2 - sign / 2, sign, sign)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        if self._starts is None:
            return
        self._paint_axis(painter, self._axis())
        for run, place in self.places().items():
            end = self._starts.runs[run].end
            if end:
                style = ENDS[End(end)]
                paint_sign(painter, style.end, place, style.colour(self._colours.dark), 1.6 * share())
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._colours.muted))
                painter.drawEllipse(place.adjusted(1, 1, -1, -1))
            if run == self._current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._colours.foreground), 1.6 * share()))
                painter.drawEllipse(place.adjusted(-px(4), -px(4), px(4), px(4)))

    def _known(self, run: int) -> bool:
        assert self._starts is not None, "asked of the runs that there are"
        return run in self._starts.runs and not math.isnan(self._starts.final_loss(run))

    def _across(self, axis: LossAxis, run: int) -> float:
        assert self._starts is not None, "asked of the runs that there are"
        loss = self._starts.final_loss(run)
        return self.width() - px(BESIDE) / 2 if math.isinf(loss) else axis.place(loss)

    def _axis(self) -> LossAxis:
        assert self._starts is not None, "an axis is of the runs that there are"
        losses = [self._starts.final_loss(run) for run in self._starts.runs]
        guessing = [] if self._starts.scene is None else [self._starts.scene.guessing]
        return LossAxis([*losses, *guessing], px(BESIDE), self.width() - 2.5 * px(BESIDE))

    def _paint_axis(self, painter: QPainter, axis: LossAxis) -> None:
        assert self._starts is not None, "an axis is of the runs that there are"
        ground, line, beside = self.height() - px(FOOT), px(LINE), px(BESIDE) // 2
        painter.setPen(QColor(self._colours.muted))
        painter.drawLine(beside, ground, self.width() - beside, ground)
        for place, word in axis.ticks(5):
            painter.drawLine(round(place), ground, round(place), ground + px(4))
            painter.drawText(QRectF(place - px(30), ground + px(5), px(60), line), Qt.AlignmentFlag.AlignCenter, word)
        title = FINAL_LOSS if self._starts.is_complete else LOSS_NOW
        foot = QRectF(0, ground + px(22), self.width(), px(16))
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, said(title))
        if any(math.isinf(self._starts.final_loss(run)) for run in self._starts.runs):
            at = QRectF(self.width() - px(24), ground + px(5), px(24), line)
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, "∞")
        scene = self._starts.scene
        if scene is not None and math.isfinite(scene.guessing):
            place = axis.place(scene.guessing)
            painter.setPen(QPen(QColor(self._colours.foreground), share(), Qt.PenStyle.DotLine))
            painter.drawLine(round(place), px(HEAD - 4), round(place), ground)
            painter.setPen(QColor(self._colours.muted))
            word = f"{said(GUESSING)} {loss_word(scene.guessing)}"
            wide = px(120)
            left = min(max(0.0, place - wide / 2), self.width() - wide)
            painter.drawText(QRectF(left, px(2), wide, line), Qt.AlignmentFlag.AlignCenter, word)
