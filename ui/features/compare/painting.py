"""One run of a comparison, painted: what it computes with its boundary, where two differ, and the crosshair."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from relulab.views.colours import LineStyle
from relulab.views.compare import CompareView, Floats, Range
from relulab.views.glimpse import Glimpse
from ui.plots.legend import LegendEntry, paint_sample
from ui.plots.small_pictures import paint_picture
from ui.widgets.palette import Palette

BOUNDARY, RIM = 1.5, 3.6  # pixels of the line, and of the rim in the colour of the ground beneath it
OF_TWO = 2.2  # pixels of a boundary where both are drawn
HATCH = 5.0  # pixels between the lines of what differs
RING = 5.5  # pixels of the circle around the point that is spoken of
SWATCH = 34.0  # pixels
SMALL, BEYOND = 100.0, 16.0  # pixels of a picture whose title may go on into the gap behind it, and how far


class PlaneMap:
    """From the inputs of a network to a picture in ``area``, and back. ``ranges``: what the whole area shows."""

    def __init__(self, ranges: Sequence[Range], area: QRectF) -> None:
        self._ranges, self._area = ranges, area

    def place(self, x: float, y: float = 0.0) -> QPointF:
        """Where an input lies; with a single one in the middle of the height."""
        (left, right), area = self._ranges[0], self._area
        across = area.left() + (x - left) / (right - left) * area.width()
        if len(self._ranges) == 1:
            return QPointF(across, area.center().y())
        low, high = self._ranges[1]
        return QPointF(across, area.bottom() - (y - low) / (high - low) * area.height())

    def part(self, ranges: Sequence[Range]) -> QRectF:
        """The part of the area that shows these ranges."""
        if len(ranges) < 2 or len(self._ranges) < 2:
            return self._area
        (left, right), (low, high) = ranges
        return QRectF(self.place(left, high), self.place(right, low))

    def point(self, at: QPointF) -> tuple[float, ...]:
        """The input at a place."""
        shares = (
            (at.x() - self._area.left()) / self._area.width(),
            (self._area.bottom() - at.y()) / self._area.height(),
        )
        return tuple(
            low + min(max(share, 0.0), 1.0) * (high - low)
            for share, (low, high) in zip(shares, self._ranges, strict=False)
        )


def paint_run(
    painter: QPainter, area: QRectF, glimpse: Glimpse, lines: Sequence[Floats], over: PlaneMap | None, colours: Palette
) -> None:
    """What a run computes, with its boundary, in a frame."""
    standing, scene, samples = glimpse
    painter.fillRect(area, QColor(colours.background))
    paint_picture(painter, area if over is None else over.part(scene.ranges), standing, scene, samples, colours)
    if over is not None:
        painter.save()
        painter.setClipRect(area)
        for colour, width in ((colours.background, RIM), (colours.foreground, BOUNDARY)):
            paint_lines(painter, lines, over, LineStyle(colour), width)
        painter.restore()
    paint_frame(painter, area, colours)


def paint_difference(painter: QPainter, area: QRectF, view: CompareView, over: PlaneMap, colours: Palette) -> None:
    """Where two runs choose different classes: hatched between their boundaries."""
    differing = view.differing
    if differing is None:
        return
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, QColor(colours.background))
    rows, columns = differing.shape
    across, up = area.width() / columns, area.height() / rows
    region = QPainterPath()
    for row in range(rows):  # one rectangle for each stretch of a row
        column = 0
        while column < columns:
            if differing[row, column]:
                end = column
                while end < columns and differing[row, end]:
                    end += 1
                region.addRect(
                    area.left() + column * across, area.bottom() - (row + 1) * up, (end - column) * across, up
                )
                column = end
            column += 1
    tint = QColor(colours.lines[4 % len(colours.lines)])
    painter.setClipPath(region, Qt.ClipOperation.IntersectClip)
    tint.setAlphaF(0.30)
    painter.fillRect(area, tint)
    tint.setAlphaF(0.9)
    painter.setPen(QPen(tint, 1))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()))
        x += HATCH
    painter.restore()
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, run in enumerate(view.runs):
        paint_lines(painter, view.boundary(place), over, LineStyle(colours.background), RIM)
        paint_lines(painter, view.boundary(place), over, colours.run_line(run.colour), OF_TWO)
    painter.restore()
    paint_frame(painter, area, colours)


def paint_lines(painter: QPainter, lines: Sequence[Floats], over: PlaneMap, style: LineStyle, width: float) -> None:
    """Lines in the units of the inputs."""
    pen = QPen(QColor(style.colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if style.dash:
        pen.setDashPattern(style.dash)
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in lines:
        painter.drawPolyline([over.place(x, y) for x, y in line.tolist()])


def paint_frame(painter: QPainter, area: QRectF, colours: Palette) -> None:
    """A thin frame."""
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)


def paint_cross(painter: QPainter, area: QRectF, at: QPointF, *, is_plane: bool, colours: Palette) -> None:
    """The same point in every picture; of one input a line."""
    pen = QPen(QColor(colours.foreground), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
    if is_plane:
        painter.drawLine(QPointF(area.left(), at.y()), QPointF(area.right(), at.y()))
        painter.setPen(QPen(QColor(colours.foreground), 1.4))
        painter.drawEllipse(at, RING, RING)


def paint_title(painter: QPainter, area: QRectF, words: str, style: LineStyle | None, colours: Palette) -> None:
    """What stands above a picture, behind the line of its run."""
    left = area.left()
    if style is not None:
        entry = LegendEntry("", (style.colour,), dash=style.dash)
        swatch = min(SWATCH, area.width() / 4)
        paint_sample(painter, entry, QRectF(left, area.top() - 20, swatch, 16))
        left += swatch + 6
    room = area.right() - left + (BEYOND if area.width() < SMALL else 0)
    fitting = QFontMetricsF(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room)
    painter.setPen(QColor(colours.foreground))
    painter.drawText(QRectF(left, area.top() - 21, room, 18), Qt.AlignmentFlag.AlignVCenter, fitting)


def paint_words(painter: QPainter, area: QRectF, left: str, right: str, colours: Palette) -> None:
    """What stands below a picture: in one line where both fit, else the left one below the right one."""
    metrics = QFontMetricsF(painter.font())
    line = QRectF(area.left(), area.bottom() + 3, area.width(), 16)
    painter.setPen(QColor(colours.foreground))
    beyond = max(0.0, metrics.horizontalAdvance(right) - line.width())  # a small picture: into the gap behind it
    upper = line.adjusted(0, 0, beyond, 0)
    painter.drawText(upper, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
    if metrics.horizontalAdvance(left) > line.width() - metrics.horizontalAdvance(right) - 8:
        line.translate(0, 16)
    painter.setPen(QColor(colours.muted))
    fitting = metrics.elidedText(left, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
