"""The runs of a window as records of a session: names, checkpoints, and no mixing of what is open with what was."""

from dataclasses import replace
from typing import Any

import pytest

from relulab.errors import SessionError
from relulab.session.file.files import load_session, save_session
from relulab.session.limits import PICTURES
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture, Session
from relulab.session.store import SessionStore
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from tests.helpers.sessions import png, trained


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
    store.append(run.history.info)
    store.adopt([run.history])
    revision = run.history.revision
    store.append(step(999))
    assert run.history.revision == revision
    assert store.trained is None
    store.append(run.history.info)
    store.append(step(1))
    assert store.current.latest(StepRecord)["step"] == 1
    assert store.runs[0] is run.history


def test_a_session_that_is_opened_is_the_one_that_is_saved(store, run):
    model = SessionModel(store)
    opened = Session(title="Exercise 3", author="Zoë", experiments=(run.spec, run.spec), runs=(run,))
    model.open(opened)
    again = model.snapshot(run.spec, None)
    assert (again.title, again.author, again.experiments) == ("Exercise 3", "Zoë", opened.experiments)
    assert again.runs == (run,)


def test_a_run_that_goes_on_keeps_its_record_and_gets_the_whole_data(store, run):
    model = SessionModel(store)
    model.open(Session(runs=(run,)))
    before = model.fingerprint(None)
    resumption = model.resumption()
    assert resumption.checkpoint is run.checkpoints[-1]
    resumption.record(run.history.info)
    assert store.trained is store.current
    assert store.current is not run.history
    assert model.fingerprint(None) == before, "there is nothing new to save"
    (record,) = model.snapshot(None, None).runs
    assert (record.key, record.name, record.checkpoints) == (run.key, run.name, run.checkpoints)
    resumption.record(step(50))
    assert model.fingerprint(None) != before


def test_runs_that_cannot_go_on(store, run):
    model = SessionModel(store)
    assert model.resumption() is None
    model.open(Session(runs=(replace(run, state=State.DIVERGED),)))
    assert model.resumption() is None
    model.open(Session(runs=(replace(run, checkpoints=()),)))
    assert model.resumption() is None


def test_a_run_that_is_being_trained_is_saved_as_it_was_at_its_checkpoint(store, run):
    model = SessionModel(store)
    early = replace(run, state=State.RUNNING, checkpoints=run.checkpoints[:1])
    model.open(Session(runs=(early,)))
    (record,) = model.snapshot(None, None).runs
    assert record.history.latest(StepRecord)["step"] <= early.checkpoints[-1].step
    assert run.history.latest(StepRecord)["step"] > early.checkpoints[-1].step


def test_what_was_written_about_the_session_is_kept_and_worth_saving(store, run):
    model = SessionModel(store)
    model.open(Session(title="old", runs=(run,)))
    before = model.fingerprint(None)
    model.describe("old", "", "")
    assert model.fingerprint(None) == before, "nothing was changed"
    model.describe("Exercise 3", "Zoë", "A note.")
    assert model.fingerprint(None) != before
    again = model.snapshot(None, None)
    assert (again.title, again.author, again.notes, again.runs) == ("Exercise 3", "Zoë", "A note.", (run,))


def test_no_more_pictures_are_kept_than_a_file_may_hold(store, tmp_path):
    """With one more, or with a longer title, the file that is saved could not be opened again."""
    model = SessionModel(store)
    picture = PinnedPicture("A map " * 1000, png())
    for _ in range(PICTURES):
        model.pin(picture)
    with pytest.raises(SessionError, match="at most 200 pictures"):
        model.pin(picture)
    save_session(model.head, tmp_path / "full.relulab")
    assert load_session(tmp_path / "full.relulab").pictures == model.head.pictures
