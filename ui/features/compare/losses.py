"""The losses of all runs of a comparison over their steps, each with its letter at the end of its curve."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from relulab.formatting import number, signed
from relulab.views.compare import LETTERS, CompareView
from relulab.views.loss import guesses
from ui.platform.translation import said
from ui.plots.loss_axis import LossAxis
from ui.widgets.palette import Palette

LEFT, RIGHT, FOOT = 44.0, 62.0, 20.0  # pixels for numbers, for letters at the ends, for steps
CURVE = 1.8  # pixels
LINE = 13.0  # pixels between two letters, at least


class LossPlot:
    """The losses of ``view`` in ``area``."""

    def __init__(self, view: CompareView, area: QRectF) -> None:
        self.view = view
        self.area = area.adjusted(LEFT, 0, -RIGHT, -FOOT)
        self._curves = [view.losses(place) for place in range(len(view.runs))]
        self.last = max([1, *(int(steps[-1]) for steps, _ in self._curves if len(steps))])
        known = [losses[np.isfinite(losses) & (losses > 0)] for _, losses in self._curves]
        self._axis = LossAxis(np.concatenate([*known, np.empty(0)]).tolist(), self.area.bottom(), self.area.top())

    def step_at(self, at: QPointF) -> int | None:
        """The step at a place; None beside the plot."""
        if not self.area.contains(at):
            return None
        return round((at.x() - self.area.left()) / self.area.width() * self.last)

    def words_at(self, step: int) -> str:
        """The losses that were measured last at a step."""
        parts = []
        for letter, (steps, losses) in zip(LETTERS, self._curves, strict=False):
            place = int(np.searchsorted(steps, step, side="right")) - 1
            if place >= 0:
                parts.append(signed(f"{letter} {number(float(losses[place]), 2)}"))
        return ", ".join(parts)

    def paint(self, painter: QPainter, step: int | None, colours: Palette) -> None:
        """The curves, what guessing costs, and a line at ``step``."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, colours)
        painter.save()
        painter.setClipRect(self.area.adjusted(0, -2, RIGHT, 2))
        for run, (steps, losses) in zip(self.view.runs, self._curves, strict=True):
            style = colours.run_line(run.colour)
            pen = QPen(QColor(style.colour), CURVE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if style.dash:
                pen.setDashPattern(style.dash)
            painter.setPen(pen)
            painter.drawPath(self._path(steps.tolist(), losses.tolist()))
        painter.restore()
        self._paint_ends(painter, colours)
        if step is not None:
            painter.setPen(QPen(QColor(colours.foreground), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self._x(step), self.area.top()), QPointF(self._x(step), self.area.bottom()))
        painter.restore()

    def _paint_axes(self, painter: QPainter, colours: Palette) -> None:
        for place, word in self._axis.ticks(5):
            painter.setPen(QColor(colours.grid))
            painter.drawLine(QPointF(self.area.left(), place), QPointF(self.area.right(), place))
            painter.setPen(QColor(colours.muted))
            at = QRectF(self.area.left() - LEFT, place - 8, LEFT - 6, 16)
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
        for guess in guesses([run.history for run in self.view.runs])[0]:
            place = self._axis.place(guess.value)
            painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(self.area.left(), place), QPointF(self.area.right(), place))
            words = QRectF(self.area.left(), place - 15, self.area.width() - 4, 14)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said(guess.name))
        painter.setPen(QColor(colours.muted))
        painter.drawLine(self.area.bottomLeft(), self.area.bottomRight())
        for step, flag in ((0, Qt.AlignmentFlag.AlignLeft), (self.last, Qt.AlignmentFlag.AlignRight)):
            foot = QRectF(self.area.left(), self.area.bottom() + 3, self.area.width(), 15)
            painter.drawText(foot, flag | Qt.AlignmentFlag.AlignVCenter, f"{step:,}")

    def _paint_ends(self, painter: QPainter, colours: Palette) -> None:
        """The letters in the order of the losses, none over another."""
        ends = []
        for place, (_, losses) in enumerate(self._curves):
            if len(losses):
                last = float(losses[-1])
                ends.append(
                    (self._axis.place(last if last > 0 else math.inf if math.isnan(last) else 0.0), place, last)
                )
        painter.save()
        bold = QFont(painter.font())
        bold.setBold(True)
        painter.setFont(bold)
        above = -math.inf
        for height, place, loss in sorted(ends):
            at = max(height, above + LINE)
            above = at
            words = signed(f"{LETTERS[place]} {number(loss, 2)}")
            painter.setPen(QColor(colours.run_line(self.view.runs[place].colour).colour))
            rect = QRectF(self.area.right() + 6, at - 8, RIGHT - 6, 16)
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _path(self, steps: list[float], losses: list[float]) -> QPainterPath:
        path = QPainterPath()
        for step, loss in zip(steps, losses, strict=True):
            if not math.isfinite(loss):
                continue
            point = QPointF(self._x(step), self._axis.place(loss))
            if path.elementCount():
                path.lineTo(point)
            else:
                path.moveTo(point)
        return path

    def _x(self, step: float) -> float:
        return self.area.left() + step / self.last * self.area.width()
