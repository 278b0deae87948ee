"""The canvas: the network drawn in three layers, each kept until it changes; an idle canvas draws nothing.

Below are the lines, a pixmap for each gap; then the pictures, an image for each layer; on top captions, crosses and
signs in a transparent pixmap that changes on events only. What is under the mouse is drawn over them.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from relulab.views.network.arrange import SMALL_HEIGHT, arrange
from relulab.views.network.cells import ColumnImage, column_images, kernel_images
from relulab.views.network.colours import network_colours
from relulab.views.network.formula import described
from relulab.views.network.layout import Cell, NetworkLayout
from relulab.views.network.view import NetworkView, followed
from ui.platform.translation import said
from ui.plots.network.gaps import Gap
from ui.plots.network.highlight import Highlight
from ui.plots.network.marks import Fonts, Marks, marked_region
from ui.plots.network.strip import STRIP, Strip
from ui.widgets.palette import LIGHT, Palette

FADED = 0.2  # of all other lines
HOVER_FRAME, CHOSEN_FRAME = 2, 3  # pixels
KERNEL, KERNEL_APART = 24, 10  # pixels of a filter beside its map
LEAST = QSize(200, 160)
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
CONFIRM = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NetworkCanvas(QWidget):
    """``hovered`` carries the cell under the mouse or at the keys, or None; ``clicked`` layer of the layout, unit."""

    hovered = Signal(object)
    clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: NetworkView | None = None
        self.layout_now: NetworkLayout | None = None
        self.current: Cell | None = None
        self.chosen: Cell | None = None
        self.note, self.looking_back = "", False
        self.opened: int | None = None
        self.repaints = 0
        self._gaps: list[Gap] = []
        self._turn = 0  # of the gap that is looked at next
        self._images: list[QImage] = []
        self._scales: list[float] = []
        self._marks: QPixmap | None = None
        self._marked_region = QRegion()  # where there are marks
        self._marked: object = None
        self._palette = LIGHT
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_view(self, view: NetworkView, *, note: str, looking_back: bool, at_rest: bool) -> None:
        """Draw ``view``. ``note`` stands beside the legend; ``at_rest``: all lines are chosen anew, not one gap."""
        other = self.view is None or self.view.info is not view.info
        values = None if view.picture.ranges else view.step  # of a sample stand beside the outputs
        told = (note, looking_back, view.status.tobytes(), view.picture.sample, values)
        self.view, self.note, self.looking_back = view, note, looking_back
        if told != self._marked:
            self._marked, self._marks = told, None
        if other or self.layout_now is None:
            self.start_over()
        self._take_pictures()
        self._take_lines(everything=at_rest or other)
        self.update()

    def start_over(self) -> None:
        """Lay everything out anew: another network, another size, another font."""
        self._gaps, self._images, self._scales, self._marks = [], [], [], None
        view = self.view
        if view is None:
            return
        metrics = QFontMetricsF(Fonts.of(self.font()).bold)
        sizes = view.sizes(metrics.horizontalAdvance, said)
        self.layout_now = layout = arrange(sizes, self.width(), self.height() - self._strip_height, self.opened)
        if layout is not None:
            self._gaps = [Gap(view.rules[b - 1], layout.places[a], layout.places[b], layout.network)
                          for a, b in layout.gaps()]  # fmt: skip
        if self.current is not None and not self._holds(self.current):
            self._point_at(None)
        if self.chosen is not None and not self._holds(self.chosen):
            self.chosen = None

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self._redo()

    def set_chosen(self, unit: tuple[int, int] | None) -> None:
        """Mark the unit (layer of the layout, unit) that is looked at elsewhere, or none."""
        self.chosen = None if unit is None else self._cell_of(unit)
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
        painter.fillRect(self.rect(), QColor(network_colours(self._palette.dark).panel))
        if view is None:
            return
        if layout is None:
            self._too_small(painter)
            return
        if self.current is not None:
            painter.setOpacity(FADED)
        self._draw_lines(painter)
        painter.setOpacity(1.0)
        self._grounds(painter, layout)
        if self.current is not None:
            Highlight(painter, view, layout, self._palette, self.font()).draw(self._gaps, self.current)
        for place, image in zip(layout.places, self._images, strict=True):
            painter.drawImage(QRect(place.left, place.top, place.area.width, place.area.height), image)
        self._draw_kernels(painter, view, layout)
        marks = self._marked_pixmap(view, layout)
        painter.setClipRegion(self._marked_region)
        painter.drawPixmap(0, 0, marks)
        painter.setClipping(False)
        self._frames(painter, layout)
        if self._strip_height:
            area = QRectF(0, self.height() - STRIP, self.width(), STRIP)
            shown = self.current if self.current is not None else self.chosen
            if shown is not None:
                Strip(area, self._palette, self.font(), self._paint_cell).draw(painter, view, shown)
        if self.looking_back:
            painter.fillRect(0, 0, self.width(), 2, QColor(self._palette.warning))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        cell = None if self.layout_now is None else self.layout_now.cell_at(at.x(), at.y())
        if cell != self.current:
            self._point_at(cell)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self.layout_now is None:
            return
        at = event.position()
        cell = self.layout_now.cell_at(at.x(), at.y())
        if cell is not None and self.layout_now.strip_of(cell[0]) is not None:
            self._open(cell[0])
        elif cell is not None:
            self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, key = self.layout_now, Qt.Key(event.key())
        if layout is None:
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._point_at(layout.neighbour(self.current, *ARROWS[key]))
        elif key in CONFIRM and self.current is not None:
            self._choose(self.current)
        elif key == Qt.Key.Key_F and layout.strips and self.current is not None:
            self._open(self.current[0])
        elif key == Qt.Key.Key_Escape and (self.current is not None or self.opened is not None):
            self._go_back()
        else:
            super().keyPressEvent(event)

    @property
    def _strip_height(self) -> int:
        return STRIP if self.height() >= SMALL_HEIGHT + STRIP else 0

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

    def _point_at(self, cell: Cell | None) -> None:
        if cell == self.current:
            return
        self.current = cell
        if cell is not None and self.view is not None:
            self.setAccessibleDescription(said(described(self.view, cell)))
        self.hovered.emit(cell)
        self.update()

    def _choose(self, cell: Cell) -> None:
        measured = None if self.view is None else self.view.columns[cell[0]].measured
        if measured is not None:
            self.chosen = cell
            self.clicked.emit(measured, cell[1])
            self.update()

    def _open(self, column: int) -> None:
        """Open a folded layer with its neighbours; the others are folded."""
        self.opened = column
        self._point_at(None)
        self._redo()

    def _go_back(self) -> None:
        if self.current is not None:
            self._point_at(None)
        else:
            self.opened = None
            self._redo()

    # What is kept

    def _take_pictures(self) -> None:
        view, layout, ratio = self.view, self.layout_now, max(1, round(self.devicePixelRatioF()))
        if view is None or layout is None:
            return
        before: list[float | None] = [*self._scales] or [None] * len(layout.places)
        self._scales = [followed(kept, view.scale(place)) for place, kept in enumerate(before)]
        columns = column_images(view, layout, self._scales, ratio, self._palette.dark)
        self._images = [image_of_column(column) for column in columns]

    def _draw_kernels(self, painter: QPainter, view: NetworkView, layout: NetworkLayout) -> None:
        """Left of the maps of a first layer of convolutions, where there is room."""
        place = layout.places[1]
        side = min(KERNEL, place.side)
        room = place.ground.left - layout.places[0].ground.right
        if place.across > 1 or place.folded or room < 3 * side or not len(view.kernels()):
            return
        image = image_of_column(kernel_images(view, side, self._palette.dark))
        painter.setPen(QColor(network_colours(self._palette.dark).frame))
        for unit in range(place.units):
            x, y = place.port(unit, outgoing=False)
            box = QRect(round(x) - side - KERNEL_APART, round(y - side / 2), side, side)
            painter.drawImage(box, image, QRect(0, unit * side, side, side))
            painter.drawRect(box)

    def _take_lines(self, *, everything: bool) -> None:
        """Choose the lines of one gap anew, or of all; draw them again where that is seen."""
        if self.view is None or not self._gaps:
            return
        self._turn = (self._turn + 1) % len(self._gaps)
        looked_at: Sequence[Gap] = self._gaps if everything else (self._gaps[self._turn],)
        for gap in looked_at:
            gap.take(self.view.weights(gap.receiver.column))

    def _draw_lines(self, painter: QPainter) -> None:
        """The kept picture of each gap."""
        for gap in self._gaps:
            if not gap.area.isEmpty():
                painter.drawPixmap(gap.area, gap.draw(self.devicePixelRatioF(), self._palette.dark))

    def _grounds(self, painter: QPainter, layout: NetworkLayout) -> None:
        """Under blocks and strips."""
        colours = network_colours(self._palette.dark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.ground_rim))
        painter.setBrush(QColor(colours.ground))
        grounds = [place.ground for place in layout.places if place.block]
        for ground in (*grounds, *(strip.ground for strip in layout.strips)):
            painter.drawRoundedRect(QRectF(ground.left, ground.top, ground.width, ground.height), 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _marked_pixmap(self, view: NetworkView, layout: NetworkLayout) -> QPixmap:
        if self._marks is None:
            ratio = self.devicePixelRatioF()
            self._marks = QPixmap(self.size() * ratio)
            self._marks.setDevicePixelRatio(ratio)
            self._marks.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._marks)
            Marks(painter, view, layout, self._palette, self.font()).draw()
            strip = QRect(0, layout.height, self.width(), self.height() - layout.height)
            self._marked_region = marked_region(view, layout).united(strip)
            self._write_note(painter, layout)
            if self._strip_height:
                area = QRectF(0, self.height() - STRIP, self.width(), STRIP)
                Strip(area, self._palette, self.font(), self._paint_cell).draw(painter, view, None)
            painter.end()
        return self._marks

    def _write_note(self, painter: QPainter, layout: NetworkLayout) -> None:
        fonts, row = Fonts.of(self.font()), layout.legend
        font = fonts.bold if self.looking_back else fonts.small
        painter.setFont(font)
        painter.setPen(QColor(self._palette.warning if self.looking_back else self._palette.muted))
        x = row.right - 14 - QFontMetricsF(font).horizontalAdvance(self.note)
        painter.drawText(QPointF(x, row.bottom - 10), self.note)

    # What is under the mouse

    def _frames(self, painter: QPainter, layout: NetworkLayout) -> None:
        frames = (CHOSEN_FRAME, self._palette.accent), (HOVER_FRAME, self._palette.foreground)
        for cell, (width, colour) in zip((self.chosen, self.current), frames, strict=True):
            if cell is None or not self._holds(cell):
                continue
            where = layout.places[cell[0]].rectangle(cell[1])
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(where.left, where.top, where.width, where.height).adjusted(-1, -1, 1, 1))

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: Cell) -> None:
        """The picture of a unit at another place."""
        layout = self.layout_now
        if layout is None:
            return
        place, ratio = layout.places[cell[0]], max(1, round(self.devicePixelRatioF()))
        where = place.rectangle(cell[1])
        x, y = where.left - place.left, where.top - place.top
        source = QRectF(x * ratio, y * ratio, where.width * ratio, where.height * ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, self._images[cell[0]], source)

    def _too_small(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._palette.muted))
        words = self.tr("Too little room to draw this network. Make the panel larger.")
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, words)


def image_of_column(column: ColumnImage) -> QImage:
    """The picture of a column in the colours of the screen, which is drawn faster than bytes with a table."""
    rows, columns = column.indices.shape
    image = QImage(column.indices.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable(column.table.tolist())
    return image.convertToFormat(QImage.Format.Format_RGB32)
