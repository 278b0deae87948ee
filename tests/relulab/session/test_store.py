"""The memory of the lab, fed by real runs."""

import threading

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session import store as store_module
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
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


def test_r3_no_run_is_ever_dropped(dataset):
    store = SessionStore()
    for _ in range(45):
        start(store, dataset).step()
    assert len(store.runs) == 45


def numbers(run: RunHistory) -> list[np.ndarray]:
    recorded = run.recorded()
    series = [column for columns in recorded.columns.values() for column in columns.values()]
    parts = [part for checkpoint in recorded.checkpoints for part in checkpoint.parts.values()]
    return series + [array for part in parts for array in part.values()]


def test_w1_older_runs_go_onto_the_disk_where_they_are_too_many(dataset, tmp_path, monkeypatch):
    """Every number of them is there as before, they can be saved, and no file has a name that could be left behind."""
    store = SessionStore(tmp_path / "older")
    kept = []
    for _ in range(6):
        run = start(store, dataset)
        run.run_until(5)
        store.append(run.checkpoint())
        kept.append(numbers(store.runs[-1]))
    held = [run.nbytes for run in store.runs]
    monkeypatch.setattr(store_module, "RESIDENT_BYTES", 2 * held[0])
    start(store, dataset).step()
    assert [run.nbytes for run in store.runs[:6]] == [0, 0, 0, 0, *held[4:]]
    for before, history in zip(kept, store.runs, strict=False):
        for one, other in zip(before, numbers(history), strict=True):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            assert one.tobytes() == other.tobytes()
    assert list((tmp_path / "older").iterdir()) == []


def test_a_run_that_rests_can_grow_again(dataset, tmp_path):
    store, other = SessionStore(), SessionStore()
    run, unmoved = start(store, dataset), start(other, dataset)
    run.run_until(5)
    store.current.rest(tmp_path)
    assert store.current.nbytes == 0
    run.run_until(20)
    unmoved.run_until(20)
    assert store.current.nbytes > 0
    for one, another in zip(numbers(store.current), numbers(other.current), strict=True):
        np.testing.assert_array_equal(one, another)


def test_without_room_on_the_disk_older_runs_stay_in_memory(dataset, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(store_module, "RESIDENT_BYTES", 0)
    store = SessionStore(tmp_path / "file")
    for _ in range(3):
        start(store, dataset).step()
    assert len(store.runs) == 3
    assert all(run.nbytes for run in store.runs)


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
