"""The sum of a unit: its terms add up to what the network computes, whatever the layer and however many inputs."""

import numpy as np
import pytest

from relulab.views.network.arrange import Shown
from relulab.views.network.unit_sum import unit_sum
from relulab.views.network.view import network_view
from tests.helpers.networks import digits_history, moons_history, pictured
from tests.helpers.small_runs import experiment


def view_of(data, *layers, **training):
    return network_view(pictured(experiment(data, *layers, steps=5, size=90, **training), 5))


def relu(z):
    return np.maximum(z, 0.0)


@pytest.mark.parametrize("most", [3, 12])
def test_the_pictures_add_up_to_the_unit_over_the_plane(most):
    view = network_view(moons_history())
    for unit in range(4):
        found = unit_sum(view, (2, unit), most)
        assert len(found.terms) == min(most, 6)
        total = np.sum([term.values for term in found.terms], axis=0) + found.bias
        assert np.allclose(total, found.sum.values, rtol=1e-9)
        assert np.allclose(relu(total), view.picture.values[1][unit], atol=1e-5)
        assert sum(term.here for term in found.terms) + found.bias == pytest.approx(found.sum.here)
        assert relu(found.sum.here) == pytest.approx(found.value.here, abs=1e-5)


def test_a_term_is_the_picture_of_its_input_times_the_weight():
    view = network_view(moons_history())
    term = unit_sum(view, (2, 1)).terms[3]
    assert term.cell == (1, 3)
    assert term.weight == view.picture.weights[1][1, 3]
    assert np.allclose(term.values, view.picture.values[0][3] * term.weight)


def test_the_rest_says_how_many_it_stands_for():
    found = unit_sum(network_view(moons_history()), (2, 0), most=3)
    assert str(found.terms[-1].name) == "the other 4"
    assert found.terms[-1].cell is None


@pytest.mark.parametrize(
    ("data", "layers", "loss", "shown"),
    [("sine", (5, 4), "mse", Shown.CURVE), ("iris", (5, 4), "cross_entropy", Shown.VALUE)],
)
def test_curves_and_values_add_up(data, layers, loss, shown):
    view = view_of(data, *layers, loss=loss)
    found = unit_sum(view, (2, 1))
    assert found.sum.shown is shown
    total = np.sum([term.values for term in found.terms], axis=0) + found.bias
    assert np.allclose(relu(total), found.value.values, atol=1e-5)


def test_pixels_are_one_picture():
    view = view_of("digits", "flatten", 6)
    found = unit_sum(view, (1, 2))
    assert [term.values.shape for term in found.terms] == [(8, 8)]
    assert relu(found.terms[0].values.sum() + found.bias) == pytest.approx(found.value.here, abs=1e-5)


def test_a_dense_layer_on_maps_has_a_term_for_each_channel():
    view = network_view(digits_history())
    found = unit_sum(view, (4, 1))
    assert len(found.terms) == 4
    assert relu(found.sum.here) == pytest.approx(found.value.here, abs=1e-4)


@pytest.mark.parametrize("place", [1, 3])
def test_a_channel_is_the_sum_of_its_filtered_maps(place):
    view = network_view(digits_history())
    found = unit_sum(view, (place, 2))
    assert len(found.terms) == (1 if place == 1 else 4)
    total = np.sum([term.values for term in found.terms], axis=0) + found.bias
    assert np.allclose(relu(total), view.picture.at_sample[place - 1][2], atol=1e-4)
    assert found.sum.here is None


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("rim", [0, 2])
def test_steps_and_padding_of_a_convolution_are_its_own(step, rim):
    conv = {"kind": "conv2d", "parameters": {"channels": 3, "kernel_size": 3, "stride": step, "padding": rim}}
    view = view_of("digits", conv, "flatten", 4)
    found = unit_sum(view, (1, 1))
    assert np.allclose(relu(found.sum.values), view.picture.at_sample[0][1], atol=1e-4)


def test_pools_and_inputs_add_nothing_up():
    view = network_view(digits_history())
    assert unit_sum(view, (2, 0)) is None
    assert unit_sum(view, (0, 0)) is None


def test_the_end_of_the_scale_is_the_largest_value_of_all_pictures():
    found = unit_sum(network_view(moons_history()), (2, 0))
    largest = max(np.abs(part.values).max() for part in (*found.terms, found.sum))
    assert found.end == pytest.approx(largest)
