"""The pictures of units on their way to the screen: written into the kept ground, or as an image for each column."""

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from relulab.views.network.cells import ColumnImage, Pixels, kernel_images
from relulab.views.network.colours import network_colours
from relulab.views.network.layout import Cell, NetworkLayout, Place
from relulab.views.network.sheets import Sheets
from relulab.views.network.view import NetworkView
from ui.widgets.palette import Palette

KERNEL, LEAST_KERNEL, KERNEL_APART = 24, 12, 10  # pixels of a filter beside its map
KERNEL_SHARE = 3  # of the gap is as much as a filter may take
OVERHANG = 2  # pixels by which signs hang over pictures, with the width of their rims


class Pictures:
    """Those of ``places``, which are the same columns for as long as this lasts."""

    def __init__(self, view: NetworkView, places: Sequence[Place], ratio: int, dark: bool) -> None:
        self._places = {place.column: place for place in places}
        self._sheets = Sheets(view, places, ratio, dark)
        self._images: dict[int, QImage] = {}

    @property
    def ratio(self) -> int:
        """Pixels of the screen per pixel of the layout."""
        return self._sheets.ratio

    @cached_property
    def area(self) -> QRect:
        """Where they lie, with the signs that hang over them."""
        areas = [_rect(place) for place in self._places.values()]
        whole = reduce(QRect.united, areas, QRect())
        return whole.adjusted(-OVERHANG, -OVERHANG, OVERHANG, OVERHANG)

    def are_of(self, columns: Sequence[int], ratio: int) -> bool:
        """Whether they are the pictures of these columns, for a screen of this ratio."""
        return ratio == self.ratio and self._places.keys() == set(columns)

    def draw(self, view: NetworkView, scales: Sequence[float]) -> None:
        """The pictures of a moment; ``scales`` are the values of the strongest colours of all columns."""
        self._sheets.draw(view, scales)
        self._images = {}

    def put_on(self, ground: Pixels) -> None:
        """Write those that changed to their places in an image of the whole layout."""
        self._sheets.put_on(ground)

    @property
    def images(self) -> Mapping[int, QImage]:
        """An image for each column, frames and grounds with it; made when somebody asks."""
        if not self._images:
            self._images = {column: image_of_column(image) for column, image in self._sheets.images.items()}
        return self._images

    def paint(self, painter: QPainter, within: QRect | None = None) -> None:
        """Those of which something lies ``within``, or all, in their places."""
        for column, place in self._places.items():
            area = _rect(place)
            if within is None or area.intersects(within):
                painter.drawImage(area, self.images[column])

    def paint_cell(self, painter: QPainter, box: QRectF, cell: Cell) -> None:
        """The picture of a unit at another place, if it is one of them."""
        if (place := self._places.get(cell[0])) is None:
            return
        where = place.rectangle(cell[1])
        x, y = where.left - place.left, where.top - place.top
        source = QRectF(x * self.ratio, y * self.ratio, where.width * self.ratio, where.height * self.ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, self.images[cell[0]], source)


def _rect(place: Place) -> QRect:
    return QRect(place.area.left, place.area.top, place.area.width, place.area.height)


def image_of_column(column: ColumnImage) -> QImage:
    """The picture of a column, in the colours of the screen, which are drawn faster than bytes with a table."""
    rows, columns = column.indices.shape
    image = QImage(column.indices.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable(column.table.tolist())
    return image.convertToFormat(QImage.Format.Format_RGB32)


def draw_kernels(painter: QPainter, view: NetworkView, layout: NetworkLayout, palette: Palette) -> None:
    """Left of the maps of a first layer of convolutions, where there is room."""
    place = layout.places[1]
    room = place.ground.left - layout.places[0].ground.right
    side = min(KERNEL, place.side, room // KERNEL_SHARE)
    if place.across > 1 or place.folded or side < LEAST_KERNEL or not len(view.kernels()):
        return
    image = image_of_column(kernel_images(view, side, palette.dark))
    painter.setPen(QColor(network_colours(palette.dark).frame))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for unit in range(place.units):
        x, y = place.port(unit, outgoing=False)
        box = QRect(round(x) - side - KERNEL_APART, round(y - side / 2), side, side)
        painter.drawImage(box, image, QRect(0, unit * side, side, side))
        painter.drawRect(box)
