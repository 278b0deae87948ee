"""A network read as a stack computes what the network computes, or it is said why that cannot be."""

import numpy as np
import pytest
import torch

from relulab.introspection.reading import stack_of
from relulab.introspection.refusals import NotPiecewiseLinearError, why_no_regions, why_no_stack, why_not_affine
from tests.helpers.designs import conv, dense, network

STRAIGHT_KINDS = ("relu", "leaky_relu", "prelu", "hardtanh", "relu6", "identity")


@pytest.mark.parametrize("kind", STRAIGHT_KINDS)
def test_the_stack_says_what_the_network_says(kind):
    net = network(dense(6, kind), "dropout", dense(5, kind), inputs=(3,), outputs=2).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))  # a PReLU has learned since
    points = torch.randn(200, 3, dtype=torch.float64) * 4
    expected = net.eval()(points).detach().numpy()
    assert net.train().training
    np.testing.assert_allclose(stack_of(net)(points.numpy()), expected, atol=1e-12)
    assert net.training


def batch_norm(activation="identity"):
    return {"kind": "batch_norm", "activation": activation}


@pytest.mark.parametrize(
    "layers",
    [
        (dense(6, "identity"), batch_norm("relu"), dense(4)),
        (dense(6), batch_norm(), dense(4)),
        (batch_norm(), dense(6), batch_norm("hardtanh")),
    ],
)
@pytest.mark.parametrize("warm", [False, True])
def test_batch_norm_is_folded_with_the_statistics_that_measuring_uses(layers, warm):
    net = network(*layers, inputs=(3,)).double()
    samples = torch.randn(64, 3, dtype=torch.float64) * 2 + 1
    if warm:
        net.train()(samples)
    net.start = samples
    points = torch.randn(50, 3, dtype=torch.float64)
    read = stack_of(net.eval())
    np.testing.assert_allclose(read(points.numpy()), net(points).detach().numpy(), atol=1e-12)
    measured = [layer.layer for layer in read.layers if layer.pieces.real_bends]
    assert [net.layout.layers[layer].activation for layer in measured] == ["relu", "relu"][: len(measured)] or (
        "hardtanh" in {layer.activation for layer in net.layout.layers}
    )


def test_an_image_is_read_as_the_row_that_it_is_laid_out_to():
    net = network("flatten", dense(6), inputs=(1, 4, 4))
    images = torch.randn(5, 1, 4, 4)
    expected = net.eval()(images).detach().numpy()
    np.testing.assert_allclose(stack_of(net)(images.numpy().reshape(5, 16).astype(float)), expected, atol=1e-5)


def test_what_the_output_does_at_the_end_does_not_matter():
    curved = network(dense(4), output={"activation": "tanh"}, outputs=1).double().eval()
    points = torch.randn(9, 2, dtype=torch.float64)
    _, kept = curved.forward_kept(points)
    np.testing.assert_allclose(stack_of(curved)(points.numpy()), kept[-1].pre_activation.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("layers", "inputs", "words"),
    [
        ((dense(4), dense(4, "tanh")), (2,), "2 Dense uses Tanh"),
        ((dense(4, "hardswish"),), (2,), "1 Dense uses Hardswish"),
        ((dense(4, "softmax"),), (2,), "1 Dense uses Softmax, which"),
        ((dense(4), "layer_norm"), (2,), "2 LayerNorm divides"),
        ((conv(2), "flatten"), (1, 6, 6), "1 Conv2d works on images"),
    ],
)
def test_refusals_name_the_layer(layers, inputs, words):
    net = network(*layers, inputs=inputs)
    assert words in str(why_no_stack(net.plan))
    with pytest.raises(NotPiecewiseLinearError, match=words):
        stack_of(net)


def test_too_many_inputs_are_no_plane():
    plan = network(dense(4), inputs=(3,)).plan
    assert "3" in str(why_no_regions(plan))
    assert why_no_stack(plan) is None
    assert why_not_affine(network(conv(2), "flatten", inputs=(1, 6, 6)).plan) is None
    assert why_no_regions(network(dense(4), inputs=(1,)).plan) is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_said_before_anything_is_computed(value):
    net = network(dense(4), dense(4))
    with torch.no_grad():
        net.parameters_of(1).weight[2, 1] = value
    with pytest.raises(NotPiecewiseLinearError, match="2 Dense holds weights that are no finite numbers"):
        stack_of(net)
