"""A picture of widgets as they are on the screen, at twice its density, so that it stays sharp in print."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

DENSITY = 2.0  # pixels of the picture per pixel of the screen
MARGIN = 8  # pixels of the screen, around everything
FORMATS = {1: QImage.Format.Format_RGB32, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def image_of(pixels: NDArray[np.uint8] | NDArray[np.uint32]) -> QImage:
    """An image of pixels: (rows, columns, 3), with a fourth that says how opaque they are, or (rows, columns) of
    0xffRRGGBB.
    """
    rows, columns, *channels = pixels.shape
    form = FORMATS[channels[0] if channels else 1]
    in_rows = np.ascontiguousarray(pixels)
    return QImage(in_rows.data, columns, rows, pixels[:1].nbytes, form).copy()  # they belong to NumPy and go with it


def snapshot(widgets: Sequence[QWidget], background: str) -> QPixmap:
    """The visible ones of ``widgets`` below each other."""
    shown = [widget for widget in widgets if widget.isVisible() and not widget.size().isEmpty()]
    width = max((widget.width() for widget in shown), default=1)
    height = sum(widget.height() for widget in shown)
    size = QSize(width + 2 * MARGIN, height + 2 * MARGIN)
    picture = QPixmap(size * DENSITY)
    picture.setDevicePixelRatio(DENSITY)
    picture.fill(QColor(background))
    painter = QPainter(picture)
    place = QPoint(MARGIN, MARGIN)
    for widget in shown:
        widget.render(painter, place, QRegion(), QWidget.RenderFlag.DrawChildren)
        place += QPoint(0, widget.height())
    painter.end()
    return picture
