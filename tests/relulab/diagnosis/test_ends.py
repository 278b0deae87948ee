"""How runs ended: the first rule that fits, by what was measured and not by the keys of findings alone."""

import math

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis.ends import End, dead_layers, dead_share, end_of
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.moment import Moment
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.text import text

SPEC = ExperimentSpec.parse(
    {
        "data": {"train_size": 40, "validation_size": 10, "test_size": 10},
        "model": {"layers": [{"kind": "dense", "parameters": {"units": units}} for units in (4, 12)]},
    }
)


def evidence(losses, dead=(0.0, 0.0, math.nan), accuracy=0.6, **last):
    """A run with these losses as shares of guessing's, the last moment with more that was measured."""
    dataset = load_dataset(SPEC.data)
    found = Evidence.of(DesignPlan.of(SPEC, dataset.description), dataset, 40)
    whole = found.facts.baseline - found.facts.floor
    for step, loss in enumerate(losses):
        now = {"dead": np.array(dead), "accuracy": accuracy, **(last if step == len(losses) - 1 else {})}
        found = found.then(Moment(step=step, loss=found.facts.floor + loss * whole, **now))
    return found


def finding(rule, severity=Severity.ERROR):
    return Finding(rule, rule, severity, text("x"), text("y"))


@pytest.mark.parametrize(
    ("end", "run", "findings"),
    [
        (End.DIVERGED, {"losses": [1.0, 0.1], "diverged": True, "dead": (1.0, 0.0, math.nan)}, ["non_finite"]),
        (End.DIVERGED, {"losses": [1.0]}, ["non_finite"]),
        (End.DEAD, {"losses": [1.0, 1.0], "dead": (0.0, 1.0, math.nan)}, ["born_dead"]),
        (End.DEAD, {"losses": [1.0, 0.2], "dead": (1.0, 0.0, math.nan)}, []),
        (End.STUCK, {"losses": [1.0, 1.0], "dead": (0.0, 0.9, math.nan)}, ["dead_layer"]),
        (End.LEARNED, {"losses": [1.0, 0.5, 0.5, 0.5]}, ["dead_layer"]),
        (End.LEARNED, {"losses": [1.0, 0.4, 0.4, 3.0]}, ["oscillation"]),
        (End.STUCK, {"losses": [0.4, 0.6, 0.6, 0.4]}, ["oscillation"]),
        (End.LEARNED, {"losses": [1.0, 0.8], "accuracy": 0.9}, ["healthy"]),
        (End.LEARNING, {"losses": [1.0, 0.8], "accuracy": 0.89}, ["healthy"]),
        (End.LEARNING, {"losses": [1.0, 0.8]}, ["learning"]),
    ],
)
def test_the_first_rule_that_fits(end, run, findings):
    severities = {"healthy": Severity.HEALTHY, "learning": Severity.LEARNING}
    assert end_of(evidence(**run), [finding(key, severities.get(key, Severity.ERROR)) for key in findings]) is end


def test_the_output_is_no_layer_that_dies():
    assert dead_layers(evidence([1.0], dead=(0.5, 0.9, 1.0))) == ()
    assert dead_layers(evidence([1.0], dead=(1.0, 0.9, 0.0))) == (0,)


def test_the_share_of_dead_units_counts_units_and_not_layers():
    assert dead_share(evidence([1.0], dead=(1.0, 0.5, math.nan))) == pytest.approx((4 + 6) / 16)
    assert dead_share(evidence([1.0], dead=(math.nan, 0.5, math.nan))) == pytest.approx(0.5)
    assert math.isnan(dead_share(evidence([1.0], dead=(math.nan, math.nan, math.nan))))
