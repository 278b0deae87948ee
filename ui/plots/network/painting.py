"""The network drawn in layers, each kept until it changes; what is idle draws nothing.

Below is the ground (``kept.py``): lines, words, and the pictures of units, which alone change with each moment; on top
crosses and signs. What is pointed at is drawn over the lines. Of a close-up, which is wider than the widget, only the
columns in view are made; legend and formula stay where they are.
"""

import math
from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from relulab.views.network.arrange import SMALL_HEIGHT, arrange, close_up
from relulab.views.network.colours import network_colours
from relulab.views.network.edge_words import Edge
from relulab.views.network.layout import Cell, NetworkLayout
from relulab.views.network.scaling import scaled
from relulab.views.network.view import NetworkView, scales_after
from ui.platform.translation import said
from ui.plots.network.gaps import Gap
from ui.plots.network.highlight import Highlight
from ui.plots.network.kept import Kept
from ui.plots.network.marks import Fonts, Marks, valued_area
from ui.plots.network.pictures import Pictures, draw_kernels
from ui.plots.network.strip import STRIP, Strip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px, share

VEIL = 0.6  # of the ground over a picture that is pale
FADED = 0.2  # of all other lines
HOVER_FRAME, CHOSEN_FRAME = 2, 3  # pixels
NOTE_APART, NOTE_BORDER = 12, 14  # pixels between the legend and the note, and beside it
NOTE_BY = 32  # pixels in which the room of the note grows: the legend does not move with each digit
LINES_EVERY = 0.4  # seconds between two choices of lines while it trains: a gap changes little, and is dear to draw
LINES_EVERY_IN_HASTE = 1.0  # beside a run that takes all it can get: three tenths of what its picture costs were lines
TOLD_IN_HASTE = 0.2  # seconds that step and values stay as they are beside such a run: they cannot be read faster
LEAST = QSize(200, 160)
SHARES = (1.0, 0.75, 0.5)  # of the size of the text, where there is little room


class NetworkPainting(QWidget):
    """Draws a view. ``current`` is the unit that is pointed at, ``edge`` the line, ``chosen`` the unit that is marked.

    ``opened``: the folded column that is open; ``close``: the column of which there is a close-up; both None where
    the whole network is shown. ``shift``: pixels by which a close-up is moved to the left. ``pale``: what is drawn is
    no longer the network that is meant. ``hint``: what can be done with a number. ``in_haste``: the run takes all it
    can get, so lines, words and scales are renewed less often, and the pictures alone each time.
    """

    pixelsChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: NetworkView | None = None
        self.layout_now: NetworkLayout | None = None
        self.current: Cell | None = None
        self.edge: Edge | None = None
        self.chosen: Cell | None = None
        self.note, self.looking_back = "", False
        self.opened: int | None = None
        self.close_column: int | None = None
        self.shift = 0
        self.pale = False
        self.hint = ""
        self.repaints = 0
        self._gaps: list[Gap] = []
        self._turn = 0  # of the gap that is looked at next
        self.in_haste = False
        self._lines_due = self._words_due = 0.0
        self._told: NetworkView | None = None  # whose values and step are told
        self._pictures: Pictures | None = None
        self._scales: list[float] = []
        self._scaled: NetworkView | None = None  # the view on which they are
        self._kept: Kept | None = None
        self._room: object = None  # of the note, and what the legend tells beside states
        self._palette = LIGHT
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_view(self, view: NetworkView, *, note: str, looking_back: bool, at_rest: bool) -> None:
        """Draw ``view``. ``note`` stands beside the legend; ``at_rest``: all lines are chosen anew, not one gap."""
        before, self.view = self.view, view
        other = before is None or before.info is not view.info
        only_pictures = not (other or at_rest) and self.in_haste and monotonic() < self._words_due
        if not only_pictures:
            self._words_due = monotonic() + TOLD_IN_HASTE
            self._told, self.note, self.looking_back = view, note, looking_back
            if (room := (self._note_room(), view.drops)) != self._room:
                self._room, self._kept = room, None
        if other:
            self.close_column = self.opened = None
        if other or self.layout_now is None:
            self.start_over()
        elif self._kept is not None and before is not None and view.status.tobytes() != before.status.tobytes():
            self._kept.renew_states(view)
            only_pictures = False
        self._take_pictures(on_same_scales=only_pictures)
        changed = self._take_lines(everything=at_rest or other) or not only_pictures or self.chosen is not None
        if changed or self._pictures is None or not self._is_as_kept:
            self.update()
        else:
            self.update(self._pictures.area)  # one rectangle: within several copying takes longer than it saves

    def start_over(self) -> None:
        """Lay everything out anew: another network, another size, another font, another zoom."""
        self._gaps, self._scales, self._kept, self._pictures = [], [], None, None
        view, before = self.view, self.pixels
        if view is None:
            return
        self.layout_now = layout = self._arranged(view)
        if self.pixels != before:
            self.pixelsChanged.emit()
        self.shift = self._bounded(self.shift)
        if layout is not None:
            self._gaps = [Gap(view.rules[b - 1], layout.places[a], layout.places[b], layout.network)
                          for a, b in layout.gaps()]  # fmt: skip
        if self.chosen is not None and not self._holds(self.chosen):
            self.chosen = None

    @property
    def pixels(self) -> int:
        """Across the pictures of most units, on the screen; 0 where nothing is drawn."""
        places = () if self.layout_now is None else self.layout_now.places
        return self._ratio * max(places, key=lambda place: place.units).side if places else 0

    @property
    def lines_every(self) -> float:
        """Seconds between two choices of lines."""
        return LINES_EVERY_IN_HASTE if self.in_haste else LINES_EVERY

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self._redo()

    def set_chosen(self, unit: tuple[int, int] | None) -> None:
        """Mark the unit (layer of the layout, unit) that is looked at elsewhere, or none."""
        self.chosen = None if unit is None else self._cell_of(unit)
        self.update()

    def set_pale(self, on: bool) -> None:
        """Whether what is drawn is no longer the network that is meant."""
        if on != self.pale:
            self.pale = on
            self.update()

    def move_to(self, shift: float) -> None:
        """Move a close-up so that its pixel ``shift`` is at the left, as far as there is something to see."""
        before, self.shift = self.shift, self._bounded(shift)
        if self.shift != before:
            self._take_pictures()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    def minimumSizeHint(self) -> QSize:
        return LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redo()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._redo()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.repaints += 1
        painter = QPainter(self)
        view, layout = self.view, self.layout_now
        if view is None or layout is None:
            painter.fillRect(self.rect(), QColor(network_colours(self._palette.dark).panel))
            if view is not None:
                self._too_small(painter)
            return
        self._draw_network(painter, view, layout, self._kept_parts(view, layout))
        if self.pale:
            veil = QColor(network_colours(self._palette.dark).panel)
            veil.setAlphaF(VEIL)
            painter.fillRect(0, layout.network.top, self.width(), layout.network.height, veil)
        shown = self.current if self.current is not None else self.chosen
        if (self.edge is not None or shown is not None) and (strip := self._strip()) is not None:
            if self.edge is not None:
                strip.draw_edge(painter, view, self.edge, self.hint)
            elif shown is not None:
                strip.draw(painter, view, shown)
        if self.looking_back:
            painter.fillRect(0, 0, self.width(), 2, QColor(self._palette.warning))

    @property
    def _is_pointed(self) -> bool:
        return self.current is not None or self.edge is not None

    @property
    def _is_as_kept(self) -> bool:
        """Whether all columns are in view, where they are in the layout, and nothing is drawn between them."""
        return self.layout_now is not None and self.layout_now.width <= self.width() and not self._is_pointed

    def _strip(self) -> Strip | None:
        area = QRectF(0, self.height() - px(STRIP), self.width(), px(STRIP))
        return Strip(area, self._palette, self.font(), self._paint_cell) if self._strip_height else None

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: Cell) -> None:
        """The picture of a unit at another place."""
        if self._pictures is not None:
            self._pictures.paint_cell(painter, box, cell)

    @property
    def _strip_height(self) -> int:
        return px(STRIP) if self.height() >= px(SMALL_HEIGHT + STRIP) else 0

    @property
    def _in_view(self) -> range:
        """The columns of which something is seen, and their neighbours, whose pictures stand in formulas."""
        places = () if self.layout_now is None else self.layout_now.places
        left, right = self.shift, self.shift + self.width()
        seen = [p.column for p in places if p.ground.left < right and p.ground.right > left]
        return range(max(0, min(seen) - 1), min(len(places), max(seen) + 2)) if seen else range(len(places))

    def _arranged(self, view: NetworkView) -> NetworkLayout | None:
        """As large as the text; where there is no room for that, smaller."""
        found = (self._arranged_at(view, part * share()) for part in (SHARES if share() > 1 else SHARES[:1]))
        return next((layout for layout in found if layout is not None), None)

    def _arranged_at(self, view: NetworkView, size: float) -> NetworkLayout | None:
        metrics = QFontMetricsF(Fonts.of(self.font()).bold)
        sizes = view.sizes(lambda words: metrics.horizontalAdvance(words) / size, said)
        room = int(self.width() / size), int((self.height() - self._strip_height) / size)
        whole = arrange(sizes, *room, self.opened)
        if self.close_column is not None:
            than = 0 if whole is None else whole.places[self.close_column].side
            found = close_up(sizes, *room, self.close_column, than)
            if found is not None:
                return scaled(found, size)
            self.close_column = None
        return None if whole is None else scaled(whole, size)

    def _bounded(self, shift: float) -> int:
        width = 0 if self.layout_now is None else self.layout_now.width
        return round(min(max(shift, 0), max(0, width - self.width())))

    def _redo(self) -> None:
        self.start_over()
        if self.view is not None:
            self._take_pictures()
            self._take_lines(everything=True)
        self.update()

    def _holds(self, cell: Cell) -> bool:
        places = () if self.layout_now is None else self.layout_now.places
        return cell[0] < len(places) and cell[1] < places[cell[0]].units

    def _cell_of(self, unit: tuple[int, int]) -> Cell | None:
        columns = () if self.view is None else self.view.columns
        return next(((place, unit[1]) for place, column in enumerate(columns) if column.measured == unit[0]), None)

    # What is kept

    @property
    def _ratio(self) -> int:
        return max(1, round(self.devicePixelRatioF()))

    def _take_pictures(self, *, on_same_scales: bool = False) -> None:
        view, layout = self.view, self.layout_now
        if view is None or layout is None:
            return
        if not on_same_scales or not self._scales:
            self._scales, self._scaled = scales_after(self._scales, view, self._scaled), view
        if self._pictures is None or not self._pictures.are_of(self._in_view, self._ratio):
            places = [layout.places[column] for column in self._in_view]
            self._pictures = Pictures(view, places, self._ratio, self._palette.dark)
        self._pictures.draw(view, self._scales)

    def _take_lines(self, *, everything: bool) -> bool:
        """Choose the lines of one gap anew, or of all; draw them again where that is seen, and say whether it is."""
        if self.view is None or not self._gaps or not (everything or monotonic() >= self._lines_due):
            return False
        self._lines_due = monotonic() + self.lines_every
        self._turn = (self._turn + 1) % len(self._gaps)
        looked_at: Sequence[Gap] = self._gaps if everything else (self._gaps[self._turn],)
        changed = [gap for gap in looked_at if gap.take(self.view.weights(gap.receiver.column))]
        if self._kept is not None:
            for gap in changed:
                self._kept.spoil(gap.area)
        return bool(changed)

    def _kept_parts(self, view: NetworkView, layout: NetworkLayout) -> Kept:
        if self._kept is None or self._kept.ratio != self.devicePixelRatioF():
            until = self.width() - NOTE_BORDER - self._note_room() - NOTE_APART
            self._kept = Kept(view, layout, self._palette, self.font(), self.size(), self.devicePixelRatioF(), until,
                              self._strip())  # fmt: skip
        return self._kept

    def _note_font(self) -> QFont:
        fonts = Fonts.of(self.font())
        return fonts.bold if self.looking_back else fonts.small

    def _note_room(self) -> int:
        """Pixels that the note may take, so that the next step with as many digits takes no others."""
        return NOTE_BY * math.ceil(QFontMetricsF(self._note_font()).horizontalAdvance(self.note) / NOTE_BY)

    def _write_note(self, painter: QPainter, layout: NetworkLayout) -> None:
        """At the right end of the legend."""
        font = self._note_font()
        painter.setFont(font)
        painter.setPen(QColor(self._palette.warning if self.looking_back else self._palette.muted))
        x = self.width() - NOTE_BORDER - QFontMetricsF(font).horizontalAdvance(self.note)
        painter.drawText(QPointF(x, layout.legend.bottom - 10), self.note)

    def _write_values(self, painter: QPainter, layout: NetworkLayout) -> None:
        """Beside the outputs."""
        if self._told is not None:
            Marks(painter, self._told, layout, self._palette, self.font()).draw_values()

    def _tell(self, painter: QPainter) -> None:
        """The words that every picture may change, in the place of those that stood there."""
        layout, panel = self.layout_now, QColor(network_colours(self._palette.dark).panel)
        if layout is not None:
            room = self._note_room() + NOTE_BORDER
            painter.fillRect(self.width() - room, layout.legend.top, room, layout.legend.height - 1, panel)
            self._write_note(painter, layout)
            painter.fillRect(valued_area(layout), panel)
            self._write_values(painter, layout)

    # What is drawn

    def _draw_network(self, painter: QPainter, view: NetworkView, layout: NetworkLayout, kept: Kept) -> None:
        if self._pictures is None:
            return
        as_kept = self._is_as_kept
        if as_kept:
            told = self._told, self.note, self.looking_back
            kept.draw_ground(painter, self._gaps, self._pictures, told, self._tell)
        else:
            self._draw_under(painter, view, layout, kept)
            self._pictures.paint(painter)
            kept.draw_marks(painter)
            kept.draw_names(painter)
            self._write_values(painter, layout)
        draw_kernels(painter, view, layout, self._palette)
        kept.draw_signs(painter)
        self._frames(painter, layout)
        painter.resetTransform()
        if not as_kept:
            kept.draw_still(painter)
            self._write_note(painter, layout)

    def _draw_under(self, painter: QPainter, view: NetworkView, layout: NetworkLayout, kept: Kept) -> None:
        """What is below the pictures of a close-up, or where something is pointed at."""
        painter.fillRect(self.rect(), QColor(network_colours(self._palette.dark).panel))
        painter.translate(-self.shift, 0)
        painter.setOpacity(FADED if self._is_pointed else 1.0)
        kept.draw_lines(painter, self._gaps, self.rect().translated(self.shift, 0))
        painter.setOpacity(1.0)
        kept.draw_blocks(painter)
        if self._is_pointed:
            highlight = Highlight(painter, view, layout, self._palette, self.font())
            highlight.draw(self._gaps, self.current, self.edge)

    def _frames(self, painter: QPainter, layout: NetworkLayout) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frames = (CHOSEN_FRAME, self._palette.accent), (HOVER_FRAME, self._palette.foreground)
        for cell, (width, colour) in zip((self.chosen, self.current), frames, strict=True):
            if cell is None or not self._holds(cell):
                continue
            where = layout.places[cell[0]].rectangle(cell[1])
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(where.left, where.top, where.width, where.height).adjusted(-1, -1, 1, 1))

    def _too_small(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._palette.muted))
        words = self.tr("Too little room to draw this network. Make the panel larger.")
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, words)
