"""A run that stops and goes on is the run that never stopped."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.errors import SessionError
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.experiment.live_settings import LiveSettings
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.surgery import freeze_unit, make_leaky
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord

STEPS = 23  # not a multiple of the seven batches of an epoch
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad")
DENSE = {"kind": "dense", "parameters": {"units": 8}}


def moons(**training) -> ExperimentSpec:
    """Few moons, with everything that has a state of its own: batch norm, dropout, a learned slope."""
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 100, "validation_size": 40, "test_size": 0, "seed": 3},
            "model": {"layers": [DENSE, "batch_norm", "dropout", {**DENSE, "activation": "prelu"}], "seed": 1},
            "training": {"batch_size": 16, "steps": 60, "learning_rate": 0.05, "seed": 2} | training,
        }
    )


def run_of(spec: ExperimentSpec, **arguments) -> TrainingRun:
    return TrainingRun(spec, load_dataset(spec.data), **arguments)


def losses(run: TrainingRun, steps: int = STEPS) -> list[float]:
    return [run.step() for _ in range(steps)]


def resumed(run: TrainingRun, **arguments) -> TrainingRun:
    """A new run that goes on where ``run`` is, while other random numbers were drawn in between."""
    checkpoint = run.checkpoint()
    run_of(run.spec)
    torch.rand(77)
    return TrainingRun.resumed(checkpoint, run.dataset, **arguments)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_goes_on_bit_for_bit(optimizer):
    straight = losses(run_of(moons(optimizer=optimizer)), 2 * STEPS)
    first = run_of(moons(optimizer=optimizer))
    assert losses(first) == straight[:STEPS]
    assert losses(resumed(first)) == straight[STEPS:]


@pytest.mark.parametrize("step", [0, 1, 6, 7, 8, 14, 21])
def test_it_goes_on_from_any_place_in_the_data(step):
    straight = losses(run_of(moons(optimizer="adam")), step + 10)
    first = run_of(moons(optimizer="adam"))
    losses(first, step)
    assert losses(resumed(first), 10) == straight[step:]


@pytest.mark.parametrize("schedule", ["step", "cosine"])
def test_schedules_go_on(schedule):
    parameters = {"every_steps": 10} if schedule == "step" else {}
    spec = moons(schedule={"name": schedule, "parameters": parameters})
    straight = losses(run_of(spec), 2 * STEPS)
    first = run_of(spec)
    losses(first)
    second = resumed(first)
    assert second.learning_rate_now() == first.learning_rate_now()
    assert losses(second) == straight[STEPS:]


def test_settings_changed_by_hand_stay_changed():
    def changed() -> TrainingRun:
        run = run_of(moons(optimizer="momentum"))
        losses(run, 10)
        run.change(learning_rate=0.4, clipping=ClippingChoice(name="norm"), l1=0.01, l2=0.02)
        losses(run, 13)
        return run

    straight = losses(changed())
    second = resumed(changed())
    assert second.settings == LiveSettings(0.4, ClippingChoice(name="norm"), 0.01, 0.02)
    assert losses(second) == straight


@pytest.mark.parametrize("layers", [[DENSE, DENSE], [DENSE, "dropout", DENSE], []])
def test_plain_dense_networks_go_on(layers):
    spec = moons(optimizer="adam").replace(model={"layers": layers})
    straight = losses(run_of(spec), 2 * STEPS)
    first = run_of(spec)
    losses(first)
    assert losses(resumed(first)) == straight[STEPS:]


def test_double_precision_goes_on():
    spec = moons(precision="float64", optimizer="adam")
    straight = losses(run_of(spec), 2 * STEPS)
    first = run_of(spec)
    losses(first)
    assert losses(resumed(first)) == straight[STEPS:]


def test_a_run_that_was_elsewhere_goes_on_too():
    """The optimizer has made a step before: its memory is replaced, not mixed."""
    first = run_of(moons(optimizer="adam"))
    losses(first)
    checkpoint = first.checkpoint()
    expected = losses(first)
    other = run_of(first.spec)
    losses(other, 3)
    other.restore(checkpoint)
    assert losses(other) == expected


def test_operations_by_hand_go_on():
    """Frozen weights stay frozen, and a layer that was made leaky stays leaky."""

    def operated() -> TrainingRun:
        run = run_of(moons(optimizer="adam").replace(model={"layers": [DENSE, DENSE]}))
        losses(run, 10)
        freeze_unit(run, 0, 2)
        run = make_leaky(run, 1, 0, 0.2)
        losses(run, 5)
        return run

    straight = operated()
    kept = straight.network.weights()[0][2].detach().clone()
    expected = losses(straight)
    second = resumed(operated())
    assert second.spec == straight.spec != moons(optimizer="adam")
    assert losses(second) == expected
    assert torch.equal(second.network.weights()[0][2], kept)


def test_early_stopping_remembers_the_best_epoch():
    spec = moons(steps=None, epochs=500, early_stopping=3, learning_rate=2.0, optimizer="adam")
    straight = run_of(spec)
    straight.run_until(straight.total_steps)
    first = run_of(spec)
    first.run_until(straight.step_index - 10)  # within the epochs that are waited for
    second = resumed(first)
    second.run_until(second.total_steps)
    assert (second.step_index, second.early_stopped) == (straight.step_index, straight.early_stopped)
    assert resumed(straight).finished


def test_the_history_goes_on_as_if_nothing_had_come_between():
    def recorded(*, interrupted: bool) -> SessionStore:
        store = SessionStore()
        recording = MeasurementSchedule.every(10, 10)  # which is not due in the step behind the interruption
        run = run_of(moons(optimizer="adam"), recording=recording, record=store.append)
        run.measure_start()
        run.run_until(STEPS)
        if interrupted:
            run = resumed(run, recording=recording, record=store.current.append)
        run.run_until(2 * STEPS)
        return store

    straight, interrupted = recorded(interrupted=False).current, recorded(interrupted=True).current
    for kind, names in ((StepRecord, ("step", "loss", "loss_low", "loss_high", "gradient_norm", "update_ratio")),
                        (ProbeRecord, ("step", "loss", "histogram", "unit_status")),
                        (EvaluationRecord, ("step", "loss", "accuracy"))):  # fmt: skip
        expected = straight.columns(kind, *names)
        for name, wanted, got in zip(names, expected, interrupted.columns(kind, *names), strict=True):
            np.testing.assert_array_equal(got, wanted, err_msg=f"{kind.__name__}.{name}")


def test_a_checkpoint_does_not_change_when_the_run_goes_on():
    run = run_of(moons(optimizer="adam"))
    losses(run)
    checkpoint = run.checkpoint()
    expected = losses(run)
    second = run_of(run.spec)
    second.restore(checkpoint)
    assert losses(second) == expected
    second.restore(checkpoint)
    assert losses(second) == expected


def test_a_branch_keeps_the_weights_and_takes_the_new_settings():
    first = run_of(moons(optimizer="adam"))
    losses(first)
    first.change(l2=0.01)
    checkpoint = first.checkpoint()
    spec = checkpoint.settled_spec()
    assert spec.training.l2 == 0.01
    branch = run_of(spec.replace(training=spec.training.replace(optimizer="sgd", learning_rate=0.3, batch_size=20)))
    branch.branch(checkpoint)
    assert branch.step_index == STEPS
    assert torch.equal(branch.parameters.values, first.parameters.values)
    assert (branch.settings.learning_rate, branch.settings.l2) == (0.3, 0.01)
    losses(branch, 10)


def test_what_does_not_fit_is_refused():
    run = run_of(moons(optimizer="adam"))
    losses(run, 3)
    checkpoint = run.checkpoint()
    wider = run.spec.replace(model={"layers": [{**DENSE, "parameters": {"units": 9}}]})
    with pytest.raises(SessionError, match="another network"):
        run_of(wider).restore(checkpoint)
    with pytest.raises(SessionError, match="another optimizer"):
        run_of(moons(optimizer="adagrad")).restore(checkpoint)
    for elements in ([-1], [10**9], [[1]], [1, 2]):
        frozen = {"elements": np.array(elements), "values": np.zeros(1, np.float32)}
        with pytest.raises(SessionError, match=r"frozen|freezes"):
            run_of(run.spec).restore(replace(checkpoint, frozen=frozen))


@pytest.mark.parametrize("place", [slice(8, 12), slice(12, 16), slice(16, 24), slice(0, 0)])
def test_a_state_of_a_generator_that_would_read_beyond_its_memory_is_refused(place):
    run = run_of(moons())
    losses(run, 3)
    checkpoint = run.checkpoint()
    states = dict(checkpoint.random)
    for name in ("dropout", "batches"):
        bad = states[name].copy()
        bad[place] = 100
        if place == slice(0, 0):
            bad = bad[:-1]
        with pytest.raises(SessionError, match="random generator"):
            run_of(moons()).restore(replace(checkpoint, random={**states, name: bad}))
    with pytest.raises(SessionError, match="random generator"):
        run_of(moons()).restore(replace(checkpoint, random={}))
