"""What is painted in a row of a table: the interval of a share, and its starts, each a sign on one scale."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QWidget

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.text import Text
from relulab.views.many.counts import Share
from relulab.views.many.ends import ENDS
from relulab.views.many.map import Cell, MapView, Measure
from relulab.views.many.seeds import Drawing, kept_drawing
from relulab.views.many.strips import HIGHEST, SIGNS, Mark, Strip, marks
from ui.features.population.interval_scale import paint_interval
from ui.features.population.many_window import bold_font
from ui.features.population.run_picture import paint_run
from ui.features.population.signs import paint_sign
from ui.platform.translation import said, translate
from ui.plots.lettering import small
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px

COUNT, LIMITS = 74, 84  # pixels for "15 of 20", and for its interval in per cent
MARGIN = 14
SIGN, BIN = 7, 9  # pixels of a sign, and of its place
FIRST, AIR = 3, 3  # starts of a row that are seen, and pixels around each
MOST_DRAWN = 500  # that are kept
QUARTERS = (0, 50, 100)  # per cent, written over the intervals


def interval_area(cell: QRectF) -> QRectF:
    """The scale from 0 to 100 % in a cell, or in the head over it."""
    return cell.adjusted(px(COUNT + MARGIN), 0, -px(LIMITS + MARGIN), 0)


def strip_area(cell: QRectF) -> QRectF:
    """The scale of the starts; left of it is room for those that have no number."""
    return cell.adjusted(px(2 * BIN + MARGIN), 0, -px(2 * MARGIN), 0)


class RowPictures:
    """``strip``: the scale of the starts, None before the first has ended."""

    def __init__(self) -> None:
        self.strip: Strip | None = None
        self.colours: Palette = LIGHT
        self.current = -1  # the start under the mouse
        self._drawn: dict[str, Drawing | None] = {}  # pictures, by the text of which they were read

    def paint_share(self, painter: QPainter, cell: QRectF, share: Share, measure: Measure) -> None:
        """How many did it, the interval of all starts as a bar, and in per cent."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.colours.foreground))
        plain = painter.font()
        painter.setFont(bold_font(plain))
        upright = Qt.AlignmentFlag.AlignVCenter
        count = QRectF(cell.left() + MARGIN, cell.top(), px(COUNT), cell.height())
        words = translate("Tables", "{found} of {of}").format(found=share.found, of=share.of)
        painter.drawText(count, Qt.AlignmentFlag.AlignLeft | upright, words)
        paint_interval(painter, interval_area(cell), share, self._colour(share, measure), self.colours)
        if share.has_interval:
            painter.setFont(small(plain))
            painter.setPen(QColor(self.colours.muted))
            limits = QRectF(cell.right() - px(LIMITS), cell.top(), px(LIMITS), cell.height())
            painter.drawText(limits, Qt.AlignmentFlag.AlignCenter | upright, said(share.limits))
        painter.restore()

    def paint_starts(self, painter: QPainter, cell: QRectF, view: MapView, of: Cell) -> None:
        """A sign for each start of a row; the one under the mouse has a ring."""
        if self.strip is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, foot = strip_area(cell), cell.bottom() - 2
        painter.setPen(QPen(QColor(self.colours.grid), 1))
        painter.drawLine(QPointF(area.left(), foot), QPointF(area.right(), foot))
        if self.strip.line is not None:
            x = area.left() + self.strip.line * area.width()
            painter.setPen(QPen(QColor(self.colours.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, cell.top() + 1), QPointF(x, foot))
        for mark, place in self.places(cell, view, of):
            colour = ENDS[mark.end].colour(self.colours.dark)
            paint_sign(painter, mark.end, place, colour, 1.5)
            if mark.run == self.current:
                painter.setPen(QPen(QColor(self.colours.foreground), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place.adjusted(-3, -3, 3, 3))
        painter.restore()

    def paint_firsts(self, painter: QPainter, cell: QRectF, view: MapView, of: Cell) -> None:
        """What the first starts of a row compute, or how they ended; the one under the mouse has a ring."""
        painter.save()
        for run, place in self.firsts(cell, view, of):
            found = view.runs[run]
            paint_run(painter, place, found, self._drawing(found), self.colours)
            if run == self.current:
                painter.setPen(QPen(QColor(self.colours.foreground), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place.adjusted(-1, -1, 1, 1))
        painter.restore()

    def firsts(self, cell: QRectF, view: MapView, of: Cell) -> Iterator[tuple[int, QRectF]]:
        """Where the pictures of the first starts of a row are, of those that have ended."""
        side = min(cell.height() - 2 * AIR, (cell.width() - MARGIN) / FIRST - 2 * AIR)
        left = cell.center().x() - FIRST * (side + 2 * AIR) / 2 + AIR
        for place, run in enumerate(view.runs_of(of)[:FIRST]):
            if run in view.runs:
                yield run, QRectF(left + place * (side + 2 * AIR), cell.center().y() - side / 2, side, side)

    def first_at(self, point: QPointF, cell: QRectF, view: MapView, of: Cell) -> int:
        """The run whose picture is there, -1 for none."""
        return next((run for run, place in self.firsts(cell, view, of) if place.contains(point)), -1)

    def _drawing(self, found: Standing) -> Drawing | None:
        if len(self._drawn) > MOST_DRAWN:
            self._drawn.clear()
        if found.picture not in self._drawn:
            self._drawn[found.picture] = kept_drawing(found)
        return self._drawn[found.picture]

    def paint_group(self, painter: QPainter, row: QRectF, name: str) -> None:
        """The name of a group of rows, and a line to the end."""
        painter.fillRect(row, QColor(self.colours.background))
        painter.setFont(bold_font(painter.font()))
        painter.setPen(QColor(self.colours.foreground))
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(MARGIN, 0, 0, 0), middle, name)
        left = row.left() + MARGIN + painter.fontMetrics().horizontalAdvance(name) + MARGIN
        painter.setPen(QPen(QColor(self.colours.grid), 1))
        painter.drawLine(QPointF(left, row.center().y()), QPointF(row.right(), row.center().y()))

    def places(self, cell: QRectF, view: MapView, of: Cell) -> Iterator[tuple[Mark, QRectF]]:
        """Where the sign of each start of a row is."""
        if self.strip is None:
            return
        area = strip_area(cell)
        columns = max(2, int(area.width() // px(BIN)))
        step = min(px(BIN), (cell.height() - 4) / HIGHEST)
        side = min(px(SIGN), step)
        for mark in marks(view, of, self.strip, columns):
            x = area.left() + mark.column / (columns - 1) * area.width() if mark.column >= 0 else cell.left() + MARGIN
            y = cell.bottom() - 3 - (mark.height + 0.5) * step
            yield mark, QRectF(x - side / 2, y - side / 2, side, side)

    def mark_at(self, point: QPointF, cell: QRectF, view: MapView, of: Cell) -> int:
        """The run whose sign is there, -1 for none."""
        for mark, place in self.places(cell, view, of):
            if place.adjusted(-2, -2, 2, 2).contains(point):
                return mark.run
        return -1

    def paint_share_scale(self, painter: QPainter, head: QRectF) -> None:
        """The per cent of the intervals at the foot of a head."""
        self._paint_ticks(painter, head, interval_area(head), ((share / 100, f"{share} %") for share in QUARTERS))

    def paint_starts_scale(self, painter: QPainter, head: QRectF) -> None:
        """The numbers of the starts at the foot of a head."""
        if self.strip is not None:
            self._paint_ticks(painter, head, strip_area(head), self.strip.ticks)

    def _paint_ticks(self, painter: QPainter, head: QRectF, area: QRectF, ticks: Iterable[tuple[float, str]]) -> None:
        painter.save()
        painter.setFont(small(painter.font()))
        painter.setPen(QColor(self.colours.muted))
        height = painter.fontMetrics().height()
        for place, word in ticks:
            x = area.left() + place * area.width()
            at = QRectF(x - px(40), head.bottom() - height - 3, px(80), height)
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, word)
        painter.restore()

    def _colour(self, share: Share, measure: Measure) -> str:
        """Of what most starts do; of what so few cannot tell a colour that says nothing."""
        most = share.is_most
        if most is None:
            return self.colours.muted
        other = End.DEAD if measure.end is End.LEARNED else End.LEARNED
        return ENDS[measure.end if most else other].colour(self.colours.dark)


class ScaledHead(QHeaderView):
    """Titles of columns, with what ``paint`` adds under them."""

    def __init__(self, paint: Callable[[QPainter, QRectF, int], None], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._paint = paint
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        self._paint(painter, QRectF(rect), section)


class StripLegend(PaintedWidget):
    """What signs say: those of starts, unless it is told of others."""

    def __init__(self, signs: Mapping[End, Text] = SIGNS, parent: QWidget | None = None) -> None:
        self._signs = signs
        super().__init__(parent, ", ".join(said(word) for word in signs.values()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(small(self.font()))
        return QSize(sum(map(round, self._widths(metrics))), metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small(self.font()))
        left, side = 0.0, float(px(SIGN) + 2)
        for (end, word), width in zip(self._signs.items(), self._widths(painter.fontMetrics()), strict=True):
            sign = QRectF(left, (self.height() - side) / 2, side, side)
            paint_sign(painter, end, sign, ENDS[end].colour(self._colours.dark), 1.5)
            painter.setPen(QColor(self._colours.muted))
            at = QRectF(left + side + 6, 0, width, self.height())
            painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said(word))
            left += width

    def _widths(self, metrics: QFontMetrics) -> list[float]:
        return [metrics.horizontalAdvance(said(word)) + px(SIGN) + 2 + 6 + 18.0 for word in self._signs.values()]
