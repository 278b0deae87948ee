"""What is asked of every moment of every run is worked out in a short way: all bits are those of the long one."""

import numpy as np
import pytest

from relulab.diagnosis.baselines import softmax_regression
from relulab.diagnosis.moment import MOMENT_FIELDS, Moment, measured_fields
from relulab.diagnosis.trend import UPDATES, usual_update
from tests.helpers.hand_built import moment, watched


@pytest.mark.parametrize("classes", [2, 3, 7, 8, 12])
def test_shares_of_classes_are_those_of_sums_over_whole_rows(classes, monkeypatch):
    random = np.random.default_rng(classes)
    x, fresh = random.normal(size=(60, 3)), random.normal(size=(20, 3))
    y = np.eye(classes)[random.integers(0, classes, 60)]
    short = softmax_regression(x, y, fresh)
    monkeypatch.setattr("relulab.diagnosis.baselines.FEW_CLASSES", 0)
    assert short.tobytes() == softmax_regression(x, y, fresh).tobytes()


def test_the_usual_update_is_the_middle_of_the_last_three():
    random = np.random.default_rng(0)
    for _ in range(20):
        evidence = watched(steps=(0,))
        layers = len(evidence.layout.layers)
        ratios = random.normal(-3.0, 1.0, (5, layers)).round(1).astype(np.float32)
        ratios[random.random(ratios.shape) < 0.1] = np.nan
        for step, row in enumerate(ratios):
            evidence = evidence.then(moment(layers, UPDATES.after + step, update_ratio=row))
        np.testing.assert_array_equal(usual_update(evidence), np.median(ratios[-3:], axis=0))


def test_the_measured_fields_are_those_that_a_moment_has():
    one = Moment(step=3, loss=0.5, dead=np.zeros(2), linear_rank=0, batch_loss=float("nan"))
    assert measured_fields(one) == {name for name in MOMENT_FIELDS if one.has(name)}
    assert {"step", "loss", "dead", "linear_rank", "final"} <= measured_fields(one)
    assert not {"batch_loss", "std", "accuracy"} & measured_fields(one)
