"""The canvas: what is drawn where, what the mouse and the keys do, and that nothing is drawn for nothing."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from relulab.views.network.colours import TABLE, network_colours, unit_table
from relulab.views.network.view import network_view
from tests.helpers.networks import digits_history, moons_history
from ui.plots.network.canvas import NetworkCanvas
from ui.widgets.palette import DARK, LIGHT


@pytest.fixture
def canvas(qtbot):
    canvas = NetworkCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(998, 622)
    canvas.set_theme(LIGHT)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def show(canvas, history, **told):
    view = network_view(history)
    canvas.show_view(view, **{"note": f"step {view.step}", "looking_back": False, "at_rest": True} | told)
    return view


def middle(canvas, cell):
    return QPoint(*(round(at) for at in canvas.layout_now.places[cell[0]].rectangle(cell[1]).centre))


def colour_at(canvas, at):
    return canvas.grab().toImage().pixelColor(at).name()


def test_a_picture_has_the_colour_of_the_unit_at_each_place(canvas):
    view = show(canvas, moons_history())
    place, unit = canvas.layout_now.places[1], 2
    values = view.pictures(1)[unit]
    where = place.rectangle(unit)
    image = canvas.grab().toImage()
    table = unit_table(dark=False).astype(int)
    for row, column in ((8, 8), (8, 24), (16, 16), (24, 8), (24, 24)):
        at = where.left + (column + 0.5) / 32 * where.width, where.top + (row + 0.5) / 32 * where.height
        seen = QColor(image.pixelColor(int(at[0]), int(at[1])))
        index = np.clip(values[row, column] / view.scale(1) * (TABLE // 2) + TABLE // 2, 0, TABLE - 1)
        expected = table[round(float(index))]
        assert max(abs(a - b) for a, b in zip((seen.red(), seen.green(), seen.blue()), expected, strict=True)) <= 12


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_dead_units_are_dark_with_a_cross(canvas, palette):
    canvas.set_theme(palette)
    show(canvas, moons_history())
    colours = network_colours(palette.dark)
    for unit in range(4):
        at = middle(canvas, (2, unit))
        assert QColor(colour_at(canvas, at)) == QColor(colours.cross)
        assert colour_at(canvas, at + QPoint(0, 8)) == colours.dead


def test_the_mouse_lights_a_unit_up_and_says_its_formula(qtbot, canvas):
    show(canvas, moons_history())
    before = canvas.grab().toImage()
    with qtbot.waitSignal(canvas.hovered) as pointed:
        qtbot.mouseMove(canvas, middle(canvas, (1, 3)))
    assert pointed.args == [(1, 3)]
    assert canvas.accessibleDescription().startswith("unit 4 of 6 in 1 Dense · ReLU")
    after = canvas.grab().toImage()
    strip = canvas.height() - 31
    changed = [x for x in range(0, canvas.width(), 3) if before.pixel(x, strip) != after.pixel(x, strip)]
    assert len(changed) > 20, "the formula stands below"
    with qtbot.waitSignal(canvas.hovered):
        qtbot.mouseMove(canvas, QPoint(1, 1))
    assert canvas.current is None
    assert canvas.grab().toImage() == before


def test_a_click_and_enter_choose_a_unit_of_the_layout(qtbot, canvas):
    show(canvas, digits_history())
    with qtbot.waitSignal(canvas.clicked) as clicked:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle(canvas, (3, 2)))
    assert clicked.args == [1, 2], "the pool is a column, but no layer of the layout"
    assert canvas.chosen == (3, 2)
    qtbot.mouseMove(canvas, middle(canvas, (4, 1)))
    with qtbot.waitSignal(canvas.clicked) as clicked:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert clicked.args == [2, 1]


def test_a_pool_and_the_input_cannot_be_inspected(qtbot, canvas):
    show(canvas, digits_history())
    with qtbot.assertNotEmitted(canvas.clicked):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle(canvas, (2, 0)))
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle(canvas, (0, 0)))


def test_the_arrow_keys_walk_and_escape_ends_it(qtbot, canvas):
    show(canvas, moons_history())
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.current[0] == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.current[0] == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.current is None


def test_idle_it_draws_nothing(qtbot, canvas):
    show(canvas, moons_history())
    for _ in range(20):
        QApplication.processEvents()
    painted = canvas.repaints
    for _ in range(50):
        QApplication.processEvents()
    assert canvas.repaints == painted


def test_lines_are_drawn_again_only_where_they_changed(canvas):
    show(canvas, moons_history())
    canvas.grab()
    kept = [gap.pixmap for gap in canvas._gaps]
    show(canvas, moons_history())
    canvas.grab()
    assert all(gap.pixmap is before for gap, before in zip(canvas._gaps, kept, strict=True))
    changed = canvas._gaps[0].take(-canvas.view.weights(1))
    assert changed
    assert canvas._gaps[0].pixmap is None


def test_looking_back_is_told_by_a_line_on_top(canvas):
    show(canvas, moons_history(), looking_back=True)
    assert colour_at(canvas, QPoint(400, 0)) == LIGHT.warning
    show(canvas, moons_history())
    assert colour_at(canvas, QPoint(400, 0)) != LIGHT.warning


@pytest.mark.parametrize("size", [(200, 160), (520, 360), (700, 500), (1920, 1080)])
@pytest.mark.parametrize("history", [moons_history, digits_history])
def test_any_size_can_be_drawn(canvas, size, history):
    canvas.resize(*size)
    show(canvas, history())
    canvas._point_at((1, 0) if canvas.layout_now is not None else None)
    assert not canvas.grab().isNull()


def test_another_network_takes_its_place(qtbot, canvas):
    show(canvas, moons_history())
    qtbot.mouseMove(canvas, middle(canvas, (1, 5)))
    show(canvas, digits_history())
    assert canvas.current is None or canvas._holds(canvas.current)
    assert len(canvas.layout_now.places) == 6
