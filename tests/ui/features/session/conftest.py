"""A lab that is ready to train, and a place for its session."""

import pytest

from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, wait_for
from ui.platform.settings import Settings


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mein Übungsblatt.relulab"
