"""Runs that jump up and down: T9."""

import pytest

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
