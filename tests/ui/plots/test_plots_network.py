"""The canvas: what is drawn where, what the mouse and the keys do, and that nothing is drawn for nothing."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QApplication

from relulab.views.network.cells import hatched
from relulab.views.network.colours import TABLE, network_colours, unit_table
from relulab.views.network.formula import number
from relulab.views.network.view import network_view
from tests.helpers.networks import DEAD, digits_history, moons_history, pictured
from tests.helpers.small_runs import experiment
from ui.plots.network.marks import Fonts, Marks
from ui.widgets.palette import DARK, LIGHT


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


def turn(canvas, at, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    """The wheel, as from a mouse with notches."""
    local = QPointF(at)
    event = QWheelEvent(
        local, canvas.mapToGlobal(local), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_the_wheel_goes_from_the_network_to_a_layer_to_the_sheet_of_a_unit_and_back(canvas):
    show(canvas, moons_history())
    whole = canvas.layout_now
    turn(canvas, middle(canvas, (1, 3)), 1)
    assert canvas.zoom == 2
    assert canvas.layout_now.places[1].side > 1.2 * whole.places[1].side
    where = middle(canvas, (1, 3)) - QPoint(canvas.shift, 0)
    assert canvas.rect().contains(where), "what was pointed at is in view"
    turn(canvas, where, 1)
    assert canvas.zoom == 3
    assert canvas.sheet.cell == (1, 3)
    turn(canvas, where, -1)
    turn(canvas, where, -1)
    assert canvas.zoom == 1
    assert canvas.layout_now.places == whole.places


def test_on_the_sheet_of_a_unit_every_term_has_its_whole_name(canvas):
    canvas.resize(725, 450)  # of the window on a small screen
    view = show(canvas, pictured(experiment("moons", 24, 3, steps=2), 2))
    canvas.open_sheet((2, 1))
    canvas.grab()
    terms = [target for target in canvas.sheet.targets if target.source is not None]
    assert len(terms) == 11, "and the rest"
    bold = QFontMetricsF(Fonts.of(canvas.sheet.font()).bold)
    for target in terms:
        weight = view.weights(2)[1, target.source[1]]
        name = f"{'−' if weight < 0 else '+'} {number(weight)} · h{target.source[1] + 1}"
        assert target.area.width() == bold.horizontalAdvance(name)


def test_the_formula_has_its_place_also_where_a_question_stands_above(canvas):
    canvas.resize(725, 450)
    show(canvas, moons_history())
    assert canvas._strip() is not None
    assert canvas.layout_now.numbers


def test_the_keys_zoom_walk_and_go_back(qtbot, canvas):
    show(canvas, moons_history())
    canvas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Plus):
        qtbot.keyClick(canvas, key)
    assert canvas.zoom == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == 3
    assert canvas.sheet.cell == canvas.current == (1, 1)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.sheet.cell == (1, 3), "the sheet follows, a row of the block further"
    for zoom in (2, 1):
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert canvas.zoom == zoom
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.current is None


def test_walking_keeps_the_unit_in_view(qtbot, canvas):
    show(canvas, deep_history())
    canvas.setFocus()
    canvas._point_at((1, 0))
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    for _ in range(8):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        where = canvas.layout_now.places[canvas.current[0]].rectangle(canvas.current[1])
        assert canvas.shift <= where.left
        assert where.right <= canvas.shift + canvas.width()


def deep_history():
    return pictured(experiment("moons", *[4] * 10, steps=3), 3)


def test_a_close_up_is_dragged_and_dragging_is_no_click(qtbot, canvas):
    show(canvas, deep_history())
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=middle(canvas, (4, 0)))
    assert canvas.zoom == 2
    before = canvas.shift
    with qtbot.assertNotEmitted(canvas.clicked):
        start = QPoint(500, 300)
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(canvas, start - QPoint(60, 0))
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start - QPoint(60, 0))
    assert canvas.shift == before + 60
    turn(canvas, start, 1, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.shift < before + 60
    canvas.move_to(10**6)
    assert canvas.shift == canvas.layout_now.width - canvas.width(), "not beyond the end"
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=start)
    assert canvas.zoom == 1
    assert canvas.shift == 0


def test_in_a_close_up_the_mouse_is_where_the_pictures_are(qtbot, canvas):
    show(canvas, deep_history())
    canvas.set_editable(True)
    canvas._show_close(7)
    assert canvas.shift > 0
    for cell in ((7, 1), (6, 2), (8, 0)):
        at = middle(canvas, cell) - QPoint(canvas.shift, 0)
        qtbot.mouseMove(canvas, at)
        assert canvas.current == cell
        assert canvas._tooled == cell[0]
        assert abs(canvas.tools.geometry().center().x() - at.x()) < 60, "the tools are below their column"
    gap = next(gap for gap in canvas._gaps if gap.receiver.column == 7)
    x, y = gap.sender.port(1, outgoing=True)
    qtbot.mouseMove(canvas, QPoint(round(x) + 3 - canvas.shift, round(y)))
    assert (canvas.edge.column, canvas.edge.sender) == (7, 1)


def test_only_columns_in_view_are_made(canvas):
    show(canvas, deep_history())
    canvas._show_close(1)
    assert set(canvas._pictures.images) < set(range(len(canvas.layout_now.places)))
    canvas.move_to(10**6)
    assert len(canvas.layout_now.places) - 1 in canvas._pictures.images
    assert not canvas.grab().isNull()


def test_a_line_under_the_mouse_tells_its_weight(qtbot, canvas):
    show(canvas, moons_history())
    gap = canvas._gaps[0]
    x, y = gap.sender.port(1, outgoing=True)
    qtbot.mouseMove(canvas, QPoint(round(x) + 3, round(y)))
    assert canvas.edge is not None
    assert (canvas.edge.column, canvas.edge.sender) == (1, 1)
    assert "weight" in canvas.accessibleDescription()
    before = canvas.grab().toImage()
    qtbot.mouseMove(canvas, QPoint(1, 1))
    assert canvas.edge is None
    assert canvas.grab().toImage() != before


def test_enter_inspects_and_enter_again_opens_the_sheet(qtbot, canvas):
    show(canvas, moons_history())
    canvas._point_at((2, 1))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.chosen == (2, 1)
    assert canvas.zoom == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.zoom == 3
    assert canvas.sheet.cell == (2, 1)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_dropped_units_are_hatched_and_a_step_changes_that_and_no_cross(canvas, palette):
    spec = experiment("moons", 12, {"kind": "dropout", "parameters": {"rate": 0.5}}, DEAD, steps=20)
    canvas.set_theme(palette)
    colours, seen = network_colours(palette.dark), []
    for steps in (10, 11):
        view = show(canvas, pictured(spec, steps))
        dropped = view.dropped(1)
        assert 0 < dropped.sum() < 12
        image = canvas.grab().toImage()
        for unit in range(12):
            where = canvas.layout_now.places[1].rectangle(unit)
            line, paper = hatched(where.width, 1)
            for told, colour in ((line, colours.ink), (paper, colours.panel)):
                y, x = np.argwhere(told[4:-4, 4:-4])[7] + 4
                is_there = image.pixelColor(int(where.left + x), int(where.top + y)).name() == colour
                assert is_there == dropped[unit] or (not dropped[unit] and colour == colours.panel)
        assert colour_at(canvas, middle(canvas, (2, 0))) == colours.cross
        seen.append(dropped.tobytes())
    assert seen[0] != seen[1]


@pytest.mark.parametrize("size", [(200, 160), (520, 360), (998, 622), (1920, 1080)])
@pytest.mark.parametrize("history", [moons_history, digits_history])
def test_every_zoom_can_be_drawn_at_any_size(canvas, size, history):
    canvas.resize(*size)
    view = show(canvas, history())
    for column in range(len(view.columns)):
        canvas._show_close(column)
        assert not canvas.grab().isNull()
        canvas.open_sheet((column, 0))
        assert not canvas.grab().isNull()
        canvas.close_sheet()
        canvas._show_whole()


@pytest.mark.parametrize("width", [320, 420, 520, 760])
@pytest.mark.parametrize("history", [digits_history, deep_history])
def test_words_on_the_lines_of_two_gaps_never_touch(canvas, monkeypatch, width, history):
    written = []
    plain = Marks._centred

    def listening(marks, words, x, y, font, colour):
        if marks._layout.rules.top <= y <= marks._layout.rules.top + marks._layout.rules.height and words:
            half = QFontMetricsF(font).horizontalAdvance(words) / 2
            written.append((x - half, x + half))
        plain(marks, words, x, y, font, colour)

    monkeypatch.setattr(Marks, "_centred", listening)
    canvas.resize(width, 500)
    show(canvas, history())
    canvas.grab()
    ends = sorted(set(written))
    assert ends or history is deep_history, "thirty gaps have no room for any"
    assert all(left[1] < right[0] for left, right in pairwise(ends))
