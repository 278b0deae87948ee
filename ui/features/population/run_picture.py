"""One run of many, painted small: what it computes and how it ended, by frame, ground and sign."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.views.colours import ink_on
from relulab.views.many.ends import DEAD_FRAME, DEAD_GROUND, DEAD_INK, ENDS, EndStyle
from relulab.views.many.seeds import Drawing, dead_words
from ui.features.population.signs import frame_pen, paint_hatched, paint_sign
from ui.platform.translation import said
from ui.plots.lettering import small
from ui.plots.small_pictures import paint_picture
from ui.widgets.palette import Palette
from ui.widgets.sizes import px

TAG, LEAST_TAG = 18, 11  # pixels
DEAD_WORDS_FROM = 100


def paint_run(
    painter: QPainter, area: QRectF, found: Standing, drawn: Drawing | None, colours: Palette, *, is_seen: bool = False
) -> None:
    """``drawn``: what it computes, None where that was not told. A dead run is dark, unless it is to be seen: it is
    dead on its data, and may bend beside them.
    """
    style = ENDS[End(found.end)] if found.end else None
    is_shown = style is None or style.keeps_picture or (is_seen and drawn is not None and style.end is End.DEAD)
    if style is not None and not is_shown:
        _paint_ground(painter, found, style, area, colours)
        return
    if drawn is not None:
        paint_picture(painter, area, *drawn, colours)
    elif style is not None:
        paint_sign(painter, style.end, _middle(area, 0.3), style.colour(colours.dark), max(1.6, area.width() * 0.025))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(QColor(colours.grid), 1) if style is None else frame_pen(style, colours)
    half = pen.widthF() / 2
    painter.setPen(pen)
    painter.drawRect(area.adjusted(half, half, -half, -half))
    if style is not None:
        _paint_tag(painter, style.end, area, colours)
    elif found.diverged or found.dead:
        _paint_tag(painter, End.DIVERGED if found.diverged else End.DEAD, area, colours)


def _middle(area: QRectF, share: float) -> QRectF:
    side = area.width() * share
    return QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)


def _paint_tag(painter: QPainter, end: End, area: QRectF, colours: Palette) -> None:
    side = min(px(TAG), max(px(LEAST_TAG), area.width() * 0.15))
    tag = QRectF(area.right() - side, area.top(), side, side)
    colour = ENDS[end].colour(colours.dark)
    painter.fillRect(tag, QColor(colour))
    inset = side * 0.22
    paint_sign(painter, end, tag.adjusted(inset, inset, -inset, -inset), ink_on(colour), side / 9)


def _paint_ground(painter: QPainter, found: Standing, style: EndStyle, area: QRectF, colours: Palette) -> None:
    """What has no picture any more: a dark cell, or a hatched one."""
    dark = colours.dark
    share = 0.3 if area.width() >= 80 else 0.4 if area.width() >= 40 else 0.56
    colour = style.colour(dark)
    if style.end is End.DEAD:
        painter.fillRect(area, QColor(DEAD_GROUND[dark]))
        painter.setPen(QPen(QColor(DEAD_FRAME[dark]), style.frame))
    else:
        paint_hatched(painter, area, colour)
        painter.setPen(frame_pen(style, colours))
    half = style.frame / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(half, half, -half, -half))
    sign = _middle(area, share)
    paint_sign(painter, style.end, sign, colour, max(1.6, sign.width() / 16))
    if style.end is End.DEAD and area.width() >= px(DEAD_WORDS_FROM):
        painter.setFont(small(painter.font()))
        painter.setPen(QColor(DEAD_INK))
        foot = area.adjusted(2, area.height() * 0.78, -2, 0)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, said(dead_words(found)))
