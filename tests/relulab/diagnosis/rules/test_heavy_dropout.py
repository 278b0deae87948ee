"""Dropout that leaves too little: T9."""

import pytest

from tests.helpers.small_runs import causes, cured, experiment, ill


def dropout(rate: float) -> dict[str, object]:
    return {"kind": "dropout", "parameters": {"rate": rate}}


@pytest.mark.parametrize(("data", "rate"), [("circle", 0.95), ("spirals", 0.9), ("xor", 0.95)])
def test_t9_too_much_dropout_is_the_cause_and_less_of_it_the_cure(data, rate):
    spec = experiment(data, 32, dropout(rate), 32, dropout(rate), learning_rate=0.05)
    assert "heavy_dropout" in causes(spec)
    better = cured(spec, "heavy_dropout")
    assert [layer.parameters["rate"] for layer in better.model.layers if layer.kind == "dropout"] == [0.2, 0.2]
    assert "heavy_dropout" not in ill(better)


def test_dropout_that_lets_the_network_learn_is_no_illness():
    assert not ill(experiment("moons", 64, dropout(0.6), learning_rate=0.1, steps=800))
