"""A change tried beside the present run."""

from time import monotonic, sleep

import pytest

from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.jobs import trial
from relulab.training.requests import TrialRequest, TrialStatus
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.training.trainer import Trainer

PATIENCE = 60.0


def design(learning_rate: float, steps: int = 150, **layer) -> ExperimentSpec:
    hidden = {"kind": "dense", "parameters": {"units": 16}} | layer
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 200},
            "model": {"layers": [hidden, "dropout", hidden]},
            "training": {"optimizer": "adam", "learning_rate": learning_rate, "steps": steps},
        }
    )


@pytest.fixture
def store():
    return SessionStore()


@pytest.fixture
def trainer(store):
    with Trainer(store.append, threads=1) as trainer:
        yield trainer


def judged(trainer: Trainer) -> TrialStatus:
    deadline = monotonic() + PATIENCE
    while (status := trainer.trial_status) is None or not status.done:
        assert monotonic() < deadline, "the trial does not end"
        sleep(0.01)
    return status


def begin(trainer: Trainer, store: SessionStore, request: TrialRequest) -> None:
    trainer.prepare(request.spec)
    trainer.wait({State.READY}, PATIENCE)
    trainer.start_trial(request, store.current.trial(request.title))


def test_a_cure_helps_and_is_drawn_beside_the_run(trainer, store):
    request = TrialRequest("Learning rate 0.01", design(3.0), design(0.01))
    begin(trainer, store, request)
    status = judged(trainer)
    assert status.helped
    assert status.verdict.startswith("It helped: validation accuracy")
    assert status.after[0].accuracy > 0.8 > status.before[0].accuracy
    (trial,) = store.current.trials
    assert trial.title == "Learning rate 0.01"
    assert trial.latest(StepRecord)["step"] == 150
    assert trial.latest(EvaluationRecord)["accuracy"] == pytest.approx(status.after[0].accuracy)


def test_what_does_harm_is_called_so_over_all_seeds(trainer, store):
    begin(trainer, store, TrialRequest("Learning rate 3", design(0.01), design(3.0), seeds=3))
    status = judged(trainer)
    assert not status.helped
    assert "worse" in status.verdict
    assert len(status.before) == len(status.after) == 3
    assert len({outcome.loss for outcome in status.before}) == 3


def test_no_difference_is_no_help(trainer, store):
    begin(trainer, store, TrialRequest("Nothing", design(0.01), design(0.01)))
    status = judged(trainer)
    assert "no clear difference" in status.verdict
    assert status.before == status.after


def test_a_trial_beside_it_does_not_change_the_run(store):
    losses = []
    for with_trial in (False, True):
        store = SessionStore()
        with Trainer(store.append, threads=1) as trainer:
            trainer.prepare(design(0.01, steps=400))
            trainer.wait({State.READY}, PATIENCE)
            trainer.train()
            if with_trial:
                trainer.start_trial(TrialRequest("x", design(0.01), design(0.02)), store.current.trial("x"))
                judged(trainer)
            trainer.wait({State.FINISHED}, PATIENCE)
            losses.append(store.current.latest(EvaluationRecord)["loss"])
    assert losses[0] == losses[1]


def test_a_trial_that_cannot_be_built_says_so_and_the_run_lives_on(trainer, store):
    bad = design(0.01).replace(training={"device": "cuda:9"})
    begin(trainer, store, TrialRequest("Another device", design(0.01), bad))
    status = judged(trainer)
    assert "cuda:9" in status.error
    assert trainer.status.state is State.READY


def test_t10_short_runs_are_tried_with_three_seeds_and_long_ones_with_one(trainer, store, monkeypatch):
    begin(trainer, store, TrialRequest("Short", design(3.0), design(0.01), seeds=None))
    status = judged(trainer)
    assert status.seeds == len(status.before) == len(status.after) == 3
    monkeypatch.setattr(trial, "SHORT_SECONDS", 0.001)
    trainer.start_trial(TrialRequest("Long", design(3.0), design(0.01), seeds=None), store.current.trial("Long"))
    deadline = monotonic() + PATIENCE
    while trainer.trial_status is None or trainer.trial_status.title != "Long" or not trainer.trial_status.done:
        assert monotonic() < deadline
        sleep(0.01)
    assert trainer.trial_status.seeds == len(trainer.trial_status.after) == 1
    assert "One seed: chance may decide." in trainer.trial_status.verdict


def test_t10_a_longer_run_says_how_long_each_arm_was(trainer, store):
    begin(trainer, store, TrialRequest("Train longer", design(0.01, steps=40), design(0.01, steps=120)))
    assert "after 120 steps instead of 40." in judged(trainer).verdict


def test_t10_from_diverged_to_guessing_is_no_help(trainer, store):
    """The rate of one arm overflows; the other arm's units are all off, so that it can only guess."""
    dead = design(1e6, bias={"name": "constant", "parameters": {"value": -100.0}})
    lost = design(1e6).replace(training={**design(1e6).training.model_dump(), "optimizer": "sgd"})
    begin(trainer, store, TrialRequest("Worse than useless", lost, dead.replace(training=design(1e-5).training)))
    status = judged(trainer)
    assert status.before[0].diverged
    assert not status.after[0].diverged
    assert status.verdict.startswith("It made no clear difference: ")
    assert "1 of 1 run diverged before, 0 after; that counts as guessing." in status.verdict


def test_a_trial_can_be_cancelled(trainer, store):
    begin(trainer, store, TrialRequest("Long", design(0.01), design(0.02, steps=10_000_000)))
    trainer.cancel_trial()
    trainer.wait({State.READY}, PATIENCE)
    assert trainer.trial_status is None
