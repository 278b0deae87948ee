"""What is said of drawn points, and the design that learns from them."""

import numpy as np
import pytest

from relulab.data.own_points import LEAST_POINTS, MOST_POINTS
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.views.own_points import CLASSES, CURVE, count_words, design_of, drawn_points, problem_of


def drawn(count=20, classes=2):
    return np.column_stack([np.linspace(-1, 1, count).round(3), np.zeros(count), np.arange(count) % classes])


@pytest.mark.parametrize(
    ("kind", "points", "words"),
    [
        (CLASSES, drawn(0), "Draw 10 more points"),
        (CURVE, drawn(LEAST_POINTS - 1), "Draw 1 more point: 10 are the least"),
        (CLASSES, drawn(20, 1), "All points are of one class"),
    ],
)
def test_what_is_missing_is_told(kind, points, words):
    assert words in str(problem_of(kind, points))


@pytest.mark.parametrize("kind", [CLASSES, CURVE])
def test_what_can_be_learned_from_says_how(kind):
    assert problem_of(kind, drawn()) is None
    assert str(count_words(kind, drawn())) == "20 points; 4 for the test and as many for validation."
    assert "full" in str(count_words(kind, drawn(MOST_POINTS)))


@pytest.mark.parametrize("kind", [CLASSES, CURVE])
def test_the_design_holds_the_points_and_can_be_trained(kind):
    spec = design_of(kind, drawn(), None)
    found, points = drawn_points(spec)
    assert found == kind
    assert np.array_equal(points[:, :2], drawn()[:, :2])
    plan = DesignPlan.of(spec, spec.data.dataset.describe())
    assert plan.shapes[-1].units == (2 if kind == CLASSES else 1)


def test_a_design_of_such_points_keeps_its_network():
    before = design_of(CLASSES, drawn(), None)
    changed = before.replace(model=before.model.replace(layers=before.model.layers[:1]), name="mine")
    after = design_of(CLASSES, drawn(30), changed)
    assert (after.name, len(after.model.layers)) == ("mine", 1)
    assert len(drawn_points(after)[1]) == 30
    assert len(design_of(CURVE, drawn(), changed).model.layers) == 2, "a curve wants another output and loss"


def test_other_designs_have_no_points():
    assert drawn_points(None) is None
    assert drawn_points(ExperimentSpec()) is None
