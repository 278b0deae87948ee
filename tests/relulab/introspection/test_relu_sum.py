"""Sums of ReLUs built by hand, against lines and against torch."""

import numpy as np
import pytest
import torch

from relulab.introspection.best_pieces import best_pieces, equal_pieces
from relulab.introspection.relu_sum import LEFT, RIGHT, BuiltUnit, Errors, ReluSum

X = np.linspace(-1, 2, 301)
HAND = ReluSum(0.5, (BuiltUnit(-1.0, 0.7), BuiltUnit(0.3, -2.0), BuiltUnit(1.1, 1.5, LEFT)))


def as_network(built):
    weight, bias, slope = (
        torch.tensor([getattr(unit, name) for unit in built.units], dtype=torch.float64)
        for name in ("weight", "bias", "slope")
    )
    hidden = torch.relu(torch.tensor(X)[:, None] * weight + bias)
    return (hidden @ slope + built.offset).numpy()


def test_a_sum_is_a_network_of_one_hidden_layer():
    np.testing.assert_allclose(HAND.at(X), as_network(HAND), atol=1e-12)


@pytest.mark.parametrize("find", [equal_pieces, best_pieces])
@pytest.mark.parametrize("pieces", [1, 2, 8])
def test_every_line_is_a_sum(find, pieces):
    line = find(X, np.sin(3 * X), pieces)
    built = ReluSum.along(line)
    np.testing.assert_allclose(built.at(X), line.at(X), atol=1e-9)
    np.testing.assert_allclose(as_network(built), line.at(X), atol=1e-9)
    assert built.pieces(-1, 2) == line.pieces == len(built.units)


def test_pieces_are_counted_by_the_kinks_inside():
    assert HAND.pieces(-1, 2) == 3, "the kink at the end bends nothing inside"
    assert ReluSum().pieces(-1, 2) == 1
    assert ReluSum(0, (BuiltUnit(0, 1), BuiltUnit(0, 2, LEFT), BuiltUnit(1, 0), BuiltUnit(5, 1))).pieces(-1, 2) == 3
    assert BuiltUnit(0, 1).side == RIGHT


def test_errors_are_those_of_all_places():
    errors = Errors.of(np.array([1.0, 2.0, 5.0]), np.array([1.0, 3.0, 3.0]))
    assert errors.greatest == 2.0
    assert errors.mean_square == pytest.approx(5 / 3)
