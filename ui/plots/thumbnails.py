"""Sample pictures with what the network takes them for; a wrong answer has a frame, a cross and the right answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.formatting import percent
from ui.widgets.palette import LIGHT, Palette

LEAST_SIDE, LARGEST_SIDE = 40, 72  # pixels of a picture
GAP = 6
WRONG_FRAME = 2  # pixels
WIDEST_CAPTION = 80  # pixels


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One sample: its picture (rows, columns, 3), the two class names, how sure the network is (0 to 1).

    A ``note`` stands in the place of how sure it is.
    """

    pixels: NDArray[np.uint8]
    predicted: str
    true: str
    share: float
    note: str = ""

    @property
    def is_right(self) -> bool:
        return self.predicted == self.true


class Thumbnails(QWidget):
    """As many thumbnails as fit, in rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails: tuple[Thumbnail, ...] = ()
        self._colours = LIGHT

    def show_thumbnails(self, thumbnails: Sequence[Thumbnail]) -> None:
        """Show these."""
        self.thumbnails = tuple(thumbnails)
        self.setAccessibleDescription("; ".join(" ".join(self.caption(t)) for t in thumbnails))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.update()

    def caption(self, thumbnail: Thumbnail) -> tuple[str, str]:
        """The answer in two lines: what, and how sure; of a wrong answer, what it is instead."""
        if not thumbnail.is_right:
            return self.tr("✗ {name}").format(name=thumbnail.predicted), self.tr("is {name}").format(
                name=thumbnail.true
            )
        sure = percent(thumbnail.share, 0)
        return thumbnail.predicted, thumbnail.note or sure

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        for thumbnail, cell in zip(self.thumbnails, self.cells(), strict=False):
            self._paint(painter, thumbnail, cell)

    def cells(self) -> list[QRect]:
        """Where the thumbnails are: the largest pictures with which all fit, else as many as do."""
        if not self.thumbnails:
            return []
        metrics = QFontMetrics(self.font())
        widest = max(metrics.horizontalAdvance(line) for t in self.thumbnails for line in self.caption(t))
        for side in range(LARGEST_SIDE, LEAST_SIDE - 1, -4):
            width, height = max(side, min(widest + 4, WIDEST_CAPTION)) + GAP, side + 2 * metrics.height() + GAP
            columns, rows = max(1, self.width() // width), max(1, self.height() // height)
            if columns * rows >= len(self.thumbnails):
                break
        count = min(len(self.thumbnails), columns * rows)
        stride = self.width() // min(columns, count)
        return [QRect(i % columns * stride, i // columns * height, stride - GAP, height - GAP) for i in range(count)]

    def _paint(self, painter: QPainter, thumbnail: Thumbnail, cell: QRect) -> None:
        metrics = QFontMetrics(self.font())
        side = cell.height() - 2 * metrics.height()
        rows, columns = thumbnail.pixels.shape[:2]
        pixels = np.ascontiguousarray(thumbnail.pixels)
        image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        picture = QRect(cell.left() + (cell.width() - side) // 2, cell.top() + 1, side - 2, side - 2)
        painter.drawImage(picture, image)
        colour = QColor(self._colours.foreground)
        if not thumbnail.is_right:
            colour = QColor(self._colours.error)
            painter.setPen(QPen(colour, WRONG_FRAME))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(picture)
        painter.setPen(colour)
        for i, line in enumerate(self.caption(thumbnail)):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, cell.width())
            area = QRect(cell.left(), cell.top() + side + i * metrics.height(), cell.width(), metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
