"""The runs of a window as records of a session: names, checkpoints, and no mixing of what is open with what was."""

from dataclasses import replace
from typing import Any

import pytest

from relulab.session.model import SessionModel
from relulab.session.records import Session
from relulab.session.store import SessionStore
from relulab.training.state import State
from relulab.training.telemetry import RunStarted, StepRecord
from tests.helpers.sessions import trained


def started(history) -> RunStarted:
    info = history.info
    return RunStarted(info.spec, info.layout, info.dataset, info.probe_samples, info.validation_samples, info.device)


def step(number: int) -> StepRecord:
    values: Any = [0.5] * (len(StepRecord.__dataclass_fields__) - 1)
    return StepRecord(number, *values)


@pytest.fixture(scope="module")
def run():
    return trained("plane")


@pytest.fixture
def store():
    return SessionStore()


def test_what_the_trainer_still_tells_of_the_run_before_is_dropped(store, run):
    store.append(started(run.history))
    store.adopt([run.history])
    revision = run.history.revision
    store.append(step(999))
    assert run.history.revision == revision
    assert store.trained is None
    store.append(started(run.history))
    store.append(step(1))
    assert store.current.latest(StepRecord)["step"] == 1
    assert store.runs[0] is run.history


def test_a_session_that_is_opened_is_the_one_that_is_saved(store, run):
    book = SessionModel(store)
    opened = Session(title="Exercise 3", author="Zoë", experiments=(run.spec, run.spec), runs=(run,))
    book.open(opened)
    again = book.snapshot(run.spec, None)
    assert (again.title, again.author, again.experiments) == ("Exercise 3", "Zoë", opened.experiments)
    assert again.runs == (run,)


def test_a_run_that_goes_on_keeps_its_record_and_gets_the_whole_data(store, run):
    book = SessionModel(store)
    book.open(Session(runs=(run,)))
    before = book.fingerprint(None)
    resumption = book.resumption()
    assert resumption.checkpoint is run.checkpoints[-1]
    resumption.record(started(run.history))
    assert store.trained is store.current
    assert store.current is not run.history
    assert book.fingerprint(None) == before, "there is nothing new to save"
    (record,) = book.snapshot(None, None).runs
    assert (record.key, record.name, record.checkpoints) == (run.key, run.name, run.checkpoints)
    resumption.record(step(50))
    assert book.fingerprint(None) != before


def test_runs_that_cannot_go_on(store, run):
    book = SessionModel(store)
    assert book.resumption() is None
    book.open(Session(runs=(replace(run, state=State.DIVERGED),)))
    assert book.resumption() is None
    book.open(Session(runs=(replace(run, checkpoints=()),)))
    assert book.resumption() is None


def test_a_run_that_is_being_trained_is_saved_as_it_was_at_its_checkpoint(store, run):
    book = SessionModel(store)
    early = replace(run, state=State.RUNNING, checkpoints=run.checkpoints[:1])
    book.open(Session(runs=(early,)))
    (record,) = book.snapshot(None, None).runs
    assert record.history.latest(StepRecord)["step"] <= early.checkpoints[-1].step
    assert run.history.latest(StepRecord)["step"] > early.checkpoints[-1].step


def test_what_was_written_about_the_session_is_kept_and_worth_saving(store, run):
    book = SessionModel(store)
    book.open(Session(title="old", runs=(run,)))
    before = book.fingerprint(None)
    book.describe("old", "", "")
    assert book.fingerprint(None) == before, "nothing was changed"
    book.describe("Exercise 3", "Zoë", "A note.")
    assert book.fingerprint(None) != before
    again = book.snapshot(None, None)
    assert (again.title, again.author, again.notes, again.runs) == ("Exercise 3", "Zoë", "A note.", (run,))
