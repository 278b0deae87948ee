"""Penalties that hold the weights at zero: T9."""

import pytest

from tests.helpers.small_runs import causes, cured, experiment, ill

DECAY = {"name": "adamw", "parameters": {"weight_decay": 10.0}}


@pytest.mark.parametrize(
    ("data", "training"),
    [
        ("moons", {"l2": 1.0}),
        ("circle", {"l2": 0.2}),
        ("circle", {"l1": 0.1}),
        ("spirals", {"l1": 0.05}),
        ("circle", {"optimizer": DECAY, "learning_rate": 0.01}),
    ],
)
def test_t9_a_strong_penalty_is_the_cause_and_a_smaller_one_the_cure(data, training):
    spec = experiment(data, 16, 16, **({"learning_rate": 0.1} | training))
    assert causes(spec) == {"strong_penalty"}
    better = cured(spec, "strong_penalty")
    assert better.training.l1 <= 1e-5
    assert better.training.l2 <= 1e-4
    assert float(better.training.optimizer.parameters.get("weight_decay", 0.0)) <= 0.01
    assert "strong_penalty" not in ill(better)


def test_a_usual_penalty_is_none_and_a_strong_one_that_lets_it_learn_neither():
    assert not ill(experiment("moons", 16, 16, learning_rate=0.1, l2=1e-3))
    assert "strong_penalty" not in ill(experiment("moons", 32, 32, learning_rate=0.1, l1=2e-3))


def test_a_usual_penalty_is_not_blamed_for_what_something_else_did():
    assert "strong_penalty" not in ill(experiment("moons", 16, 16, learning_rate=30.0, l2=1e-4))
