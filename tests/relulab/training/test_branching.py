"""Checkpoints that a run keeps by itself, and runs that leave it there: exactly as it was, but for what was changed."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.errors import DivergedError, SpecError
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.experiment.changes import changes, in_words
from relulab.session.store import SessionStore
from relulab.training.branching import branched, last_sound
from relulab.training.run import TrainingRun
from relulab.training.schedule import NEVER, MeasurementSchedule
from relulab.training.surgery import freeze_unit, make_leaky
from tests.helpers.designs import dense
from tests.helpers.recording import EVERY_MOMENT

STEPS = 40
UNWATCHED = MeasurementSchedule.every(10**12)


def design(**training) -> ExperimentSpec:
    """Everything that has a state of its own: batch norm, dropout, an optimizer with a memory."""
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 100, "validation_size": 40, "test_size": 0},
            "model": {"layers": [dense(8), "batch_norm", "dropout", dense(8)]},
            "training": {"batch_size": 16, "steps": STEPS, "optimizer": "adam", "learning_rate": 0.02} | training,
        }
    )


def run_of(spec: ExperimentSpec, **arguments) -> TrainingRun:
    return TrainingRun(spec, load_dataset(spec.data), **arguments)


def losses(run: TrainingRun) -> list[float]:
    return [run.step() for _ in range(run.total_steps - run.step_index) if not run.finished]


def watched(spec: ExperimentSpec) -> tuple[SessionStore, list[float]]:
    """A run that is recorded like one in the window."""
    store = SessionStore()
    run = run_of(spec, recording=EVERY_MOMENT, record=store.append)
    run.measure_start()
    taken = losses(run)
    run.instruments.measure_all()
    return store, taken


@pytest.fixture(scope="module")
def original():
    return watched(design())


def checkpoint_at(original, step: int):
    return next(c for c in original[0].current.checkpoints if c.step == step)


def test_a_run_keeps_checkpoints_by_itself(original):
    steps = [checkpoint.step for checkpoint in original[0].current.checkpoints]
    assert steps == [0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 30, 38, STEPS]


def test_keeping_them_changes_nothing(original):
    plain = run_of(design(), recording=UNWATCHED)
    plain.measure_start()
    assert losses(plain) == original[1]


def test_a_run_without_a_plan_keeps_none():
    store = SessionStore()
    run = run_of(design(), recording=replace(EVERY_MOMENT, checkpoints=NEVER), record=store.append)
    run.measure_start()
    losses(run)
    run.instruments.measure_all()
    assert store.current.checkpoints == ()


@pytest.mark.parametrize("step", [0, 1, 5, 12, 38])
def test_a_branch_without_a_change_is_the_same_run(original, step):
    checkpoint = checkpoint_at(original, step)
    again = TrainingRun.resumed(branched(checkpoint, checkpoint.settled_spec()), load_dataset(design().data))
    assert losses(again) == original[1][step:]


def test_checkpoints_at_the_ends_of_epochs_know_what_early_stopping_has_seen():
    spec = design(early_stopping=1, learning_rate=0.5, steps=200)
    store, taken = watched(spec)
    assert len(taken) < 200, "this one stops early"
    for checkpoint in store.current.checkpoints[:-1]:
        again = TrainingRun.resumed(branched(checkpoint, checkpoint.settled_spec()), load_dataset(spec.data))
        assert losses(again) == taken[checkpoint.step :]
        assert again.early_stopped


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.2},
        {"l2": 0.01},
        {"l1": 0.001},
        {"clipping": ClippingChoice(name="norm", parameters={"max_norm": 0.1})},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_branch_is_the_run_with_the_same_change_at_the_same_step(original, change):
    reference = run_of(design())
    reference.run_until(12)
    reference.change(**change)
    expected = losses(reference)
    checkpoint = checkpoint_at(original, 12)
    spec = checkpoint.settled_spec()
    branch = branched(checkpoint, spec.replace(training=spec.training.replace(**change)))
    after = losses(TrainingRun.resumed(branch, load_dataset(spec.data)))
    assert after == expected
    assert after != original[1][12:]


def test_another_activation_leaves_everything_else(original):
    reference = run_of(design())
    reference.run_until(12)
    reference = make_leaky(reference, 0, 0, 0.2)
    expected = losses(reference)
    checkpoint = checkpoint_at(original, 12)
    branch = branched(checkpoint, reference.spec)
    assert losses(TrainingRun.resumed(branch, load_dataset(design().data))) == expected
    words = in_words(changes(checkpoint.settled_spec(), reference.spec))
    assert words == "layer 1: activation ReLU → Leaky ReLU (negative slope 0.2)"


def with_dropout(spec: ExperimentSpec, rate: float) -> ExperimentSpec:
    layers = list(spec.model.layers)
    layers[2] = layers[2].replace(parameters={"rate": rate})
    return spec.replace(model=spec.model.replace(layers=tuple(layers)))


def test_another_drop_rate_and_length(original):
    checkpoint = checkpoint_at(original, 12)
    spec = with_dropout(checkpoint.settled_spec(), 0.1)
    spec = spec.replace(training=spec.training.replace(steps=50))
    run = TrainingRun.resumed(branched(checkpoint, spec), load_dataset(spec.data))
    assert len(losses(run)) == 50 - 12
    assert in_words(changes(design(), spec)) == "layer 3: drop rate 0.5 → 0.1, length 40 steps → 50 steps"


def test_another_optimizer_begins_with_an_empty_memory(original):
    checkpoint = checkpoint_at(original, 12)
    spec = design(optimizer="momentum")
    branch = branched(checkpoint, spec)
    assert checkpoint.optimizer
    assert branch.optimizer == {}
    run = TrainingRun.resumed(branch, load_dataset(spec.data))
    assert np.isfinite(losses(run)).all()


def test_another_setting_of_the_same_optimizer_keeps_its_memory(original):
    checkpoint = checkpoint_at(original, 12)
    spec = design(optimizer={"name": "adam", "parameters": {"beta1": 0.5}})
    assert branched(checkpoint, spec).optimizer is checkpoint.optimizer


REFUSED = [
    ({"data": {"dataset": "circle"}}, "same data"),
    ({"model": {"layers": [dense(8), "dropout", dense(8)]}}, "keeps the layers"),
    ({"model": {"layers": [dense(9), "batch_norm", "dropout", dense(8)]}}, "“Units” would need other weights"),
    ({"model": {"layers": [dense(8, "prelu"), "batch_norm", "dropout", dense(8)]}}, "slope of a PReLU"),
    ({"model": {"layers": [dense(8, initialization="zeros"), "batch_norm", "dropout", dense(8)]}}, "Initial values"),
    ({"model": {"layers": [dense(8), "batch_norm", "dropout", dense(8)], "seed": 5}}, "Initial values"),
    ({"training": {"batch_size": 8}}, "batch size"),
    ({"training": {"loss": "mse"}}, "another scale"),
    ({"training": {"precision": "float64"}}, "precision"),
    ({"training": {"seed": 5}}, "order of the batches"),
    ({"training": {"device": "cuda"}}, "device"),
]


@pytest.mark.parametrize(("other", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_cannot_change_in_a_run_says_why(original, other, reason):
    data = design().model_dump()
    for part, fields in other.items():
        data[part] = fields if part == "data" else data[part] | fields
    with pytest.raises(SpecError, match=reason):
        branched(checkpoint_at(original, 12), ExperimentSpec.parse(data))


def test_a_change_by_hand_renews_the_checkpoint_of_the_same_step():
    store = SessionStore()
    run = run_of(design(), recording=EVERY_MOMENT, record=store.append)
    run.measure_start()
    run.run_until(12)
    run.instruments.measure_all()
    run.change(learning_rate=0.3)
    assert store.current.checkpoints[-1].settings.learning_rate == 0.3
    freeze_unit(run, 0, 1)
    run.instruments.measure_again()
    last = store.current.checkpoints[-1]
    assert (last.step, len(last.frozen["elements"])) == (12, 3)
    assert len({checkpoint.step for checkpoint in store.current.checkpoints}) == len(store.current.checkpoints)


def test_a_run_that_died_lives_on_from_its_last_sound_checkpoint_with_smaller_steps():
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 60},
            "model": {"layers": [dense(6)]},
            "training": {"steps": 200, "learning_rate": 100.0, "l2": 1.0},
        }
    )
    store = SessionStore()
    run = run_of(spec, recording=EVERY_MOMENT, record=store.append)
    run.measure_start()
    with pytest.raises(DivergedError):
        losses(run)
    checkpoints = store.current.checkpoints
    sound = last_sound(checkpoints)
    assert sound.is_finite
    assert sound.step < checkpoints[-1].step, "the last ones are beyond help"
    cured = branched(sound, spec.replace(training=spec.training.replace(learning_rate=0.01)))
    assert np.isfinite(losses(TrainingRun.resumed(cured, run.dataset))).all()


def test_nothing_begins_where_weights_are_not_finite(original):
    checkpoint = checkpoint_at(original, 12)
    network = dict(checkpoint.network) | {"output.bias": np.array([np.nan, 0], np.float32)}
    ruined = replace(checkpoint, network=network)
    with pytest.raises(SpecError, match="no longer finite"):
        branched(ruined, ruined.settled_spec())
    assert last_sound([checkpoint, ruined]) is checkpoint
    assert last_sound([ruined]) is None
    assert last_sound([]) is None
