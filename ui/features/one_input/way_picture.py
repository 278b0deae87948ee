"""A network as columns of numbers for one input: each unit's value, a lamp where it is switched on or off, its lines.

Single numbers are cells with their values where these fit, else squares; maps are a contact sheet with their kernels.
"""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from relulab.formatting import rounded, signed
from relulab.introspection.dense_stack import Array
from relulab.views.colours import hex_of, ink_on
from relulab.views.network.arrange import Shown
from relulab.views.network.cells import colour_table
from relulab.views.network.colours import STEPS, network_colours, unit_table
from relulab.views.one_input.columns import WayColumn
from relulab.views.one_input.path import MAP, Path, path_of, path_words
from ui.features.one_input.path_lines import fade, paint_step
from ui.features.one_input.places import Places, places_of
from ui.platform.translation import said
from ui.plots.readout import CellReader, Reading, ReadingRow
from ui.plots.snapshot import image_of
from ui.plots.weight_images import greatest, shades
from ui.widgets.palette import LIGHT, Palette

Cell = tuple[int, int]  # column, unit

LEAST = QSize(220, 150)  # pixels
LAMP = 4.0  # pixels: radius
INSET, ROUND = 4, 3  # pixels
MOST_LINES = 400  # between two columns
THINNEST, THICKEST = 0.6, 3.0  # pixels


class WayPicture(QWidget):
    """``current`` is the column where one stands; those beyond ``revealed`` are empty frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[WayColumn, ...] = ()
        self.current = 0
        self.revealed: range = range(0)
        self.hides_off = False
        self._maps: dict[Cell, QImage] = {}
        self._kernels: dict[Cell, QImage] = {}
        self._colours = LIGHT
        self.reader: CellReader[Cell] = CellReader(self, self)
        self.reader.moved.connect(self._move_card)
        self.setAccessibleName(self.tr("The network for this input; the arrow keys walk from unit to unit"))

    def show_columns(self, columns: Sequence[WayColumn], current: int, revealed: range, *, hides_off: bool) -> None:
        """Draw these columns."""
        self.columns, self.current, self.revealed, self.hides_off = tuple(columns), current, revealed, hides_off
        self._make_images()
        self.reader.show_cell(self.reader.current if self._exists(self.reader.current) else None)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.card.set_theme(palette)
        self._make_images()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return LEAST

    # What is read

    def cell_at(self, at: QPoint) -> Cell | None:
        for column, places in enumerate(self._places()):
            for unit, rectangle in enumerate(places.cells):
                if rectangle.contains(QPointF(at)) and column in self.revealed:
                    return column, unit
        return None

    def rect_of(self, cell: Cell) -> QRect:
        return self._places()[cell[0]].cells[cell[1]].toRect()

    def neighbour(self, cell: Cell | None, across: int, down: int) -> Cell | None:
        if cell is None:
            return (self.revealed.start, 0) if len(self.revealed) else None
        column = min(max(cell[0] + across, self.revealed.start), self.revealed.stop - 1)
        units = len(self._places()[column].cells)
        return column, min(max(cell[1] + down, 0), units - 1)

    def read(self, cell: Cell) -> Reading:
        """The exact value of one unit; of a map its range."""
        column, unit = self.columns[cell[0]], cell[1]
        heading = said(column.titles[0])
        if column.is_row:
            row = ReadingRow(said(column.read(unit)), "", ())
        else:
            values = column.values[unit]
            range_of = signed(f"{rounded(values.min())} … {rounded(values.max())}")
            row = ReadingRow(said(MAP.filled(number=unit + 1)), "", (range_of,))
        words = path_words(self.columns, cell[0], self._seen_path(cell))
        return Reading(heading, (row,), notes=tuple(map(said, words)))

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        places = self._places()
        for column in range(1, len(self.columns)):
            self._paint_lines(painter, column, places)
        for column, place in enumerate(places):
            self._paint_caption(painter, column, place)
            if column in self.revealed:
                self._paint_cells(painter, column, place)
            else:
                painter.setPen(QPen(QColor(self._colours.grid), 1, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(place.body.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self.reader.current is not None:
            self._paint_path(painter, self.reader.current, places)
            painter.setPen(QPen(QColor(self._colours.foreground), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect_of(self.reader.current))

    @Slot()
    def _move_card(self) -> None:
        """Above or below, wherever there is less of the path."""
        current, card = self.reader.current, self.reader.card
        if current is not None:
            high = self.rect_of(current).center().y() < self.height() / 2
            card.move(card.x(), self.height() - card.height() - 1 if high else 1)

    def _seen_path(self, cell: Cell) -> Path:
        """Of what one points at, as far as the layers are revealed."""
        path = path_of(self.columns, *cell)
        seen = [column in self.revealed for column in (cell[0] - 1, cell[0] + 1)]
        return Path(path.before if seen[0] else (), path.behind if seen[1] else ())

    def _paint_path(self, painter: QPainter, cell: Cell, places: list[Places]) -> None:
        """What feeds it and what it feeds stays bright, with lines and, of convolutions, kernels between."""
        path = self._seen_path(cell)
        sides = ((cell[0] - 1, path.before), (cell[0], ()), (cell[0] + 1, path.behind))
        for column, steps in sides:
            lit = {step.unit for step in steps} if column != cell[0] else {cell[1]}
            if steps or column == cell[0]:
                fade(painter, [one for unit, one in enumerate(places[column].cells) if unit not in lit], self._colours)
        here = places[cell[0]].cells[cell[1]]
        for column, steps in sides:
            for step in steps:
                other = places[column].cells[step.unit]
                start, end = (other, here) if column < cell[0] else (here, other)
                image = None if step.kernel is None else self._kernel_image(max(column, cell[0]), step.kernel)
                paint_step(painter, start, end, step.share, image, self._colours)

    def _kernel_image(self, place: int, kernel: Array) -> QImage:
        """On the scale of all kernels of its layer."""
        incoming = self.columns[place].incoming
        assert incoming is not None, "only convolutions have kernels"
        table = colour_table(Shown.MAP, self._colours.dark, on_ground=False)
        return image_of(table[shades(kernel, greatest(incoming))])

    def _places(self) -> list[Places]:
        return places_of(self.columns, QRectF(self.rect()), QFontMetricsF(self.font()).height())

    def _exists(self, cell: Cell | None) -> bool:
        return cell is not None and cell[0] in self.revealed and cell[1] < len(self.columns[cell[0]].values)

    def _is_hidden(self, column: int, unit: int) -> bool:
        on = self.columns[column].on
        return self.hides_off and on is not None and not bool(on[unit].any())

    def _paint_caption(self, painter: QPainter, column: int, place: Places) -> None:
        metrics, shown = QFontMetricsF(self.font()), self.columns[column]
        width = place.caption.width()
        titles = [said(title) for title in shown.titles]
        title = next((title for title in titles if metrics.horizontalAdvance(title) <= width), titles[-1])
        top, below = place.caption, place.caption.translated(0, metrics.height())
        painter.setPen(QColor(self._colours.foreground))
        painter.drawText(
            top, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(title, Qt.TextElideMode.ElideRight, width)
        )
        if column in self.revealed and metrics.horizontalAdvance(said(shown.note)) <= width:
            painter.setPen(QColor(self._colours.muted))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, said(shown.note))
        if column == self.current:
            line = below.bottom() + 2
            painter.setPen(QPen(QColor(self._colours.accent), 2))
            painter.drawLine(QPointF(place.body.left(), line), QPointF(place.body.right(), line))

    def _paint_cells(self, painter: QPainter, column: int, place: Places) -> None:
        shown = self.columns[column]
        if not shown.is_row:
            painter.setPen(QColor(network_colours(self._colours.dark).frame))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for unit, rectangle in enumerate(place.cells):
                self._paint_map(painter, (column, unit), rectangle, place.kernel)
            return
        fills = unit_table(self._colours.dark)[shades(shown.values, greatest(shown.values))]
        written = self._written(shown, place)
        for unit, rectangle in enumerate(place.cells):
            if self._is_hidden(column, unit):
                continue
            fill = hex_of(fills[unit])
            painter.setPen(QPen(QColor(network_colours(self._colours.dark).frame), 0.8))
            painter.setBrush(QColor(fill))
            if not place.written:
                painter.drawRect(rectangle)
                continue
            painter.drawRoundedRect(rectangle, ROUND, ROUND)
            name, value = written[unit]
            self._write(painter, rectangle.adjusted(INSET, 0, -INSET, 0), name, value, ink_on(fill))
            if shown.on is not None:
                self._paint_lamp(painter, rectangle, bool(shown.on[unit]), ink_on(fill))

    def _written(self, shown: WayColumn, place: Places) -> list[tuple[str, str]]:
        """Name and value of each unit, in as many digits as fit for all of them; names only where all fit."""
        if not place.written:
            return []
        metrics = QFontMetricsF(self.font())
        room = place.cells[0].width() - 2 * INSET - (3 * LAMP if shown.on is not None else 0)
        names = [said(name) for name in shown.names] or [""] * len(shown.values)
        for digits, named in ((3, True), (2, True), (3, False), (2, False)):
            found = [(name if named else "", rounded(value, digits, printed=True))
                     for name, value in zip(names, shown.values.tolist(), strict=True)]  # fmt: skip
            if all(metrics.horizontalAdvance(f"{name} {value}") <= room for name, value in found):
                return found
        return [("", "")] * len(names)

    def _write(self, painter: QPainter, room: QRectF, name: str, value: str, ink: str) -> None:
        painter.setPen(QColor(ink))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)

    def _paint_lamp(self, painter: QPainter, rectangle: QRectF, on: bool, ink: str) -> None:
        """Filled where the unit is on for this input."""
        painter.setPen(QPen(QColor(ink), 1.2))
        painter.setBrush(QColor(ink) if on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(rectangle.left() + 3 + LAMP, rectangle.center().y()), LAMP, LAMP)

    def _paint_map(self, painter: QPainter, cell: Cell, rectangle: QRectF, kernel: float) -> None:
        if self._is_hidden(*cell):
            return
        side = rectangle.height()
        self._paint_framed(painter, QRectF(rectangle.left() + kernel, rectangle.top(), side, side), self._maps[cell])
        if cell in self._kernels:
            small = QRectF(rectangle.left(), rectangle.top(), kernel - 2, kernel - 2)
            self._paint_framed(painter, small, self._kernels[cell])

    def _paint_framed(self, painter: QPainter, area: QRectF, image: QImage) -> None:
        """On whole pixels, without antialiasing: else an image takes twenty times as long."""
        whole = area.toAlignedRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(whole, image)
        painter.drawRect(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_lines(self, painter: QPainter, column: int, places: list[Places]) -> None:
        weights, before = self.columns[column].weights, self.columns[column - 1]
        known = column in self.revealed and column - 1 in self.revealed
        if weights is None or not before.is_row or weights.size > MOST_LINES or not known:
            return
        colours, end = network_colours(self._colours.dark), float(np.abs(weights).max()) or 1.0
        for unit, sender in np.ndindex(*weights.shape):
            if self._is_hidden(column, unit) or self._is_hidden(column - 1, sender):
                continue
            strength = abs(float(weights[unit, sender])) / end
            colour = colours.line(round(strength * (STEPS - 1)), positive=bool(weights[unit, sender] >= 0))
            painter.setPen(QPen(QColor(colour), THINNEST + (THICKEST - THINNEST) * strength))
            start, stop = places[column - 1].cells[sender], places[column].cells[unit]
            painter.drawLine(QPointF(start.right(), start.center().y()), QPointF(stop.left(), stop.center().y()))

    def _make_images(self) -> None:
        """The maps and the kernels as images, one scale for each column."""
        self._maps, self._kernels = {}, {}
        for place, column in enumerate(self.columns):
            if not column.is_row:
                self._maps |= self._images(place, column.values)
                self._kernels |= {} if column.kernels is None else self._images(place, column.kernels)

    def _images(self, place: int, values: Array) -> dict[Cell, QImage]:
        table = colour_table(Shown.MAP if place else Shown.IMAGE, self._colours.dark, on_ground=False)
        if not place:  # what goes in looks as it does on the pad: from its least value to its greatest
            values = 2 * (values - values.min()) / (np.ptp(values) or 1.0) - 1
        pixels = table[shades(values, greatest(values))]
        return {(place, unit): image_of(one) for unit, one in enumerate(pixels)}
