"""A small picture of a run, without a word in it: on the cards of the start page.

Of the four kinds one is chosen for what it shows of the run: what the network computes, how its loss fell, the states
of its units, or some of the images with a frame around those that it gets wrong.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from relulab.session.history import RunHistory
from relulab.views.loss import loss_view
from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, ScatterOutput, output_view
from relulab.views.units import units_view
from ui.plots.plane_plot import class_pixels, value_pixels
from ui.plots.snapshot import image_of
from ui.plots.unit_map import unit_tiles
from ui.widgets.palette import Palette

OUTPUT, LOSS, UNITS = "output", "loss", "units"
DENSITY = 2  # pixels of the picture per pixel of the screen
POINTS = 90  # of the data
POINT, THIN, LINE, MARGIN, GAP = 2.2, 1.0, 1.8, 8, 4  # pixels of the screen
LARGEST_CELL, SMALLEST_CELL = 18, 4
SMALLEST_IMAGE = 24

Floats = NDArray[np.floating]


def miniature(history: RunHistory, size: QSize, palette: Palette, kind: str = OUTPUT) -> QImage:
    """The run as a picture for ``size`` pixels of the screen; the loss where it has nothing of that ``kind``."""
    image = QImage(size * DENSITY, QImage.Format.Format_RGB32)
    image.fill(QColor(palette.background))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(DENSITY, DENSITY)
    _Brush(painter, QRectF(0, 0, size.width(), size.height()), palette).draw(history, kind)
    painter.end()
    return image


class _Brush:
    """Draws into ``area``."""

    def __init__(self, painter: QPainter, area: QRectF, palette: Palette) -> None:
        self._painter, self._area, self._palette = painter, area, palette

    def draw(self, history: RunHistory, kind: str) -> None:
        picture = history.picture
        if kind == UNITS and self._units(history):
            return
        if kind == OUTPUT and picture is not None and self._output(output_view(history.info, picture)):
            return
        self._loss(history)

    def _output(self, output: OutputView) -> bool:
        """Whether it can be drawn."""
        if isinstance(output, PlaneOutput):
            self._plane(output)
        elif isinstance(output, CurveOutput):
            self._curve(output)
        elif isinstance(output, ScatterOutput) and len(output.points):
            self._scatter(output)
        elif isinstance(output, ClassesOutput) and output.description.is_image:
            self._images(output)
        else:
            return False
        return True

    def _plane(self, output: PlaneOutput) -> None:
        """The whole plane, cut to the shape of the picture around its middle."""
        low, high = output.value_range
        values = output.values
        pixels = class_pixels(values, self._palette) if output.is_classes else value_pixels(values[0], low, high)
        (left, right), (bottom, top) = output.picture.x_range, output.picture.y_range
        scale = min(self._area.width() / (right - left), 1.6 * self._area.height() / (top - bottom))
        scale = max(scale, self._area.height() / (top - bottom))
        width, height = self._area.width(), scale * (top - bottom)
        above = (height - self._area.height()) / 2
        self._painter.save()
        self._painter.setClipRect(self._area)
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._painter.drawImage(QRectF(0, -above, width, height), image_of(pixels[::-1]))
        train = output.info.dataset.train
        self._painter.setPen(QPen(QColor(self._palette.background), THIN / 2))
        for point, target in zip(train.inputs[:POINTS], train.targets[:POINTS], strict=True):
            colour = self._palette.class_colour(int(target)) if output.is_classes else self._palette.foreground
            x, y = (point[0] - left) / (right - left) * width, (top - point[1]) / (top - bottom) * height - above
            self._painter.setBrush(QColor(colour))
            self._painter.drawEllipse(QPointF(x, y), POINT, POINT)
        self._painter.restore()

    def _curve(self, output: CurveOutput) -> None:
        train = output.info.dataset.train
        fitted = output.picture.y[0]
        x, y = train.inputs[:POINTS, 0], train.targets[:POINTS, 0]
        both = np.concatenate([fitted[np.isfinite(fitted)], y])
        place = self._axes((float(output.picture.x[0]), float(output.picture.x[-1])), (both.min(), both.max()))
        self._dots(place(x, y))
        self._line(place(output.picture.x, fitted), self._palette.train)

    def _scatter(self, output: ScatterOutput) -> None:
        points = output.points
        ends = float(points.min()), float(points.max())
        place = self._axes(ends, ends)
        self._line(place(np.array(ends), np.array(ends)), self._palette.muted, THIN)
        self._dots(place(points[: 3 * POINTS, 0], points[: 3 * POINTS, 1]))

    def _images(self, output: ClassesOutput) -> None:
        """Two rows of images; those with a wrong answer have a frame and a cross."""
        answers = output.answers(output.images(1 + int(output.picture.samples.max(initial=0))))
        rows = 2 if self._area.height() >= 2 * SMALLEST_IMAGE + 3 * GAP else 1
        side = (self._area.height() - (rows + 1) * GAP) / rows
        columns = max(1, int((self._area.width() - GAP) // (side + GAP)))
        left = (self._area.width() - columns * (side + GAP) + GAP) / 2
        self._painter.fillRect(self._area, QColor(self._palette.window))
        for index, answer in enumerate(answers[: rows * columns]):
            row, column = divmod(index, columns)
            at = QRectF(left + column * (side + GAP), GAP + row * (side + GAP), side, side)
            self._painter.drawImage(at, image_of(answer.pixels))
            if not answer.is_right:
                self._painter.setPen(QPen(QColor(self._palette.error), LINE))
                self._painter.setBrush(Qt.BrushStyle.NoBrush)
                self._painter.drawRect(at)
                corner = at.topRight() + QPointF(-0.3 * side, 0.3 * side)
                self._painter.drawLine(at.topRight(), corner)
                self._painter.drawLine(QPointF(corner.x(), at.top()), QPointF(at.right(), corner.y()))

    def _units(self, history: RunHistory) -> bool:
        """A row of cells for each layer, or as many rows as its units need."""
        view = units_view(history)
        if view is None:
            return False
        offsets, width = history.info.layout.offsets, self._area.width() - 2 * MARGIN
        layers = [view.status[start:end] for start, end in pairwise(offsets)]
        for side in range(LARGEST_CELL, SMALLEST_CELL - 1, -1):
            columns = int(width // side)
            rows = [-(-len(layer) // columns) for layer in layers]
            if sum(rows) * side <= self._area.height() - MARGIN:
                break
        top = max(MARGIN / 2, (self._area.height() - sum(rows) * side) / 2)
        tiles = unit_tiles(side * DENSITY, self._palette.dark)
        for layer, count in zip(layers, rows, strict=True):
            across = -(-len(layer) // count)
            picture = tiles.paint(tiles.by_status, layer.astype(np.intp), across)
            left = MARGIN + (width - across * side) / 2
            at = QRect(round(left), round(top), across * side, count * side)
            if at.bottom() < self._area.height():
                self._painter.drawImage(at, picture)
            top += count * side
        return True

    def _loss(self, history: RunHistory) -> None:
        view = loss_view(history)
        curves = [(curve, colour) for curve, colour in ((view.train, self._palette.train),
                  (view.checked, self._palette.validation)) if np.isfinite(curve.values).any()]  # fmt: skip
        if not curves:
            self._axes((0.0, 1.0), (0.0, 1.0))
            return
        values = np.concatenate([curve.values[np.isfinite(curve.values)] for curve, _ in curves])
        end = max(float(curve.steps[-1]) for curve, _ in curves)
        place = self._axes((0.0, max(end, 1.0)), (0.0, max(float(np.quantile(values, 0.98)), 1e-9)))
        for curve, colour in curves:
            values = _smoothed(np.asarray(curve.values, float)) if curve.noisy else curve.values
            self._line(place(np.asarray(curve.steps, float), values), colour)

    def _axes(self, x: tuple[float, float], y: tuple[float, float]) -> "_Place":
        """Draw two axes and say where a point of these ranges lies."""
        frame = self._area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self._painter.setPen(QPen(QColor(self._palette.muted), THIN))
        self._painter.drawPolyline(QPolygonF([frame.topLeft(), frame.bottomLeft(), frame.bottomRight()]))
        return _Place(frame.adjusted(2, 2, -2, -2), x, y)

    def _dots(self, points: list[QPointF]) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._palette.validation))
        for point in points:
            self._painter.drawEllipse(point, 0.8 * POINT, 0.8 * POINT)

    def _line(self, points: list[QPointF], colour: str, width: float = LINE) -> None:
        self._painter.save()
        self._painter.setClipRect(self._area)
        self._painter.setPen(QPen(QColor(colour), width, j=Qt.PenJoinStyle.RoundJoin))
        self._painter.drawPolyline(QPolygonF(points))
        self._painter.restore()


class _Place:
    """Where points lie in ``frame``; those that are no finite number lie nowhere."""

    def __init__(self, frame: QRectF, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._frame, self._x, self._y = frame, x, y

    def __call__(self, x: Floats, y: Floats) -> list[QPointF]:
        finite = np.isfinite(x) & np.isfinite(y)
        across = (x[finite] - self._x[0]) / max(self._x[1] - self._x[0], 1e-12)
        up = np.clip((y[finite] - self._y[0]) / max(self._y[1] - self._y[0], 1e-12), -1.0, 2.0)
        left, bottom = self._frame.left(), self._frame.bottom()
        width, height = self._frame.width(), self._frame.height()
        return [QPointF(left + a * width, bottom - b * height) for a, b in zip(across, up, strict=True)]


def _smoothed(values: Floats) -> Floats:
    """Means of neighbours, as many values as before."""
    width = max(1, len(values) // 40)
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, np.ones(width) / width, mode="valid")
