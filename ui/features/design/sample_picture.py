"""A small picture of training samples: points by class, a curve to be fitted, or a few images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.views.samples import class_names
from ui.features.design.preview_loader import Samples
from ui.widgets.labels import set_tip
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import colour_table
from ui.widgets.symbols import symbol

HEIGHT = 150  # pixels
MARGIN = 10.0
SYMBOL = 3.4  # pixels: radius in the picture
LEGEND_SYMBOL = 5.0
IMAGE_ROWS = 2
IMAGE_GAP = 6.0
SHADES = 24  # steps of colour for targets that are numbers


class SamplePicture(PaintedWidget):
    """Paints ``Samples``; its accessible description says in words what is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: Samples | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Picture of the training samples"))

    def show_samples(self, samples: Samples | None) -> None:
        """Paint ``samples``; None paints an empty frame."""
        self._samples = samples
        words = self._in_words(samples) if samples else ""
        self.setAccessibleDescription(words)
        set_tip(self, words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._colours.grid))
        painter.setBrush(QColor(self._colours.background))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self._samples is None or not len(self._samples.points):
            return
        area = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        description = self._samples.description
        if description.is_image:
            self._paint_images(painter, area)
        elif description.task is Task.CLASSIFICATION:
            self._paint_legend(painter, area, description)
            self._paint_classes(painter, area.adjusted(0, 0, 0, -self.fontMetrics().height() - 4))
        else:
            self._paint_amounts(painter, area)

    def _paint_classes(self, painter: QPainter, area: QRectF) -> None:
        inputs, classes = self._arrays()
        second = inputs[:, 1] if inputs.shape[1] > 1 else np.zeros(len(inputs))
        points = placed(inputs[:, 0], second, area)
        for index in np.unique(classes):
            colour = QColor(self._colours.class_colour(int(index)))
            stamp(painter, points[classes == index], symbol(int(index)), colour, SYMBOL)

    def _paint_legend(self, painter: QPainter, area: QRectF, description: Description) -> None:
        """Symbol and name of as many classes as fit below the picture."""
        x, y = area.left() + LEGEND_SYMBOL, area.bottom() - self.fontMetrics().height() / 2
        for index, name in enumerate(description.class_names):
            width = self.fontMetrics().horizontalAdvance(name)
            if x + LEGEND_SYMBOL + 5 + width > area.right():
                painter.drawText(QPointF(x, y + self.fontMetrics().ascent() / 2 - 1), "…")
                return
            colour = QColor(self._colours.class_colour(index))
            stamp(painter, np.array([[x, y]]), symbol(index), colour, LEGEND_SYMBOL)
            painter.setPen(QColor(self._colours.foreground))
            x += LEGEND_SYMBOL + 5
            painter.drawText(QPointF(x, y + self.fontMetrics().ascent() / 2 - 1), name)
            x += width + 14

    def _paint_amounts(self, painter: QPainter, area: QRectF) -> None:
        """A target that is a number: the height over one input, the colour over two."""
        inputs, targets = self._arrays()
        amount = targets[:, 0]
        if inputs.shape[1] == 1:
            colour = QColor(self._colours.class_colour(0))
            stamp(painter, placed(inputs[:, 0], amount, area), symbol(0), colour, SYMBOL * 0.7)
            return
        points = placed(inputs[:, 0], inputs[:, 1], area)
        span = max(float(np.ptp(amount)), 1e-12)
        shades = np.rint((amount - amount.min()) / span * (SHADES - 1)).astype(int)
        table = colour_table("viridis")
        for shade in np.unique(shades):
            colour = QColor(*(int(c) for c in table[int(shade) * 255 // (SHADES - 1)]))
            stamp(painter, points[shades == shade], symbol(0), colour, SYMBOL)

    def _paint_images(self, painter: QPainter, area: QRectF) -> None:
        inputs, targets = self._arrays()
        line = self.fontMetrics().height()
        side = (area.height() - (IMAGE_ROWS - 1) * IMAGE_GAP) / IMAGE_ROWS - line
        columns = max(1, int((area.width() + IMAGE_GAP) // (side + IMAGE_GAP)))
        left = area.left() + (area.width() - columns * (side + IMAGE_GAP) + IMAGE_GAP) / 2
        top = float(inputs.max()) or 1.0
        names = self._names()
        painter.setPen(QColor(self._colours.muted))
        for place, (pixels, target) in enumerate(zip(inputs[: columns * IMAGE_ROWS], targets, strict=False)):
            row, column = divmod(place, columns)
            x, y = left + column * (side + IMAGE_GAP), area.top() + row * (side + line + IMAGE_GAP)
            painter.drawImage(QRectF(x, y, side, side), image_of(pixels / top))
            text = self.fontMetrics().elidedText(names[int(target)], Qt.TextElideMode.ElideRight, int(side))
            painter.drawText(QRectF(x, y + side, side, line), Qt.AlignmentFlag.AlignCenter, text)

    def _arrays(self) -> tuple[NDArray[np.float32], NDArray[Any]]:
        if self._samples is None:
            raise RuntimeError("nothing to paint")
        return self._samples.points.inputs, self._samples.points.targets

    def _names(self) -> Sequence[str]:
        return class_names(self._samples.description) if self._samples else ()

    def _in_words(self, samples: Samples) -> str:
        count = len(samples.points)
        if samples.description.task is Task.REGRESSION:
            return self.tr("Training samples before scaling: {count}").format(count=count)
        names = self._names()
        counts = np.bincount(samples.points.targets.astype(int), minlength=len(names))
        each = ", ".join(f"{name}: {number}" for name, number in zip(names, counts, strict=False))
        return self.tr("Training samples before scaling: {count} ({each})").format(count=count, each=each)


def placed(x: NDArray[np.floating], y: NDArray[np.floating], area: QRectF) -> NDArray[np.float64]:
    """Points (n, 2) on the screen, so that all of them are inside ``area``, y upwards."""
    across = (x - x.min()) / max(float(np.ptp(x)), 1e-12)
    up = (y - y.min()) / max(float(np.ptp(y)), 1e-12) if np.ptp(y) > 0 else np.full(len(y), 0.5)
    return np.stack([area.left() + across * area.width(), area.bottom() - up * area.height()], axis=1)


def stamp(painter: QPainter, points: NDArray[np.float64], shape: QPainterPath, colour: QColor, radius: float) -> None:
    """Fill ``shape`` at every point (n, 2)."""
    scaled = QTransform.fromScale(radius, radius).map(shape)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in points.tolist():
        painter.drawPath(scaled.translated(x, y))
    painter.restore()


def image_of(pixels: NDArray[np.floating]) -> QImage:
    """An image of ``pixels`` (channels, height, width) from 0 to 1: grey, or red, green and blue."""
    channels, height, width = pixels.shape
    bytes_ = np.ascontiguousarray((pixels.clip(0, 1) * 255).astype(np.uint8).transpose(1, 2, 0))
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(bytes_.tobytes(), width, height, width * channels, kind).copy()
