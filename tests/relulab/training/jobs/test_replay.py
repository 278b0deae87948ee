"""An earlier moment, computed anew, is what the run itself would have recorded then; no run is disturbed by it."""

import threading
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.errors import DataError
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.checkpoint import Checkpoint
from relulab.training.jobs.replay import Replay
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord, UnitDetails, UnitTraceRecord
from relulab.training.trainer import Trainer
from tests.helpers.designs import conv, dense

PATIENCE = 60.0
MOONS = ExperimentSpec.parse(
    {
        "data": {"dataset": "moons", "train_size": 100, "validation_size": 40},
        "model": {"layers": [dense(8), "batch_norm", "dropout", dense(8, initialization="lsuv")]},
        "training": {"batch_size": 16, "steps": 60, "optimizer": "adam"},
    }
)
SINE = ExperimentSpec.parse(
    {
        "data": {"dataset": "sine", "train_size": 60, "validation_size": 0},
        "model": {"layers": [dense(8, "tanh")]},
        "training": {"loss": "mse", "steps": 40},
    }
)
DIGITS = ExperimentSpec.parse(
    {
        "data": {"dataset": "digits", "train_size": 200, "validation_size": 50},
        "model": {"layers": [conv(3), "flatten"]},
        "training": {"steps": 30, "precision": "float64"},
    }
)


def asked(checkpoint: Checkpoint, **what: Any) -> MomentRequest:
    return MomentRequest(MomentWeights.of(checkpoint), **what)


def same(one, other) -> None:
    assert type(one) is type(other)
    for field in fields(one):
        mine, others = getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(mine):
            same(mine, others)
        elif isinstance(mine, tuple) and any(map(is_dataclass, mine)):
            for part, other_part in zip(mine, others, strict=True):
                same(part, other_part)
        else:
            np.testing.assert_array_equal(mine, others, field.name)


@pytest.mark.parametrize("spec", [MOONS, SINE, DIGITS], ids=["moons", "sine", "digits"])
def test_a_moment_is_what_was_recorded_then(spec):
    recorded = []
    run = TrainingRun(
        spec, load_dataset(spec.data), recording=MeasurementSchedule.every(10**12), record=recorded.append
    )
    run.instruments.pictures_wanted = True
    run.measure_start()
    run.run_until(12)
    run.instruments.inspected = (0, 1)
    recorded.clear()
    run.instruments.measure_again()
    run.instruments.measure_picture()
    checkpoint = run.checkpoint()
    run.run_until(25)
    request = MomentRequest(
        MomentWeights.of(checkpoint), unit=(0, 1), epoch=checkpoint.step / run.steps_per_epoch, measured=False
    )
    found = list(Replay(spec, run.dataset).look(request))
    kinds = {type(record): record for record in found}
    assert {ProbeRecord, EvaluationRecord, UnitTraceRecord, UnitDetails} < kinds.keys()
    assert len(kinds) == 5, "and the picture"
    for record in recorded:
        if isinstance(record, UnitTraceRecord):
            unknown = np.full_like(record.gradient_norm, np.nan)  # it belongs to a batch of the run
            record = replace(record, gradient_norm=unknown)
        if type(record) in kinds:
            same(record, kinds.pop(type(record)))
    assert not kinds


def test_a_moment_that_was_measured_is_not_measured_again():
    run = TrainingRun(MOONS, load_dataset(MOONS.data))
    past = Replay(MOONS, run.dataset)
    picture: Any
    (picture,) = past.look(asked(run.checkpoint()))
    assert picture.step == 0
    assert past.suits(MOONS.replace(training=MOONS.training.replace(learning_rate=0.5)))
    assert not past.suits(SINE)


def trained(look_back: bool):
    """Losses of a run, and what looking back twice in the middle of it gave."""
    store, found, problems = SessionStore(), [], []
    with Trainer(store.append, recording=replace(LIVE, steps=MeasurementSchedule.every(1).steps), threads=1) as trainer:
        trainer.prepare(MOONS)
        trainer.step_epoch()
        trainer.wait({State.PAUSED}, PATIENCE)
        first, last = store.current.checkpoints[0], store.current.checkpoints[-1]
        trainer.train()
        if look_back:
            done = threading.Event()
            trainer.look_back(asked(first, unit=(0, 0), measured=False), found.append, problems.append)
            trainer.look_back(
                asked(last),
                found.append,
                lambda problem: (problems.append(problem), done.set())[1],
            )
            assert done.wait(PATIENCE)
        assert trainer.wait({State.FINISHED}, PATIENCE).state is State.FINISHED
    return store.current.columns(StepRecord, "loss")[0], found, problems


def test_looking_back_disturbs_no_run():
    plain, _, _ = trained(False)
    losses, found, problems = trained(True)
    assert problems == ["", ""]
    assert [record.step for record in found] == [0] * 5 + [7]
    np.testing.assert_array_equal(losses, plain)


def test_why_a_moment_cannot_be_computed_is_told_and_the_run_lives_on():
    def refuse(dataset) -> None:
        raise DataError("The table has changed since.")

    store, found, problems = SessionStore(), [], []
    with Trainer(store.append, threads=1) as trainer:
        trainer.prepare(MOONS)
        trainer.wait({State.READY}, PATIENCE)
        checkpoint = store.current.checkpoints[0]
        missing = checkpoint.spec.replace(
            data=ExperimentSpec.parse({"data": {"dataset": {"name": "csv", "parameters": {"path": "gone.csv"}}}}).data
        )
        trainer.look_back(asked(checkpoint, check=refuse), found.append, problems.append)
        trainer.look_back(asked(replace(checkpoint, spec=missing)), found.append, problems.append)
        trainer.look_back(asked(replace(checkpoint, network={})), found.append, problems.append)
        trainer.train()
        assert trainer.wait({State.FINISHED}, PATIENCE).state is State.FINISHED
    assert not found
    assert problems[0] == "The table has changed since."
    assert "gone.csv" in problems[1]
    assert "another network" in problems[2]
