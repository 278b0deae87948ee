"""The network: one mechanism for running and keeping, and correct however its parameters are handled."""

import copy
from typing import Any

import pytest
import torch
from torch import nn

from relulab.catalog.activations import ACTIVATIONS
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.designs import conv, dense, described, experiment, network

EVERYTHING: list[Any] = [
    conv(4, activation="prelu", parameters={"padding": 1}),
    "batch_norm",
    "max_pool2d",
    conv(6, activation="silu"),
    "layer_norm",
    "avg_pool2d",
    {"kind": "dropout", "parameters": {"rate": 0.3}},
    "flatten",
    dense(7, "tanh"),
    "batch_norm",
    {"kind": "alpha_dropout", "parameters": {"rate": 0.2}},
    dense(5, "selu", bias="none"),
    "layer_norm",
]


def everything(**more):
    return network(*EVERYTHING, inputs=(2, 10, 10), outputs=3, **more)


def by_modules(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The reference: torch's own modules, called one after the other."""
    for module in net.children():
        x = module(x)
    return x


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_computes_what_its_modules_compute(training, precision):
    net = everything(precision=precision).train(training)
    reference = copy.deepcopy(net)
    x = torch.randn(8, 2, 10, 10, dtype=getattr(torch, precision))
    for _ in range(2):  # the second pass sees running statistics that the first has moved
        torch.manual_seed(1)
        ours = net(x)
        torch.manual_seed(1)
        torch.testing.assert_close(ours, by_modules(reference, x))
    for name in ("running_mean", "running_var"):
        ours, theirs = (n.state_dict()[f"2_batch_norm.{name}"] for n in (net, reference))
        torch.testing.assert_close(ours, theirs)


def test_keeping_computes_the_same_and_keeps_before_and_behind_the_activation():
    net = everything()
    x = torch.randn(8, 2, 10, 10)
    torch.manual_seed(1)
    plain = net(x)
    torch.manual_seed(1)
    outputs, kept = net.forward_kept(x)
    assert torch.equal(plain, outputs)
    assert len(kept) == len(net.layout.layers)
    for layer, (z, h) in zip(net.layout.layers, kept, strict=True):
        if layer.activation == "identity":
            assert z is h
        else:
            module = net.get_submodule(f"{(layer.index or 0) + 1}_{layer.activation}")
            torch.testing.assert_close(h, module(z))
            assert not torch.equal(z, h)
    assert kept[-1].activation is outputs


@pytest.mark.parametrize("key", [key for key in ACTIVATIONS if key != "identity"])
def test_every_activation_is_applied(key):
    net = network(dense(6, key), inputs=(3,), output={"activation": key})
    x = torch.randn(16, 3)
    outputs, kept = net.forward_kept(x)
    if key == "softmax":
        torch.testing.assert_close(kept[0].activation, torch.softmax(kept[0].pre_activation, 1))
        return
    for z, h in kept:
        expected = ACTIVATIONS[key].curve(z.detach().double().numpy())
        torch.testing.assert_close(h.detach().double(), torch.from_numpy(expected), atol=1e-6, rtol=1e-5)
    assert torch.equal(outputs, kept[-1].activation)


def test_gradients_flow_through_both_ways_of_running():
    net = everything().eval()
    x, y = torch.randn(8, 2, 10, 10), torch.randint(3, (8,))
    parameters = list(net.parameters())
    loss = nn.functional.cross_entropy
    plain = torch.autograd.grad(loss(net(x), y), parameters)
    kept = torch.autograd.grad(loss(net.forward_kept(x)[0], y), parameters)
    assert all(torch.equal(a, b) for a, b in zip(plain, kept, strict=True))
    assert all(gradient.any() for gradient in plain)


def test_names_can_be_read_in_a_saved_file():
    assert list(everything().state_dict()) == [
        "1_conv2d.weight",
        "1_conv2d.bias",
        "1_prelu.weight",
        "2_batch_norm.weight",
        "2_batch_norm.bias",
        "2_batch_norm.running_mean",
        "2_batch_norm.running_var",
        "2_batch_norm.num_batches_tracked",
        "4_conv2d.weight",
        "4_conv2d.bias",
        "5_layer_norm.weight",
        "5_layer_norm.bias",
        "9_dense.weight",
        "9_dense.bias",
        "10_batch_norm.weight",
        "10_batch_norm.bias",
        "10_batch_norm.running_mean",
        "10_batch_norm.running_var",
        "10_batch_norm.num_batches_tracked",
        "12_dense.weight",
        "13_layer_norm.weight",
        "13_layer_norm.bias",
        "output.weight",
        "output.bias",
    ]


def test_weights_are_those_of_the_layout_and_the_penalty_leaves_out_norms_and_slopes():
    net = everything()
    named = dict(net.named_parameters())
    assert [id(w) for w in net.weights()] == [id(named[f"{layer.name}.weight"]) for layer in net.layout.layers]
    penalized = ["1_conv2d", "4_conv2d", "9_dense", "12_dense", "output"]
    assert [id(w) for w in net.penalized_weights()] == [id(named[f"{name}.weight"]) for name in penalized]


def test_a_learned_slope_is_a_parameter_and_learns():
    net = network(dense(4, "prelu"))
    x, y = torch.randn(32, 2), torch.randint(2, (32,))
    nn.functional.cross_entropy(net(x), y).backward()
    slope = net.get_parameter("1_prelu.weight")
    assert slope.item() == 0.25
    assert slope.grad is not None
    before = net(x)
    with torch.no_grad():
        slope.fill_(0.9)
    assert not torch.equal(net(x), before)


def test_follows_parameters_that_become_views_of_one_flat_tensor():
    net = everything().eval()
    x = torch.randn(4, 2, 10, 10)
    before = net(x)
    flat = torch.cat([p.detach().reshape(-1) for p in net.parameters()])
    gradients = torch.zeros_like(flat)
    start = 0
    for parameter in net.parameters():
        end = start + parameter.numel()
        parameter.data = flat[start:end].view_as(parameter)
        parameter.grad = gradients[start:end].view_as(parameter)
        start = end
    assert torch.equal(net(x), before)
    net(x).square().sum().backward()
    assert gradients.any()
    flat.mul_(0.5)
    after = net(x)
    assert not torch.equal(after, before)
    torch.testing.assert_close(after, by_modules(net, x))


def test_follows_loaded_weights_both_copied_and_assigned():
    x = torch.randn(4, 2, 10, 10)
    source = everything(seed=1).eval()
    for assign in (False, True):
        net = everything(seed=0).eval()
        net.load_state_dict(copy.deepcopy(source.state_dict()), assign=assign)
        assert torch.equal(net(x), source(x))


def test_follows_a_change_of_type():
    net = everything().eval()
    x = torch.randn(4, 2, 10, 10)
    single = net(x)
    double = net.double()(x.double())
    assert double.dtype == torch.float64
    torch.testing.assert_close(double.float(), single)
    torch.testing.assert_close(net.forward_kept(x.double())[0], double)


def test_a_deep_copy_is_independent():
    net = everything().eval()
    x = torch.randn(4, 2, 10, 10)
    before = net(x)
    twin = copy.deepcopy(net)
    assert torch.equal(twin(x), before)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    assert torch.equal(net(x), before)
    assert not torch.equal(twin(x), before)


def test_dropout_only_drops_while_learning():
    net = network("dropout", inputs=(50,))
    x = torch.ones(4, 50)
    assert torch.equal(net.eval()(x), net(x))
    net.train()
    assert not torch.equal(net(x), net(x))


def test_no_hidden_layers_is_a_linear_model():
    net = network(inputs=(5,), outputs=3)
    x = torch.randn(4, 5)
    torch.testing.assert_close(net(x), x @ net.weights()[0].T)


def test_an_activation_on_the_output_is_applied():
    assert (network(dense(4), output={"activation": "relu"})(torch.randn(50, 2)) >= 0.0).all()


def test_one_output_for_binary_cross_entropy():
    spec = experiment(dense(3), loss="binary_cross_entropy")
    assert build_model(DesignPlan.of(spec, described()))(torch.randn(7, 2)).shape == (7, 1)


def test_the_print_reads_like_the_design():
    text = str(network("flatten", dense(3), "dropout", inputs=(1, 2, 2)))
    assert "(2_dense): Linear(in_features=4, out_features=3, bias=True)\n  (2_relu): ReLU()" in text
    assert "Identity" not in text
