"""The sheet to draw data on: clicks, strokes, the eraser, undo, what can be learned from."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from relulab.data.own_points import MOST_CLASSES, MOST_POINTS
from relulab.views.own_points import CLASSES, CURVE, design_of
from tests.helpers.labs import press
from tests.helpers.mouse import drag
from ui.features.benches.points_window import PointsWindow
from ui.widgets.palette import DARK, LIGHT


@pytest.fixture
def window(qtbot):
    window = PointsWindow(LIGHT)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def click(qtbot, window, x, y):
    axes = window.plot.axes
    pixel = axes.pixel_of(QPointF(x, y)).toPoint()
    qtbot.mouseClick(axes.plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel)


def test_a_click_sets_a_point_of_the_chosen_class(qtbot, window):
    click(qtbot, window, 0.5, -0.25)
    press(qtbot, window.tools.button(2))
    click(qtbot, window, -1.0, 1.0)
    np.testing.assert_allclose(window.drawn, [[0.5, -0.25, 0], [-1.0, 1.0, 2]], atol=0.02)
    colours = [point.brush().color().name() for point in window.plot.points.points()]
    assert colours == [LIGHT.class_colour(0), LIGHT.class_colour(2)]


def test_no_point_is_there_twice(window):
    """It would be learned from and be tested with."""
    for _ in range(2):
        window.plot.drawn.emit(0.25, 0.5)
    assert len(window.drawn) == 1


def test_a_stroke_paints_many_and_is_undone_as_one(qtbot, window):
    click(qtbot, window, 0.0, 1.0)
    drag(window.plot.axes, (-1.0, 0.0), (1.0, 0.0))
    assert len(window.drawn) > 5
    np.testing.assert_allclose(window.drawn[1:, 1], 0, atol=0.02)
    press(qtbot, window.undo)
    assert len(window.drawn) == 1
    press(qtbot, window.undo)
    assert len(window.drawn) == 0
    assert not window.undo.isEnabled()


def test_the_eraser_takes_away_what_is_under_it(qtbot, window):
    drag(window.plot.axes, (-1.0, 0.0), (1.0, 0.0))
    before = window.drawn
    press(qtbot, window.eraser)
    click(qtbot, window, *before[2, :2])
    assert len(window.drawn) < len(before)
    assert not (np.abs(window.drawn[:, 0] - before[2, 0]) < 0.01).any()
    drag(window.plot.axes, (-1.2, 0.0), (1.2, 0.0))
    press(qtbot, window.undo)
    press(qtbot, window.undo)
    assert np.array_equal(window.drawn, before)


def test_clear_can_be_undone(qtbot, window):
    drag(window.plot.axes, (-1.0, 0.0), (1.0, 0.0))
    before = window.drawn
    press(qtbot, window.clear)
    assert not len(window.drawn)
    press(qtbot, window.undo)
    assert np.array_equal(window.drawn, before)


def test_what_is_missing_is_said(qtbot, window):
    assert "Draw 10 more points" in window.words.text()
    assert not window.use.isEnabled()
    for y in (-0.5, 0.0, 0.5):
        drag(window.plot.axes, (-1.0, y), (1.0, y))
    assert "All points are of one class" in window.words.text()
    press(qtbot, window.tools.button(1))
    drag(window.plot.axes, (-1.0, 1.0), (1.0, 1.0))
    assert "for the test" in window.words.text()
    with qtbot.waitSignal(window.useWanted) as wanted:
        press(qtbot, window.use)
    assert wanted.args[0] == CLASSES
    assert wanted.args[1] is window.drawn
    assert window.isHidden()


def test_a_curve_has_one_colour(qtbot, window):
    press(qtbot, window.tools.button(3))
    window.kind.setValue(CURVE)
    window.kind.edited.emit(CURVE)
    assert not window.tools.button(1).isVisible()
    for x in np.linspace(-1.2, 1.2, 12):
        click(qtbot, window, x, x / 2)
    assert window.use.isEnabled()
    assert not window.drawn[:, 2].any()


def test_outside_of_the_sheet_and_beyond_its_bound_nothing_is_drawn(qtbot, window):
    window.plot.drawn.emit(0.0, 0.0)
    qtbot.mouseClick(window.plot.axes.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(8, 40))
    assert len(window.drawn) == 1
    window.drawn = np.column_stack([np.linspace(-1, 1, MOST_POINTS), np.ones(MOST_POINTS), np.zeros(MOST_POINTS)])
    click(qtbot, window, 0.0, 0.0)
    assert len(window.drawn) == MOST_POINTS
    assert not window.undo.isEnabled(), "nothing was changed by the mouse"


def test_points_of_the_design_are_shown_once(window):
    points = np.column_stack([np.linspace(-1, 1, 12).round(3), np.zeros(12), np.arange(12) % 2])
    window.show_design(design_of(CLASSES, points, None))
    assert np.array_equal(window.drawn, points)
    window.show_design(design_of(CLASSES, points[::-1] * [0.5, 1, 1], None))
    assert np.array_equal(window.drawn, points), "what is on the sheet stays"


def test_themes(window):
    window.plot.drawn.emit(0.0, 0.0)
    window.set_theme(DARK)
    assert window.plot.points.points()[0].brush().color().name() == DARK.class_colour(0)
    assert all(not window.tools.button(kind).icon().isNull() for kind in range(MOST_CLASSES))
