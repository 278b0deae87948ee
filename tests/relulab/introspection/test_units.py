"""Values of units on a grid and for one input: what a plain forward pass, layer by layer, gives."""

import numpy as np
import pytest
import torch
from torch import nn

from relulab.introspection.units import grid_points, unit_values
from relulab.model.drawn import drawn_layers
from relulab.model.modules import BATCH_NORMS
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.small_runs import experiment

DENSE = {"kind": "dense", "parameters": {"units": 9}}


def naive(network, layers, inputs):
    """The children of the network one after the other, as torch calls them."""
    network.eval()
    values, h = [], inputs
    with torch.no_grad():
        for name, module in network.named_children():
            h = module(h)
            if isinstance(module, nn.Flatten | nn.Dropout):
                continue
            is_activation = name.split("_")[-1] in ACTIVATIONS and values
            if is_activation:
                values[-1] = h
            else:
                values.append(h)
    network.train()
    assert len(values) == len(layers)
    return values


ACTIVATIONS = ("relu", "tanh", "prelu", "softmax", "gelu")


def network_of(dataset, layers):
    spec = experiment(dataset, *layers, loss="mse" if dataset == "sine" else "cross_entropy")
    plan = DesignPlan.of(spec)
    torch.manual_seed(3)
    network = build_model(plan)
    for norm in (module for module in network.children() if isinstance(module, BATCH_NORMS)):
        norm.running_mean.uniform_(-1, 1)
        norm.running_var.uniform_(0.5, 2)
        norm.weight.data.uniform_(0.5, 2)
    return network, drawn_layers(plan)


@pytest.mark.parametrize(
    ("dataset", "layers"),
    [
        ("moons", [DENSE, DENSE]),
        ("moons", [DENSE | {"activation": "tanh"}, "dropout", DENSE | {"activation": "prelu"}]),
        ("moons", [DENSE | {"activation": "softmax"}, DENSE | {"activation": "gelu"}]),
        ("moons", [DENSE, "batch_norm", DENSE, "layer_norm"]),
        ("sine", [DENSE, DENSE]),
        ("digits", ["flatten", DENSE]),
        ("digits", [{"kind": "conv2d", "parameters": {"channels": 4}}, "max_pool2d", "flatten", DENSE]),
        ("digits", ["batch_norm", {"kind": "conv2d", "parameters": {"channels": 4}}, "avg_pool2d", "flatten"]),
    ],
)
def test_values_are_those_of_a_plain_forward_pass(dataset, layers):
    network, drawn = network_of(dataset, layers)
    inputs = torch.randn(17, *network.plan.description.input_shape)
    found = unit_values(network, drawn, inputs)
    expected = naive(network, drawn, inputs)
    for layer, mine, theirs in zip(drawn, found, expected, strict=True):
        assert mine.shape == (layer.units, 17, *layer.shape[1:])
        scale = float(theirs.abs().max())
        assert float((mine.transpose(0, 1) - theirs).abs().max()) <= 1e-6 * scale, layer
    assert network.training, "the network learns on as it did"


def test_the_grid_lies_in_the_middle_of_the_pixels_with_the_top_row_first():
    points = grid_points([(0.0, 4.0), (10.0, 12.0)], 4).numpy()
    assert np.allclose(points[:4, 0], [0.5, 1.5, 2.5, 3.5])
    assert np.allclose(points[::4, 1], [11.75, 11.25, 10.75, 10.25])
    assert np.allclose(grid_points([(0.0, 4.0)], 4).numpy()[:, 0], [0.5, 1.5, 2.5, 3.5])
