"""Two designs trained in the real window by clicks, compared, named, hidden, saved, and found again."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.platform.settings import Settings
from ui.widgets.palette import LIGHT

STEPS = 60


def spec(rate=0.05, seed=0, steps=STEPS):
    plain = moons(steps=steps, learning_rate=rate, seed=seed)
    return plain.replace(model=plain.model.replace(seed=seed))


def finished(qtbot, lab, design=None):
    """Train a design to its end by the button."""
    if design is not None:
        lab.run_controller.load(design)
        wait_for(qtbot, lab, State.READY)
    count = len(lab.runs.records)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    qtbot.waitUntil(lambda: len(lab.run_list.model.rows) == count + 1, timeout=SECONDS_30)


def keys(lab):
    return [record.key for record in lab.runs.records]


def spot(lab, key):
    index = lab.run_list.model.index_of(key)
    lab.run_list.list.scrollTo(index)
    return lab.run_list.list.visualRect(index)


def click_run(qtbot, lab, key):
    qtbot.mouseClick(lab.run_list.list.viewport(), Qt.MouseButton.LeftButton, pos=spot(lab, key).center())


def tick(qtbot, lab, key):
    box = lab.run_list.list.delegate.box_rect(spot(lab, key)).center()
    qtbot.mouseClick(lab.run_list.list.viewport(), Qt.MouseButton.LeftButton, pos=box)


def curves(lab):
    return lab.panels["loss"].loss


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, spec(), settings=Settings(theme="light")) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.window.dock("runs").raise_()
        qtbot.waitUntil(lambda: not lab.run_list.visibleRegion().isEmpty())
        yield lab


def test_two_designs_are_compared_named_saved_and_found_again(qtbot, lab, tmp_path):
    assert lab.run_list.is_empty
    finished(qtbot, lab)
    finished(qtbot, lab, spec(rate=0.5))
    finished(qtbot, lab, spec(rate=0.5, seed=7))
    first, second, third = keys(lab)
    rows = {row.key: row for row in lab.run_list.model.rows}
    assert [rows[key].name for key in (first, second, third)] == [
        "Tiny moons", "Tiny moons: learning rate 0.5", "Tiny moons: learning rate 0.5, seed 7",
    ]  # fmt: skip
    assert rows[second].differences == ("learning rate 0.5 instead of 0.05",)
    assert rows[third].seed == "7"
    assert all(row.state is State.FINISHED and np.isfinite(row.results.test_accuracy) for row in rows.values())

    tick(qtbot, lab, first)
    qtbot.waitUntil(lambda: len(curves(lab).lines) == 2, timeout=SECONDS_30)
    legend = [entry.name for entry in lab.panels["loss"].legend.entries]
    assert legend == ["learning rate 0.05", "learning rate 0.5"], "the ticked run beside the one that is shown"
    qtbot.waitUntil(lambda: len(curves(lab).data["run 0"][0]) > 0, timeout=SECONDS_30)
    expected = lab.runs.records[0].history.columns(EvaluationRecord, "step", "loss")
    np.testing.assert_array_equal(curves(lab).data["run 0"], expected)
    assert [line.style for line in curves(lab).lines] == [LIGHT.run_line(0), LIGHT.run_line(2)]

    tick(qtbot, lab, second)
    qtbot.waitUntil(lambda: len(curves(lab).lines) == 3, timeout=SECONDS_30)
    qtbot.mouseClick(lab.run_list.bands, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.run_list.bands.isChecked(), timeout=SECONDS_30)
    names = ["learning rate 0.05", "learning rate 0.5: 2 seeds, median and quartiles"]
    qtbot.waitUntil(lambda: [entry.name for entry in lab.panels["loss"].legend.entries] == names, timeout=SECONDS_30)

    click_run(qtbot, lab, first)
    assert lab.polling.shown.run is lab.runs.records[0].history
    qtbot.keyClick(lab.run_list.list, Qt.Key.Key_F2)
    editor = lab.run_list.list.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Slow and sure")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: lab.runs.records[0].name == "Slow and sure", timeout=SECONDS_30)
    qtbot.keyClicks(lab.run_list.notes.text, "Never jumps.")
    lab.run_list.hidden.emit((second,), True)
    qtbot.waitUntil(lambda: len(lab.run_list.model.rows) == 2, timeout=SECONDS_30)
    path = tmp_path / "compared.relulab"
    with qtbot.waitSignal(lab.session_controller.file.saved, timeout=SECONDS_30):
        lab.documents.sessionNamed.emit(str(path))
    qtbot.waitUntil(lambda: not lab.window.isWindowModified(), timeout=SECONDS_30)
    lab.session_controller.file.leave()

    with open_lab(qtbot, spec(), Settings()) as again:
        again.window.fileDropped.emit(str(path))
        qtbot.waitUntil(lambda: keys(again) == [first, second, third], timeout=SECONDS_30)
        wait_for(qtbot, again, State.FINISHED)
        one, two, three = again.runs.records
        assert (one.name, one.notes, one.colour, one.hidden) == ("Slow and sure", "Never jumps.", 0, False)
        assert (two.name, two.colour, two.hidden) == ("Tiny moons: learning rate 0.5", 1, True)
        assert (three.colour, three.test_accuracy) == (2, lab.runs.records[2].test_accuracy)
        assert not again.window.isWindowModified()
        assert again.polling.shown.run is three.history
        again.window.dock("runs").raise_()
        qtbot.waitUntil(lambda: len(again.run_list.model.rows) == 2, timeout=SECONDS_30)


def test_looking_at_another_run_while_one_trains_says_so_and_leads_back(qtbot, lab):
    finished(qtbot, lab)
    lab.run_controller.load(spec(rate=0.2, steps=10_000_000))
    wait_for(qtbot, lab, State.READY)
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: len(lab.run_list.model.rows) == 2, timeout=SECONDS_30)
    first, second = keys(lab)
    bar = lab.other_run_bar
    assert not bar.isVisible()
    click_run(qtbot, lab, first)
    qtbot.waitUntil(bar.isVisible, timeout=SECONDS_30)
    assert bar.words.text() == f"You are looking at Tiny moons. The training goes on in {lab.runs.records[1].name}."
    old = lab.runs.records[0].history
    qtbot.waitUntil(lambda: lab.panels["loss"]._history is old, timeout=SECONDS_30)
    step = lab.trainer.status.step
    qtbot.waitUntil(lambda: lab.trainer.status.step > step + 50, timeout=SECONDS_30)
    assert lab.polling.shown.run is old, "the training does not take the stage while it goes on"
    rows = {row.key: row for row in lab.run_list.model.rows}
    assert (rows[first].shown, rows[second].shown, rows[second].live) == (True, False, True)
    press(qtbot, bar.back)
    qtbot.waitUntil(lambda: not bar.isVisible() and lab.polling.shown.live, timeout=SECONDS_30)

    click_run(qtbot, lab, first)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    assert f"{lab.runs.records[1].name} is paused" in bar.words.text()
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    assert lab.polling.shown.live, "who trains wants to see it"


def test_what_acts_on_the_network_in_training_is_off_for_another_run(qtbot, lab):
    finished(qtbot, lab)
    lab.run_controller.load(spec(rate=0.2, steps=10_000_000))
    wait_for(qtbot, lab, State.READY)
    lab.window.commands["batch"].trigger()
    wait_for(qtbot, lab, State.PAUSED)
    lab.units.unitClicked.emit(0, 2)
    buttons = lab.inspector.body.changes.buttons
    qtbot.waitUntil(lambda: buttons["freeze"].isEnabled(), timeout=SECONDS_30)
    old = lab.runs.records[0].history
    lab.run_list.showWanted.emit(keys(lab)[0])
    qtbot.waitUntil(lambda: not buttons["freeze"].isEnabled(), timeout=SECONDS_30)
    assert buttons["freeze"].toolTip() != ""
    before = len(old.trials)
    qtbot.waitUntil(lambda: lab.findings._history is old, timeout=SECONDS_30)
    fix = next((f for finding in old.findings.current for f in finding.cures), None) if old.findings else None
    if fix is not None:
        lab.findings.trialRequested.emit(fix, 1, old.info.spec)
        qtbot.waitUntil(lambda: len(old.trials) == before + 1, timeout=SECONDS_30)
        assert not lab.store.current.trials, "a trial is of the run that is shown"
    lab.polling.shown.follow()
    qtbot.waitUntil(lambda: buttons["freeze"].isEnabled(), timeout=SECONDS_30)
