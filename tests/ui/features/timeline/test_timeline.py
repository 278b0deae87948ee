"""The timeline in the real window: every panel shows an earlier moment, and nobody takes the past for the present."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord, StepRecord
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train, wait_for
from ui.features.timeline.bar import Moments, MomentSlider, TimelineBar
from ui.platform.settings import Settings
from ui.widgets.banner import INFO

KEY = Qt.Key


@pytest.fixture
def lab(qtbot):
    """A short run that has come to its end."""
    with open_lab(qtbot, moons(steps=300), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED)
        yield lab


@pytest.fixture
def endless(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        qtbot.waitUntil(lambda: bar(lab).slider.isEnabled() and bar(lab).slider.maximum() > 0, timeout=SECONDS_30)
        yield lab


def bar(lab) -> TimelineBar:
    return lab.timeline_bar


def shows(qtbot, lab, step):
    """Wait until every visible panel shows this moment; None is the present."""
    qtbot.waitUntil(lambda: lab.polling.shown.step == step and lab.polling.drawn(), timeout=SECONDS_30)


def press_key(qtbot, lab, key):
    bar(lab).slider.setFocus()
    qtbot.keyClick(bar(lab).slider, key)


def test_before_the_first_step_there_is_a_hint(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        assert not bar(lab).slider.isEnabled()
        assert "you can go back here" in bar(lab).words.text()
        for key in ("earlier", "later", "now", "branch"):
            assert not lab.window.commands[key].isEnabled()


def test_every_panel_shows_the_moment(qtbot, lab):
    lab.window.dock("inspector").raise_()
    lab.inspector.choose(0, 1)
    now = lab.store.current.picture
    press_key(qtbot, lab, KEY.Key_Home)
    shows(qtbot, lab, 0)
    history = lab.polling.shown.history
    assert (history.picture.step, history.unit_details.step, history.findings.step) == (0, 0, 0)
    assert history.latest(StepRecord)["step"] == 0
    for key in ("output", "units", "histograms"):
        assert lab.panels[key].footer.text().endswith("last at step 0"), key
    assert "last at step 0" in lab.panels["loss"].footer.text()
    assert "weights and samples of step 0" in lab.inspector.footer.text()
    press_key(qtbot, lab, KEY.Key_End)
    shows(qtbot, lab, None)
    assert lab.panels["output"].footer.text().endswith("last at step 300")
    assert lab.store.current.picture is now, "the run itself is as it was"


def test_the_arrow_keys_go_from_moment_to_moment(qtbot, lab):
    steps = bar(lab).slider.steps
    checkpoints = {checkpoint.step for checkpoint in lab.store.current.checkpoints}
    assert steps == tuple(sorted({*range(21), *range(22, 301, 2)} | checkpoints))
    assert len(checkpoints) > 10
    assert bar(lab).slider.checkpoints == checkpoints
    for key, step in ((KEY.Key_Left, steps[-2]), (KEY.Key_Left, steps[-3]), (KEY.Key_Right, steps[-2])):
        press_key(qtbot, lab, key)
        shows(qtbot, lab, step)
        assert lab.polling.shown.history.picture.step == step, "measured at this very step"
    press_key(qtbot, lab, KEY.Key_Right)
    shows(qtbot, lab, None)
    lab.window.commands["earlier"].trigger()
    shows(qtbot, lab, steps[-2])
    lab.window.commands["later"].trigger()
    shows(qtbot, lab, None)


def test_a_moment_between_checkpoints_is_as_the_run_was(qtbot, lab):
    run, place = lab.store.current, 18
    assert place not in bar(lab).slider.checkpoints
    kept = next(one for one in run.kept_weights if one.step == place)
    bar(lab).slider.setValue(place)
    shows(qtbot, lab, place)
    history = lab.polling.shown.history
    qtbot.waitUntil(lambda: history.network is not None, timeout=SECONDS_30)
    assert (history.picture.step, history.network.step, history.latest(ProbeRecord)["step"]) == (place, place, place)
    weights = kept.unpacked(run.checkpoints[0].network).network
    first = run.info.layout.layers[0].name
    np.testing.assert_array_equal(history.network.weights[0], weights[f"{first}.weight"])
    assert "step 18" in lab.panels["output"].footer.text()


def test_the_past_is_marked(qtbot, lab):
    words = bar(lab).words
    assert words.text() == "Now: step 300 of 300, epoch 150.0"
    assert bar(lab).property("past") is False
    assert not bar(lab).buttons["now"].isEnabled()
    press_key(qtbot, lab, KEY.Key_Home)
    shows(qtbot, lab, 0)
    assert words.text() == "You are looking at step 0. The training stands at step 300."
    assert bar(lab).slider.accessibleDescription() == words.text()
    assert bar(lab).property("past") is True
    press(qtbot, bar(lab).buttons["now"])
    shows(qtbot, lab, None)
    assert bar(lab).property("past") is False


def test_who_turns_back_at_once_stays_in_the_present(qtbot, lab):
    press_key(qtbot, lab, KEY.Key_Home)
    assert bar(lab).property("past") is True, "the strip says so before the panels do"
    press_key(qtbot, lab, KEY.Key_End)
    assert bar(lab).property("past") is False
    qtbot.waitUntil(lambda: lab.timeline_controller._job is None, timeout=SECONDS_30)
    assert lab.polling.shown.live
    for key in (KEY.Key_Home, KEY.Key_Right, KEY.Key_Right):  # faster than moments are put together
        press_key(qtbot, lab, key)
    shows(qtbot, lab, bar(lab).slider.steps[2])


def test_a_click_goes_where_it_points(qtbot, lab):
    slider = bar(lab).slider
    place = 4
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.position_of(place), 6))
    shows(qtbot, lab, slider.steps[place])


def test_training_goes_on_while_somebody_looks_back(qtbot, endless):
    press_key(qtbot, endless, KEY.Key_Home)
    shows(qtbot, endless, 0)
    before = endless.trainer.status.step
    qtbot.waitUntil(lambda: endless.trainer.status.step > before + 500, timeout=SECONDS_30)
    assert endless.polling.shown.step == 0
    assert endless.polling.shown.history.latest(StepRecord)["step"] == 0
    qtbot.waitUntil(lambda: bar(endless).moments.present > before + 500, timeout=SECONDS_30)
    assert bar(endless).slider.value() == 0
    press(qtbot, endless.control_bar.train_button)  # a pause changes nothing about what is looked at
    wait_for(qtbot, endless, State.PAUSED)
    assert endless.polling.shown.step == 0


def test_a_command_brings_back_the_present_and_says_so(qtbot, endless):
    press(qtbot, endless.control_bar.train_button)
    wait_for(qtbot, endless, State.PAUSED)
    press_key(qtbot, endless, KEY.Key_Home)
    shows(qtbot, endless, 0)
    step = endless.trainer.status.step
    press(qtbot, endless.control_bar.step_buttons["batch"])
    qtbot.waitUntil(lambda: endless.status.step == step + 1, timeout=SECONDS_30)
    shows(qtbot, endless, None)
    assert endless.window.banner.level == INFO
    assert "Back to now" in endless.window.banner.message
    assert "step 0" in endless.window.banner.message


def test_a_reset_leaves_the_past(qtbot, lab):
    press_key(qtbot, lab, KEY.Key_Left)
    qtbot.waitUntil(lambda: lab.polling.shown.step is not None, timeout=SECONDS_30)
    press(qtbot, lab.control_bar.step_buttons["reset"])
    wait_for(qtbot, lab, State.READY)
    shows(qtbot, lab, None)
    assert not bar(lab).slider.isEnabled()


def test_a_design_that_cannot_start_has_no_timeline_and_leaves_that_of_the_run(qtbot, lab, own_folders):
    steps, run = bar(lab).moments.steps, lab.store.current
    lab.run_controller.load(ExperimentSpec.parse({"data": {"dataset": "mnist"}, "model": {"layers": ["flatten"]}}))
    wait_for(qtbot, lab, State.FAILED)
    qtbot.waitUntil(lambda: lab.timeline_controller._status.state is State.FAILED, timeout=SECONDS_30)
    assert lab.polling.shown.history is None
    assert not bar(lab).slider.isEnabled()
    lab.polling.shown.show_run(run)
    qtbot.waitUntil(bar(lab).slider.isEnabled, timeout=SECONDS_30)
    assert lab.polling.shown.run.trained
    assert (bar(lab).moments.steps, bar(lab).moments.present) == (steps, 300)


def test_a_unit_of_the_past_is_not_changed(qtbot, endless):
    press(qtbot, endless.control_bar.train_button)
    wait_for(qtbot, endless, State.PAUSED)
    endless.window.dock("inspector").raise_()
    endless.inspector.choose(0, 1)
    actions = endless.inspector.body.changes
    qtbot.waitUntil(actions.buttons["freeze"].isEnabled, timeout=SECONDS_30)
    press_key(qtbot, endless, KEY.Key_Home)
    shows(qtbot, endless, 0)
    assert not actions.buttons["freeze"].isEnabled()
    assert "go to Now" in actions.hint.text()
    endless.inspector.choose(0, 3)
    qtbot.waitUntil(lambda: endless.polling.shown.history.unit_details.unit == 3, timeout=SECONDS_30)
    assert endless.polling.shown.history.unit_details.step == 0
    endless.window.commands["now"].trigger()
    qtbot.waitUntil(actions.buttons["freeze"].isEnabled, timeout=SECONDS_30)


def test_why_a_picture_is_missing_is_said(qtbot, lab):
    run = lab.store.current
    moved = run.info.spec.replace(
        data=run.info.spec.data.replace(dataset={"name": "csv", "parameters": {"path": "gone.csv"}})
    )
    first, *others = run.checkpoints
    run.keep_checkpoints([replace(first, spec=moved), *others])  # as out of a file whose table is no longer there
    press_key(qtbot, lab, KEY.Key_Home)
    shows(qtbot, lab, 0)
    output = lab.panels["output"]
    qtbot.waitUntil(lambda: output.is_empty and "gone.csv" in output.empty.text(), timeout=SECONDS_30)
    assert not lab.panels["units"].is_empty
    assert not lab.panels["loss"].is_empty
    press_key(qtbot, lab, KEY.Key_End)
    shows(qtbot, lab, None)
    assert not output.is_empty


def test_numbers_under_the_ticks_keep_apart(qtbot):
    slider = MomentSlider()
    qtbot.addWidget(slider)
    slider.resize(300, slider.sizeHint().height())
    slider.show_steps([0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 100, 125, 1000, 1250], 13)
    numbers = slider.numbers()
    texts = [text for _, text in numbers]
    assert texts[:2] == ["1,250", "0"]
    assert {"12", "100"} <= set(texts)
    for rect, text in numbers:
        assert slider.rect().contains(rect), text
        assert not any(rect.intersects(other) for other, name in numbers if name != text)


def test_a_moment_that_was_thinned_out_stays_a_stop():
    assert Moments((0, 10, 40), 50, looked_at=20).stops == (0, 10, 20, 40, 50)
    assert Moments((0, 10, 50), 50).stops == (0, 10, 50)
    assert Moments((0, 10, 60), 50).stops == (0, 10, 50)
