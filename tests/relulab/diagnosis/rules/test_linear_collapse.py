"""What computes nothing but a straight line, in real runs: T19."""

from typing import Any

import pytest

from relulab.diagnosis.recipes import dense
from relulab.experiment import ExperimentSpec
from tests.helpers.hand_built import design, said, watched
from tests.helpers.recipe_runs import run_spec


def on_the_circle(activation: object, **training: object) -> ExperimentSpec:
    """Two hidden layers; a straight boundary gets a circle half right at best."""
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "circle", "train_size": 400},
            "model": {"layers": [dense(16, activation, "glorot_normal")] * 2},
            "training": {"learning_rate": 0.05, "steps": 400} | training,
        }
    )


def slope(value: float, name: str = "leaky_relu", parameter: str = "negative_slope") -> dict[str, object]:
    return {"name": name, "parameters": {parameter: value}}


@pytest.mark.parametrize(
    ("activation", "training"),
    [
        ("identity", {}),
        (slope(1.0), {}),
        (slope(0.999), {}),
        (slope(1.0, "prelu", "initial_slope"), {"learning_rate": 1e-4}),
    ],
)
def test_t19_a_straight_line_is_named_and_explains_that_nothing_is_learned(activation, training):
    run = run_spec(on_the_circle(activation, **training))
    ill = {finding.rule: finding for finding in run.current if finding.severity.is_illness}
    assert "linear_collapse" in ill
    assert not ill["linear_collapse"].because
    assert ill.get("plateau", ill["linear_collapse"]).because in ("linear_collapse", "")


def test_a_bend_is_no_straight_line():
    run = run_spec(on_the_circle(slope(0.01), learning_rate=0.3))
    assert not any(finding.rule == "linear_collapse" for finding in run.current if finding.severity.is_illness)


def test_a_line_through_outputs_that_hardly_vary_says_nothing():
    nothing: dict[str, Any] = {"loss": 0.6931, "batch_loss": 0.6931, "validation_loss": 0.6931, "linear_r2": 1.0}
    assert "linear_collapse" in said(watched(**nothing))
    assert "linear_collapse" not in said(watched(**nothing, std=[0.5, 1e-6, 1e-9]))
    assert "linear_collapse" not in said(watched(**nothing, dead=[0.1, 0.9, 0.0]))
    saturated = design(dense(16, "tanh"), dense(16, "tanh"))
    assert "linear_collapse" not in said(watched(saturated, **nothing, saturated=[0.9, 0.1, 0.0]))
