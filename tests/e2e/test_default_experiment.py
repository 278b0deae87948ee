"""The default experiment, trained by clicks in the real window until it is finished."""

import re

import numpy as np
import pytest

from relulab.experiment.presets import DEFAULT_PRESET, load_preset
from relulab.session.store import SessionStore
from relulab.training.state import State
from relulab.training.telemetry import ClassesPicture, EvaluationRecord, ProbeRecord, StepRecord
from tests.helpers.labs import LIVE_PANELS, SECONDS_30, open_lab, press, wait_for
from ui.platform.settings import Settings


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, settings=Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def test_trained_by_clicks_until_it_is_finished(qtbot, lab):
    controls = lab.control_bar
    assert lab.design.value() == load_preset(DEFAULT_PRESET)
    qtbot.waitUntil(lab.polling.drawn, timeout=SECONDS_30)
    assert not any(lab.panels[key].is_empty for key in LIVE_PANELS), "step 0 is shown before the first click"

    press(qtbot, controls.step_buttons["batch"])
    qtbot.waitUntil(lambda: lab.status.state is State.PAUSED and lab.status.step == 1, timeout=SECONDS_30)
    press(qtbot, controls.step_buttons["epoch"])
    qtbot.waitUntil(lambda: lab.status.state is State.PAUSED and lab.status.epoch == 1.0, timeout=SECONDS_30)

    press(qtbot, controls.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    press(qtbot, controls.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    paused_at = lab.trainer.status.step
    press(qtbot, controls.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    assert lab.status.step == lab.status.total_steps > paused_at
    qtbot.waitUntil(lab.polling.drawn, timeout=SECONDS_30)

    assert len(lab.store.runs) == 1
    check_measurements(lab.store)
    check_panels(lab)


def check_measurements(store: SessionStore) -> None:
    run = store.current
    steps, losses = run.columns(StepRecord, "step", "loss")
    assert steps[0] == 0
    assert (np.diff(steps) > 0).all()
    assert losses[0] > 2.0
    assert losses[-1] < 0.2
    assert run.latest(EvaluationRecord)["accuracy"] > 0.9
    assert run.rows(ProbeRecord) >= 3
    assert isinstance(run.picture, ClassesPicture)
    assert run.picture.step == steps[-1]


def check_panels(lab) -> None:
    """What is on the screen: curves that fell, every unit, the right classes."""
    controls = lab.control_bar
    accuracy = re.search(r"Test accuracy (\d+(?:\.\d)?)\s*%", controls.numbers.text())
    assert accuracy
    assert float(accuracy[1]) > 90
    assert controls.progress.value() == controls.progress.maximum()
    assert controls.state.text() == "Finished"
    for key in LIVE_PANELS:
        panel = lab.panels[key]
        assert not panel.is_empty, key
        assert str(lab.status.step) in panel.footer.text().replace(",", "") or key == "output", panel.footer.text()
        picture = panel.grab().toImage()
        assert (
            len({picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}) > 4
        )


def test_closing_in_the_middle_of_training_is_clean(qtbot, lab):
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    lab.window.close()
    assert lab.trainer.status.state is State.CLOSED
    assert not lab.trainer._thread.is_alive()
