"""The choice of the watch speed in the window."""

import pytest

from relulab.experiment.presets import load_preset
from relulab.training.state import State
from tests.helpers.labs import open_lab, wait_for
from ui.features.training.speed import FULL, WHOLE_RUN
from ui.platform.settings import Settings
from ui.plots.network.painting import LINES_EVERY, LINES_EVERY_IN_HASTE


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, load_preset("moons-healthy"), Settings(tour_seen=True)) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def test_by_itself_nothing_is_held_back(lab):
    assert lab.speed.speed.value() == FULL
    assert lab.speed.limit is None


def test_lines_change_more_often_beside_a_run_that_waits(lab):
    assert lab.network.canvas.lines_every == LINES_EVERY_IN_HASTE
    lab.speed.speed.setValue("100")
    lab.speed.speed.edited.emit("100")
    assert lab.network.canvas.lines_every == LINES_EVERY < LINES_EVERY_IN_HASTE
    lab.speed.speed.setValue(FULL)
    lab.speed.speed.edited.emit(FULL)
    assert lab.network.canvas.lines_every == LINES_EVERY_IN_HASTE


def test_a_users_window_gives_toy_data_three_seconds_until_they_choose(qtbot, lab):
    lab.welcome()
    assert lab.speed.speed.value() == WHOLE_RUN
    assert lab.speed.limit == pytest.approx(lab.status.total_steps / 3)
    worker = lab.trainer._worker
    qtbot.waitUntil(lambda: worker._pace.limit == lab.speed.limit)
    lab.run_controller.load(load_preset("digits-mlp"))
    assert lab.speed.speed.value() == FULL
    lab.speed.speed.setValue("10")
    lab.speed.speed.edited.emit("10")
    qtbot.waitUntil(lambda: worker._pace.limit == 10.0)
    lab.run_controller.load(load_preset("moons-healthy"))
    assert lab.speed.speed.value() == "10", "what a user chose stays"
