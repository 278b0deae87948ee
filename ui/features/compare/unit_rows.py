"""The units of two runs over the plane, unit n of one above unit n of the other: they began with the same weights."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from relulab.diagnosis.ends import End
from relulab.views.colours import rgb_of
from relulab.views.compare import LETTERS, Floats
from relulab.views.compare_units import UnitLayer
from relulab.views.many.ends import DEAD_GROUND, ENDS
from ui.plots.snapshot import image_of
from ui.widgets.palette import Palette

HEAD = 18.0  # pixels above all rows
NAME, LETTER = 62.0, 20.0  # pixels before the pictures
GAP, BETWEEN = 3.0, 8.0  # pixels between pictures, and between layers
LARGEST, LEAST = 30.0, 12.0  # pixels of a picture


def paint_unit_rows(
    painter: QPainter, area: QRectF, layers: Sequence[UnitLayer], title: str, more: str, colours: Palette
) -> None:
    """As many units and layers as fit; ``more``, with a place for their number, tells of those that do not."""
    painter.setPen(QColor(colours.foreground))
    painter.drawText(QRectF(area.left(), area.top(), area.width(), HEAD - 2), Qt.AlignmentFlag.AlignVCenter, title)
    high = (area.height() - HEAD) / len(layers) - BETWEEN
    side = max(min(LARGEST, high / 2 - GAP), LEAST)
    fitting = max(1, int((area.width() - NAME - LETTER) / (side + GAP)))
    top = area.top() + HEAD
    for layer in layers:
        if top + 2 * (side + GAP) > area.bottom() + GAP:
            break
        painter.setPen(QColor(colours.muted))
        name = QFontMetricsF(painter.font()).elidedText(layer.title, Qt.TextElideMode.ElideRight, NAME - 6)
        painter.drawText(QRectF(area.left(), top, NAME, 2 * side + GAP), Qt.AlignmentFlag.AlignVCenter, name)
        for place, (pictures, dead) in enumerate(zip(layer.pictures, layer.dead, strict=True)):
            y = top + place * (side + GAP)
            painter.setPen(QColor(colours.foreground))
            painter.drawText(QRectF(area.left() + NAME, y, LETTER, side), Qt.AlignmentFlag.AlignVCenter, LETTERS[place])
            shown = fitting if len(pictures) <= fitting else fitting - 1
            for unit in range(min(shown, len(pictures))):
                square = QRectF(area.left() + NAME + LETTER + unit * (side + GAP), y, side, side)
                _paint_unit(painter, square, pictures[unit], is_dead=bool(dead[unit]), colours=colours)
            if len(pictures) > fitting:
                left = area.left() + NAME + LETTER + shown * (side + GAP)
                painter.setPen(QColor(colours.muted))
                words = more.format(count=len(pictures) - shown)
                painter.drawText(QRectF(left, y, side + GAP + 20, side), Qt.AlignmentFlag.AlignVCenter, words)
        top += 2 * (side + GAP) + BETWEEN


def _paint_unit(painter: QPainter, square: QRectF, picture: Floats, *, is_dead: bool, colours: Palette) -> None:
    if is_dead:
        painter.fillRect(square, QColor(DEAD_GROUND[colours.dark]))
        painter.setPen(QPen(QColor(ENDS[End.DEAD].colour(colours.dark)), 1.4))
        inner = square.adjusted(
            0.28 * square.width(), 0.28 * square.width(), -0.28 * square.width(), -0.28 * square.width()
        )
        painter.drawLine(QLineF(inner.topLeft(), inner.bottomRight()))
        painter.drawLine(QLineF(inner.topRight(), inner.bottomLeft()))
    else:
        painter.drawImage(square, image_of(_shaded(picture, colours)))
    painter.setPen(QPen(QColor(colours.muted), 0.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(square)


def _shaded(picture: Floats, colours: Palette) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Above zero in one colour, below in another, from the ground on; the highest row on top."""
    ground = rgb_of(colours.background).astype(float)
    above, below = rgb_of(colours.lines[1]).astype(float), rgb_of(colours.lines[0]).astype(float)
    strength = np.clip(np.abs(picture), 0.0, 1.0)[::-1, :, None]
    target = np.where(picture[::-1, :, None] > 0, above, below)
    return np.ascontiguousarray((ground + strength * (target - ground)).astype(np.uint8))
