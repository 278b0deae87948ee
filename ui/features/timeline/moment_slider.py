"""A slider whose positions are the moments of a run that one can go back to, with a tick and some numbers beneath."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

TICK = 5  # pixels: how long a tick is
ROOM = 12  # pixels that stay free between two numbers
SMALLER = 0.85  # size of the numbers, to that of other text
PAGE = 3  # moments that the page keys move by
FAINT = 0.6  # of the ink of texts


class MomentSlider(QSlider):
    """Index ``i`` stands for ``steps[i]``; the last one is the present.

    Their ticks are equally far apart: checkpoints grow rarer with the steps, so this reads like a logarithmic axis.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.steps: tuple[int, ...] = ()
        self.setPageStep(PAGE)
        self.setRange(0, 0)

    def show_steps(self, steps: Sequence[int], index: int) -> None:
        """Offer these steps and stand at ``index``, without a signal. A handle that is being dragged stays."""
        blocked = self.blockSignals(True)
        self.steps = tuple(steps)
        self.setRange(0, max(0, len(steps) - 1))
        if not self.isSliderDown():
            self.setValue(index)
        self.blockSignals(blocked)
        self.update()

    def position_of(self, index: int) -> int:
        """The pixel of an index, from the left."""
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
        span = self.width() - handle
        return handle // 2 + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), index, span)

    def numbers(self) -> list[tuple[QRect, str]]:
        """Where numbers stand and what they say: the present, the start, powers of ten, others where there is room."""
        metrics = QFontMetrics(self._small_font())
        bottom, height = self.height() - metrics.height(), metrics.height()
        placed: list[tuple[QRect, str]] = []
        for index in sorted(range(len(self.steps)), key=self._rank):
            text = f"{self.steps[index]:,}"
            width = metrics.horizontalAdvance(text)
            left = min(max(0, self.position_of(index) - width // 2), self.width() - width)
            rect = QRect(left, bottom, width, height)
            if not any(rect.adjusted(-ROOM, 0, ROOM, 0).intersects(other) for other, _ in placed):
                placed.append((rect, text))
        return placed

    def sizeHint(self) -> QSize:
        return QSize(
            super().sizeHint().width(), self._handle_height() + TICK + QFontMetrics(self._small_font()).height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def initStyleOption(self, option: QStyleOptionSlider) -> None:
        """Groove and handle stay at the top, for the drawing and for the mouse: the numbers are below them."""
        super().initStyleOption(option)
        option.rect = QRect(0, 0, self.width(), self._handle_height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes where it points, and can be dragged on from there."""
        if event.button() is Qt.MouseButton.LeftButton and self.steps:
            x = event.position().toPoint().x()
            self.setValue(min(range(len(self.steps)), key=lambda index: abs(self.position_of(index) - x)))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        ink.setAlphaF(FAINT)
        painter.setPen(ink)
        top = self._handle_height()
        for index in range(len(self.steps)):
            x = self.position_of(index)
            painter.drawLine(x, top, x, top + TICK - 2)
        painter.setFont(self._small_font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        for rect, text in self.numbers():
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _rank(self, index: int) -> tuple[int, int]:
        """Which number is put down first."""
        if index == len(self.steps) - 1:
            return 0, 0
        if index == 0:
            return 1, 0
        longer = len(str(self.steps[index])) > len(str(self.steps[index - 1]))  # the first beyond a power of ten
        return (2 if longer else 3), -index

    def _handle_height(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_SliderThickness, None, self)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font
