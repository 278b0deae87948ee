"""Branches by clicks: from an earlier moment, from the grave, and out of a file."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from relulab.session.file.files import load_session
from relulab.training.state import State
from relulab.training.telemetry import ChangeRecord, StepRecord
from relulab.views.death import change_before
from tests.helpers.histories import history
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.features.timeline.branching import NOTHING, RATE, BranchDialog
from ui.platform.settings import Settings
from ui.widgets.banner import SUCCESS


def test_a_death_in_a_branch_is_not_looked_for_by_training_from_its_start():
    run = history(steps=40)
    change = ChangeRecord(24, "learning rate", "0.1", "0.01")
    run.append(change)
    assert change_before(run, 10) is None
    run.branched_at = 24
    assert change_before(run, 10) is change, "its design begins with the change"


@pytest.fixture
def lab(qtbot):
    """A short run that has come to its end."""
    with open_lab(qtbot, moons(steps=300), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED)
        yield lab


def dialog_of(qtbot, lab):
    def dialogs():
        return [dialog for dialog in lab.window.findChildren(BranchDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(dialogs()), timeout=SECONDS_30)
    (dialog,) = dialogs()
    return dialog


def look_at(qtbot, lab, place):
    """Go to the checkpoint at this place among them; its step."""
    slider = lab.timeline_bar.slider
    step = sorted(slider.checkpoints)[place]
    slider.setValue(slider.steps.index(step))
    qtbot.waitUntil(lambda: lab.polling.shown.step == step, timeout=SECONDS_30)
    return step


def type_rate(qtbot, dialog, text):
    field = dialog.form.field(("training", "learning_rate")).control
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), text)
    qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Tab)


def paused_at(qtbot, lab, step):
    qtbot.waitUntil(lambda: lab.status.state is State.PAUSED and lab.status.step == step, timeout=SECONDS_30)


def finish(qtbot, lab):
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED, State.DIVERGED)


def test_a_branch_with_another_rate(qtbot, lab):
    parent = lab.store.current
    before = np.stack(parent.columns(StepRecord, "step", "loss"))
    step = look_at(qtbot, lab, 12)
    press(qtbot, lab.timeline_bar.buttons["branch"])
    dialog = dialog_of(qtbot, lab)
    assert dialog.combo.value() == RATE
    type_rate(qtbot, dialog, "0.3")
    press(qtbot, dialog.accept_button)
    paused_at(qtbot, lab, step)
    qtbot.waitUntil(lambda: lab.polling.shown.live and lab.polling.drawn(), timeout=SECONDS_30)
    run = lab.store.current
    assert lab.store.runs == (parent, run)
    assert lab.design.value().training.learning_rate == 0.3
    assert lab.control_bar.rate.value() == 0.3
    assert not lab.run_controller.changed
    assert lab.window.banner.level == SUCCESS
    assert "learning rate 0.05 → 0.3" in lab.window.banner.message
    assert lab.panels["output"].footer.text().endswith(f"last at step {step}")
    assert lab.timeline_bar.slider.steps[-1] == step
    finish(qtbot, lab)
    assert lab.status.step == 300
    assert not lab.window.banner.message, "nobody has to press Train any more"
    np.testing.assert_array_equal(np.stack(parent.columns(StepRecord, "step", "loss")), before)


def test_a_branch_from_between_two_checkpoints_begins_at_the_one_before(qtbot, lab):
    slider = lab.timeline_bar.slider
    assert 18 not in slider.checkpoints
    before = max(step for step in slider.checkpoints if step < 18)
    slider.setValue(slider.steps.index(18))
    qtbot.waitUntil(lambda: lab.polling.shown.step == 18, timeout=SECONDS_30)
    press(qtbot, lab.timeline_bar.buttons["branch"])
    dialog = dialog_of(qtbot, lab)
    assert dialog.windowTitle() == f"Branch from step {before}"
    qtbot.waitUntil(lambda: lab.polling.shown.step == before, timeout=SECONDS_30)
    dialog.choose(NOTHING)
    press(qtbot, dialog.accept_button)
    paused_at(qtbot, lab, before)
    assert max(lab.timeline_bar.slider.steps) == before


def test_a_branch_without_a_change_ends_with_the_same_weights(qtbot, lab):
    parent = lab.store.current
    look_at(qtbot, lab, 9)
    lab.window.commands["branch"].trigger()
    dialog = dialog_of(qtbot, lab)
    dialog.choose(NOTHING)
    press(qtbot, dialog.accept_button)
    wait_for(qtbot, lab, State.PAUSED)
    finish(qtbot, lab)
    one, other = parent.checkpoints[-1], lab.store.current.checkpoints[-1]
    assert one is not other
    assert (one.step, other.step) == (300, 300)
    for name, weights in one.network.items():
        np.testing.assert_array_equal(weights, other.network[name])


def test_a_branch_leaves_a_run_that_is_being_trained_at_rest(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        qtbot.waitUntil(lambda: len(lab.timeline_bar.slider.steps) > 5, timeout=SECONDS_30)
        parent = lab.store.current
        step = look_at(qtbot, lab, 3)
        lab.window.commands["branch"].trigger()
        press(qtbot, dialog_of(qtbot, lab).accept_button)
        paused_at(qtbot, lab, step)
        assert parent is lab.store.runs[0]
        assert parent.checkpoints[-1].step == parent.latest(StepRecord)["step"] or parent.checkpoints[-1].step > step
        assert parent.picture.step == parent.checkpoints[-1].step, "it was measured when it came to rest"


def test_nothing_comes_of_a_question_that_is_cancelled(qtbot, lab):
    look_at(qtbot, lab, 9)
    lab.window.commands["branch"].trigger()
    dialog = dialog_of(qtbot, lab)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(lab.store.runs) == 1
    assert lab.status.state is State.FINISHED


def test_a_run_that_diverged_is_cured_by_smaller_steps_and_survives_a_file(qtbot, tmp_path):
    path = tmp_path / "zwei Läufe.relulab"
    with open_lab(qtbot, moons(steps=300, learning_rate=100.0, l2=1.0), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.DIVERGED)
        (go_back,) = [button for button in lab.window.banner.buttons if "Go back" in button.text()]
        press(qtbot, go_back)
        dialog = dialog_of(qtbot, lab)
        assert dialog.spec.training.learning_rate == 10.0, "a tenth is proposed"
        type_rate(qtbot, dialog, "0.01")
        press(qtbot, dialog.accept_button)
        wait_for(qtbot, lab, State.PAUSED)
        finish(qtbot, lab)
        assert lab.status.state is State.FINISHED
        assert lab.status.step == 300
        with qtbot.waitSignal(lab.session_controller.file.saved, timeout=SECONDS_30):
            lab.documents.sessionNamed.emit(str(path))
    dead, alive = load_session(path).runs
    assert alive.state is State.FINISHED
    assert alive.parent == dead.key
    assert "learning rate 100 → 0.01" in alive.notes
    with open_lab(qtbot, moons(), Settings()) as again:
        again.documents.open(str(path))
        wait_for(qtbot, again, State.FINISHED)
        qtbot.waitUntil(lambda: len(again.timeline_bar.slider.steps) > 9, timeout=SECONDS_30)
        step = look_at(qtbot, again, 8)
        qtbot.waitUntil(again.polling.drawn, timeout=SECONDS_30)
        assert again.polling.shown.history.picture.step == step
        again.window.commands["branch"].trigger()
        press(qtbot, dialog_of(qtbot, again).accept_button)
        paused_at(qtbot, again, step)
        finish(qtbot, again)
        last = again.store.current.checkpoints[-1]
        for name, weights in alive.checkpoints[-1].network.items():
            np.testing.assert_array_equal(weights, last.network[name])
