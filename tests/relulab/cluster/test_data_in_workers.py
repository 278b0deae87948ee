"""Data come to workers by their description, and each process loads them once for all its tasks."""

import pickle

import pytest
from distributed.protocol.core import dumps, loads
from distributed.protocol.serialize import to_serialize

from relulab.cluster import worker
from relulab.data.loading import load_dataset
from relulab.population.blocks import Block
from relulab.population.preparation import Preparation
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design

RATE = "training.learning_rate"
SAMPLES = 4_000  # 2 numbers and a label each: 40 kB and more, where they travelled


@pytest.fixture
def loaded(monkeypatch):
    """The seeds of the data that this process has loaded."""
    seeds = []

    def load(data, source):
        seeds.append(data.seed)
        return load_dataset(data, source)

    monkeypatch.setattr(Preparation.__init__, "__defaults__", (None, load))
    return seeds


@pytest.fixture
def asked():
    """A worker that was told a sweep; the arguments of its tasks, in blocks of 16, each as it arrives."""
    spec = design(units=(3,), steps=3, data={"train_size": SAMPLES})
    sweep = Sweep.of(spec, {RATE: [0.01, 0.02, 0.03, 0.04]}, 8)
    message = pickle.dumps(worker.SweepPlugin("told", sweep, None))
    plugin = pickle.loads(message)
    plugin.setup(None)
    blocks, failed = worker.plan_task("told", range(len(sweep)))
    tasks = [pickle.dumps(worker.Task("told", piece)) for block in blocks for piece in block.pieces(16)]
    assert not failed
    yield message, tasks
    plugin.teardown(None)


def test_no_data_travel(asked):
    message, tasks = asked
    assert len(message) < 8_000
    assert all(len(task) < 2_000 for task in tasks)


def test_a_process_loads_each_set_once_for_all_its_tasks(loaded, asked):
    _, tasks = asked
    rows = [row for task in tasks for row in worker.train_task(pickle.loads(task))]
    assert len(tasks) > 1
    assert len(rows) == 32
    assert sorted(loaded) == list(range(8)), "eight sets, each shared by four rates"


def test_single_nets_that_are_tried_again_find_them_there(loaded, asked):
    _, tasks = asked
    worker.train_task(pickle.loads(tasks[0]))
    before = list(loaded)
    block: Block = pickle.loads(tasks[0]).block
    for one in list(block.singles())[:2]:
        worker.train_task(worker.Task("told", one))
    assert loaded == before


def test_the_rows_of_a_task_come_back_as_one_piece(asked):
    """Dask takes plain lists apart, and packs, sends and reads a hundred rows one by one."""
    _, tasks = asked
    rows = worker.train_task(pickle.loads(tasks[0]))
    frames = dumps({"rows": to_serialize(rows)})
    assert len(rows) == 16
    assert len(frames) < 5, "the message, and one piece"
    assert repr(loads(frames)["rows"]) == repr(rows)
