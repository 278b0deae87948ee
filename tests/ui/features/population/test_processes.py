"""A large map is trained by two processes: the same numbers, one end, and nobody goes on where one fails."""

import pytest

from relulab.diagnosis.ends import End
from relulab.population.sweep import Sweep
from relulab.population.told import AT_ONCE, Asked
from tests.helpers.labs import MINUTES_3
from tests.relulab.population.designs import design
from ui.features.population.training import PopulationTraining

STARTS = 16


@pytest.fixture
def training(qtbot):
    training = PopulationTraining(list)
    yield training
    training.close()


def large_map():
    rates = [0.01 * (1 + number) for number in range(AT_ONCE // STARTS + 1)]
    return Asked(Sweep.of(design(steps=2), {"training.learning_rate": rates}, STARTS, "fresh"), is_map=True)


def children(training):
    return [process._process for process in training._processes if process.busy]


def test_two_processes_come_to_the_numbers_of_one(qtbot, training):
    asked, told, here = large_map(), [], []
    training.told.connect(told.append)
    with qtbot.waitSignal(training.finished, timeout=MINUTES_3):
        training.start(asked, 2)
        assert len(children(training)) == 2
    assert not training.busy
    asked.train(None, here.append)
    assert len(told) == len(asked.sweep)
    assert {said.run: repr(said.loss) for said in told} == {said.run: repr(said.loss) for said in here}
    assert End.FAILED.value not in {said.end for said in told}


def test_where_one_fails_the_other_ends(qtbot, training):
    with qtbot.waitSignal(training.failed, timeout=MINUTES_3):
        training.start(large_map(), 2)
        children(training)[0].kill()
    assert not training.busy
    assert children(training) == []


def test_a_small_map_needs_one(qtbot, training):
    training.start(Asked(Sweep.of(design(steps=2), {}, 3), is_map=True), 2)
    assert len(children(training)) == 1
    training.stop()
    assert not training.busy
