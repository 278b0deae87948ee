"""An output that is off for every sample: T9."""

import pytest

from relulab.diagnosis.findings import Severity
from tests.helpers.small_runs import causes, cured, experiment, ill

FORMULA = {"name": "expression", "parameters": {"formula": "x + 5", "noise": 0.0}}
PARABOLA = {"name": "expression", "parameters": {"formula": "x**2 + 1", "noise": 0.0}}


def off(activation: str, bias: float) -> dict[str, object]:
    return {"activation": activation, "bias": {"name": "constant", "parameters": {"value": bias}}}


@pytest.mark.parametrize(
    ("formula", "output"), [(FORMULA, off("relu", -6.0)), (PARABOLA, off("relu", -9.0)), (PARABOLA, off("relu6", -9.0))]
)
def test_t9_a_dead_output_is_the_cause_and_another_output_the_cure(formula, output):
    spec = experiment(formula, 8, output=output, loss="mse", optimizer="adam", learning_rate=0.01)
    found = ill(spec)
    assert causes(spec) == {"dead_output"}
    assert found["dead_output"].severity is Severity.ERROR
    assert found["dead_output"].layer == "output"
    assert "dead_output" not in ill(cured(spec, "dead_output"))


def test_an_output_that_is_on_for_some_samples_is_alive():
    spec = experiment(PARABOLA, 16, output={"activation": "relu"}, loss="mse", optimizer="adam", learning_rate=0.01)
    assert "dead_output" not in ill(spec)
