"""Lines and marks are as wide on a screen of twice the density: twice as many of its pixels."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from relulab.measurements.status import UnitStatus
from relulab.text import text
from relulab.views.colours import LineStyle
from relulab.views.parts import Reference
from ui.plots.curves import Line, Look
from ui.plots.line_plot import LinePlot
from ui.plots.rules import rim
from ui.plots.unit_map import unit_tiles

INK = "#d55e00"
NEAR = 90  # of 255: how far a pixel of the line may be from its colour


@pytest.fixture
def plot(qtbot):
    plot = LinePlot("loss", fixed=(0.0, 1.0))
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    qtbot.waitExposed(plot)
    plot.resize(400, 300 + round(plot.axes.box.height()) % 2)  # the middle lies between two rows of pixels
    qtbot.waitUntil(lambda: round(plot.axes.box.height()) % 2 == 0)
    return plot


def inked(plot, x, y, ratio, look=Look.TREND_ALONE):
    """Which pixels of a screen with ``ratio`` have the colour of the curve through these points: (rows, columns)."""
    plot.set_lines([Line("curve", "curve", LineStyle(INK), look)])
    plot.set_data("curve", x, y)
    plot.redraw(100)
    image = QImage(plot.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    plot.render(image)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    ink = QColor(INK)
    wanted = np.array([ink.blue(), ink.green(), ink.red()])
    return (np.abs(pixels[:, : image.width(), :3].astype(int) - wanted) < NEAR).all(axis=2)


def level(plot, ratio):
    """How many pixels high a level line is."""
    return np.median(inked(plot, np.arange(101), np.full(101, 0.5), ratio).sum(axis=0)[100 * ratio : 300 * ratio])


def steep(plot, ratio):
    """How many pixels wide a line is that falls almost straight down."""
    x, y = np.array([0, 49, 50, 100]), np.array([0.9, 0.9, 0.1, 0.1])
    seen = inked(plot, x, y, ratio, Look.BOLD)
    rows = seen[seen.shape[0] * 4 // 10 : seen.shape[0] * 5 // 10]
    return np.median(rows.sum(axis=1))


def test_a_line_is_as_wide_at_twice_the_density(plot):
    assert level(plot, 1) == 2
    assert level(plot, 2) == 4
    assert level(plot, 3) == 6


def test_a_steep_line_is_as_wide_as_a_level_one(plot):
    assert steep(plot, 2) == pytest.approx(level(plot, 2), abs=1)
    assert steep(plot, 3) == pytest.approx(level(plot, 3), abs=1)


def test_points_are_as_large_at_twice_the_density(plot):
    few = np.array([20, 50, 80]), np.array([0.2, np.nan, 0.8])  # without a line between
    once, twice = (inked(plot, *few, ratio, Look.BOLD) for ratio in (1, 2))
    assert once.any()
    assert twice.sum() == pytest.approx(4 * once.sum(), rel=0.25)


def ruled(plot, ratio):
    """How many pixels high the dashed line of a guide is on a screen with ``ratio``."""
    plot.set_theme(replace(plot.axes.colours, muted=INK))
    plot.annotations.set_guides([Reference(0.5, text(""))])
    seen = inked(plot, np.empty(0), np.empty(0), ratio)
    middle = seen[seen.shape[0] // 4 : seen.shape[0] * 3 // 4]  # without the ticks below, which have the same colour
    return middle.sum(axis=0)[100 * ratio : 300 * ratio].max()


def test_a_guide_is_as_wide_at_twice_the_density(plot):
    assert ruled(plot, 1) == 1
    assert ruled(plot, 2) == 2
    assert ruled(plot, 3) == 3


def drawn(plot, ratio):
    """(rows, columns) of colours, 0xRRGGBB, on a screen with ``ratio``."""
    image = QImage(plot.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    plot.render(image)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return pixels[:, : image.width()] & 0xFFFFFF


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_the_lines_of_the_grid_are_as_wide_at_a_higher_density(plot, ratio):
    plot.set_theme(replace(plot.axes.colours, grid="#ff0000"))
    plot.redraw(100)
    seen = drawn(plot, ratio) == 0xFF0000
    inside = plot.axes.box.sceneBoundingRect().toRect()
    column = seen[:, (inside.center().x() + 7) * ratio]
    rows = (inside.top() + 4) * ratio, (inside.bottom() - 4) * ratio
    runs = np.diff(np.flatnonzero(np.diff(np.r_[0, column[slice(*rows)].astype(int), 0])))[::2]
    assert len(runs) > 2
    assert set(runs) == {ratio}


@pytest.mark.parametrize("side", [8, 20])
def test_the_outline_of_a_cell_is_as_wide_at_twice_the_density(side):
    small, large = (unit_tiles(n * side, False, n).by_status[UnitStatus.ACTIVE] for n in (1, 2))
    outline, fill = small[0, side // 2], small[1, side // 2]
    assert outline != fill
    assert (large[:2, 4:-8] == outline).all()
    assert (large[2, 4:-8] == fill).all()
    assert (small[-1] == large[-2:, :1]).all(), "a line of background is between two cells"
    assert (large[-2:] == large[-1, 0]).all()


def test_small_cells_have_the_same_signs_at_twice_the_density():
    once, twice = unit_tiles(8, False), unit_tiles(16, False, 2.0)
    for status in UnitStatus:
        cells = once.by_status[status].astype(np.int64) & 0xFFFF, twice.by_status[status].astype(np.int64) & 0xFFFF
        inked = [(cell != np.bincount(cell.ravel()).argmax()).mean() for cell in cells]
        assert inked[0] == pytest.approx(inked[1], abs=0.12)


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_rim_of_a_point_is_as_wide_at_twice_the_density(plot, ratio):
    points = pg.ScatterPlotItem(x=[50], y=[0.5], size=20, pen=rim("#ff0000", 20), brush=pg.mkBrush("#00ff00"))
    plot.axes.add(points, depth=100)
    plot.redraw(100)
    pixels = drawn(plot, ratio)
    around = plot.axes.pixel_of(QPointF(50, 0.5)).toPoint() * ratio
    row = pixels[around.y(), around.x() : around.x() + 14 * ratio]
    red = ((row >> 16) > 0x90) & (((row >> 8) & 0xFF) < 0xB0)
    assert red.sum() == pytest.approx(ratio, abs=0.5 * ratio)
