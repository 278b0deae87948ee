"""More epochs after the end: by one command, from exactly where the run ended."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton

from relulab.experiment.presets import load_preset
from relulab.training.branching import lengthened
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.views.colours import LEAST_CONTRAST, contrast
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.platform.settings import Settings


def run_to_the_end(qtbot, lab):
    wait_for(qtbot, lab, State.READY)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    qtbot.waitUntil(lambda: lab.window.commands["go-on"].isEnabled(), timeout=SECONDS_30)


def go_on(qtbot, lab):
    """The run that goes on, at its end."""
    before, step = lab.store.current, lab.status.step
    lab.window.commands["go-on"].trigger()
    qtbot.waitUntil(lambda: lab.status.state is State.FINISHED and lab.status.step > step, timeout=SECONDS_30)
    assert lab.store.current is not before
    return lab.store.current


@pytest.mark.parametrize(("length", "more"), [({"epochs": 4, "steps": None}, 3), ({"epochs": 60, "steps": None}, 6)])
def test_a_run_of_epochs_goes_on_as_if_it_had_been_longer(qtbot, length, more):
    spec = moons(steps=1)
    spec = spec.replace(training=spec.training.replace(**length))
    longer = spec.replace(training=spec.training.replace(epochs=length["epochs"] + more))
    with open_lab(qtbot, spec, Settings()) as lab:
        run_to_the_end(qtbot, lab)
        ended = lab.store.current
        assert lab.window.commands["go-on"].text().replace("&", "") == f"Train {more} more epochs"
        gone_on = go_on(qtbot, lab)
        assert gone_on.info.spec.training.epochs == length["epochs"] + more
        assert lab.store.runs == (ended, gone_on), "the run that ended is kept"
        assert lab.design.value().training.epochs == longer.training.epochs
    with open_lab(qtbot, longer, Settings()) as lab:
        run_to_the_end(qtbot, lab)
        at_once = lab.store.current
    assert gone_on.checkpoints[-1].step == at_once.checkpoints[-1].step
    for name, weights in at_once.checkpoints[-1].network.items():
        np.testing.assert_array_equal(gone_on.checkpoints[-1].network[name], weights)


def test_a_run_of_steps_goes_on_and_does_not_stop_early_again(qtbot):
    spec = moons(steps=300)
    spec = spec.replace(training=spec.training.replace(early_stopping=1))
    with open_lab(qtbot, spec, Settings()) as lab:
        run_to_the_end(qtbot, lab)
        ended = int(lab.status.step)
        gone_on = go_on(qtbot, lab)
        assert gone_on.info.spec.training.early_stopping == 0
        assert gone_on.info.spec.training.steps == gone_on.latest(StepRecord)["step"] > ended


def test_it_is_offered_only_at_the_end_of_the_run_that_is_the_design(qtbot):
    with open_lab(qtbot, moons(steps=200), Settings()) as lab:
        command = lab.window.commands["go-on"]
        assert not command.isEnabled()
        run_to_the_end(qtbot, lab)
        lab.run_controller.load(load_preset("spiral"))
        qtbot.waitUntil(lambda: not command.isEnabled(), timeout=SECONDS_30)


def test_it_is_not_offered_for_a_design_that_was_edited_since(qtbot):
    with open_lab(qtbot, moons(steps=200), Settings()) as lab:
        command = lab.window.commands["go-on"]
        run_to_the_end(qtbot, lab)
        lab.run_controller.edit(moons(steps=200, learning_rate=0.125))
        qtbot.waitUntil(lambda: not command.isEnabled(), timeout=SECONDS_30)
        lab.run_controller.edit(moons(steps=200))
        qtbot.waitUntil(command.isEnabled, timeout=SECONDS_30)


@pytest.mark.parametrize(
    ("length", "said"),
    [({"steps": 260}, "Train on to step 260"), ({"epochs": 140, "steps": None}, "Train on to epoch 140")],
)
def test_a_design_that_is_only_longer_goes_on_to_its_end(qtbot, length, said):
    spec = moons(steps=200)
    longer = spec.replace(training=spec.training.replace(**length))
    with open_lab(qtbot, spec, Settings()) as lab:
        command, bar = lab.window.commands["go-on"], lab.control_bar
        button = bar.findChild(QToolButton, "go-on-button")
        assert not button.isVisible()
        run_to_the_end(qtbot, lab)
        ended = lab.store.current
        lab.run_controller.change_design(longer)
        assert command.isEnabled()
        assert button.text().replace("&", "") == said
        assert button.isVisible()
        assert "anew" not in bar.changed.text()
        assert not lab.network.canvas.pale, "this is the network that goes on"
        assert edge_contrast(lab, button) >= LEAST_CONTRAST
        gone_on = go_on(qtbot, lab)
        assert lab.store.runs == (ended, gone_on)
        assert lab.design.value().training == longer.training
        assert not bar.changed.isVisible()
        shorter = spec.replace(training=spec.training.replace(steps=10))
        lab.run_controller.change_design(shorter)
        assert not command.isEnabled()
        assert "anew" in bar.changed.text()
        assert lab.network.canvas.pale


def test_a_run_that_waits_goes_on_to_a_design_that_is_only_longer(qtbot):
    spec = moons(steps=400)
    spec = spec.replace(training=spec.training.replace(early_stopping=50))
    with open_lab(qtbot, spec, Settings()) as lab:
        command, bar = lab.window.commands["go-on"], lab.control_bar
        wait_for(qtbot, lab, State.READY)
        lab.run_controller.step_epoch()
        wait_for(qtbot, lab, State.PAUSED)
        assert not command.isEnabled(), "it has not come to its own end yet"
        waiting, step = lab.store.current, lab.status.step
        longer = spec.replace(training=spec.training.replace(steps=430, learning_rate=0.05))
        lab.run_controller.change_design(longer)
        qtbot.waitUntil(command.isEnabled, timeout=SECONDS_30)
        assert command.text().replace("&", "") == "Train on to step 430"
        assert bar.changed.text() == "Only the length changed"
        assert not lab.network.canvas.pale
        gone_on = go_on(qtbot, lab)
        assert lab.store.runs == (waiting, gone_on)
        assert gone_on.info.spec.training == longer.training, "the rate and early stopping are those of the design"
        assert step in [checkpoint.step for checkpoint in gone_on.checkpoints], "it has the moment that it left"
        assert not bar.changed.isVisible()


def edge_contrast(lab, button):
    """How far the left edge of a button stands out from the window that it is on."""
    window = lab.window.grab().toImage()
    at, ratio = button.mapTo(lab.window, button.rect().center()), window.devicePixelRatio()
    left = round((at.x() - button.width() // 2) * ratio)
    edge = [window.pixelColor(x, round(at.y() * ratio)).name() for x in range(left - 1, left + 4)]
    return max(contrast(one, lab.theme.palette.window) for one in edge)


def test_the_length_is_counted_from_the_moment(qtbot):
    with open_lab(qtbot, moons(steps=205), Settings()) as lab:
        run_to_the_end(qtbot, lab)
        (checkpoint,) = [one for one in lab.store.current.checkpoints if one.step == 205]
    assert lengthened(checkpoint, 3, 10.0).training.steps == 235
    in_epochs = checkpoint.spec.replace(training=checkpoint.spec.training.replace(steps=None, epochs=21))
    assert lengthened(replace(checkpoint, spec=in_epochs), 3, 10.0).training.epochs == 24
