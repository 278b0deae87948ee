"""Kinks of networks of one input: the folded hat, and the same networks on strips of the plane."""

import numpy as np
import pytest

from relulab.catalog.linear_pieces import LINEAR_PIECES
from relulab.introspection.kinks import Kinks
from relulab.introspection.plane_regions import PlaneRegions
from tests.relulab.introspection.stacks import in_thirds, one_layer, random_layers, stack


def on_a_strip(layers):
    """The same network of two inputs, of which it does not look at the second."""
    (weight, bias), *rest = layers
    return [(np.column_stack([weight, np.zeros(len(weight))]), bias), *rest]


def test_the_hat_folded_four_times():
    first, again = ([[2], [2]], [0, -1]), ([[2, -4], [2, -4]], [0, -1])
    kinks = Kinks.of(stack(first, again, again, again, ([[1, -2]], [0])), (0, 1))
    np.testing.assert_allclose(kinks.positions, np.arange(1, 16) / 16, atol=1e-15)
    assert kinks.count == 16
    assert np.bincount(kinks.layers).tolist() == [1, 2, 4, 8]


def test_biases_of_zero_give_one_kink_and_other_biases_one_for_each_unit():
    weight = np.random.default_rng(0).normal(size=(9, 1))
    assert Kinks.of(one_layer(weight, np.zeros(9)), (-1, 1)).positions.tolist() == [0]
    apart = Kinks.of(one_layer(weight, weight[:, 0] * np.linspace(-0.5, 0.5, 9)), (-1, 1))
    np.testing.assert_allclose(apart.positions, np.linspace(-0.5, 0.5, 9), atol=1e-15)
    assert sorted(apart.units) == list(range(9))


def test_coinciding_kinks_are_one_and_kinks_at_the_ends_are_none():
    assert Kinks.of(one_layer([[1], [-3], [2]], [-0.5, 1.5, -1]), (0, 1)).positions.tolist() == [0.5]
    assert Kinks.of(one_layer([[1], [1]], [-0.5, -0.5 - 1e-9]), (0, 1)).count == 3
    assert Kinks.of(one_layer([[1], [1]], [0, -1]), (0, 1)).count == 1


@pytest.mark.parametrize("kind", ["relu", "hardtanh", "relu6", "leaky_relu"])
def test_there_is_one_kink_less_than_regions_on_a_strip(kind):
    pieces = LINEAR_PIECES[kind](*([0.01] if kind == "leaky_relu" else []))
    rng = np.random.default_rng(4)
    for draw in range(40):
        sizes = (1, *rng.integers(1, 9, rng.integers(1, 5)), 2)
        layers = in_thirds(rng, *sizes) if draw % 2 else random_layers(rng, *sizes)
        kinks = Kinks.of(stack(*layers, pieces=pieces), (-2, 2))
        strip = PlaneRegions.of(stack(*on_a_strip(layers), pieces=pieces), ((-2, 2), (0, 1)))
        assert kinks.count == strip.count
        edges = np.unique(np.concatenate([strip.mesh.points[0], kinks.positions]).round(9))
        assert len(edges) == kinks.count + 1
