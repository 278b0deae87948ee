"""What a network makes of a plane: a colour at every point, the data on top."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from relulab.formatting import rounded, signed
from relulab.views.colours import hex_of, rgb_of
from relulab.views.output import VALUE_MAP, PlaneOutput, class_strength
from relulab.views.samples import TEST, TRAINING
from ui.platform.translation import said
from ui.plots.axes import Axes, Range
from ui.plots.legend import LegendEntry, Sample, scale_entry
from ui.plots.readout import CellReader, Reading, ReadingRow
from ui.plots.rules import rim
from ui.plots.snapshot import image_of
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette, colour_table

Floats = NDArray[np.float32]
Rgb = NDArray[np.uint8]
Point = tuple[float, float]  # of the plane

TRAIN_SYMBOL, TEST_SYMBOL = "o", "t1"  # a disc, a triangle
POINT, SPOT = 6, 11  # pixels across: a sample, the point that is read
KEY_STEPS = 40  # key presses from one side to the other
SHADE = 48  # of 255
SHADES = 16  # of the points of a regression
TRAIN_POINTS, TEST_POINTS = 1000, 400  # at most so many are drawn


class PictureItem(QGraphicsItem):
    """A picture over a part of the plane, smoothly enlarged; its first row lies lowest."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._area = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_picture(self, pixels: Rgb, area: QRectF) -> None:
        """``pixels``: (rows, columns, 3), with a fourth where something shines through."""
        self.image = image_of(pixels)
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._area, self.image)


class PointItems:
    """Training and test points of a plot: discs and triangles."""

    def __init__(self, axes: Axes) -> None:
        self.train: Any = pg.ScatterPlotItem(symbol=TRAIN_SYMBOL, size=POINT, pxMode=True, antialias=True)
        self.test: Any = pg.ScatterPlotItem(symbol=TEST_SYMBOL, size=POINT + 1, pxMode=True, antialias=True)
        axes.add(self.test, depth=10)
        axes.add(self.train, depth=11)

    def show_points(
        self, train: Floats, test: Floats, train_colours: list[str], test_colours: list[str], around: str
    ) -> None:
        """``train`` and ``test``: (n, 2) with a fill colour each."""
        for item, positions, colours in ((self.train, train, train_colours), (self.test, test, test_colours)):
            brushes = {colour: pg.mkBrush(colour) for colour in set(colours)}
            item.setData(
                x=positions[:, 0],
                y=positions[:, 1],
                brush=[brushes[colour] for colour in colours],
                pen=rim(around, POINT),
            )


def point_entries(train: str, test: str) -> tuple[LegendEntry, LegendEntry]:
    """The legend of points in these colours."""
    return (LegendEntry(said(TRAINING), (train,), Sample.POINT), LegendEntry(said(TEST), (test,), Sample.TRIANGLE))


class PlanePlot(QWidget):
    """The plane in colours, with points on top and a reading under the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("", "")
        self.picture = PictureItem()
        self.points = PointItems(self.axes)
        self.values: Floats = np.zeros((1, 1, 1), np.float32)
        self.names: tuple[str, ...] = ()
        self._ranges: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._spot: Any = pg.ScatterPlotItem(symbol="+", size=SPOT, pxMode=True)
        self.axes.add(self.picture, depth=-90)
        self.axes.freeze()
        self.reader: CellReader[Point] = CellReader(self.axes.plot, self, self)
        self.reader.moved.connect(self._show_spot)
        self.axes.plot.setAccessibleName(self.tr("Output over the plane; the arrow keys move the point that is read"))
        self._spot.hide()
        self.axes.add(self._spot, depth=30)
        column(self, self.axes)

    def show_plane(self, values: Floats, pixels: Rgb, x_range: Range, y_range: Range, names: tuple[str, ...]) -> None:
        """``pixels`` show ``values`` (outputs, size, size), whose outputs have ``names``, over the two ranges."""
        self.values, self.names, self._ranges = values, names, (x_range, y_range)
        area = QRectF(x_range[0], y_range[0], x_range[1] - x_range[0], y_range[1] - y_range[0])
        self.picture.show_picture(pixels, area)
        self.axes.set_ranges(x_range, y_range)
        current = self.reader.current
        self.reader.show_cell(current if current is not None and self._pixel_at(current) is not None else None)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.axes.set_theme(palette)
        self.reader.card.set_theme(palette)
        self._spot.setPen(rim(palette.foreground, SPOT))

    def cell_at(self, at: QPoint) -> Point | None:
        place = self.axes.place_of(at.toPointF())
        point = place.x(), place.y()
        return point if self._pixel_at(point) is not None else None

    def rect_of(self, cell: Point) -> QRect:
        return QRect(self.axes.pixel_of(QPointF(*cell)).toPoint(), QSize(1, 1))

    def neighbour(self, cell: Point | None, across: int, down: int) -> Point | None:
        (left, right), (low, high) = self._ranges
        if cell is None:
            return (left + right) / 2, (low + high) / 2
        x, y = cell[0] + across * (right - left) / KEY_STEPS, cell[1] - down * (high - low) / KEY_STEPS
        return min(max(x, left), right - 1e-9), min(max(y, low), high - 1e-9)

    def read(self, cell: Point) -> Reading:
        """What the network says at a point of the plane."""
        row, column = self._pixel_at(cell) or (0, 0)
        values = self.values[:, row, column]
        written = [signed(rounded(value)) for value in (*cell, *values)]
        rows = tuple(ReadingRow(name, "", (value,)) for name, value in zip(self.names, written[2:], strict=True))
        return Reading(f"({written[0]}, {written[1]})", rows)

    def _pixel_at(self, point: Point) -> tuple[int, int] | None:
        """Row and column of the value at a point; None beside the plane."""
        size = self.values.shape[1]
        (left, right), (low, high) = self._ranges
        column, row = (point[0] - left) / (right - left) * size, (point[1] - low) / (high - low) * size
        return (int(row), int(column)) if 0 <= column < size and 0 <= row < size else None

    @Slot()
    def _show_spot(self) -> None:
        current = self.reader.current
        self._spot.setVisible(current is not None)
        if current is not None:
            self._spot.setData([current[0]], [current[1]])


def class_pixels(shares: Floats, palette: Palette = LIGHT) -> Rgb:
    """(rows, columns, 3): the colour of the likeliest class, the stronger the surer, from shares (classes, …)."""
    best, strength = class_strength(shares)
    colours = np.array([rgb_of(palette.class_colour(i)) for i in range(len(shares))], float)
    background = rgb_of(palette.background).astype(float)
    return np.asarray(background + strength[..., None] * (colours[best] - background), np.uint8)


def value_pixels(values: Floats, low: float, high: float) -> Rgb:
    """(rows, columns, 3): values on the colour map between ``low`` and ``high``; NaN counts as low."""
    shade = np.clip((np.nan_to_num(values, nan=low) - low) / max(high - low, 1e-12), 0.0, 1.0)
    return np.asarray(colour_table(VALUE_MAP)[(255 * shade).astype(np.uint8)])


def every_other(shaded: NDArray[np.bool_], palette: Palette) -> Rgb:
    """(rows, columns, 4): a quiet shade where it is wanted, through which the output is seen, and nothing elsewhere."""
    return np.where(shaded[..., None], np.array([*rgb_of(palette.foreground), SHADE], np.uint8), np.uint8(0))


class PlaneView:
    """2-D input: the decision boundary, or the fitted surface."""

    def __init__(self) -> None:
        self.widget = PlanePlot()
        self._palette = LIGHT
        self._names: tuple[str, ...] = ()
        self._range: tuple[float, float] | None = None  # of the targets of a regression

    def begin(self, output: PlaneOutput, palette: Palette) -> None:
        self._palette = palette
        self._names = output.output_names(said)
        self._range = None if output.is_classes else output.value_range
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(*output.axis_names(said))
        train, test = output.info.dataset.train, output.info.dataset.test
        self.widget.points.show_points(
            train.inputs[:TRAIN_POINTS],
            test.inputs[:TEST_POINTS],
            self._colours(train.targets[:TRAIN_POINTS]),
            self._colours(test.targets[:TEST_POINTS]),
            palette.background,
        )

    def show(self, output: PlaneOutput) -> None:
        values, picture = output.values, output.picture
        if self._range is not None:
            pixels = value_pixels(values[0], *self._range)
        else:
            pixels = class_pixels(values, self._palette)
        self.widget.show_plane(values, pixels, picture.x_range, picture.y_range, self._names)

    def legend(self) -> tuple[LegendEntry, ...]:
        points = point_entries(self._palette.muted, self._palette.muted)
        if self._range is not None:
            return (scale_entry(signed(" … ".join(map(rounded, self._range))), colour_table(VALUE_MAP)), *points)
        classes = [
            LegendEntry(name, (self._palette.class_colour(i),), Sample.CELL) for i, name in enumerate(self._names)
        ]
        return (*classes, *points)

    def _colours(self, targets: NDArray[np.float32]) -> list[str]:
        """Of points: the colours of their classes, or of their values in a few shades."""
        if self._range is None:
            return [self._palette.class_colour(int(target)) for target in targets]
        low, high = self._range
        level = np.clip((targets[:, 0] - low) / max(high - low, 1e-12), 0, 1)
        rounded = (np.round(level * (SHADES - 1)) * (255 / (SHADES - 1))).astype(np.uint8)
        return [hex_of(colour_table(VALUE_MAP)[shade]) for shade in rounded]
