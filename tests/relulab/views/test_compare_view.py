"""Runs side by side in numbers and words: what differs, where two choose other classes, what each says at a point."""

import math
from typing import Any

import numpy as np
import pytest

from relulab.experiment.changes import differences
from relulab.formatting import number
from relulab.session.compare import axes_of
from relulab.training.telemetry import EvaluationRecord, PlanePicture
from relulab.views.compare import LETTERS, MOST, CompareView
from relulab.views.compare_pairs import MATCHED
from relulab.views.compare_units import SIDE, unit_layers
from relulab.views.glimpse import glimpse_of
from relulab.views.parts import ShownRun
from tests.helpers.figure_runs import history_of, shown


def with_picture(name, values, x_range=(-2.0, 2.0), y_range=(-1.0, 3.0)):
    """A run whose network gives these shares of class 1 over the plane."""
    history = history_of(name).up_to(10**9)
    history.append(PlanePicture(history.info.spec.training.steps, np.asarray(values, np.float32), x_range, y_range))
    return ShownRun(name, history, 0)


def slopes(size=41):
    """Class 1 right of x = 0, and above y = 1."""
    x, y = np.meshgrid(np.linspace(-2, 2, size), np.linspace(-1, 3, size))
    return 1 / (1 + np.exp(-3 * x)), 1 / (1 + np.exp(-3 * (y - 1)))


@pytest.fixture
def crossed():
    right, above = slopes()
    return CompareView([with_picture("moons", [right]), with_picture("moons slow", [above])])


def test_boundaries_lie_where_the_class_changes(crossed):
    (one,), (other,) = crossed.boundary(0), crossed.boundary(1)
    np.testing.assert_allclose(one[:, 0], 0.0, atol=1e-6)
    assert sorted(one[[0, -1], 1]) == [-1.0, 3.0]
    np.testing.assert_allclose(other[:, 1], 1.0, atol=1e-6)


def test_two_runs_differ_in_two_quarters_of_the_plane(crossed):
    plane, samples = crossed.differing_shares
    assert plane == pytest.approx(0.5, abs=0.03)
    train = crossed.runs[0].history.info.dataset.train.inputs
    assert samples == pytest.approx(((train[:, 0] > 0) != (train[:, 1] > 1)).mean(), abs=0.05)
    assert str(crossed.differing_words).startswith(f"{100 * plane:.0f} % of the plane")
    assert "A and B differ on" in str(crossed.in_words)
    three = CompareView([*crossed.runs, crossed.runs[0]])
    assert three.differing is None, "of three it would be unclear which two"
    other = CompareView([crossed.runs[0], with_picture("moons slow", [slopes()[1]], x_range=(-1.0, 1.0))])
    assert other.differing is None, "asked at other points"
    assert other.ranges == ((-2.0, 2.0), (-1.0, 3.0)), "equal axes all the same"


def test_each_run_says_what_it_makes_of_a_point(crossed):
    output: Any = crossed.outputs[0]
    names = output.class_names
    assert str(crossed.here(0, (1.95, -0.9))) == f"here: {names[1]}, more than 99 % sure"
    assert str(crossed.here(1, (1.95, 0.8))).startswith(f"here: {names[0]}, 6")
    curve = CompareView(shown("sine", "sine"))
    picture = history_of("sine").picture
    here = str(curve.here(0, (float(picture.x[3]),)))
    assert here == f"here: {number(float(picture.y[0][3]), 3)}"


def test_the_headline_names_the_one_change_or_all():
    assert str(CompareView(shown("moons", "moons slow")).headline).startswith("2 settings differ: ")
    assert str(CompareView(shown("moons", "moons")).headline).startswith("Nothing differs")
    first, second = (run.history.info.spec for run in shown("moons", "moons slow"))
    assert first.training.learning_rate != second.training.learning_rate


def test_letters_and_losses_are_those_of_the_runs():
    view = CompareView(shown(*["moons"] * 8))
    assert (len(view.runs), view.left_out) == (MOST, 2)
    assert "2 more runs are left out" in view.caption
    assert str(view.title_of(1)) == "B  moons"
    steps, losses = view.losses(0)
    expected = view.runs[0].history.columns(EvaluationRecord, "step", "loss")
    np.testing.assert_array_equal((steps, losses), expected)
    rows = view.table.rows
    assert [row[0] for row in rows] == list(LETTERS)
    assert rows[0][3] == losses[-1]
    assert math.isnan(rows[0][6])


def test_death_is_told_by_layer():
    view = CompareView(shown("dead", "moons"))
    assert [layer.share for layer in view.dead(0)] == [1.0]
    assert view.dead_share(0) == 1.0
    assert "100 % of its units dead" in str(view.in_words)
    assert CompareView(shown("sine", "sine")).dead(0) == [], "no unit of these can die"


def test_one_run_and_runs_that_were_not_trained_are_no_comparison():
    assert CompareView(shown("moons")).is_empty
    assert CompareView(shown("built", "built")).is_empty
    assert not CompareView(shown("moons", "moons slow")).is_empty


def test_units_of_networks_that_began_alike_stand_above_each_other():
    view = CompareView(shown("moons", "moons slow"))
    layers = unit_layers(view)
    assert [part.shape for part in layers[0].pictures] == [(6, SIDE, SIDE)] * 2
    picture = history_of("moons").picture
    stack, x, y = picture.stack, picture.x_range[0], picture.y_range[0]
    first = stack.layers[0]
    expected = first.pieces(np.array([[x, y]]) @ first.weight.T + first.bias)[0]
    corner = layers[0].pictures[0][:, 0, 0]
    is_inside = (corner > 0) & (corner < 1)
    ratios = corner[is_inside] / expected[is_inside]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-5, err_msg="one scale for all units")
    assert is_inside.any()
    assert (corner[expected == 0] == 0).all()
    assert unit_layers(CompareView(shown("moons", "one layer"))) == [], "other layers"
    assert unit_layers(CompareView(shown("digits", "digits"))) == [], "no plane"


@pytest.mark.parametrize("name", ["moons", "sine", "surface", "digits"])
def test_every_kind_of_output_can_be_painted_small(name):
    output: Any = CompareView(shown(name, name)).outputs[0]
    standing, scene, _ = glimpse_of(output)
    assert standing.kind
    assert standing.values.size
    assert scene.classes == (len(output.class_names) if name in ("moons", "digits") else 0)


@pytest.mark.parametrize("key", MATCHED)
def test_matched_designs_differ_in_one_thing_and_share_axes(key):
    specs = MATCHED[key].specs()
    assert len(differences(specs)) >= 1
    if MATCHED[key].path:
        assert len(differences(specs)) == 1
    assert all(axes_of(spec) == axes_of(specs[0]) for spec in specs)
    assert len({(spec.model.seed, spec.training.seed, spec.data.seed) for spec in specs}) == 1
    assert len({spec.name for spec in specs}) == len(specs)
