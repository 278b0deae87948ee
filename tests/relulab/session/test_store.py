"""The memory of the lab, fed by real runs."""

import threading

import pytest

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.store import RUNS_AT_MOST, SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import ChangeRecord, EvaluationRecord, ProbeRecord, StepRecord

SPEC = ExperimentSpec.parse(
    {"data": {"dataset": "moons", "train_size": 40}, "model": {"layers": ["dense"]}, "training": {"steps": 20}}
)


@pytest.fixture(scope="module")
def dataset():
    return load_dataset(SPEC.data)


def start(store: SessionStore, dataset) -> TrainingRun:
    run = TrainingRun(SPEC, dataset, recording=MeasurementSchedule.every(1, 1), record=store.append)
    run.measure_start()
    return run


def test_a_run_that_was_never_trained_makes_room_for_the_next(dataset):
    store = SessionStore()
    start(store, dataset)
    start(store, dataset).step()
    trained = store.current
    start(store, dataset)
    start(store, dataset)
    assert len(store.runs) == 2
    assert store.runs[0] is trained


def test_only_the_newest_runs_stay(dataset):
    store = SessionStore()
    for _ in range(RUNS_AT_MOST + 5):
        start(store, dataset).step()
    assert len(store.runs) == RUNS_AT_MOST


def test_the_latest_record_and_its_columns_agree(dataset):
    store = SessionStore()
    run = start(store, dataset)
    run.run_until(7)
    history = store.current
    for kind in (StepRecord, ProbeRecord):
        (steps,) = history.columns(kind, "step")
        assert steps.tolist() == list(range(8))
        assert history.latest(kind)["step"] == 7
    assert history.rows(EvaluationRecord) >= 1


def test_the_revision_grows_with_every_record(dataset):
    store = SessionStore()
    run = start(store, dataset)
    before = store.current.revision
    run.change(learning_rate=0.5)
    assert store.current.revision == before + 1
    assert store.current.changes == (ChangeRecord(0, "learning rate", "0.1", "0.5"),)


def test_reading_while_another_thread_writes_gives_whole_rows(dataset):
    store = SessionStore()
    run = start(store, dataset)
    writer = threading.Thread(target=run.run_until, args=(20,))
    writer.start()
    while writer.is_alive():
        steps, norms = store.current.columns(StepRecord, "step", "gradient_norm")
        assert len(steps) == len(norms)
    writer.join()
    assert store.current.latest(StepRecord)["step"] == 20
