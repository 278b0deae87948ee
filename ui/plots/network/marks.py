"""What stands still in the picture of a network: captions, rule lines, names, crosses and signs, the legend."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QRegion

from relulab.measurements.status import UnitStatus
from relulab.text import Text, text
from relulab.views.network.arrange import Shown
from relulab.views.network.cells import HATCH, colour_table, hatched
from relulab.views.network.colours import STEPS, TABLE, network_colours, unit_table
from relulab.views.network.edges import Lines
from relulab.views.network.formula import signed
from relulab.views.network.layout import NetworkLayout, Place, Rectangle
from relulab.views.network.view import DROPPED, NetworkView
from ui.platform.translation import said
from ui.plots.snapshot import image_of
from ui.widgets.palette import Palette
from ui.widgets.sizes import px

SMALLER = 0.9  # of the size of a caption: its second line
CROSS = 0.56  # of a dead unit's side
TAG_FROM, DOT_FROM = 26, 12  # pixels of side for a sign, and for a dot in its place
TAG, DOT = 13.0, 5.0  # pixels
SCALE_WIDTH, SAMPLE_WIDTH = 84, 22  # pixels of the legend
BETWEEN_RULES = 10  # pixels
PLATE = 0.8  # opacity of the ground under a name
NAME_OVERHANG = 48  # pixels by which a name may be longer than its picture
EVERY_FOURTH = 4  # folded layer has its number below
SIGNS_APART = 48  # in a column: more are one area

Sign = tuple[Text, Callable[[Rectangle], None]]

NODE = text("unit")
WEIGHT = text("weight")


@dataclass(frozen=True, slots=True)
class Fonts:
    """Sizes follow the font of the window."""

    bold: QFont
    plain: QFont
    small: QFont

    @classmethod
    def of(cls, font: QFont) -> "Fonts":
        return _fonts_of(font.key())

    @classmethod
    def of_key(cls, key: str) -> "Fonts":
        font, bold, small = QFont(), QFont(), QFont()
        for one in (font, bold, small):
            one.fromString(key)
        bold.setBold(True)
        small.setPointSizeF(max(6.0, font.pointSizeF() * SMALLER))
        return cls(bold, font, small)


@lru_cache(maxsize=16)  # asked for several times with each picture
def _fonts_of(key: str) -> Fonts:
    return Fonts.of_key(key)


def in_order(widths: Iterable[float], room: float) -> tuple[bool, ...]:
    """Which of these have room beside each other, the first of them before the others."""
    taken, fit = 0.0, list[bool]()
    for width in widths:
        fit.append(taken + width <= room)
        taken += width if fit[-1] else 0.0
    return tuple(fit)


def fitting(words: Sequence[Text], room: float, font: QFont) -> str:
    """The first of the words that fits into so many pixels; nothing where none does."""
    metrics = QFontMetricsF(font)
    return next((written for one in words if metrics.horizontalAdvance(written := said(one)) <= room), "")


class Marks:
    """Draws the marks of one view in one layout."""

    def __init__(
        self, painter: QPainter, view: NetworkView, layout: NetworkLayout, palette: Palette, font: QFont
    ) -> None:
        self._painter, self._view, self._layout = painter, view, layout
        self._palette, self._colours = palette, network_colours(palette.dark)
        self._fonts = Fonts.of(font)

    def draw(self, within: QRect | None = None) -> None:
        """What stands around the pictures: captions, rules, numbers of folded layers; only ``within``, or all."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for columns, area in captions(self._layout):
            if within is None or area.intersects(within):
                self._caption(columns)
        if within is not None and within.bottom() <= self._layout.captions.bottom:
            return
        self._rules()
        for strip in self._layout.strips:
            self._numbers([self._layout.places[c] for c in range(strip.first, strip.last)])

    def draw_signs(self) -> None:
        """Over the pictures: crosses and signs."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in self._layout.places:
            self._states(place)

    def draw_names(self) -> None:
        """Between the pictures: names that have no value beside them."""
        for place in self._layout.places:
            if place.label <= 0:
                self._names(place)

    def draw_values(self) -> None:
        """The names of outputs with their values, which every picture changes."""
        for place in self._layout.places:
            if place.label > 0:
                self._names(place)

    def _caption(self, columns: range) -> None:
        middle, left, right = self._layout.caption_room(columns[0])
        title = fitting(self._view.titles(columns), right - left, self._fonts.bold)
        self._within(title, middle, left, right, px(16), self._fonts.bold, self._palette.foreground)
        counts = fitting(self._view.counts(columns), right - left, self._fonts.small)
        self._within(counts, middle, left, right, px(33), self._fonts.small, self._palette.muted)

    def _rules(self) -> None:
        """In the middle of each gap, no wider than leaves those of its neighbours alone."""
        places, row = self._layout.places, self._layout.rules
        gaps = [
            (places[sender].ground.right, places[receiver].ground.left, receiver)
            for sender, receiver in self._layout.gaps()
        ]
        middles = [(left + right) / 2 for left, right, _ in gaps]
        for number, (left, right, receiver) in enumerate(gaps):
            beside = [abs(middles[number] - other) for other in middles[max(0, number - 1) : number + 2]]
            apart = min((distance for distance in beside if distance), default=math.inf) - BETWEEN_RULES
            room = min(right - left + 2 * 20, apart)
            words = fitting(self._view.rules[receiver - 1].words, room, self._fonts.small)
            self._centred(words, middles[number], row.top + row.height - px(6), self._fonts.small, self._palette.muted)

    def _states(self, place: Place) -> None:
        codes = self._view.states(place.column)
        for unit in np.flatnonzero(codes).tolist():
            where, status = place.rectangle(unit), UnitStatus(int(codes[unit]))
            if status is UnitStatus.DEAD:
                self._cross(where)
            elif place.side >= px(DOT_FROM):
                self._tag(where, status)

    def _cross(self, where: Rectangle) -> None:
        inset = where.width * (1 - CROSS) / 2
        box = QRectF(where.left, where.top, where.width, where.height).adjusted(inset, inset, -inset, -inset)
        self._painter.setPen(
            QPen(QColor(self._colours.cross), max(1.4 if where.width >= 24 else 1.0, where.width / 16))
        )
        self._painter.drawLine(box.topLeft(), box.bottomRight())
        self._painter.drawLine(box.bottomLeft(), box.topRight())

    def _tag(self, where: Rectangle, status: UnitStatus) -> None:
        """A sign that hangs at the upper right of a picture, or a dot where that is small."""
        size = px(TAG if where.width >= px(TAG_FROM) else DOT)
        self._sign(QRectF(where.right - size + 1, where.top - 1, size, size), status)

    def _sign(self, box: QRectF, status: UnitStatus) -> None:
        style, written = self._palette.status[status], box.width() >= px(TAG)
        self._painter.setPen(QPen(QColor(style.ink if written else style.colour), 1))
        self._painter.setBrush(QColor(style.colour))
        self._painter.drawRect(box)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if written:
            self._painter.setFont(self._fonts.small)
            self._painter.setPen(QColor(style.ink))
            self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, style.symbol)

    def _names(self, place: Place) -> None:
        """Of inputs and outputs: below large pictures, beside small ones, an output with its value."""
        column = self._view.columns[place.column]
        if not column.names:
            return
        below = place.label == 0
        if below and place.below < px(18):
            return
        best = self._winner(place.column)
        for unit, name in enumerate(column.names):
            where = place.rectangle(unit)
            font = self._fonts.bold if unit == best and not below else self._fonts.small
            ink = self._palette.foreground if unit == best and not below else self._palette.muted
            if below:
                metrics, room = QFontMetricsF(self._fonts.small), where.width + px(NAME_OVERHANG)
                written = metrics.elidedText(said(name), Qt.TextElideMode.ElideRight, room)
                middle, baseline = where.centre[0], where.bottom + px(13)
                self._plate(metrics.tightBoundingRect(written), middle, baseline)
                self._within(written, middle, 2, self._layout.width - 2, baseline, self._fonts.small, ink)
            else:
                self._beside(said(name), place, unit, font, ink)

    def _plate(self, words: QRectF, middle: float, baseline: float) -> None:
        """A ground for the words of a name, for lines may run where it stands."""
        ground = QColor(self._colours.panel)
        ground.setAlphaF(PLATE)
        left = max(0.0, min(middle - words.width() / 2, self._layout.width - words.width() - 2) - 2)
        self._painter.fillRect(QRectF(left, baseline + words.top() - 1, words.width() + 5, words.height() + 2), ground)

    def _beside(self, name: str, place: Place, unit: int, font: QFont, ink: str) -> None:
        where, metrics = place.rectangle(unit), QFontMetricsF(font)
        baseline = where.centre[1] + metrics.ascent() / 2 - 1
        if place.label < 0:
            written = metrics.elidedText(name, Qt.TextElideMode.ElideRight, -place.label - 6)
            self._written(written, where.left - 6 - metrics.horizontalAdvance(written), baseline, font, ink)
            return
        value = f" {signed(float(self._view.picture.at_sample[-1][unit]))}"
        room = place.label - 6 - metrics.horizontalAdvance(value)
        written = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + value
        self._written(written, where.right + 6, baseline, font, ink)

    def _winner(self, column: int) -> int:
        """The output that is the largest for the sample, where outputs are classes that are told beside each other."""
        if column + 1 < len(self._view.columns) or self._view.columns[column].shown is not Shown.VALUE:
            return -1
        return int(np.argmax(np.nan_to_num(self._view.picture.at_sample[-1], nan=-np.inf)))

    def _numbers(self, places: Sequence[Place]) -> None:
        """Of folded layers every fourth has its number below."""
        lowest = max(place.area.bottom for place in places)
        for place in places[1::EVERY_FOURTH]:
            number = said(self._view.columns[place.column].titles[-1])
            self._centred(number, place.area.centre[0], lowest + px(20), self._fonts.small, self._palette.muted)

    def draw_legend(self, until: float) -> None:
        """What signs, colours and lines mean; where there is no room for all, first the lines are left out."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._layout.legend
        baseline, x = row.top + row.height - px(10), float(px(14))
        rules = {self._view.rules[receiver - 1].lines for _, receiver in self._layout.gaps()}
        words = QFontMetricsF(self._fonts.small).horizontalAdvance
        of_lines = 4 * px(SAMPLE_WIDTH + 5) + words(f"{said(WEIGHT)} −") + words("+") + 10 + px(14)
        of_scale = px(SCALE_WIDTH) + words(f"{said(NODE)} −") + words("+") + 15 + px(14)
        signs: list[Sign] = [(status.label, partial(self._state, status=status)) for status in self._view.occurring()]
        if self._view.drops:
            signs.append((DROPPED, self._hatching))
        of_signs = [px(18) + words(said(sign)) + 5 + px(12) for sign, _ in signs]
        room = until - x + px(12)  # the last one needs no gap behind it
        some, scale, lines = in_order((sum(of_signs), of_scale, of_lines), room)
        if Lines.WEIGHTS in rules and lines:
            x = self._line_samples(x, baseline)
        if scale:
            x = self._scale(x, baseline)
        for (sign, draw), width in zip(signs, of_signs, strict=True):
            if not some and x + width - px(12) > until:
                break
            draw(Rectangle(round(x), round(baseline) - px(11), px(TAG), px(TAG)))
            x = self._word(said(sign), x + px(18), baseline) + px(12)

    def _line_samples(self, x: float, baseline: float) -> float:
        x = self._word(f"{said(WEIGHT)} −", x, baseline)
        for step, positive in ((STEPS - 1, False), (STEPS // 2, False), (STEPS // 2, True), (STEPS - 1, True)):
            self._painter.setPen(QPen(QColor(self._colours.line(step, positive=positive)), 1.5 + 3 * step / STEPS))
            self._painter.drawLine(QPointF(x, baseline - px(4)), QPointF(x + px(SAMPLE_WIDTH), baseline - px(4)))
            x += px(SAMPLE_WIDTH + 5)
        return self._word("+", x, baseline) + px(14)

    def _scale(self, x: float, baseline: float) -> float:
        x = self._word(f"{said(NODE)} −", x, baseline)
        image: QImage = image_of(np.ascontiguousarray(unit_table(self._palette.dark)[np.newaxis]))
        self._painter.drawImage(QRectF(x, baseline - px(8), px(SCALE_WIDTH), px(8)), image)
        return self._word("+", x + px(SCALE_WIDTH + 5), baseline) + px(14)

    def _state(self, box: Rectangle, status: UnitStatus) -> None:
        area = QRectF(box.left, box.top, box.width, box.height)
        if status is UnitStatus.DEAD:
            self._painter.fillRect(area, QColor(self._colours.dead))
            self._cross(box)
        else:
            self._sign(area, status)

    def _hatching(self, box: Rectangle) -> None:
        line, _ = hatched(box.width, 1)
        cell = np.where(line, HATCH, TABLE // 2).astype(np.uint8)
        table = colour_table(Shown.VALUE, self._palette.dark, on_ground=False)
        self._painter.drawImage(QPointF(box.left, box.top), image_of(np.ascontiguousarray(table[cell])))
        self._painter.setPen(QColor(self._colours.frame))
        self._painter.drawRect(QRectF(box.left, box.top, box.width, box.height))

    def _word(self, words: str, x: float, baseline: float) -> float:
        self._written(words, x, baseline, self._fonts.small, self._palette.muted)
        return x + QFontMetricsF(self._fonts.small).horizontalAdvance(words) + 5

    def _centred(self, words: str, middle: float, baseline: float, font: QFont, ink: str) -> None:
        if words:
            self._written(words, middle - QFontMetricsF(font).horizontalAdvance(words) / 2, baseline, font, ink)

    def _within(
        self, words: str, middle: float, left: float, right: float, baseline: float, font: QFont, ink: str
    ) -> None:
        """Centred, and beside the middle where that would reach out of ``left`` to ``right``."""
        wide = QFontMetricsF(font).horizontalAdvance(words)
        self._centred(words, max(left + wide / 2, min(middle, right - wide / 2)), baseline, font, ink)

    def _written(self, words: str, x: float, baseline: float, font: QFont, ink: str) -> None:
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        self._painter.drawText(QPointF(x, baseline), words)


def captions(layout: NetworkLayout) -> list[tuple[range, QRect]]:
    """The columns that have a caption together, and where it stands."""
    found = []
    for column in layout.captioned:
        strip = layout.strip_of(column)
        columns = range(column, column + 1) if strip is None else range(strip.first, strip.last)
        _, left, right = layout.caption_room(column)
        found.append((columns, QRect(math.floor(left), 0, math.ceil(right - left) + 1, layout.captions.height)))
    return found


def marked_region(layout: NetworkLayout) -> QRegion:
    """Where ``Marks.draw`` draws: a picture over everything would be blended with every pixel."""
    region = QRegion(0, 0, layout.width, layout.captions.height)
    region = region.united(QRect(0, layout.rules.top, layout.width, layout.rules.height))
    for strip in layout.strips:
        region = region.united(QRect(strip.ground.left, strip.ground.bottom, strip.ground.width, NAME_OVERHANG))
    return region


def signed_areas(view: NetworkView, layout: NetworkLayout) -> list[QRect]:
    """Where ``Marks.draw_signs`` draws; no two areas lie over each other."""
    region, over = QRegion(), 2  # pixels by which a sign hangs over its picture, with the width of its rim
    whole = QRect(0, 0, layout.width, layout.height)
    for place in layout.places:
        units = np.flatnonzero(view.states(place.column)).tolist()
        shown = [place.area] if len(units) > SIGNS_APART else [place.rectangle(unit) for unit in units]
        for where in shown:
            area = QRect(where.left, where.top, where.width, where.height)
            region = region.united(area.adjusted(-over, -over, over, over).intersected(whole))
    return [QRect(part) for part in cast(Iterable[QRect], region)]  # which its types do not tell


def valued_area(layout: NetworkLayout) -> QRect:
    """Where ``Marks.draw_values`` draws: behind the last column; nothing where it draws nothing."""
    place, network = layout.places[-1], layout.network
    left = place.ground.right + 2
    return QRect(left, network.top, layout.width - left, network.height) if place.label > 0 else QRect()
