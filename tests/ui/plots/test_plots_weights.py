"""Weights as pictures and bars, and the line of a unit in the plane: drawn as they are, read exactly."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from relulab.views.colours import contrast, hex_of
from relulab.views.network.colours import TABLE, unit_table
from ui.plots.unit_plane import UnitPlane, line_across
from ui.plots.weight_images import TILES_AT_MOST, WeightBars, WeightImages, bars, greatest, weight_pixels, weight_scale
from ui.widgets.palette import DARK

RANGES = ((-2.0, 2.0), (-1.0, 3.0))


@pytest.fixture
def show(qtbot):
    def make(widget, width=320, height=200):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return make


def test_colours_are_symmetric_about_zero():
    weights = np.array([-0.5, -0.25, 0.0, 0.25, 0.5], np.float32)
    pixels = weight_pixels(weights, 0.5).astype(int)
    zero = pixels[2]
    assert zero.max() - zero.min() < 6, "zero is grey"
    assert pixels[0][2] > pixels[0][0] + 100, "blue below zero"
    assert pixels[4][2] < pixels[4][0] - 100, "yellow above"
    strong, weak = hex_of(pixels[0].astype(np.uint8)), hex_of(pixels[1].astype(np.uint8))
    assert contrast(strong, "#ffffff") > contrast(weak, "#ffffff")
    assert weight_scale(0.5).name == "−0.5 … 0 … 0.5"


def test_what_is_not_finite_counts_as_zero():
    weights = np.array([np.nan, np.inf, -np.inf, 0.0], np.float32)
    assert (weight_pixels(weights, greatest(weights)) == weight_pixels(weights, 1.0)[3]).all()
    assert greatest(weights) == 0.0


def test_each_pixel_of_a_picture_is_a_weight(show):
    weights = np.linspace(-1, 1, 81, dtype=np.float32).reshape(1, 9, 9)
    images = show(WeightImages())
    images.show_weights(weights)
    (tile,) = images.tiles()
    picture = images.grab().toImage()
    seen = [picture.pixelColor(images.rect_of(cell).center()).name() for cell in range(81)]
    assert seen == [hex_of(rgb) for rgb in weight_pixels(weights.ravel(), 1.0)]
    assert tile.width() % 9 == tile.height() % 9 == 0, "every weight is equally large"
    assert images.heightForWidth(320) == tile.bottom() + 1


def test_a_dark_theme_has_its_own_zero_in_pictures_and_scale(show):
    images = show(WeightImages())
    images.show_weights(np.array([[[0.0, 1.0]]], np.float32))
    images.set_theme(DARK)
    zero = images.grab().toImage().pixelColor(images.rect_of(0).center()).name()
    assert zero == hex_of(unit_table(dark=True)[TABLE // 2])
    assert images.scale == (weight_scale(1.0, dark=True),)
    assert images.scale != (weight_scale(1.0),)


def test_pictures_are_read_by_mouse_and_keyboard(show, qtbot):
    weights = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3)
    images = show(WeightImages())
    images.show_weights(weights)
    for cell in (0, 5, 17):
        assert images.cell_at(images.rect_of(cell).center()) == cell
    assert images.cell_at(QPoint(319, 199)) is None
    qtbot.mouseMove(images, images.rect_of(14).center())
    assert images.reader.card.isVisible()
    assert images.accessibleDescription() == "channel 2, row 2, column 3 · weight 14"
    images.reader.show_cell(None)
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(images, key)
        walked.append(images.reader.current)
    assert walked == [0, 1, 4, 1, 0, 0]
    qtbot.keyClick(images, Qt.Key.Key_Escape)
    assert not images.reader.card.isVisible()


def test_of_very_many_channels_the_first_are_drawn(show):
    images = show(WeightImages())
    images.show_weights(np.ones((TILES_AT_MOST + 10, 3, 3), np.float32))
    assert len(images.tiles()) == TILES_AT_MOST
    assert images.left_out == 10
    assert all(rect.right() < images.width() for rect in images.tiles())


def test_nothing_can_be_drawn(show, qtbot):
    images, strokes = show(WeightImages()), show(WeightBars())
    images.show_weights(np.zeros((0, 1, 1), np.float32))
    strokes.show_weights(np.zeros(0, np.float32), str)
    for widget in (images, strokes):
        widget.grab()
        qtbot.mouseMove(widget, QPoint(10, 10))
        qtbot.keyClick(widget, Qt.Key.Key_Right)
        assert widget.reader.current is None


def test_bars_are_as_long_as_their_weights():
    drawn = bars(np.array([0.5, -1.0, 0.0], np.float32), 10.0)
    assert [(low, high) for _, _, low, high in drawn] == [(0.0, 0.5), (-1.0, 0.0), (0.0, 0.0)]
    assert [left for left, *_ in drawn] == [0.0, 10.0, 20.0]


def test_bars_thinner_than_a_pixel_keep_their_extremes():
    weights = np.zeros(1000, np.float32)
    weights[[371, 374]] = 0.75, -0.5
    drawn = bars(weights, 0.1)
    assert len(drawn) == 100
    assert max(high for *_, high in drawn) == 0.75
    assert min(low for _, _, low, _ in drawn) == -0.5


def test_bars_are_drawn_and_read(show, qtbot):
    strokes = show(WeightBars())
    strokes.show_weights(np.array([0.5, -1.0, 0.25], np.float32), lambda i: f"1 Dense, unit {i + 1}")
    picture = strokes.grab().toImage()
    middle = strokes.height() // 2
    up, down = strokes.rect_of(0).center().x(), strokes.rect_of(1).center().x()
    assert (
        picture.pixelColor(up, middle - 10).name()
        == picture.pixelColor(strokes.rect_of(2).center().x(), middle - 5).name()
    )
    assert picture.pixelColor(up, middle + 10) != picture.pixelColor(up, middle - 10)
    assert picture.pixelColor(down, middle + 10) != picture.pixelColor(up, middle - 10)
    qtbot.mouseMove(strokes, QPoint(down, middle))
    assert strokes.accessibleDescription() == "from 1 Dense, unit 2 · weight −1"
    qtbot.keyClick(strokes, Qt.Key.Key_Right)
    qtbot.keyClick(strokes, Qt.Key.Key_Right)
    assert strokes.reader.current == 2


@pytest.mark.parametrize(
    ("weights", "bias"), [((1.0, 2.0), -0.5), ((0.0, 1.0), -0.25), ((1.0, 0.0), 1.0), ((-3.0, 0.1), 0.2)]
)
def test_the_line_is_where_z_is_zero(weights, bias):
    ends = line_across(np.array(weights, np.float32), bias, *RANGES)
    for x, y in ends:
        assert weights[0] * x + weights[1] * y + bias == pytest.approx(0, abs=1e-6)
        assert -2.0 - 1e-6 <= x <= 2.0 + 1e-6
        assert -1.0 - 1e-6 <= y <= 3.0 + 1e-6
    assert ends[0] != ends[1]


@pytest.mark.parametrize(
    ("weights", "bias"),
    [((1.0, 1.0), 100.0), ((0.0, 0.0), 0.0), ((0.0, 0.0), 1.0), ((np.nan, 1.0), 0.0), ((1.0, 1.0), np.nan)],
)
def test_a_line_elsewhere_is_not_drawn(weights, bias):
    assert line_across(np.array(weights, np.float32), bias, *RANGES) is None


@pytest.mark.parametrize("weights", [(1.0, 2.0), (-1.0, -2.0), (0.5, -3.0), (-2.0, 0.0)])
def test_the_arrow_points_to_where_the_unit_fires(show, weights):
    plane = show(UnitPlane(), 300, 300)
    plane.show_unit(np.zeros((1, 8, 8), np.float32), *RANGES, "h")
    plane.show_line(np.array(weights, np.float32), 0.1, *RANGES)
    x, y = plane._lines[0].getData()
    gap = int(np.flatnonzero(np.isnan(x))[0])
    start, tip = np.array([x[gap + 1], y[gap + 1]]), np.array([x[gap + 2], y[gap + 2]])
    assert weights @ start + 0.1 == pytest.approx(0, abs=1e-5)
    assert weights @ tip + 0.1 > 0
    plane.hide_line()
    assert plane.line is None
    QApplication.processEvents()
    plane.grab()
