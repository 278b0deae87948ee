"""Lines of one value over a grid, beside circles and planes that are known."""

import math

import numpy as np
import pytest

from relulab.views.level_lines import level_lines


def test_a_plane_is_crossed_by_one_straight_line():
    rows, columns = np.mgrid[:5, :7]
    (line,) = level_lines(columns + 0.5 * rows, 3.2)
    np.testing.assert_allclose(line[:, 0] + 0.5 * line[:, 1], 3.2)
    assert sorted(line[[0, -1], 1]) == [0.0, 4.0], "from edge to edge"


def test_a_circle_is_one_closed_line():
    rows, columns = np.mgrid[:41, :41]
    (line,) = level_lines(np.hypot(rows - 20, columns - 20), 12.3)
    np.testing.assert_allclose(np.hypot(*(line - 20).T), 12.3, atol=0.02)
    np.testing.assert_array_equal(line[0], line[-1])
    length = np.hypot(*np.diff(line, axis=0).T).sum()
    assert length == pytest.approx(2 * math.pi * 12.3, rel=0.01), "each stretch once"


@pytest.mark.parametrize("middle", [0.2, 0.8])
def test_at_a_saddle_the_middle_decides(middle):
    values = np.array([[1.0, 0.0], [0.0, 1.0]]) + middle - 0.5
    lines = level_lines(values, 0.5)
    assert len(lines) == 2
    high = [line for line in lines if np.hypot(*(line.mean(axis=0))) < 0.5 or np.hypot(*(line.mean(axis=0) - 1)) < 0.5]
    assert len(high) == (2 if middle < 0.5 else 0), "low in the middle: the high corners are cut off"


def test_what_is_no_number_is_left_out():
    values = np.tile(np.arange(4.0), (4, 1))
    values[1, 1] = math.nan
    lines = level_lines(values, 1.5)
    assert [sorted(line[:, 1]) for line in lines] == [[2.0, 3.0]]
    assert level_lines(np.zeros((1, 5)), 0.5) == []
    assert level_lines(np.zeros((4, 4)), 0.5) == []
