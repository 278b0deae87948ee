"""The activation explorer as a window: choices, the line that is dragged, typed numbers, the cost, themes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from relulab.text import text
from relulab.views.activations import UnitSum
from tests.helpers.labs import SECONDS_30, press
from tests.helpers.mouse import drag
from ui.features.benches.activation_window import NO_FUNCTION, ActivationWindow
from ui.features.benches.number_table import NumberTable
from ui.widgets.palette import DARK, LIGHT


@pytest.fixture
def units():
    """What the inspector has; empty: nothing."""
    return []


@pytest.fixture
def window(qtbot, units):
    window = ActivationWindow(LIGHT, lambda: units[0] if units else None)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def choose(window, slot, key):
    """As a user does: the list tells what was chosen."""
    window.combos[slot].setValue(key)
    window.combos[slot].edited.emit(key)


def type_into(qtbot, field, words):
    field.selectAll()
    qtbot.keyClicks(field, words)


def test_the_first_numbers_are_those_of_the_textbook(window):
    assert window.outputs.texts()[0] == ["ReLU", "0", "0", "0", "3", "6"]
    assert [row[0] for row in window.at_x.texts()] == ["ReLU", "Sigmoid"]


def test_a_switch_applies_the_function_again(qtbot, window):
    press(qtbot, window.switches.button(3))
    sigmoid = window.at_x.texts()[1]
    assert sigmoid[1].startswith("0.6507776")
    assert sigmoid[3].startswith("0.013352")
    assert "ReLU: f(f(f(x))) is f(x), everywhere in the picture." in window.lessons.text()


def test_the_line_can_be_dragged(qtbot, window):
    drag(window.value_plot.axes, (0.0, 3.0), (3.0, 3.0))
    assert window.place.value() == pytest.approx(3.0, abs=0.1)
    assert float(window.at_x.texts()[0][1]) == window.place.value(), "ReLU passes it on"
    assert window.slope_plot.line.value() == window.place.value(), "both plots tell of one x"


def test_a_typed_x_widens_the_plots(qtbot, window):
    type_into(qtbot, window.place, "36.74")
    qtbot.waitUntil(lambda: window.value_plot.axes.x_range[1] > 36.74)
    assert window.at_x.texts()[1][4:] == ["0", "0"], "neither precision can tell sigmoid from 1 any more"


def test_what_cannot_be_read_says_why_and_leaves_the_numbers(qtbot, window):
    type_into(qtbot, window.inputs, "1 two")
    assert "'two' is not a number" in window.problem.text()
    assert len(window.outputs.texts()[0]) == 2
    type_into(qtbot, window.inputs, "1 -2")
    assert not window.problem.text()
    assert window.outputs.texts()[0] == ["ReLU", "1", "0"]


def test_the_cost_is_measured_beside_the_window(qtbot, window):
    choose(window, 2, "elu")
    assert window.cost.table.texts()[2] == ["ELU", "–", "–"]
    press(qtbot, window.cost.measure)
    assert not window.cost.measure.isEnabled()
    qtbot.waitUntil(window.cost.measure.isEnabled, timeout=SECONDS_30)
    costs = {name: (float(there), float(back)) for name, there, back in window.cost.table.texts()}
    assert costs["ELU"][0] > costs["ReLU"][0] > 0
    assert "here and now" in window.cost.words.text()
    choose(window, 3, "tanh")
    assert window.cost.table.texts()[3] == ["Tanh", "–", "–"], "not measured yet"


def test_closing_ends_the_measurement(qtbot, window):
    press(qtbot, window.cost.measure)
    window.close()
    assert window.cost.measure.isEnabled()


def test_no_function_at_all(window):
    for slot in range(4):
        choose(window, slot, NO_FUNCTION)
    assert not window.at_x.texts()
    assert not window.cost.measure.isEnabled()


def test_x_of_a_unit(qtbot, window, units):
    press(qtbot, window.unit)
    assert "No unit is inspected" in window.whose.text()
    units.append(UnitSum("tanh", -1.25, text("unit 3")))
    press(qtbot, window.unit)
    assert window.place.value() == -1.25
    assert window.keys[0] == "tanh"
    assert window.whose.text() == "unit 3"
    type_into(qtbot, window.place, "2")
    qtbot.waitUntil(lambda: not window.whose.text())


def test_themes_keep_what_was_chosen(window):
    choose(window, 1, NO_FUNCTION)
    window.set_x(2.5)
    window.set_theme(DARK)
    assert window.keys == ("relu", "", "", "")
    assert window.place.value() == 2.5
    assert window.value_plot.curves.strokes[0].colour == DARK.lines[0]


def test_numbers_can_be_copied(qtbot, window):
    window.outputs.selectAll()
    qtbot.keyClick(window.outputs, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[0] == "ReLU\t0\t0\t0\t3\t6"


def test_a_copied_number_below_zero_has_the_hyphen_that_spreadsheets_read(qtbot):
    table = NumberTable("Numbers")
    qtbot.addWidget(table)
    table.show_rows(("name", "value"), (("tanh", "−0.5"),))
    table.show()
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "tanh\t-0.5"
