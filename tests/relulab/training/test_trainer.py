"""The background thread: its states, its commands, and how it ends."""

import threading

import pytest

from relulab.data.dataset import Source
from relulab.errors import DataMissingError
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, PlanePicture, ProbeRecord, StepRecord
from relulab.training.trainer import Trainer, default_threads

PATIENCE = 60.0  # seconds; only a broken trainer takes that long
SETTLED = {State.READY, State.PAUSED, State.FINISHED, State.DIVERGED, State.FAILED}


def moons(**training) -> ExperimentSpec:
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 100},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}}]},
            "training": {"batch_size": 20, "steps": 50} | training,
        }
    )


@pytest.fixture
def store():
    return SessionStore()


@pytest.fixture
def states():
    return []


@pytest.fixture
def trainer(store, states):
    with Trainer(store.append, on_state=lambda s: states.append(s.state), threads=1) as trainer:
        yield trainer
    assert not any(thread.name == "trainer" for thread in threading.enumerate())


def settled(trainer: Trainer) -> State:
    return trainer.wait(SETTLED, PATIENCE).state


def test_a_whole_run(trainer, store, states):
    trainer.prepare(moons())
    assert settled(trainer) is State.READY
    assert store.current.latest(ProbeRecord)["step"] == 0
    trainer.train()
    assert settled(trainer) is State.FINISHED
    assert states[:3] == [State.PREPARING, State.READY, State.RUNNING]
    assert trainer.status.step == 50
    assert "Test accuracy" in trainer.status.message
    for kind in (StepRecord, ProbeRecord, EvaluationRecord):
        assert store.current.latest(kind)["step"] == 50
    assert isinstance(store.current.picture, PlanePicture)


def test_one_batch_one_epoch_pause_and_resume(trainer):
    trainer.prepare(moons(steps=100_000))
    trainer.step_batch()
    assert settled(trainer) is State.PAUSED
    assert trainer.status.step == 1
    trainer.step_epoch()
    assert settled(trainer) is State.PAUSED
    assert trainer.status.step == 5
    trainer.step_epoch()
    settled(trainer)
    assert trainer.status.step == 10
    for _ in range(3):  # clicks faster than steps: none is lost
        trainer.step_batch()
    settled(trainer)
    assert trainer.status.step == 13
    trainer.train()
    trainer.wait({State.RUNNING}, PATIENCE)
    trainer.pause()
    assert settled(trainer) is State.PAUSED
    assert 13 <= trainer.status.step < 100_000
    trainer.stop()
    assert settled(trainer) is State.FINISHED
    assert "Stopped" in trainer.status.message


def test_reset_gives_the_same_run_again(trainer, store):
    trainer.prepare(moons())
    trainer.train()
    settled(trainer)
    first = store.current
    trainer.reset()
    assert settled(trainer) is State.READY
    assert trainer.status.step == 0
    trainer.train()
    settled(trainer)
    assert store.current is not first
    assert store.current.latest(EvaluationRecord)["loss"] == first.latest(EvaluationRecord)["loss"]


def test_divergence_is_a_state_of_its_own_and_the_trainer_lives_on(trainer):
    trainer.prepare(moons(learning_rate=1e6, loss="mse"))
    trainer.train()
    status = trainer.wait(SETTLED - {State.READY}, PATIENCE)
    assert status.state is State.DIVERGED
    assert "step" in status.message
    trainer.prepare(moons())
    assert settled(trainer) is State.READY


def test_missing_data_fails_with_what_to_do(trainer, tmp_path, monkeypatch):
    monkeypatch.setenv("RELULAB_CACHE", str(tmp_path))
    trainer.prepare(moons().replace(data={"dataset": "mnist"}, model={"layers": ["flatten"]}))
    assert settled(trainer) is State.FAILED
    assert isinstance(trainer.status.error, DataMissingError)
    trainer.prepare(moons())
    assert settled(trainer) is State.READY


def test_an_unexpected_exception_ends_in_failed(store):
    def broken(record):
        raise RuntimeError("the disk of memories is full")

    with Trainer(broken, threads=1) as trainer:
        trainer.prepare(moons())
        assert settled(trainer) is State.FAILED
        assert "the disk of memories is full" in trainer.status.message


def test_an_absent_device_fails_with_words(trainer):
    trainer.prepare(moons(device="cuda:9"))
    assert settled(trainer) is State.FAILED
    assert "cuda:9" in trainer.status.message


def test_live_changes_reach_the_history(trainer, store):
    trainer.prepare(moons(steps=100_000))
    trainer.train()
    trainer.wait({State.RUNNING}, PATIENCE)
    trainer.change(learning_rate=0.01)
    trainer.pause()
    settled(trainer)
    assert [(c.what, c.after) for c in store.current.changes] == [("learning rate", "0.01")]


def test_no_picture_is_made_when_nobody_looks(store):
    with Trainer(store.append, recording=MeasurementSchedule.every(10), threads=1) as trainer:
        trainer.prepare(moons())
        settled(trainer)
        before = store.current.picture
        trainer.watch_pictures(False)
        trainer.train()
        settled(trainer)
        assert store.current.picture is before
        trainer.watch_pictures(True)
        trainer.wait({State.FINISHED}, PATIENCE)
        assert store.current.picture.step == 50


def test_a_newer_design_replaces_one_that_is_being_prepared(trainer, store):
    for seed in range(5):
        trainer.prepare(moons(seed=seed))
    assert settled(trainer) is State.READY
    assert store.current.info.spec.training.seed == 4


def test_loading_can_be_cancelled(trainer):
    def cancel(done, total, what):
        from relulab.errors import CancelledError

        raise CancelledError("no longer wanted")

    trainer.prepare(moons().replace(data={"dataset": "mnist"}), Source(progress=cancel, allow_download=False))
    assert trainer.wait({State.EMPTY, State.FAILED}, PATIENCE).state in (State.EMPTY, State.FAILED)


def test_closing_while_training_is_clean(store):
    trainer = Trainer(store.append, threads=1)
    trainer.prepare(moons(steps=10_000_000))
    trainer.train()
    trainer.wait({State.RUNNING}, PATIENCE)
    assert trainer.close()
    assert trainer.status.state is State.CLOSED
    assert trainer.close()


def test_one_core_is_left_to_the_window():
    assert default_threads() >= 1


def test_a_network_larger_than_the_memory_is_refused_before_it_is_built(trainer):
    layers = [{"kind": "dense", "parameters": {"units": 1_000_000_000}}] * 2
    trainer.prepare(moons().replace(model={"layers": layers}))
    assert settled(trainer) is State.FAILED
    assert "memory" in trainer.status.message
