"""A run that is saved to a real file and goes on in another trainer is the run that was never interrupted."""

import threading
from functools import partial

import numpy as np
import pytest

from relulab.errors import DataError
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import load_session, save_session
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore, recorder
from relulab.training.requests import Resumption
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.training.trainer import Trainer

PATIENCE = 60.0
SETTLED = {State.READY, State.PAUSED, State.FINISHED, State.DIVERGED, State.FAILED}
EVERY_STEP = MeasurementSchedule.every(1, 10)
DESIGN = ExperimentSpec.parse(
    {
        "data": {"dataset": "moons", "train_size": 100},
        "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}}, "batch_norm", "dropout"]},
        "training": {"batch_size": 16, "steps": 60, "optimizer": "adam"},
    }
)


def worker(store: SessionStore) -> Trainer:
    return Trainer(store.append, recording=EVERY_STEP, threads=1)


def settled(trainer: Trainer) -> State:
    return trainer.wait(SETTLED, PATIENCE).state


def take(trainer: Trainer):
    """A checkpoint, and the status at that moment."""
    taken = []
    there = threading.Event()
    trainer.checkpoint(lambda *what: (taken.append(what), there.set())[1])
    assert there.wait(PATIENCE)
    return taken[0]


def losses(store: SessionStore):
    return np.stack(store.current.columns(StepRecord, "step", "loss"))


@pytest.fixture(scope="module")
def uninterrupted():
    store = SessionStore()
    with worker(store) as trainer:
        trainer.prepare(DESIGN)
        trainer.train()
        assert settled(trainer) is State.FINISHED
    return losses(store)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A file with a run that was interrupted after some steps, in the middle of an epoch."""
    store = SessionStore()
    with worker(store) as trainer:
        trainer.prepare(DESIGN)
        trainer.step_epoch()
        trainer.wait({State.PAUSED}, PATIENCE)
        for _ in range(3):
            trainer.step_batch()
            trainer.wait({State.PAUSED}, PATIENCE)
        checkpoint, status = take(trainer)
    assert status.state is State.PAUSED
    run = RunRecord(
        "Moons", store.current, DataFingerprint.of(store.current.info.dataset), checkpoints=(checkpoint,), seconds=1.5
    )
    path = tmp_path_factory.mktemp("saved") / "moons.relulab"
    save_session(Session(runs=(run,)), path)
    return path


def resumption(store: SessionStore, run: RunRecord, **more) -> Resumption:
    store.adopt([run.history])
    checkpoint = run.checkpoints[-1]
    receive = recorder(partial(store.resume, run.history, checkpoint.step))
    return Resumption(run.spec, checkpoint, receive, run.data.check, run.seconds, **more)


def test_a_run_out_of_a_file_goes_on_as_if_never_interrupted(saved, uninterrupted):
    (run,) = load_session(saved).runs
    store = SessionStore()
    with worker(store) as trainer:
        trainer.resume(resumption(store, run))
        assert settled(trainer) is State.PAUSED
        assert trainer.status.step == run.checkpoints[-1].step
        assert trainer.status.seconds == 1.5
        assert len(store.current.info.dataset.train) == 100
        trainer.train()
        trainer.wait({State.FINISHED}, PATIENCE)
        assert len(store.runs) == 1
        np.testing.assert_array_equal(losses(store), uninterrupted)
        trainer.reset()
        trainer.wait({State.READY}, PATIENCE)
        trainer.train()
        trainer.wait({State.FINISHED}, PATIENCE)
        assert len(store.runs) == 2
        np.testing.assert_array_equal(losses(store), uninterrupted)


def test_a_checkpoint_in_the_middle_of_training_disturbs_nothing(uninterrupted):
    store = SessionStore()
    with worker(store) as trainer:
        assert take(trainer)[0] is None
        trainer.prepare(DESIGN)
        trainer.train()
        checkpoint, status = take(trainer)
        assert checkpoint.step == status.step
        trainer.wait({State.FINISHED}, PATIENCE)
    np.testing.assert_array_equal(losses(store), uninterrupted)


def test_a_run_that_had_ended_stays_ended(saved):
    (run,) = load_session(saved).runs
    store = SessionStore()
    with worker(store) as trainer:
        trainer.resume(resumption(store, run, ended="Stopped by hand."))
        assert settled(trainer) is State.FINISHED
        assert trainer.status.message == "Stopped by hand."


def test_other_data_are_not_learned_from(saved):
    (run,) = load_session(saved).runs
    store = SessionStore()
    asked = resumption(store, run)
    other = DataFingerprint(1, 1, 1, "0" * 64)
    with worker(store) as trainer:
        trainer.resume(Resumption(asked.spec, asked.checkpoint, asked.record, other.check))
        assert settled(trainer) is State.FAILED
        assert isinstance(trainer.status.error, DataError)
        assert store.current is run.history, "what was measured can still be looked at"
        trainer.prepare(DESIGN)
        assert settled(trainer) is State.READY


def test_whoever_cannot_take_a_checkpoint_does_not_harm_the_run():
    store = SessionStore()
    with worker(store) as trainer:
        trainer.prepare(DESIGN)
        trainer.checkpoint(lambda checkpoint, status: [][0])
        trainer.train()
        assert trainer.wait({State.FINISHED, State.FAILED}, PATIENCE).state is State.FINISHED
