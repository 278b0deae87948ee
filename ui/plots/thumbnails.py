"""Sample pictures with what the network takes them for; a wrong answer has a frame, a cross and the right answer."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.views.samples import Answer
from ui.platform.translation import said
from ui.plots.snapshot import image_of
from ui.widgets.painted import PaintedWidget
from ui.widgets.sizes import share

LEAST_SIDE, LARGEST_SIDE = 40, 72  # pixels of a picture
GAP = 6
WRONG_FRAME = 2  # pixels
WIDEST_CAPTION = 80  # pixels


class Thumbnails(PaintedWidget):
    """As many thumbnails as fit, in rows. ``clicked`` carries the place of one."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: tuple[Answer, ...] = ()
        self._captions: tuple[tuple[str, str], ...] = ()

    def show_answers(self, answers: Sequence[Answer]) -> None:
        """Show these. Where they stay in their places, only those that differ are drawn again."""
        answered, captions = self.answers, self._captions
        cells = self.cells()
        self.answers, self._captions = tuple(answers), tuple(map(self.caption, answers))
        if self._captions != captions:
            self.setAccessibleDescription("; ".join(map(" ".join, self._captions)))
        places = self.cells()
        if places != cells or len(answers) != len(answered):
            self.update()
            return
        known = zip(answered, captions, strict=True)
        shown = zip(self.answers, self._captions, strict=True)
        for place, (before, said_before), (now, said_now) in zip(places, known, shown, strict=False):
            if said_before != said_now or not np.array_equal(before.pixels, now.pixels):
                self.update(place)

    def caption(self, answer: Answer) -> tuple[str, str]:
        """The answer in two lines."""
        first, second = answer.lines
        return said(first), said(second)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = next((i for i, cell in enumerate(self.cells()) if cell.contains(event.position().toPoint())), None)
        if place is not None:
            self.clicked.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        for answer, caption, cell in zip(self.answers, self._captions, self.cells(), strict=False):
            if event.region().intersects(cell):
                self._paint(painter, answer, caption, cell)

    def cells(self) -> list[QRect]:
        """Where the thumbnails are: the largest pictures with which all fit, else as many as do."""
        if not self.answers:
            return []
        metrics = QFontMetrics(self.font())
        widest = max(metrics.horizontalAdvance(line) for caption in self._captions for line in caption)
        for side in range(LARGEST_SIDE, LEAST_SIDE - 1, -4):
            width, height = max(side, min(widest + 4, WIDEST_CAPTION)) + GAP, side + 2 * metrics.height() + GAP
            columns, rows = max(1, self.width() // width), max(1, self.height() // height)
            if columns * rows >= len(self.answers):
                break
        count = min(len(self.answers), columns * rows)
        stride = self.width() // min(columns, count)
        return [QRect(i % columns * stride, i // columns * height, stride - GAP, height - GAP) for i in range(count)]

    def _paint(self, painter: QPainter, answer: Answer, caption: tuple[str, str], cell: QRect) -> None:
        metrics = QFontMetrics(self.font())
        side = cell.height() - 2 * metrics.height()
        picture = QRect(cell.left() + (cell.width() - side) // 2, cell.top() + 1, side - 2, side - 2)
        painter.drawImage(picture, image_of(answer.pixels))
        colour = QColor(self._colours.foreground)
        if not answer.is_right:
            colour = QColor(self._colours.error)
            painter.setPen(QPen(colour, WRONG_FRAME * share()))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(picture)
        painter.setPen(colour)
        for i, line in enumerate(caption):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, cell.width())
            area = QRect(cell.left(), cell.top() + side + i * metrics.height(), cell.width(), metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
