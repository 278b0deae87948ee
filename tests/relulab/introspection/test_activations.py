"""Activation functions by themselves, against the formulas of the catalogue and what is known of sigmoid."""

import math

import numpy as np
import pytest

from relulab.callbacks import ignore
from relulab.catalog.activations import ACTIVATIONS
from relulab.experiment import ActivationChoice
from relulab.introspection.activations import measured_costs, reaches_its_limit, value_in, values_and_slopes
from relulab.views.activations import EXPLORED

X = np.array([-5.3, -2.1, -0.7, 0.4, 1.9, 4.6])  # where none of them bends


def choice(key):
    return ActivationChoice(name=key)


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("key", EXPLORED)
def test_values_and_slopes_are_those_of_the_catalogue(key, times):
    def naive(x):
        for _ in range(times):
            x = ACTIVATIONS[key].curve(x)
        return x

    values, slopes = values_and_slopes(choice(key), X, times)
    np.testing.assert_allclose(values, naive(X), rtol=1e-9, atol=1e-12)
    away = 1e-6
    np.testing.assert_allclose(slopes, (naive(X + away) - naive(X - away)) / (2 * away), rtol=1e-4, atol=1e-8)


def test_sigmoid_gets_flatter_with_each_application():
    found = [values_and_slopes(choice("sigmoid"), np.zeros(1), times) for times in (1, 2, 3)]
    assert [round(float(values[0]), 4) for values, _ in found] == [0.5, 0.6225, 0.6508]
    assert [round(float(slopes[0]), 4) for _, slopes in found] == [0.25, 0.0588, 0.0134]


def test_a_relu_has_slope_0_at_0():
    assert values_and_slopes(choice("relu"), np.zeros(1))[1] == [0.0]


@pytest.mark.parametrize(("kind", "place"), [(np.float32, 16.64), (np.float64, 36.74)])
def test_where_sigmoid_says_exactly_1(kind, place):
    found = reaches_its_limit("sigmoid", kind)
    assert found == pytest.approx(place, abs=0.005)
    below = float(np.nextafter(kind(found), kind(0)))
    assert value_in(choice("sigmoid"), found, 1, kind) == 1
    assert value_in(choice("sigmoid"), below, 1, kind) < 1
    half_a_grain = np.finfo(kind).eps / 2  # 1 + e^-z rounds to 1 where e^-z is at most that
    assert found == pytest.approx(-math.log(half_a_grain), rel=1e-6)


@pytest.mark.parametrize("key", EXPLORED)
def test_only_what_saturates_reaches_a_limit(key):
    found = reaches_its_limit(key, np.float32)
    entry = ACTIVATIONS[key]
    assert (found is None) == (entry.saturation is None)
    if found is not None:
        assert value_in(choice(key), found + 1, 1, np.float32) == entry.output_range[1]


def test_the_cost_is_that_of_this_machine():
    """The exponential of an ELU takes longer than the comparison of a ReLU, on every machine."""
    rounds = []
    costs = measured_costs([choice("relu"), choice("elu")], lambda done, total, what: rounds.append((done, total)))
    assert set(costs.costs) == {"relu", "elu"}
    assert all(0 < cost < 1000 for each in costs.costs.values() for cost in (each.forward, each.backward))
    assert costs.costs["elu"].forward > costs.costs["relu"].forward
    assert costs.copying > 0
    assert rounds[0][0] == 0
    assert len(rounds) == rounds[0][1]


def test_the_order_of_the_functions_does_not_matter():
    both = [measured_costs([choice(key) for key in keys], ignore) for keys in (("relu", "elu"), ("elu", "relu"))]
    assert all(costs.costs["elu"].forward > costs.costs["relu"].forward for costs in both)
