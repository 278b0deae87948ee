"""Health is earned, by a network that has arrived, is good for these data, and is not ill: T6."""

import pytest

from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rules import RULES
from tests.helpers.hand_built import BENT, SETTLED, design, said, watched
from tests.helpers.recipe_runs import run_spec
from tests.helpers.small_runs import experiment


def verdicts(spec) -> set[str]:
    """The rules of what stands at the end of a real run."""
    return {finding.rule for finding in run_spec(spec).current}


def test_t6_a_network_that_arrives_is_healthy():
    assert "healthy" in verdicts(experiment("xor", 24, 24, optimizer="adam", learning_rate=0.01, steps=900, size=600))


def test_t6_a_network_that_is_still_on_its_way_is_learning():
    spec = experiment("xor", 24, 24, optimizer="adam", learning_rate=0.001, steps=90, size=600)
    assert "learning" in verdicts(spec)
    assert "healthy" not in verdicts(spec)


@pytest.mark.parametrize("units", [2, 3])
def test_t6_a_curve_that_is_missed_for_a_good_part_is_not_healthy(units):
    spec = experiment("sine", units, loss="mse", optimizer="adam", learning_rate=0.02, steps=1200)
    run = run_spec(spec)
    assert run.outcome.last.validation_loss > 0.05, "it misses it"
    assert "healthy" not in {finding.rule for finding in run.current}


def test_t6_no_straight_network_is_healthy_where_the_data_are_bent():
    flat = {"kind": "dense", "parameters": {"units": 12}, "activation": "identity"}
    assert "healthy" not in verdicts(experiment("moons", flat, flat, learning_rate=0.1, steps=400))


def test_t6_a_run_that_diverges_late_is_not_healthy():
    """It had settled and was healthy, then its rate was raised by a schedule."""
    run = watched(
        steps=SETTLED, known=BENT, diverged=lambda step: step == SETTLED[-1], final=lambda step: step == SETTLED[-1]
    )
    assert "healthy" not in said(run)
    assert "healthy" in said(watched(steps=SETTLED, known=BENT))


@pytest.mark.parametrize("score", [0.55, 0.7, 0.84])
def test_t6_a_result_that_is_poor_for_these_data_is_not_healthy(score):
    run = watched(steps=SETTLED, known=BENT, validation_accuracy=score, accuracy=score)
    assert "healthy" not in said(run)


def test_t6_no_illness_stands_beside_health():
    ill = {"unscaled": watched(design(output={"activation": "relu"}), steps=SETTLED, known=BENT)}
    for run in ill.values():
        found = said(run)
        assert any(finding.severity in (Severity.ERROR, Severity.WARNING) for finding in found.values())
        assert not [rule for rule in found if RULES[rule].when_clear]
