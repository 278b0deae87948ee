"""The line at which an affine map changes its mind, against its answers on a grid."""

import numpy as np
import pytest

from relulab.introspection.straight_boundary import straight_boundary

BOX = ((-2.0, 2.0), (-1.0, 3.0))


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", range(8))
def test_answers_differ_on_both_sides_and_nowhere_else(classes, seed):
    rng = np.random.default_rng(seed)
    weights, biases = rng.normal(size=(classes, 2)), rng.normal(size=classes)

    def answers(points):
        sums = points @ weights.T + biases
        return sums.argmax(-1) if classes > 1 else (sums[..., 0] > 0).astype(int)

    found = straight_boundary(weights, biases, BOX)
    for start, end in found:
        middle, across = (start + end) / 2, np.array([start[1] - end[1], end[0] - start[0]])
        across *= 1e-6 / np.hypot(*across)
        assert answers(middle + across) != answers(middle - across)
        for point in (start, end):
            assert (point >= [-2 - 1e-9, -1 - 1e-9]).all()
            assert (point <= [2 + 1e-9, 3 + 1e-9]).all()
    x = np.linspace(-2, 2, 400)
    along = answers(np.stack([x, np.full(400, 0.737)], axis=1))
    crossed = sum((min(a[1], b[1]) <= 0.737 < max(a[1], b[1])) for a, b in found)
    assert crossed == int((np.diff(along) != 0).sum())


def test_the_diagonal_from_corner_to_corner():
    found = straight_boundary(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2), ((0.0, 1.0), (0.0, 1.0)))
    np.testing.assert_allclose(np.sort(found[0], axis=0), [[0, 0], [1, 1]], atol=1e-12)


def test_a_map_that_always_answers_the_same_has_no_boundary():
    assert straight_boundary(np.zeros((2, 2)), np.array([1.0, 0.0]), BOX).shape == (0, 2, 2)
    assert straight_boundary(np.array([[1.0, 0.0]]), np.array([9.0]), BOX).shape == (0, 2, 2)
    assert straight_boundary(np.array([[0.0, 1.0]]), np.array([9.0]), BOX).shape == (0, 2, 2)
