"""Runs that end while they are learning: T9."""

import pytest

from tests.helpers.small_runs import cured, experiment, ill


@pytest.mark.parametrize(
    ("data", "training"),
    [("circle", {"learning_rate": 0.02, "steps": 150}), ("sine", {"loss": "mse", "learning_rate": 0.01, "steps": 80})],
)
def test_t9_a_run_that_ends_too_early_is_told_to_go_on(data, training):
    spec = experiment(data, 32, 32, **training)
    assert "too_few_steps" in ill(spec)
    better = cured(spec, "too_few_steps")
    assert better.training.steps == 3 * training["steps"]


def test_a_run_that_has_settled_has_had_the_steps():
    assert "too_few_steps" not in ill(experiment("moons", 32, 32, learning_rate=0.1, steps=1000))
