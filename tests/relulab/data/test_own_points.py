"""Points that somebody drew as data: their text, their description, and the samples."""

import numpy as np
import pytest

from relulab.catalog.entry import LONGEST_TEXT
from relulab.catalog.losses import Task
from relulab.data.loading import load_dataset
from relulab.data.own_points import (
    FURTHEST,
    LEAST_POINTS,
    MOST_CLASSES,
    MOST_POINTS,
    OWN_CURVE,
    OWN_POINTS,
    read_classes,
    read_points,
    write_points,
)
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec


def drawn(count=50, classes=3, seed=0):
    generator = np.random.default_rng(seed)
    points = generator.uniform(-1.5, 1.5, (count, 2)).round(3)
    return np.column_stack([points, np.arange(count) % classes])


def spec_of(name, points, **data):
    parameters = {"points": write_points(points)}
    loss = "cross_entropy" if name == "own_points" else "mse"
    return ExperimentSpec.parse(
        {"data": {"dataset": {"name": name, "parameters": parameters}, **data}, "training": {"loss": loss}}
    )


@pytest.mark.parametrize("count", [LEAST_POINTS, 37, MOST_POINTS])
def test_text_gives_the_points_back(count):
    points = drawn(count)
    assert np.array_equal(read_classes(write_points(points)), points)
    longest = np.tile([-FURTHEST + 0.001, -FURTHEST + 0.001, 5.0], (MOST_POINTS, 1))
    assert len(write_points(longest)) <= LONGEST_TEXT, "it fits into the design"


def test_every_point_is_in_one_set():
    points = drawn(50)
    data = load_dataset(spec_of("own_points", points, scaling="raw").data)
    splits = (data.train, data.validation, data.test)
    assert [len(split) for split in splits] == [30, 10, 10]
    seen = np.concatenate([np.column_stack([split.inputs, split.targets]) for split in splits])
    order = np.lexsort(seen.T), np.lexsort(points.T)
    np.testing.assert_allclose(seen[order[0]], points[order[1]], atol=1e-6)
    assert data.description.class_names == ("class 1", "class 2", "class 3")


def test_a_curve_is_a_regression():
    points = drawn(25)[:, :2]
    data = load_dataset(spec_of("own_curve", points, scaling="raw").data)
    assert data.description.task is Task.REGRESSION
    seen = np.concatenate([np.column_stack([s.inputs, s.targets]) for s in (data.train, data.validation, data.test)])
    np.testing.assert_allclose(np.sort(seen[:, 0]), np.sort(points[:, 0]), atol=1e-6)
    at = {round(float(x), 3): round(float(y), 3) for x, y in seen}
    assert at == {float(x): float(y) for x, y in points}


@pytest.mark.parametrize("entry", [OWN_POINTS, OWN_CURVE])
def test_there_is_something_before_anybody_draws(entry):
    description = entry.describe(entry.complete({}))
    assert description.available == 20
    assert description.train_size + description.validation_size + description.test_size == 20


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("", "3 numbers each"),
        ("1 2", "3 numbers each"),
        ("1 2 0; 1 b 0", "3 numbers each"),
        ("1 2 nan" + "; 0 0 1" * 12, "3 numbers each"),
        ("1 20 0" + "; 0 0 1" * 12, "3 numbers each"),
        ("1 2 0; 0 0 1", "10 to 500 points, not 2"),
        ("; ".join(["1 2 0", "0 0 1"] * 251), "10 to 500 points, not 502"),
        ("; ".join(["1 2 0"] * 12), "All points are of one class"),
        ("; ".join(["1 2 0", "1 2 0.5"] * 6), "its class, 0 to 5"),
        ("; ".join(["1 2 0", f"1 2 {MOST_CLASSES}"] * 6), "its class, 0 to 5"),
    ],
)
def test_what_is_no_set_of_points_is_refused_at_its_field(points, words):
    with pytest.raises(SpecError, match=words) as refused:
        ExperimentSpec.parse({"data": {"dataset": {"name": "own_points", "parameters": {"points": points}}}})
    assert refused.value.where[-1] == "points"


def test_a_curve_has_two_numbers_for_each_point():
    with pytest.raises(ValueError, match="2 numbers each"):
        read_points("; ".join(["1 2 0"] * 12), 2)
