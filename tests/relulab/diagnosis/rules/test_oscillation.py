"""Runs that jump up and down: T9."""

from typing import Any

import pytest

from tests.helpers.hand_built import BENT, SETTLED, said, watched
from tests.helpers.small_runs import experiment, ill

LEAKY = {units: {"kind": "dense", "parameters": {"units": units}, "activation": "leaky_relu"} for units in (32, 48)}


@pytest.mark.parametrize(
    ("data", "layers", "training"),
    [
        ("xor", [LEAKY[32], 24], {"optimizer": "rmsprop", "learning_rate": 0.2, "steps": 900}),
        ("spirals", [LEAKY[48], LEAKY[48]], {"optimizer": "adam", "learning_rate": 0.3, "steps": 1200, "size": 1000}),
    ],
)
def test_t9_a_run_that_jumps_and_gets_nowhere_is_named(data, layers, training):
    assert "oscillation" in ill(experiment(data, *layers, batch_size=8, **training))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_curve_that_is_mostly_learned_does_not_oscillate(seed):
    spec = experiment("sine", 64, 64, 64, 64, loss="mse", learning_rate=0.02, steps=400, seed=seed, size=500)
    assert "oscillation" not in ill(spec)


@pytest.mark.parametrize("batch", [1, 8])
def test_a_run_of_small_batches_that_arrives_does_not_oscillate(batch):
    assert "oscillation" not in ill(experiment("moons", 32, learning_rate=0.02, batch_size=batch, steps=1500))


def wave(step: int) -> float:
    """Between .8 and .9, in small steps that each turn back by less than counts."""
    place = step // 10 % 8
    return 0.8 + 0.025 * min(place, 8 - place)


def swings(accuracy, validation) -> bool:
    """Whether a run with these accuracies, functions of the step, is said to oscillate."""
    loss: dict[str, Any] = dict.fromkeys(("loss", "batch_loss", "validation_loss"), 0.3)
    run = watched(steps=SETTLED, known=BENT, accuracy=accuracy, validation_accuracy=validation, **loss)
    return "oscillation" in said(run)


def test_a_swing_may_take_several_measurements():
    assert swings(wave, wave)


def test_the_luck_of_the_last_measurement_does_not_hide_it():
    assert swings(wave, lambda step: 0.97 if step == SETTLED[-1] else wave(step))


def test_a_run_that_jumps_and_gets_on_does_not_oscillate():
    assert not swings(lambda step: step / 1000 + wave(step) - 0.4, wave)


def test_what_jumps_between_good_values_is_good():
    assert not swings(wave, lambda step: 0.97)
