"""Lines of straight pieces through points: what is exact is found, and nothing worse than a plain fit comes out."""

import numpy as np
import pytest

from relulab.introspection.fitted_line import least_mean_square

X = np.linspace(0, 2 * np.pi, 301)


def test_what_has_so_many_pieces_is_found_exactly():
    corners = np.array([0.0, 0.7, 1.1, 3.9, 5.0, 2 * np.pi])
    y = np.interp(X, corners, [0.0, 1.0, -1.0, 0.3, 2.0, 0.5])
    assert least_mean_square(X, y, 5) < 1e-6
    assert least_mean_square(X, y, 3) > 1e-3, "fewer pieces cannot"


@pytest.mark.parametrize(("pieces", "expected"), [(4, 5.3e-3), (8, 2.34e-4), (16, 1.26e-5)])
def test_a_sine_is_met_with_an_error_that_falls_by_the_fourth_power(pieces, expected):
    """4 / 8 / 16 pieces: a slope of -4 in the mean square, as theory has it for smooth curves."""
    assert least_mean_square(X, np.sin(X), pieces) == pytest.approx(expected, rel=0.05)


def test_points_may_come_in_any_order_and_with_noise():
    random = np.random.default_rng(3)
    x = random.uniform(-1, 1, 200)
    y = np.sin(3 * x) + 0.1 * random.standard_normal(200)
    shuffled = random.permutation(200)
    found = least_mean_square(x, y, 6)
    assert least_mean_square(x[shuffled], y[shuffled], 6) == pytest.approx(found, rel=0.02)
    columns = np.column_stack([np.ones_like(x), x, *(np.maximum(x - k, 0) for k in np.linspace(-1, 1, 7)[1:-1])])
    plain = float(np.mean((y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]) ** 2))
    assert 0.003 < found <= plain
