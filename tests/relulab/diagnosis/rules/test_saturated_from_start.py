"""Weights that start at the flat ends: T19."""

import pytest

from relulab.diagnosis.recipes import dense
from tests.helpers.small_runs import causes, experiment, ill


def wild(activation: str, std: float) -> dict[str, object]:
    return dense(64, activation) | {"initialization": {"name": "normal", "parameters": {"mean": 0.0, "std": std}}}


@pytest.mark.parametrize(
    ("activation", "std", "rate"), [("tanh", 3.0, 0.01), ("sigmoid", 4.0, 0.1), ("hardtanh", 2.0, 0.01)]
)
def test_t19_saturation_since_the_start_is_named_although_the_loss_falls(activation, std, rate):
    hidden = wild(activation, std)
    spec = experiment("digits", "flatten", hidden, hidden, size=1000, learning_rate=rate, steps=600)
    assert "saturated_from_start" in causes(spec)
    assert ill(spec)["saturated_from_start"].cures[0].key == "fitting_weights"


def test_a_layer_that_saturates_because_it_is_sure_is_no_illness():
    spec = experiment("moons", dense(64, "tanh", "glorot_normal"), optimizer="adam", learning_rate=0.05, steps=900)
    assert "saturated_from_start" not in ill(spec)
