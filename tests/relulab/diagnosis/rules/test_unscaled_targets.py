"""Targets of a size that no fresh network answers with: T8."""

import pytest

from relulab.diagnosis.findings import Severity
from tests.helpers.small_runs import causes, cured, experiment, ill


def formula(words: str) -> dict[str, object]:
    return {"name": "expression", "parameters": {"formula": words, "noise": 0.0}}


@pytest.mark.parametrize(
    ("words", "training"),
    [
        ("1000*x", {"learning_rate": 0.05}),
        ("300*x**2 + 90", {"learning_rate": 0.02}),
        ("100000 + 20000*x", {"learning_rate": 0.02}),
    ],
)
def test_t8_the_targets_are_named_as_the_cause(words, training):
    spec = experiment(formula(words), 32, 32, **({"loss": "mse"} | training))
    assert causes(spec) == {"unscaled_targets"}
    finding = ill(spec)["unscaled_targets"]
    assert finding.severity is Severity.ERROR
    assert "Subtract their mean and divide by their standard deviation" in str(finding.explanation)
    assert not ill(cured(spec, "unscaled_targets"))


def test_t8_they_are_the_cause_of_large_gradients_also_where_they_are_learned():
    spec = experiment(formula("5000*sin(x)"), 32, 32, loss="mse", optimizer="adam", learning_rate=0.01)
    assert causes(spec) == {"unscaled_targets"}
    assert ill(spec)["exploding_gradient"].because == "unscaled_targets"


@pytest.mark.parametrize("words", ["x", "3*x", "sin(3*x)"])
def test_targets_of_about_one_are_fine(words):
    assert "unscaled_targets" not in ill(experiment(formula(words), 32, 32, loss="mse", learning_rate=0.05))
