"""Units and layers added and removed in the picture of the network, in the real window: the design does it."""

import pytest
from PySide6.QtCore import QPoint, Qt

from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train_some, wait_for
from ui.platform.settings import Settings
from ui.plots.network.column_tools import ADD_UNIT, COPY_LAYER, FIRST_LAYER, LAST_LAYER, REMOVE_LAYER, REMOVE_UNIT
from ui.shell.layouts import WATCH


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        qtbot.waitUntil(lambda: lab.network.canvas.layout_now is not None, timeout=SECONDS_30)
        yield lab


def middle(canvas, column, unit=0):
    return QPoint(*(round(at) for at in canvas.layout_now.places[column].rectangle(unit).centre))


def click(qtbot, lab, column, key):
    """Point at the column, then press the button below it."""
    canvas = lab.network.canvas
    qtbot.mouseMove(canvas, QPoint(1, 1))
    qtbot.mouseMove(canvas, middle(canvas, column))
    press(qtbot, canvas.tools.buttons[key])


def units(lab):
    return [layer.parameters["units"] for layer in lab.design.value().model.layers]


def drawn(lab):
    """Units of the hidden columns in the picture."""
    return [column.units for column in lab.network.canvas.view.columns[1:-1]]


def test_before_training_the_picture_follows_at_once(qtbot, lab):
    click(qtbot, lab, 1, ADD_UNIT)
    assert units(lab) == [7]
    qtbot.waitUntil(lambda: drawn(lab) == [7], timeout=SECONDS_30)
    click(qtbot, lab, 1, COPY_LAYER)
    qtbot.waitUntil(lambda: drawn(lab) == [7, 7], timeout=SECONDS_30)
    click(qtbot, lab, 2, REMOVE_UNIT)
    qtbot.waitUntil(lambda: drawn(lab) == [7, 6], timeout=SECONDS_30)
    click(qtbot, lab, 1, REMOVE_LAYER)
    qtbot.waitUntil(lambda: drawn(lab) == [6], timeout=SECONDS_30)
    click(qtbot, lab, 0, FIRST_LAYER)
    assert units(lab)[1:] == [6]
    click_when_it_is_there(qtbot, lab, LAST_LAYER)
    assert len(units(lab)) == 3
    for _ in range(6):
        lab.design.undo_stack.undo()
    assert units(lab) == [6], "each is one step of undo of the design"


def click_when_it_is_there(qtbot, lab, key):
    qtbot.waitUntil(lambda: len(drawn(lab)) == 2, timeout=SECONDS_30)
    click(qtbot, lab, len(drawn(lab)) + 1, key)


def test_a_run_that_was_there_stays_pale_until_train(qtbot, lab):
    train_some(qtbot, lab)
    canvas, step = lab.network.canvas, lab.status.step
    qtbot.waitUntil(lambda: canvas.view.step == step and canvas.editable, timeout=SECONDS_30)
    assert not canvas.pale
    click(qtbot, lab, 1, ADD_UNIT)
    assert canvas.pale
    assert "Train begins it" in canvas.note
    assert drawn(lab) == [6], "the last picture stays"
    assert lab.trainer.status.step == step, "no card would end a run, and neither does this"
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: drawn(lab) == [7] and not canvas.pale, timeout=SECONDS_30)


def test_nothing_is_offered_while_it_learns_or_when_the_columns_are_no_longer_those_of_the_design(qtbot, lab):
    canvas = lab.network.canvas
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    qtbot.waitUntil(lambda: not canvas.editable, timeout=SECONDS_30)
    qtbot.mouseMove(canvas, middle(canvas, 1))
    assert canvas.tools.isHidden()
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    qtbot.waitUntil(lambda: canvas.editable, timeout=SECONDS_30)
    click(qtbot, lab, 1, COPY_LAYER)
    assert not canvas.editable
    assert canvas.tools.isHidden()


def test_the_keys_do_the_same(qtbot, lab):
    canvas = lab.network.canvas
    canvas.setFocus()
    canvas._point_at((1, 0))
    qtbot.keyClick(canvas, Qt.Key.Key_Insert)
    assert units(lab) == [7]
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert units(lab) == [6]
    qtbot.keyClick(canvas, Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)
    assert units(lab) == [6, 6]


def test_the_last_unit_of_a_layer_cannot_be_removed(qtbot, lab):
    lab.run_controller.load(
        ExperimentSpec.parse(
            {"data": {"dataset": "moons"}, "model": {"layers": [{"kind": "dense", "parameters": {"units": 1}}]}}
        )
    )
    canvas = lab.network.canvas
    qtbot.waitUntil(lambda: drawn(lab) == [1] and canvas.editable, timeout=SECONDS_30)
    qtbot.mouseMove(canvas, middle(canvas, 1))
    assert canvas.tools.buttons[ADD_UNIT].isVisible()
    assert not canvas.tools.buttons[REMOVE_UNIT].isVisible()
