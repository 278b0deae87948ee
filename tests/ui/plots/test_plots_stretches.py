"""A stretch of a curve that nobody measured is dotted: in the window and in figures."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from relulab.report.figures import axes as figure_axes
from relulab.views.colours import LineStyle
from relulab.views.thinning import DOTS, UNMEASURED, stretches
from ui.plots.curves import CurveItem, Line, Look, Stroke, strokes_of

NAN = math.nan


@pytest.mark.parametrize(
    ("x", "y", "measured", "unmeasured"),
    [
        ([], [], [], []),
        ([1], [1], [], []),
        ([0, 1, 2], [1, 2, 3], [[0, 1, 2]], []),
        ([0, 1, 9], [1, 2, 3], [[0, 1]], [[1, 2]]),
        ([0, 9, 10, 19], [1, 2, 3, 4], [[1, 2]], [[0, 1], [2, 3]]),
        ([0, 1, 2, 9, 10], [1, 2, NAN, 4, 5], [[0, 1], [3, 4]], []),  # what was lost is a gap, and is not joined
        ([0, 9, 18], [1, NAN, 3], [], []),
        ([3, 3, 3], [1, 2, 3], [[0, 1, 2]], []),
    ],
)
def test_t2_what_is_further_apart_was_not_measured(x, y, measured, unmeasured):
    found = stretches(np.array(x, float), np.array(y, float), 5.0)
    assert [[run.tolist() for run in runs] for runs in found] == [measured, unmeasured]


def test_t2_every_neighbouring_pair_is_in_one_of_the_two_or_lost():
    rng = np.random.default_rng(0)
    for _ in range(200):
        x = np.sort(rng.integers(0, 60, rng.integers(0, 20))).astype(float)
        y = np.where(rng.random(len(x)) < 0.2, NAN, 1.0)
        solid, dotted = stretches(x, y, 4.0)
        pairs = {(a, b): "solid" for run in solid for a, b in itertools.pairwise(run)}
        assert not pairs.keys() & {tuple(pair) for pair in dotted}
        pairs |= {tuple(pair): "dotted" for pair in dotted}
        for i in range(len(x) - 1):
            lost = np.isnan(y[i : i + 2]).any()
            assert pairs.get((i, i + 1)) == (None if lost else "dotted" if x[i + 1] - x[i] > 4.0 else "solid")


@pytest.mark.parametrize("bold", [False, True])
def test_t2_dots_are_seen_where_nothing_was_measured(qapp, bold):
    image = QImage(200, 21, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter, item = QPainter(image), CurveItem()
    x = np.array([0.0, 10, 20, 30, 40, 180, 190])
    item.show_strokes([Stroke("#000000", (), x, np.full(7, 10.0), bold, longest=25.0)], QRectF(0, 0, 200, 21))
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    dark = np.array([min(image.pixelColor(column, row).value() for row in range(8, 13)) < 160 for column in range(200)])
    assert dark[2:38].all()
    assert dark[182:188].all()
    assert 0.1 < dark[44:176].mean() < 0.6
    assert not dark[192:].any()


@pytest.mark.parametrize("look", [Look.BOLD, Look.TREND, Look.TREND_ALONE, Look.BAND])
def test_t2_a_curve_is_dotted_from_an_eighth_of_the_axis_on(look):
    x = np.array([0.0, 10, 20, 80])
    line = Line("a", "a", LineStyle("#123456"), look)
    for right, expected in ((100.0, 1), (600.0, 0)):  # seen from near, and from afar
        strokes = strokes_of([(line, x, x)], lambda y: y, (0.0, right), 400, "#ffffff")
        for stroke in strokes:
            assert stroke.longest == UNMEASURED * right
            assert len(stretches(stroke.x, stroke.y, stroke.longest)[1]) == expected


def test_t2_figures_dot_the_same():
    axes = Figure().subplots()
    x, y = np.array([0.0, 1, 2, 3, 20]), np.array([5.0, 4, 3, 2, 1])
    figure_axes.curve(axes, x, y, LineStyle("#123456"))
    made: Any = [one for one in axes.collections if isinstance(one, LineCollection)]
    measured, unmeasured = made
    assert [path.vertices.tolist() for path in measured.get_paths()] == [[[0, 5], [1, 4], [2, 3], [3, 2]]]
    assert [path.vertices.tolist() for path in unmeasured.get_paths()] == [[[3, 2], [20, 1]]]
    assert unmeasured.get_linestyle()[0][1] is not None
    assert measured.get_linestyle()[0][1] is None
    assert axes.lines[0].get_linestyle() == "None"
    np.testing.assert_array_equal(axes.lines[0].get_data(), (x, y))
    even = np.arange(12.0)
    figure_axes.curve(whole := Figure().subplots(), even, even, LineStyle("#123456"))
    assert len(whole.lines) == 1
    assert not whole.collections
    assert DOTS[1] > DOTS[0]
