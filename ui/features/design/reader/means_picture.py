"""The mean of every class as a picture: what the images of a table look like, before anything is learned."""

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from relulab.formatting import one_line
from relulab.views.table_pictures import ClassMeans
from ui.widgets.labels import set_tip
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import Palette, intensity_table
from ui.widgets.sizes import px_size

GAP = 6  # pixels between two pictures
LEAST = QSize(160, 150)


def intensity_image(values: NDArray[np.float64], low: float, high: float, colours: Palette) -> QImage:
    """Values (height, width) as a picture, from ``low`` to ``high``; a gap is as ``low``."""
    span = high - low if np.isfinite(high - low) and high > low else 1.0
    shades = np.nan_to_num((values - low) / span * 255).clip(0, 255).astype(np.uint8)
    pixels = np.ascontiguousarray(intensity_table(colours)[shades])
    height, width = shades.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class MeansPicture(PaintedWidget):
    """A picture for each class, with its name below; all have one scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.means: ClassMeans | None = None
        self.setMinimumSize(px_size(LEAST))
        self.setAccessibleName(self.tr("The mean of every class"))

    def show_means(self, means: ClassMeans | None) -> None:
        """Draw ``means``."""
        self.means = means
        words = ", ".join(map(one_line, means.names)) if means else ""
        self.setAccessibleDescription(words)
        set_tip(self, words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        if self.means is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QColor(self._colours.foreground))
        each = zip(self.means.names, self.means.pictures, self._places(len(self.means.names)), strict=True)
        for name, picture, area in each:
            painter.drawImage(area, intensity_image(picture, self.means.low, self.means.high, self._colours))
            below = QRectF(area.left() - GAP / 2, area.bottom(), area.width() + GAP, self._line)
            words = painter.fontMetrics().elidedText(one_line(name), Qt.TextElideMode.ElideRight, int(below.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    @property
    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _places(self, count: int) -> list[QRectF]:
        """Squares, as large as they can be in rows of one length, in the middle."""
        side, across = max((self._side(count, across), across) for across in range(1, count + 1))
        rows = ceil(count / across)
        left = (self.width() - across * (side + GAP) + GAP) / 2
        top = (self.height() - rows * (side + self._line + GAP) + GAP) / 2
        return [
            QRectF(left + place % across * (side + GAP), top + place // across * (side + self._line + GAP), side, side)
            for place in range(count)
        ]

    def _side(self, count: int, across: int) -> float:
        wide = (self.width() - GAP) / across - GAP
        high = (self.height() - GAP) / ceil(count / across) - GAP - self._line
        return max(1.0, min(wide, high))
