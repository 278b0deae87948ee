"""Curves and surfaces: the targets are the named function, and the noise has the asked size."""

import numpy as np
import pytest

from relulab.data import curves
from relulab.errors import DataError

CASES = [
    (curves.sine, {"frequency": 2.0}, lambda x: np.sin(4 * np.pi * x), 1.0),
    (curves.absolute, {}, abs, 1.0),
    (curves.step, {}, lambda x: 1.0 if x > 0 else 0.0, 1.0),
    (curves.wave, {}, lambda x: x * np.sin(5 * x), 3.0),
    (curves.expression, {"formula": "x^2 - 1", "minimum": -2.0, "maximum": 2.0}, lambda x: x * x - 1, 2.0),
]


@pytest.mark.parametrize(("make", "parameters", "reference", "reach"), CASES)
def test_targets_are_the_function(make, parameters, reference, reach):
    x, y = make(300, np.random.default_rng(0), noise=0.0, **parameters)
    assert x.shape == y.shape == (300, 1)
    assert y.dtype == np.float32
    assert y[:, 0] == pytest.approx([reference(value) for value in x[:, 0]], abs=1e-6)
    assert -reach <= x.min() < -0.9 * reach
    assert 0.9 * reach < x.max() <= reach


def test_noise_is_added_to_the_target_alone():
    _, y = curves.absolute(20_000, np.random.default_rng(1), noise=0.3)
    x, clean = curves.absolute(20_000, np.random.default_rng(1), noise=0.0)
    assert np.std(y - clean) == pytest.approx(0.3, rel=0.03)
    assert np.array_equal(clean[:, 0], np.abs(x[:, 0]).astype(np.float32))


def test_plane_is_the_mean_of_both_coordinates_over_five():
    points, y = curves.plane(200, np.random.default_rng(0), noise=0.0)
    assert points.shape == (200, 2)
    assert y[:, 0] == pytest.approx((points[:, 0] + points[:, 1]) / 10.0, abs=1e-6)


def playground_height(x: float, y: float) -> float:
    """``regressGaussian`` of TensorFlow Playground (dataset.ts), transcribed step by step."""
    label = 0.0
    for cx, cy, sign in [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]]:
        distance = np.sqrt((x - cx) ** 2 + (y - cy) ** 2)
        new_label = sign * max(0.0, 1.0 - distance / 2.0)
        if abs(new_label) > abs(label):
            label = new_label
    return label


def test_hills_are_those_of_the_playground():
    points, y = curves.gaussian_hills(500, np.random.default_rng(0), noise=0.0)
    assert y[:, 0] == pytest.approx([playground_height(*point) for point in points], abs=1e-6)
    assert y.max() > 0.7
    assert y.min() < -0.7


def test_a_formula_that_is_undefined_somewhere_is_refused():
    with pytest.raises(DataError, match="no finite value at x = -1"):
        curves.expression(10, np.random.default_rng(0), 0.0, "log(x)", -1.0, 1.0)
