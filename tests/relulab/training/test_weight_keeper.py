"""Moments of weights: which are kept, that they are the run's own, and that the run never notices."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.session.looking_back import steps_with_weights, weights_at
from relulab.session.store import SessionStore
from relulab.training.kept_weights import FIRST_STEPS, KeptWeights
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, NEVER, MeasurementPlan, MeasurementSchedule
from relulab.training.telemetry import Record
from relulab.training.weight_keeper import MOMENTS, MOST_WEIGHTS
from tests.helpers.designs import conv, dense

SELDOM = replace(MeasurementSchedule.every(10**6), checkpoints=MeasurementPlan(growth=0.25))
DESIGNS = {
    "moons": {
        "data": {"dataset": "moons", "train_size": 100, "validation_size": 40},
        "model": {"layers": [dense(8), "batch_norm", "dropout", dense(8, "prelu")]},
        "training": {"batch_size": 16, "steps": 60, "optimizer": "adam"},
    },
    "float64": {
        "data": {"dataset": "sine", "train_size": 60, "validation_size": 0},
        "model": {"layers": [dense(8, "tanh")]},
        "training": {"loss": "mse", "steps": 60, "precision": "float64"},
    },
    "images": {
        "data": {"dataset": "digits", "train_size": 60, "validation_size": 20},
        "model": {"layers": [conv(3), "batch_norm", "flatten", dense(5)]},
        "training": {"steps": 40},
    },
}


def begun(spec: ExperimentSpec, recording: MeasurementSchedule = SELDOM) -> tuple[TrainingRun, RunHistory]:
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=recording, record=store.append)
    run.measure_start()
    assert store.current is not None
    return run, store.current


def design(name: str, **training) -> ExperimentSpec:
    spec = ExperimentSpec.parse(DESIGNS[name])
    return spec.replace(training=spec.training.replace(**training))


def test_the_first_steps_one_by_one_and_then_evenly():
    run, history = begun(design("moons", steps=1000))
    run.run_until(1000)
    every = 1000 // MOMENTS
    wanted = {*range(1, FIRST_STEPS + 1), *range(every, 1001, every)}
    assert {kept.step for kept in history.kept_weights} == wanted
    checkpoints = {checkpoint.step for checkpoint in history.checkpoints}
    assert set(steps_with_weights(history)) == wanted | checkpoints
    assert len(wanted) <= MOMENTS + FIRST_STEPS


@pytest.mark.parametrize("name", DESIGNS)
def test_they_are_the_weights_of_their_step(name):
    run, history = begun(design(name))
    for step in (3, 11, 25, 40):
        run.run_until(step)
        now = run.checkpoint()
        alone = next(kept for kept in history.kept_weights if kept.step == step)
        found = alone.unpacked(history.checkpoints[0].network)
        assert (found.step, found.spec) == (step, run.spec)
        assert found.network.keys() == now.network.keys()
        for part, array in now.network.items():
            np.testing.assert_array_equal(found.network[part], array, part)
            assert found.network[part].shape == array.shape
        np.testing.assert_array_equal(KeptWeights.of(now).values, alone.values)
        assert KeptWeights.of(now).values.dtype == alone.values.dtype


@pytest.mark.parametrize("name", DESIGNS)
def test_they_never_change_a_loss(name):
    spec = design(name)
    losses, histories = [], []
    for recording in (LIVE, replace(LIVE, checkpoints=NEVER)):
        run, recorded = begun(spec, recording)
        losses.append([run.step() for _ in range(run.total_steps)])
        histories.append(recorded)
    assert losses[0] == losses[1]
    history, empty = histories
    assert len(history.kept_weights) >= 40
    assert not empty.kept_weights


def test_large_networks_keep_none():
    run, history = begun(ExperimentSpec.parse(DESIGNS["moons"] | {"model": {"layers": [dense(200)] * 2}}))
    assert run.parameters.values.numel() > MOST_WEIGHTS
    run.run_until(5)
    assert not history.kept_weights
    assert len(history.checkpoints) > 3


def test_a_change_by_hand_changes_the_moment_too():
    run, history = begun(design("moons"))
    run.run_until(17)
    assert 17 not in {checkpoint.step for checkpoint in history.checkpoints}
    before = weights_at(history, 17)
    assert before is not None
    run.network.parameters_of(0)[0].data[0, 0] = 7.0
    run.instruments.measure_again()
    history.keep_checkpoints(history.checkpoints[:1])  # as if this one had been thinned out
    after = weights_at(history, 17)
    assert after is not None
    changed = [name for name in before.network if (before.network[name] != after.network[name]).any()]
    assert len(changed) == 1
    assert after.network[changed[0]][0, 0] == 7.0


def test_a_history_goes_back_to_what_was_kept_then():
    run, history = begun(design("moons"))
    run.run_until(40)
    then = history.up_to(17)
    assert steps_with_weights(then)[-1] == 17
    found, whole = weights_at(then, 13), weights_at(history, 13)
    assert found is not None
    assert whole is not None
    assert all((found.network[name] == array).all() for name, array in whole.network.items())
    assert weights_at(history, 39) is not None
    assert weights_at(then, 18) is None
    newest = weights_at(history, None)
    assert newest is not None
    assert newest.step == history.checkpoints[-1].step


def test_a_run_at_rest_keeps_its_moments_on_the_disk(tmp_path):
    run, history = begun(design("moons"))
    run.run_until(30)
    before, held = history.kept_weights, history.nbytes
    assert held > sum(kept.values.nbytes for kept in before)
    history.rest(tmp_path)
    assert history.nbytes == 0
    assert [kept.step for kept in history.kept_weights] == [kept.step for kept in before]
    for one, other in zip(before, history.kept_weights, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


def test_what_cannot_be_kept_does_not_end_the_run():
    def record(record: Record) -> None:
        if isinstance(record, KeptWeights):
            raise MemoryError("no room")

    spec = design("moons")
    run = TrainingRun(spec, load_dataset(spec.data), recording=SELDOM, record=record)
    run.run_until(3)
    assert "the weights of a moment (no room)" in run.instruments.trouble
