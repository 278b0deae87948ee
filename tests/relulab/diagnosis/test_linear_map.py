"""The one matrix that a stack of linear layers is."""

import numpy as np
import pytest

from relulab.diagnosis.linear_map import effective_map, is_linear, is_one_matrix
from relulab.diagnosis.recipes import conv, dense
from tests.helpers.hand_built import design


def test_the_product_of_the_layers():
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(5, 3)), rng.normal(size=5)), (rng.normal(size=(4, 5)), None)]
    one = effective_map(layers)
    x = rng.normal(size=3)
    assert one.matrix @ x + one.bias == pytest.approx(layers[1][0] @ (layers[0][0] @ x + layers[0][1]))
    assert one.rank == 3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_rank_is_that_of_the_narrowest_layer_whatever_the_rounding(dtype):
    rng = np.random.default_rng(0)
    shapes = [(32, 64), (2, 32), (32, 2), (10, 32)]
    assert effective_map([(rng.normal(size=shape).astype(dtype), None) for shape in shapes]).rank == 2
    outer = np.outer(rng.normal(size=32), rng.normal(size=64)).astype(dtype)
    assert effective_map([(outer, None), (rng.normal(size=(10, 32)).astype(dtype), None)]).rank == 1


def test_a_network_of_zeros_has_rank_zero():
    assert effective_map([(np.zeros((4, 3), np.float32), None)]).rank == 0


def test_which_designs_are_linear():
    linear = [dense(4, "identity"), "dropout", "flatten", dense(3, "identity")]
    assert is_linear(design(*linear).model)
    assert is_one_matrix(design(*linear).model)
    assert not is_linear(design(dense(4), dense(4, "identity")).model)
    flat = conv(4) | {"activation": "identity"}
    assert is_linear(design(flat, "avg_pool2d", "flatten").model)
    assert not is_one_matrix(design(flat, "avg_pool2d", "flatten").model)
    assert not is_linear(design(flat, "max_pool2d", "flatten").model)
    assert not is_linear(design(dense(4, "identity"), "layer_norm").model)


def test_t19_a_leaky_relu_of_slope_one_is_a_straight_line():
    def with_slope(value: float, name: str, parameter: str) -> dict[str, object]:
        return dense(4) | {"activation": {"name": name, "parameters": {parameter: value}}}

    assert is_linear(design(with_slope(1.0, "leaky_relu", "negative_slope")).model)
    assert not is_linear(design(with_slope(0.9, "leaky_relu", "negative_slope")).model)
    assert not is_linear(design(with_slope(1.0, "prelu", "initial_slope")).model), "it learns to bend"
