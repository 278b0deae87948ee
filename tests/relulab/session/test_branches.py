"""Branches in a session: the run that is left stays as it is, and both survive a file."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.errors import DataError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import load_session, save_session
from relulab.session.limits import OLDER_CHECKPOINT_BYTES
from relulab.session.model import SessionModel
from relulab.session.store import SessionStore
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import FindingsRecord, StepRecord
from relulab.training.trainer import Trainer
from tests.helpers.recording import EVERY_MOMENT

PATIENCE = 60.0
RECORDING = replace(MeasurementSchedule.every(1, 1), checkpoints=EVERY_MOMENT.checkpoints)
DESIGN = ExperimentSpec.parse(
    {
        "name": "Moons",
        "data": {"dataset": "moons", "train_size": 100, "validation_size": 20},
        "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}}, "dropout"]},
        "training": {"batch_size": 16, "steps": 60, "optimizer": "adam", "learning_rate": 0.02},
    }
)


@pytest.fixture
def store():
    return SessionStore()


@pytest.fixture
def trainer(store):
    with Trainer(store.append, recording=RECORDING, threads=1) as trainer:
        yield trainer


def finish(trainer):
    trainer.train()
    assert trainer.wait({State.FINISHED, State.FAILED}, PATIENCE).state is State.FINISHED


def train(trainer, design=DESIGN):
    trainer.prepare(design)
    finish(trainer)


def at(history, step):
    return next(checkpoint for checkpoint in history.checkpoints if checkpoint.step == step)


def losses(history):
    return np.stack(history.columns(StepRecord, "step", "loss"))


def slower(checkpoint):
    spec = checkpoint.settled_spec()
    return spec.replace(training=spec.training.replace(learning_rate=0.001))


def branch(trainer, model, history, checkpoint, spec):
    trainer.resume(model.branch(history, checkpoint, spec))
    assert trainer.wait({State.PAUSED, State.FAILED}, PATIENCE).state is State.PAUSED


def test_a_branch_is_a_run_of_its_own(store, trainer, tmp_path):
    model = SessionModel(store)
    train(trainer)
    parent = store.current
    before, revision = losses(parent), parent.revision
    checkpoint = at(parent, 24)
    branch(trainer, model, parent, checkpoint, slower(checkpoint))
    run = store.current
    assert store.runs == (parent, run)
    assert (run.info.spec.training.learning_rate, run.branched_at) == (0.001, 24)
    np.testing.assert_array_equal(losses(run), before[:, :25])
    assert run.picture.step == 24
    assert [c.step for c in run.checkpoints] == [c.step for c in parent.checkpoints if c.step <= 24]
    finish(trainer)
    np.testing.assert_array_equal(losses(run)[:, :25], before[:, :25])
    assert losses(run).shape == before.shape
    assert not np.array_equal(losses(run)[:, 26:], before[:, 26:])
    np.testing.assert_array_equal(losses(parent), before)
    assert parent.revision == revision
    (change,) = run.changes
    assert (change.step, change.what, change.before, change.after) == (24, "learning rate", "0.02", "0.001")

    first, second = model.snapshot(DESIGN, trainer).runs
    assert (second.parent, second.branched_at, first.parent) == (first.key, 24, "")
    assert second.notes == "Branch of Moons at step 24: learning rate 0.02 → 0.001."
    path = tmp_path / "two.relulab"
    save_session(model.snapshot(DESIGN, trainer), path)
    again = load_session(path)
    opened = SessionModel(SessionStore())
    opened.open(again)
    assert [run.history.branched_at for run in again.runs] == [None, 24]
    assert [c.step for c in again.runs[1].history.checkpoints] == [c.step for c in run.checkpoints]


def test_a_branch_without_a_change_takes_the_same_steps(store, trainer):
    train(trainer)
    parent = store.current
    checkpoint = at(parent, 15)
    branch(trainer, SessionModel(store), parent, checkpoint, checkpoint.settled_spec())
    finish(trainer)
    np.testing.assert_array_equal(losses(store.current), losses(parent))
    assert store.current.changes == ()


def test_a_run_out_of_a_file_can_be_left_too(store, trainer, tmp_path):
    model = SessionModel(store)
    train(trainer)
    expected = losses(store.current)
    path = tmp_path / "one.relulab"
    save_session(model.snapshot(DESIGN, trainer), path)
    model.open(load_session(path))
    (parent,) = store.runs
    checkpoint = at(parent, 30)
    branch(trainer, model, parent, checkpoint, checkpoint.settled_spec())
    finish(trainer)
    np.testing.assert_array_equal(losses(store.current), expected)
    assert len(store.current.info.dataset.train) == 100


def test_other_data_are_not_learned_from(store, trainer, tmp_path):
    model = SessionModel(store)
    train(trainer)
    path = tmp_path / "one.relulab"
    save_session(model.snapshot(DESIGN, trainer), path)
    (run,) = load_session(path).runs
    model.open(replace(load_session(path), runs=(replace(run, data=replace(run.data, sha256="0" * 64)),)))
    (parent,) = store.runs
    trainer.resume(model.branch(parent, at(parent, 30), at(parent, 30).settled_spec()))
    assert isinstance(trainer.wait({State.FAILED}, PATIENCE).error, DataError)
    assert store.runs == (parent,)


def test_what_cannot_change_is_refused_before_anything_happens(store, trainer):
    train(trainer)
    parent = store.current
    spec = parent.info.spec
    with pytest.raises(SpecError):
        SessionModel(store).branch(parent, at(parent, 30), spec.replace(model=spec.model.replace(layers=())))
    assert store.runs == (parent,)


def test_a_moment_has_the_findings_of_then(store, trainer):
    train(trainer)
    run = store.current
    steps = {}
    for checkpoint in run.checkpoints:
        then = run.up_to(checkpoint.step)
        assert then.findings.step <= checkpoint.step
        assert then.checkpoints[-1] is checkpoint
        steps[checkpoint.step] = then.findings.step
    assert steps[24] == 24
    assert len(set(steps.values())) > 5, "each has its own"
    assert run.findings.step == 60


def test_findings_of_then_survive_a_file(store, trainer, tmp_path):
    model = SessionModel(store)
    train(trainer)
    path = tmp_path / "one.relulab"
    save_session(model.snapshot(DESIGN, trainer), path)
    (again,) = load_session(path).runs
    for checkpoint in store.current.checkpoints:
        one, other = (history.up_to(checkpoint.step).findings for history in (store.current, again.history))
        assert (one.step, [f.rule for f in one.current]) == (other.step, [f.rule for f in other.current])


def test_runs_of_before_keep_fewer_checkpoints(store, trainer):
    train(trainer)
    run = store.current
    large = {"weights": np.zeros(OLDER_CHECKPOINT_BYTES // 8, np.float32)}
    run.keep_checkpoints(replace(checkpoint, network=large) for checkpoint in run.checkpoints)
    assert len(run.checkpoints) > 3, "the present run has room for more"
    run.append(FindingsRecord(60, (), ()))
    train(trainer)
    assert sum(checkpoint.nbytes for checkpoint in run.checkpoints) <= OLDER_CHECKPOINT_BYTES
    assert run.checkpoints[-1].step == 60
