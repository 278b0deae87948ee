"""What tables tell of the course of a training, by moments that are known, and of networks that were trained."""

import math
from typing import Any

import numpy as np
import pytest

from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.moment import Moment
from relulab.model.plan import DesignPlan
from relulab.population.course import greatest_gradient, steps_to_nearly_right
from relulab.population.line_beside import line_beside, pieces_of
from relulab.population.preparation import Preparation
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from tests.relulab.population.designs import design

SINE: dict[str, Any] = {"loss": "mse", "data": {"dataset": "sine"}}


def seen(*moments):
    evidence = Evidence.design(DesignPlan.of(design()))
    for moment in moments:
        evidence = evidence.then(moment)
    return evidence


def test_the_first_measurement_with_nine_of_ten_right_counts():
    shares = ((0, 0.5), (10, 0.95), (20, 0.8), (40, 0.9), (80, 1.0), (90, 0.93), (99, 0.4))
    course = [Moment(step=step, accuracy=1.0, validation_accuracy=right) for step, right in shares]
    assert steps_to_nearly_right(seen(*course)) == 40, "step 10 was luck"
    assert steps_to_nearly_right(seen(course[0])) == math.inf
    assert steps_to_nearly_right(seen(*course[:5])) == 40, "at the end two are enough"
    assert steps_to_nearly_right(seen(Moment(step=0, accuracy=0.2), Moment(step=9, accuracy=0.95))) == 9, (
        "no validation set"
    )
    assert math.isnan(steps_to_nearly_right(seen(Moment(step=0, loss=1.0)))), "a regression"


def test_the_greatest_gradient_is_that_of_all_layers_together():
    course = [Moment(step=0, gradient_norm=np.array([3.0, 4.0])), Moment(step=5, gradient_norm=np.array([0.1, 0.0]))]
    assert greatest_gradient(seen(*course)) == pytest.approx(5.0)
    assert greatest_gradient(seen(*course, Moment(step=6, diverged=True))) == math.inf
    assert math.isnan(greatest_gradient(seen(Moment(step=0))))


def told_of(spec, over, starts=2):
    heard = []
    Asked(Sweep.of(spec, over, starts), is_map=True).train(None, heard.append)
    return [told for told in heard if isinstance(told, Standing) and told.end]


def test_larger_inputs_have_larger_gradients_and_every_step_takes_time():
    runs = told_of(design(steps=60, learning_rate=0.001), {"data.input_factor": [1.0, 30.0]})
    small, large = [run for run in runs if run.run < 2], [run for run in runs if run.run >= 2]
    assert min(run.gradient for run in large) > 5 * max(run.gradient for run in small)
    assert all(0 < run.step_seconds < 1 for run in runs)
    assert told_of(design(steps=3), {"hidden.units": [4]})[0].step_seconds > 0, "where every step is looked at, too"
    assert all(math.isnan(run.line_beside) for run in runs)


def test_a_network_of_one_layer_is_not_better_than_the_line_of_as_many_pieces():
    runs = told_of(design(units=(6,), steps=300, learning_rate=0.05, **SINE), {"hidden.units": [3, 6]})
    assert all(0 < run.line_beside < run.loss for run in runs)
    beside = {run.run: run.line_beside for run in runs}
    assert beside[2] < beside[0], "more pieces come closer"


@pytest.mark.parametrize(
    ("spec", "pieces"),
    [
        (design(units=(7,), **SINE), 8),
        (design(units=(7,), activation="tanh", **SINE), None),
        (design(units=(7, 7), **SINE), None),
        (design(units=(7,)), None),
    ],
)
def test_pieces_are_counted_where_each_unit_bends_once(spec, pieces):
    assert pieces_of(spec) == pieces


def test_of_two_inputs_there_is_no_line():
    assert line_beside(Preparation().dataset(design().data), 4) is None
