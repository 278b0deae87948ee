"""The bench of ReLUs as a window: handles, fields, starts, targets, themes."""

import pytest
from PySide6.QtCore import Qt

from tests.helpers.labs import SECONDS_30, press
from tests.helpers.mouse import drag
from ui.features.benches.hand_built_window import HandBuiltWindow
from ui.widgets.palette import DARK, LIGHT


@pytest.fixture
def runs():
    """The run that the lab shows; empty: none."""
    return []


@pytest.fixture
def window(qtbot, runs):
    window = HandBuiltWindow(LIGHT, lambda: runs[0] if runs else None)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def start_equal(qtbot, window, count="4"):
    window.count.setValue(count)
    press(qtbot, window.equal)


def type_into(qtbot, field, words):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def errors(window):
    return {name: greatest for name, _pieces, greatest, _square in window.errors.texts()}


@pytest.mark.parametrize(("count", "equal", "best"), [("4", "0.211", "0.12"), ("8", "0.0704", "0.0258")])
def test_equal_pieces_beside_the_best(qtbot, window, count, equal, best):
    start_equal(qtbot, window, count)
    qtbot.waitUntil(lambda: errors(window)["best pieces"] == best, timeout=SECONDS_30)
    assert errors(window)["your ReLUs"] == errors(window)["equal pieces"] == equal
    assert len(window.built.units) == int(count)


def test_the_best_pieces_come_when_they_are_known(qtbot, window):
    press(qtbot, window.best)
    qtbot.waitUntil(lambda: errors(window)["your ReLUs"] == "0.12", timeout=SECONDS_30)
    qtbot.waitUntil(lambda: window.judgement.text() == "No line of 3 pieces comes closer.", timeout=SECONDS_30)


def test_a_kink_can_be_dragged(qtbot, window):
    start_equal(qtbot, window)
    before = window.built.units[1]
    drag(window.units_plot.axes, (before.kink, 0.0), (2.0, 0.5))
    after = window.built.units[1]
    assert after.kink == pytest.approx(2.0, abs=0.05)
    assert after.slope == before.slope
    assert window.units_plot.kinks[1].pos().y() == 0, "it stays on its line"
    assert window.chosen == 1
    assert window.unit.kink.value() == after.kink
    assert errors(window)["your ReLUs"] != errors(window)["equal pieces"]


def test_a_kink_stays_between_the_ends(qtbot, window):
    start_equal(qtbot, window)
    drag(window.units_plot.axes, (window.built.units[3].kink, 0.0), (99.0, 0.0))
    assert window.built.units[3].kink == pytest.approx(window.target.high, rel=1e-3)
    assert window.built.units[3].kink <= window.target.high + 1e-3


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_slope_can_be_dragged_to_the_other_sign(qtbot, window, side):
    press(qtbot, window.unit.add)
    window.unit.side.edited.emit(side)
    unit = window.built.units[0]
    handle = window.units_plot.slope.pos()
    arm = window.units_plot.arm(unit)
    drag(window.units_plot.axes, (handle.x(), handle.y()), (handle.x(), -1.0))
    after = window.built.units[0]
    assert after.kink == unit.kink
    assert after.slope == pytest.approx(-1.0 / arm, rel=0.05)


def test_fields_change_the_chosen_relu(qtbot, window):
    start_equal(qtbot, window)
    window.units_plot.unitChosen.emit(1)
    type_into(qtbot, window.unit.kink, "2.5")
    type_into(qtbot, window.unit.slope, "-3")
    window.unit.side.edited.emit("left")
    type_into(qtbot, window.unit.offset, "0.25")
    unit = window.built.units[1]
    assert (unit.kink, unit.slope, unit.side, window.built.offset) == (2.5, -3.0, -1, 0.25)
    assert window.unit.which.text() == "ReLU 2 of 4"
    press(qtbot, window.unit.after)
    assert window.chosen == 2, "the next kink on the way"


def test_relus_come_and_go(qtbot, window):
    assert window.unit.which.text() == "No ReLU yet"
    assert not window.unit.remove.isEnabled()
    for _ in range(3):
        press(qtbot, window.unit.add)
    kinks = [unit.kink for unit in window.built.units]
    assert len(set(kinks)) == 3, "each in the widest stretch"
    window.units_plot.unitChosen.emit(0)
    press(qtbot, window.unit.remove)
    assert [unit.kink for unit in window.built.units] == kinks[1:]
    assert len(window.units_plot.kinks) == 2
    press(qtbot, window.nothing)
    assert not window.built.units
    assert window.unit.which.text() == "No ReLU yet"


def test_a_formula_of_ones_own(qtbot, window):
    window.row.combo.edited.emit("own")
    assert window.row.formula.isVisible()
    type_into(qtbot, window.row.formula, "1/x")
    assert "no finite value at x = 0" in window.row.problem.text()
    assert window.target.formula != "1/x", "the curve before stays"
    type_into(qtbot, window.row.low, "1")
    assert not window.row.problem.text()
    assert (window.target.formula, window.target.low) == ("1/x", 1.0)
    window.row.combo.edited.emit("sine")
    assert not window.row.formula.isVisible()


def test_another_target_keeps_what_was_built(qtbot, window):
    start_equal(qtbot, window)
    built = window.built
    window.row.combo.edited.emit("parabola")
    assert window.built is built
    assert window.target.key == "parabola"


def test_what_was_built_becomes_a_design(qtbot, window):
    assert not window.learn.isEnabled(), "nothing was built"
    start_equal(qtbot, window)
    with qtbot.waitSignal(window.learnWanted) as wanted:
        press(qtbot, window.learn)
    (spec,) = wanted.args
    assert spec.model.layers[0].parameters["units"] == 4
    assert window.isHidden(), "the lab is seen"


def test_without_a_run_nothing_can_be_taken_back(qtbot, window):
    start_equal(qtbot, window)
    press(qtbot, window.back)
    assert "There is no run yet" in window.said_of_run.text()
    assert len(window.built.units) == 4


def test_themes(window):
    window.set_theme(DARK)
    assert window.curve_plot.curves.strokes[0].colour == DARK.muted


def test_closing_ends_the_search(qtbot, window):
    start_equal(qtbot, window, "32")
    window.close()
    assert window.isHidden()
