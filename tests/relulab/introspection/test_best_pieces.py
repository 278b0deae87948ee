"""The best line of so many pieces, against other ways to find it and against what is known of a sine."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from relulab.introspection.best_pieces import best_pieces, equal_pieces, line_through_tube

X = np.linspace(0, 2 * np.pi, 601)
EXACT = 1e-8
CURVES = {
    "sine": np.sin(X),
    "growing": np.exp(X / 3),
    "two waves": np.sin(X) + 0.3 * np.cos(3 * X),
    "kink": np.abs(X - 2),
    "noise": np.sin(X) + np.random.default_rng(1).normal(0, 0.1, len(X)),
}


def greatest(line, curve, x=X):
    return float(np.abs(line.at(x) - curve).max())


def least_with_kinks(x, curve, kinks):
    """The least greatest error of a line with these kinks: a linear program over its heights."""
    corners = np.concatenate([[x[0]], kinks, [x[-1]]])
    heights = np.stack([np.interp(x, corners, row) for row in np.eye(len(corners))], axis=1)
    error = np.ones((len(x), 1))
    bounds = np.block([[heights, -error], [-heights, -error]])
    aim = np.r_[np.zeros(len(corners)), 1.0]
    found = linprog(aim, bounds, np.r_[curve, -curve], bounds=[(None, None)] * len(corners) + [(0, None)])
    return float(found.fun)


@pytest.mark.parametrize(("pieces", "equal"), [(4, 0.21), (8, 0.070), (16, 0.019), (32, 0.0048)])
def test_equal_pieces_through_a_sine(pieces, equal):
    line = equal_pieces(X, CURVES["sine"], pieces)
    assert line.pieces == pieces
    assert greatest(line, CURVES["sine"]) == pytest.approx(equal, rel=0.03)


@pytest.mark.parametrize(("pieces", "least"), [(1, 0.6825), (4, 0.1200), (8, 0.0258), (16, 0.00600), (32, 0.00145)])
def test_the_best_pieces_along_a_sine(pieces, least):
    line = best_pieces(X, CURVES["sine"], pieces)
    assert line.pieces <= pieces
    assert greatest(line, CURVES["sine"]) == pytest.approx(least, rel=0.005)


def test_many_pieces_come_near_what_the_curvature_allows():
    """Of N pieces along a smooth curve, the error tends to (∫√|f''|)² / (16 N²)."""
    limit = np.trapezoid(np.sqrt(np.abs(np.sin(X))), X) ** 2 / 16
    assert greatest(best_pieces(X, CURVES["sine"], 33), CURVES["sine"]) * 33**2 == pytest.approx(limit, rel=0.1)


@pytest.mark.parametrize("pieces", [2, 3, 5])
@pytest.mark.parametrize("name", CURVES)
def test_no_kinks_that_were_tried_are_better(name, pieces):
    curve = CURVES[name]
    line = best_pieces(X, curve, pieces)
    found = greatest(line, curve)
    assert least_with_kinks(X, curve, line.x[1:-1]) <= found * (1 + 1e-6) + EXACT
    generator = np.random.default_rng(0)
    at_samples = (np.sort(generator.choice(X[1:-1], pieces - 1, replace=False)) for _ in range(12))
    tried = [least_with_kinks(X, curve, kinks) for kinks in at_samples]
    if name != "noise":  # between samples a random kink may leave the tube that a straight curve would keep
        moves = generator.normal(0, 0.05, (12, line.pieces - 1))
        tried += [1.02 * least_with_kinks(X, curve, np.sort(line.x[1:-1] + move)) for move in moves]
    assert found <= min(tried) * (1 + 1e-3) + EXACT


@pytest.mark.parametrize("name", CURVES)
def test_its_corners_are_in_order_and_more_pieces_are_not_worse(name):
    errors = []
    for pieces in (1, 2, 4, 7):
        line = best_pieces(X, CURVES[name], pieces)
        assert (np.diff(line.x) > 0).all()
        assert (line.x[0], line.x[-1]) == (X[0], X[-1])
        assert greatest(line, CURVES[name]) <= greatest(equal_pieces(X, CURVES[name], pieces), CURVES[name])
        errors.append(greatest(line, CURVES[name]))
    assert all(more <= fewer + EXACT for fewer, more in pairwise(errors))


def test_a_line_is_its_own_best():
    assert greatest(best_pieces(X, 2 * X - 1, 3), 2 * X - 1) < 1e-9
    assert greatest(best_pieces(X, np.zeros_like(X), 4), np.zeros_like(X)) == 0


def test_a_tube_that_is_too_narrow_has_no_line():
    curve = CURVES["sine"]
    assert line_through_tube(X, curve - 0.11, curve + 0.11, 4) is None
    assert line_through_tube(X, curve - 0.125, curve + 0.125, 4).pieces == 3
    assert line_through_tube(X, curve - 2, curve + 2, 1).pieces == 1
