"""Layers too narrow for their data: T9."""

from typing import Any

import pytest

from relulab.diagnosis.recipes import dense
from tests.helpers.small_runs import causes, cured, experiment, ill

ADAM: dict[str, Any] = {"optimizer": "adam", "learning_rate": 0.02, "steps": 900}


@pytest.mark.parametrize(
    ("data", "layer"),
    [
        ("xor", 2),
        ("circle", dense(2, "tanh", "glorot_normal")),
        ("spirals", dense(2, "tanh", "glorot_normal")),
        ("spirals", 3),
        ("xor", dense(1, "elu")),
    ],
)
def test_t9_too_few_units_are_the_cause_and_more_of_them_the_cure(data, layer):
    spec = experiment(data, layer, **ADAM)
    assert "too_few_units" in causes(spec)
    better = cured(spec, "too_few_units")
    assert "too_few_units" not in ill(cured(better, "too_few_units") if "too_few_units" in ill(better) else better)


@pytest.mark.parametrize("data", ["xor", "circle", "moons"])
def test_a_narrow_layer_that_is_wide_enough_is_no_illness(data):
    assert "too_few_units" not in ill(experiment(data, 6, **ADAM))


def test_a_narrow_layer_is_not_blamed_where_the_data_tell_no_more():
    noisy = {"name": "gaussians", "parameters": {"noise": 2.0}}
    assert "too_few_units" not in ill(experiment(noisy, 3, **ADAM))


def test_a_data_set_that_asks_for_a_bend_is_no_place_for_a_network_without_hidden_layers():
    """T19: the cause is looked for also where nothing was learned."""
    for data in ("xor", "circle"):
        assert causes(experiment(data, learning_rate=0.3)) == {"linear_collapse"}
    for data in ("moons", "gaussians"):
        assert "linear_collapse" not in ill(experiment(data, learning_rate=0.3))
