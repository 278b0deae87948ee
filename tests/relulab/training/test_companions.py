"""Designs trained in step: each is the run that it would be alone, and ends as it would."""

import time

import numpy as np
import pytest

from relulab.callbacks import ignore
from relulab.data.loading import load_dataset
from relulab.session.model import SessionModel
from relulab.session.store import SessionStore
from relulab.training.jobs.companions import Companions
from relulab.training.requests import Companion
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.training.trainer import Trainer
from tests.helpers.recording import EVERY_MOMENT
from tests.relulab.population.designs import design

SECONDS = 120


@pytest.fixture
def bench():
    """A trainer with the session that its runs belong to."""
    store = SessionStore()
    model = SessionModel(store)
    with Trainer(store.append, on_state=model.note_status, recording=EVERY_MOMENT, threads=1) as trainer:
        yield trainer, store, model


def begin(trainer, spec):
    trainer.prepare(spec)
    assert trainer.wait({State.READY}, SECONDS).state is State.READY


def wait_until(condition):
    """Poll; the worker needs no window for this."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def losses(history):
    return dict(zip(*(column.tolist() for column in history.columns(EvaluationRecord, "step", "loss")), strict=True))


def trained_alone(spec):
    store = SessionStore()
    with Trainer(store.append, recording=EVERY_MOMENT, threads=1) as trainer:
        begin(trainer, spec)
        trainer.train()
        assert trainer.wait({State.FINISHED}, SECONDS).state is State.FINISHED
        return store.current, trainer.status


def test_they_are_the_runs_that_they_would_be_alone(bench):
    trainer, store, model = bench
    dropped = [{"kind": "dropout"}]  # both draw random numbers in turn
    main, other = design(steps=60, behind=dropped), design(steps=60, activation="tanh", behind=dropped)
    begin(trainer, main)
    trainer.train_along([model.companion(other)])
    trainer.train()
    wait_until(lambda: len(model.records) == 2 and all(record.state is State.FINISHED for record in model.records))
    companion, present = model.records
    assert companion.spec == other
    assert present.history is store.current, "the run of the trainer stays the current one"
    for spec, record in ((other, companion), (main, present)):
        alone, status = trained_alone(spec)
        found, expected = losses(record.history), losses(alone)
        common = found.keys() & expected.keys()
        assert max(common) == 60
        assert len(common) > 5
        assert [found[step] for step in sorted(common)] == [expected[step] for step in sorted(common)]
        assert record.test_accuracy == status.test_accuracy
    assert companion.history.picture is not None
    assert companion.history.columns(EvaluationRecord, "step")[0][-1] == 60


def test_they_wait_for_the_run_and_go_on_with_it(bench):
    trainer, store, model = bench
    begin(trainer, design(steps=200))
    trainer.train_along([model.companion(design(steps=200, learning_rate=0.02))])
    wait_until(lambda: len(store.runs) == 2)
    companion = store.runs[0]
    trainer.step_batch()
    wait_until(lambda: companion.trained)
    assert trainer.wait({State.PAUSED}, SECONDS).step == 1
    assert int(companion.latest(StepRecord)["step"]) == 1, "no step before the run has made it"
    trainer.step_batch()
    wait_until(lambda: int(companion.latest(StepRecord)["step"]) == 2)


def test_none_is_a_step_ahead():
    reached = 0
    companions = Companions(lambda data: load_dataset(data), lambda: reached, [Companion(design(), ignore, ignore)])
    for reached in (0, 1, 5):
        while not companions.done:
            companions.advance(0.01)
        (one,) = companions._all
        assert one.run is not None
        assert one.run.step_index == reached


def test_one_that_diverges_ends_alone(bench):
    trainer, _, model = bench
    begin(trainer, design(steps=60))
    trainer.train_along([model.companion(design(steps=60, learning_rate=1e6, loss="mse"))])
    trainer.train()
    wait_until(lambda: len(model.records) == 2 and all(record.state.is_over for record in model.records))
    assert [record.state for record in model.records] == [State.DIVERGED, State.FINISHED]
    assert np.isnan(model.records[0].test_accuracy)


def test_another_design_leaves_them(bench):
    trainer, store, model = bench
    begin(trainer, design(steps=10_000_000))
    trainer.train_along([model.companion(design(steps=10_000_000, learning_rate=0.02))])
    trainer.train()
    wait_until(lambda: len(model.records) == 2)
    begin(trainer, design(steps=5, seed=3))
    left = model.records[0]
    step = int(left.history.latest(StepRecord)["step"])
    assert left.state is State.PAUSED
    trainer.train()
    assert trainer.wait({State.FINISHED}, SECONDS).state is State.FINISHED
    assert int(left.history.latest(StepRecord)["step"]) == step
    assert len(store.runs) == 3


def test_none_of_them_takes_the_time_of_the_others():
    chosen = [Companion(design(steps=10**6), ignore, ignore) for _ in range(3)]
    companions = Companions(lambda data: load_dataset(data), lambda: 10**6, chosen)
    companions.advance(0.01)
    assert all(one.run is not None and one.run.step_index > 0 for one in companions._all)
