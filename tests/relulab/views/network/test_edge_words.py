"""What is told of one line: every digit of the weight, its gradient and update, or why they are not there."""

import dataclasses

import numpy as np
import pytest

from relulab.views.network.edge_words import Edge, edge_numbers
from relulab.views.network.lines import curve_points, heights_at, pieces_of
from relulab.views.network.view import network_view
from tests.helpers.networks import digits_history, moons_history

EDGE = Edge(2, 3, 1)


def told(words):
    """The last number of a sentence."""
    return float(str(words).rsplit(" ", 1)[1].replace("−", "-"))


def test_every_digit_of_the_weight_is_told():
    view = network_view(moons_history())
    numbers = edge_numbers(view, EDGE)
    assert str(numbers.weight).startswith("h2 → h4: weight ")
    assert np.float32(told(numbers.weight)) == view.picture.weights[1][3, 1]


def test_gradient_and_update_are_those_of_the_batch_that_is_named():
    view = network_view(moons_history())
    numbers = edge_numbers(view, Edge(1, 2, 0))
    read = view.picture.read
    assert f"batch of step {read.step}" in str(numbers.change)
    assert np.float32(told(numbers.change)) == pytest.approx(read.updates[0][2, 0], rel=1e-6)


def test_what_was_not_read_is_said():
    view = network_view(moons_history())
    bare = dataclasses.replace(view, picture=dataclasses.replace(view.picture, read=None))
    assert "were not read here" in str(edge_numbers(bare, EDGE).change)


def test_before_learning_there_is_a_gradient_and_no_update():
    view = network_view(moons_history())
    read = dataclasses.replace(view.picture.read, step=0, updates=())
    start = dataclasses.replace(view, picture=dataclasses.replace(view.picture, read=read))
    words = str(edge_numbers(start, EDGE).change)
    assert "before learning" in words
    assert "update" not in words


def test_a_line_of_kernels_tells_a_norm():
    view = network_view(digits_history())
    words = edge_numbers(view, Edge(3, 1, 2))
    assert "norm of its weights" in str(words.weight)
    assert told(words.weight) == pytest.approx(float(view.weights(3)[1, 2]), rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.77, 1.0])
def test_a_line_is_where_it_is_drawn(share):
    starts, ends = np.array([[10.0, 50.0], [10.0, 90.0]]), np.array([[200.0, 400.0], [200.0, 20.0]])
    for start, end in zip(starts, ends, strict=True):
        points = curve_points(tuple(start), tuple(end))
        x, y = points[round(share * (len(points) - 1))]
        assert np.abs(heights_at(x, starts, ends) - y).min() < 1e-9


def test_all_lines_at_once_are_the_curves_one_by_one():
    starts, ends = np.array([[10.0, 50.0], [10.0, 90.0]]), np.array([[200.0, 400.0], [200.0, 20.0]])
    pieces = pieces_of(starts, ends)
    assert pieces.flags.c_contiguous, "Qt reads them where they are"
    for drawn, start, end in zip(pieces, starts, ends, strict=True):
        points = curve_points(tuple(start), tuple(end))
        np.testing.assert_allclose(drawn[:, :2], points[:-1])
        np.testing.assert_allclose(drawn[:, 2:], points[1:])
