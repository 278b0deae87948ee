"""What a run recorded can be taken out, put back and cut off at a step."""

import weakref
from functools import partial
from typing import Any

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore, recorder
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import ChangeRecord, EvaluationRecord, ProbeRecord, Record, RunStarted, StepRecord
from tests.helpers.histories import started

KINDS = (StepRecord, ProbeRecord, EvaluationRecord)


def assert_same(first: RunHistory, second: RunHistory) -> None:
    one, other = first.recorded(), second.recorded()
    assert one.columns.keys() == other.columns.keys()
    for kind, columns in one.columns.items():
        assert columns.keys() == other.columns[kind].keys()
        for name, column in columns.items():
            assert column.dtype == other.columns[kind][name].dtype
            np.testing.assert_array_equal(other.columns[kind][name], column)
    assert one.changes == other.changes


@pytest.fixture
def store():
    return SessionStore()


@pytest.fixture
def run(store):
    """Ten steps, with a changed setting behind the fifth and a picture at the end."""
    spec = ExperimentSpec.parse({"data": {"dataset": "moons", "train_size": 60}, "model": {"layers": ["dense"]}})
    others = []

    def record(record: Record) -> None:
        for append in (store.append, *others):
            append(record)

    run: Any = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1, 2), record=record)
    run.others = others
    run.measure_start()
    run.run_until(5)
    run.change(learning_rate=0.01)
    run.run_until(10)
    run.instruments.measure_picture()
    return run


def test_a_history_that_was_put_back_grows_on_like_the_first(run, store):
    history = store.current
    again = RunHistory.restored(history.info, history.recorded())
    assert_same(again, history)
    assert again.picture is history.picture
    assert again.revision > 0
    run.others.append(again.append)
    run.run_until(20)
    assert history.rows(StepRecord) == 21
    assert_same(again, history)


def test_a_history_can_be_cut_off_at_a_step(run, store):
    history = store.current
    assert history.up_to(4).changes == ()
    early = history.up_to(6)
    for kind in KINDS:
        steps, *_ = early.columns(kind, "step")
        everything, *_ = history.columns(kind, "step")
        assert steps.tolist() == [step for step in everything if step <= 6]
    assert len(early.changes) == 1
    assert early.picture is None
    assert history.up_to(10).picture is history.picture
    assert_same(history.up_to(10), history)


def test_a_history_cut_off_before_its_first_record_is_empty_and_grows(run, store):
    empty = store.current.up_to(-1)
    assert [empty.rows(kind) for kind in KINDS] == [0, 0, 0]
    run.others.append(empty.append)
    run.run_until(12)
    assert empty.rows(StepRecord) == 2


def test_what_was_taken_out_does_not_change_when_the_run_goes_on(run, store):
    before = store.current.recorded()
    rows = len(before.columns[StepRecord]["step"])
    run.run_until(20)
    assert len(before.columns[StepRecord]["step"]) == rows


def test_a_recorder_begins_a_history_and_fills_it():
    told = started()
    begun: list[RunHistory] = []

    def begin(start: RunStarted) -> RunHistory:
        begun.append(RunHistory(start))
        return begun[-1]

    record = recorder(begin)
    details = ChangeRecord(3, "Learning rate", "0.1", "0.2")
    record(details)  # nothing has begun
    assert not begun
    record(told)
    record(details)
    (history,) = begun
    assert history.info is told
    assert history.changes == (details,)


def test_a_recorder_lets_go_of_what_it_began_from():
    """A run that goes on out of a file has another history: the one of the file must not stay beside it."""
    before = RunHistory(started())
    gone = weakref.ref(before)
    record = recorder(partial(lambda _before, start: RunHistory(start), before))
    record(started())
    del before
    assert gone() is None
