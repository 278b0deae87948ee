"""A layer that is dead altogether, in real runs: T4."""

from typing import Any

import numpy as np
import pytest

from relulab.diagnosis.findings import Severity
from relulab.experiment import ExperimentSpec
from tests.helpers.hand_built import said, watched
from tests.helpers.recipe_runs import run_spec

DECAYING: dict[str, Any] = {"loss": lambda step: 50.0 * 0.97**step, "batch_loss": lambda step: 50.0 * 0.97**step}


def network(rate: float, *widths: int, seed: int = 0, data: str = "moons") -> ExperimentSpec:
    return ExperimentSpec.parse(
        {
            "data": {"dataset": data, "train_size": 300},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": n}} for n in widths], "seed": seed},
            "training": {"learning_rate": rate, "steps": 400},
        }
    )


@pytest.mark.parametrize(
    "spec",
    [
        network(20.0, 16, 8),  # the one that was told of
        network(20.0, 16, 8, seed=3),
        network(40.0, 24, 12, data="circle"),
        network(15.0, 8, 8, 8, data="spirals"),
    ],
)
def test_t4_a_dead_layer_is_an_error_while_the_loss_comes_down_from_an_outburst(spec):
    run = run_spec(spec)
    whole = [position for position in run.outcome.hidden if run.outcome.last.dead[position] >= 1.0]
    assert whole, "a case that shows nothing"
    (finding, *_) = [one for one in run.current if one.rule == "dead_layer"]
    assert finding.severity is Severity.ERROR
    assert "in front of this layer, towards the input" in str(finding.explanation)


def test_t4_whatever_the_loss_does():
    """Falling, high or low: what is dead altogether passes no gradient to what is in front of it."""
    for course in (DECAYING, {}, {"loss": 0.01, "batch_loss": 0.01}):
        finding = said(watched(dead=[0.2, 1.0, np.nan], **course))["dead_layer"]
        assert (finding.severity, finding.layer) == (Severity.ERROR, "2_dense")
        assert "healthy" not in said(watched(dead=[0.2, 1.0, np.nan], **course))


def test_of_a_layer_that_has_units_left_the_loss_decides():
    assert "dead_layer" not in said(watched(dead=[0.2, 0.95, np.nan]))
    assert "dead_layer" in said(watched(dead=[0.2, 0.95, np.nan], loss=0.5, batch_loss=0.5))
