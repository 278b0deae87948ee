"""The curve of an activation function as a small picture: on the cards, in the menus and on its page."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.entry import Value

ICON = (24, 16)  # pixels
REACH = 4.0  # the curve is drawn from -REACH to REACH
POINTS = 81
MARGIN = 2.0  # pixels


def curve_pixmap(
    activation: Activation, parameters: Mapping[str, Value], size: QSize, ink: QColor, axes: QColor, ratio: float = 1.0,
    derivative: bool = False,
) -> QPixmap:  # fmt: skip
    """The curve in ``ink`` over the axes x = 0 and y = 0; with ``derivative``, its slope dashed beside it."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    x = np.linspace(-REACH, REACH, POINTS)
    y = activation.curve(x, **parameters)
    slope = np.gradient(y, x)
    shown = np.concatenate([y, slope]) if derivative else y
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    frame = QRectF(MARGIN, MARGIN, size.width() - 2 * MARGIN, size.height() - 2 * MARGIN)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(axes, 1))
    painter.drawPolyline(_placed(np.array([-REACH, REACH]), np.zeros(2), low, high, frame))
    painter.drawPolyline(_placed(np.zeros(2), np.array([low, high]), low, high, frame))
    if derivative:
        painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DashLine))
        painter.drawPolyline(_placed(x, slope, low, high, frame))
    painter.setPen(QPen(ink, 1.6))
    painter.drawPolyline(_placed(x, y, low, high, frame))
    painter.end()
    return picture


@cache
def curve_icon(key: str, size: tuple[int, int], ink: str, axes: str, ratio: float = 1.0) -> QIcon:
    """The curve of activation ``key`` with its default parameters, as the icon of a line in a list."""
    activation = ACTIVATIONS[key]
    return QIcon(curve_pixmap(activation, activation.complete({}), QSize(*size), QColor(ink), QColor(axes), ratio))


def activation_icon(key: str, widget: QWidget) -> QIcon:
    """The icon of activation ``key`` in the colours of ``widget``, of ``ICON`` pixels."""
    ink, axes = (widget.palette().color(role).name() for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Mid))
    return curve_icon(key, ICON, ink, axes, widget.devicePixelRatioF())


def _placed(x: NDArray[np.float64], y: NDArray[np.float64], low: float, high: float, frame: QRectF) -> QPolygonF:
    span = max(high - low, 1e-9)
    across = frame.left() + (x + REACH) / (2 * REACH) * frame.width()
    down = frame.bottom() - (y - low) / span * frame.height()
    return QPolygonF([QPointF(a, b) for a, b in zip(across.tolist(), down.tolist(), strict=True)])
