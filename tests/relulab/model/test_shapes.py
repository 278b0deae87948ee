"""Shapes, parameter counts and fans without torch, compared with what torch really builds."""

import math
import subprocess
import sys
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from relulab.catalog.losses import LOSSES, Task
from relulab.errors import ShapeError, SpecError
from relulab.model.network import Network
from relulab.model.plan import DesignPlan
from relulab.model.shapes import infer_shapes, output_units
from tests.helpers.designs import conv, dense, described, experiment


def shapes_of(*layers, inputs=(2,), outputs=2, loss="cross_entropy", output=None):
    return infer_shapes(experiment(*layers, output=output).model, described(inputs, outputs), LOSSES[loss])


def refusal(*layers, inputs=(2,)) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        shapes_of(*layers, inputs=inputs)
    return caught.value


def test_a_network_without_hidden_layers_is_softmax_regression():
    (output,) = shapes_of(inputs=(784,), outputs=10)
    assert output.output_shape == (10,)
    assert output.parameter_count == 7850
    assert (output.fan_in, output.fan_out) == (784, 10)


def test_the_mnist_network_of_every_textbook():
    shapes = shapes_of("flatten", dense(300), dense(100), inputs=(1, 28, 28), outputs=10)
    assert [shape.output_shape for shape in shapes] == [(784,), (300,), (100,), (10,)]
    assert [shape.parameter_count for shape in shapes] == [0, 235_500, 30_100, 1010]


def test_a_convolutional_network():
    shapes = shapes_of(
        conv(8, 5, parameters={"padding": 2, "stride": 2}),
        "max_pool2d",
        "batch_norm",
        conv(16, activation="prelu", bias="none"),
        "layer_norm",
        "flatten",
        inputs=(3, 32, 32),
        outputs=10,
    )
    assert [s.output_shape for s in shapes] == [
        (8, 16, 16),
        (8, 8, 8),
        (8, 8, 8),
        (16, 6, 6),
        (16, 6, 6),
        (576,),
        (10,),
    ]
    assert [s.parameter_count for s in shapes] == [608, 0, 16, 16 * 8 * 9 + 1, 2 * 576, 0, 5770]
    assert (shapes[0].fan_in, shapes[0].fan_out) == (75, 200)


LAYERS = st.one_of(
    st.builds(dense, st.integers(1, 9), st.sampled_from(["relu", "prelu", "identity"]), bias=st.sampled_from(["none"])),
    st.builds(dense, st.integers(1, 9)),
    st.builds(
        conv,
        st.integers(1, 5),
        st.integers(1, 4),
        parameters=st.fixed_dictionaries({"stride": st.integers(1, 3), "padding": st.integers(0, 2)}),
    ),
    st.sampled_from(["flatten", "dropout", "alpha_dropout", "batch_norm", "layer_norm", "max_pool2d", "avg_pool2d"]),
)


@given(layers=st.lists(LAYERS, max_size=6), inputs=st.sampled_from([(3,), (1, 8, 8), (3, 7, 9)]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_accepted_is_what_torch_builds(layers, inputs):
    try:
        plan = DesignPlan.of(experiment(*layers), described(inputs, 4))
    except ShapeError:
        return
    net, shapes = Network(plan), plan.shapes
    torch.nn.init.zeros_(net.weights()[-1])
    assert sum(shape.parameter_count for shape in shapes) == sum(p.numel() for p in net.parameters())
    outputs, kept = net.eval().forward_kept(torch.zeros(2, *inputs))
    assert outputs.shape == (2, 4)
    measured = [shapes[-1 if layer.index is None else layer.index] for layer in net.layout.layers]
    for layer, shape, values in zip(net.layout.layers, measured, kept, strict=True):
        assert values.activation.shape == (2, *shape.output_shape)
        assert values.pre_activation.shape == values.activation.shape
        assert layer.units == shape.units
        assert layer.parameters == shape.parameter_count
        if layer.kind in ("dense", "conv2d", "output"):
            weight = net.get_parameter(f"{layer.name}.weight")
            assert (shape.fan_in, shape.fan_out) == torch.nn.init._calculate_fan_in_and_fan_out(weight)


def test_dense_on_an_image_asks_for_flatten():
    error = refusal("max_pool2d", dense(3), inputs=(1, 8, 8))
    assert str(error) == (
        "Layer 2 (Dense) gets an image (1 channel of 4 × 4 pixels) but needs a row of numbers. "
        "Add a Flatten layer before it."
    )
    assert error.layer == 1
    assert error.where == ("model", "layers", 1)


def test_the_output_on_an_image_asks_for_flatten():
    error = refusal(conv(4), inputs=(1, 8, 8))
    assert "4 channels of 6 × 6 pixels" in str(error)
    assert "Add a Flatten layer" in str(error)
    assert error.where == ("model", "output")
    assert error.layer is None


@pytest.mark.parametrize("layer", [conv(4), "max_pool2d", "avg_pool2d"])
def test_image_layers_on_flat_data(layer):
    error = refusal(layer)
    assert "needs an image but gets 2 numbers" in str(error)
    assert error.where == ("model", "layers", 0)


def test_image_layers_behind_flatten():
    assert "keep it before any Flatten" in str(refusal("flatten", conv(4), inputs=(1, 8, 8)))


def test_a_window_larger_than_the_image_names_both_sizes():
    error = refusal(conv(4, 5), conv(4, 7), inputs=(1, 8, 8))
    assert "looks at 7 × 7 pixels" in str(error)
    assert "only 4 × 4." in str(error)
    assert error.where == ("model", "layers", 1, "parameters", "kernel_size")


def test_padding_counts_into_the_image():
    padded = conv(4, 9, parameters={"padding": 1})
    assert shapes_of(padded, "flatten", inputs=(1, 8, 8))[0].output_shape == (4, 2, 2)
    assert "7 × 7 (with padding)" in str(refusal(padded, inputs=(1, 5, 5)))


def test_too_many_pools():
    error = refusal(*["max_pool2d"] * 4, inputs=(1, 8, 8))
    assert error.where == ("model", "layers", 3, "parameters", "kernel_size")
    assert "only 1 × 1" in str(error)


def test_flatten_on_flat_data_is_harmless():
    assert [s.output_shape for s in shapes_of("flatten", dense(3), "flatten")] == [(2,), (3,), (3,), (2,)]


def test_sparse_weights_are_not_for_filters():
    error = refusal(conv(4, initialization="sparse"), inputs=(1, 8, 8))
    assert error.where == ("model", "layers", 0, "initialization")
    assert "only for Dense layers" in str(error)


def test_the_size_of_the_output_follows_from_task_and_loss():
    ten, two = described((4,), 10), described((4,), 2)
    numbers = described((4,), 3, Task.REGRESSION)
    assert [output_units(ten, LOSSES[key]) for key in ("cross_entropy", "multi_margin", "mse", "l1")] == [10] * 4
    assert output_units(two, LOSSES["binary_cross_entropy"]) == 1
    assert output_units(two, LOSSES["cross_entropy"]) == 2
    assert [output_units(numbers, LOSSES[key]) for key in ("mse", "l1")] == [3, 3]


@pytest.mark.parametrize("key", ["cross_entropy", "binary_cross_entropy", "multi_margin"])
def test_a_loss_for_classes_on_a_regression_names_those_that_fit(key):
    with pytest.raises(SpecError, match=r"is not for regression\. Losses that are: Mean squared error, Mean abs") as e:
        output_units(described((4,), 3, Task.REGRESSION), LOSSES[key])
    assert e.value.where == ("training", "loss")


def test_binary_cross_entropy_wants_two_classes():
    with pytest.raises(SpecError, match=r"is for two classes, but the data have 10\. Choose Cross-entropy\.") as e:
        output_units(described((4,), 10), LOSSES["binary_cross_entropy"])
    assert e.value.where == ("training", "loss")


def test_a_billion_units_are_plain_arithmetic():
    shapes = shapes_of(dense(10**9), dense(10**9))
    assert sum(s.parameter_count for s in shapes) == 3 * 10**9 + 10**9 * (10**9 + 1) + 2 * 10**9 + 2
    assert math.prod(shapes[1].output_shape) == 10**9


def test_the_layout_names_measured_layers_by_their_place_among_all():
    layers: list[Any] = ["flatten", dense(5), "dropout", "batch_norm", dense(3, "tanh")]
    layout = DesignPlan.of(experiment(*layers), described((1, 4, 4))).layout
    assert [(layer.name, layer.index, layer.units, layer.activation) for layer in layout.layers] == [
        ("2_dense", 1, 5, "relu"),
        ("4_batch_norm", 3, 5, "identity"),
        ("5_dense", 4, 3, "tanh"),
        ("output", None, 2, "identity"),
    ]
    assert layout.offsets == (0, 5, 10, 13, 15)


def test_the_window_gets_shapes_checks_and_memory_without_waiting_for_torch():
    modules = "relulab.experiment, relulab.model.shapes, relulab.model.layout, relulab.model.plan"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
