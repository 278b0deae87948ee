"""What one of many networks computes, painted small: a plane, a curve, a bar for each class, or predictions."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Samples, Scene, Standing
from relulab.views.colours import mix
from ui.plots.plane_plot import class_pixels, value_pixels
from ui.plots.snapshot import image_of
from ui.widgets.palette import Palette

POINTS_FROM = 84  # pixels of a side from which the samples are drawn, too
CURVE_WIDTH = 2.0
Floats = NDArray[np.floating]
AIR = 0.15  # of the range of targets, above and below a curve


def plane_image(standing: Standing, scene: Scene, colours: Palette) -> QImage:
    """The plane of a network, its first row at the bottom."""
    values = standing.values
    pixels = class_pixels(values, colours) if scene.classes else value_pixels(values[0], scene.low, scene.high)
    return image_of(np.ascontiguousarray(pixels[::-1]))


def paint_picture(
    painter: QPainter, area: QRectF, standing: Standing, scene: Scene, samples: Samples | None, colours: Palette
) -> None:
    """What a network computes, in ``area``."""
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, QColor(colours.background))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _PAINTERS[standing.kind](painter, area, standing, scene, samples, colours)
    painter.restore()


def _plane(
    painter: QPainter, area: QRectF, standing: Standing, scene: Scene, samples: Samples | None, colours: Palette
) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(area, plane_image(standing, scene, colours))
    if samples is None or area.width() < POINTS_FROM or not scene.classes:
        return
    (left, right), (low, high) = scene.ranges
    radius = 1.9 if area.width() < 2 * POINTS_FROM else 2.4
    painter.setPen(QPen(QColor(colours.background), 0.9))
    for (x, y), target in zip(samples.inputs, samples.targets, strict=True):
        painter.setBrush(QColor(colours.class_colour(int(target))))
        place = QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - low) / (high - low) * area.height(),
        )
        painter.drawEllipse(place, radius, radius)


def _curve(
    painter: QPainter, area: QRectF, standing: Standing, scene: Scene, samples: Samples | None, colours: Palette
) -> None:
    ((left, right),) = scene.ranges
    air = AIR * (scene.high - scene.low)
    low, high = scene.low - air, scene.high + air

    def places(x: Floats, y: Floats) -> list[QPointF]:
        """All at once: one by one they took most of the window's time where many networks fill in."""
        heights = np.clip((np.nan_to_num(y) - low) / (high - low), -1, 2)
        across = area.left() + (x - left) / (right - left) * area.width()
        return [
            QPointF(*at) for at in zip(across.tolist(), (area.bottom() - heights * area.height()).tolist(), strict=True)
        ]

    if samples is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(colours.muted, colours.background, 0.5)))
        for at in places(samples.inputs[:, 0], samples.targets):
            painter.drawEllipse(at, 1.6, 1.6)
    painter.setPen(QPen(QColor(colours.accent), CURVE_WIDTH))
    painter.drawPolyline(places(np.linspace(left, right, len(standing.values)), standing.values))


def _classes(
    painter: QPainter, area: QRectF, standing: Standing, scene: Scene, samples: Samples | None, colours: Palette
) -> None:
    shares = standing.values
    gap = area.width() / len(shares) * 0.2
    width = area.width() / len(shares)
    inner = area.adjusted(0, 6, 0, -2)
    for place, share in enumerate(np.nan_to_num(shares).tolist()):
        track = QRectF(inner.left() + place * width + gap / 2, inner.top(), width - gap, inner.height())
        painter.fillRect(track, QColor(colours.window))
        track.setTop(track.bottom() - share * track.height())
        painter.fillRect(track, QColor(colours.accent))


def _scatter(
    painter: QPainter, area: QRectF, standing: Standing, scene: Scene, samples: Samples | None, colours: Palette
) -> None:
    air = AIR * (scene.high - scene.low)
    low, span = scene.low - air, scene.high - scene.low + 2 * air

    def place(x: float, y: float) -> QPointF:
        across, up = ((value - low) / span for value in (x, y))
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
    painter.drawLine(area.bottomLeft(), area.topRight())
    if samples is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    for target, predicted in zip(samples.targets.tolist(), standing.values.tolist(), strict=False):
        if np.isfinite(predicted):
            painter.drawEllipse(place(target, predicted), 1.8, 1.8)


_Paint = Callable[[QPainter, QRectF, Standing, Scene, Samples | None, Palette], None]
_PAINTERS: Mapping[str, _Paint] = {PLANE: _plane, CURVE: _curve, CLASSES: _classes, SCATTER: _scatter}
