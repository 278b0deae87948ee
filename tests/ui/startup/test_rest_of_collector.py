"""Python's collector rests from the first line of a start until the engine is there, or until that took too long."""

import gc

import pytest

from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, wait_for
from ui.platform.settings import Settings
from ui.startup import main
from ui.startup.main import EngineIsThere


@pytest.fixture
def resting():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("resting")
def test_it_rests_until_the_engine_is_there_and_what_that_brought_is_put_aside(qtbot):
    before = gc.get_freeze_count()
    with open_lab(qtbot, moons(), Settings()) as lab:
        resting = []
        lab.polling.stateChanged.connect(lambda status: resting.append((status.state, gc.isenabled())))
        EngineIsThere(lab)
        wait_for(qtbot, lab, State.READY)
        qtbot.waitUntil(gc.isenabled)
        assert gc.get_freeze_count() > before
    assert not any(works for state, works in resting if state is State.PREPARING)
    assert resting


@pytest.mark.usefixtures("resting")
def test_it_goes_on_where_the_engine_never_comes(qtbot, monkeypatch):
    monkeypatch.setattr(main, "LONGEST_REST_MS", 1)
    with open_lab(qtbot, moons(), Settings()) as lab:
        EngineIsThere(lab)
        lab.polling.stateChanged.disconnect()  # nobody hears of it
        qtbot.waitUntil(gc.isenabled)
