"""Networks computed with other values on the way: units cut off, against networks that never had them."""

import numpy as np
import pytest
import torch

from relulab.introspection.altered import altered_outputs, gates, outputs_without
from relulab.introspection.trace import in_double, way_of
from tests.helpers.designs import conv, dense, network


def on_of(net, x):
    return [torch.from_numpy(on) for on in way_of(net, x).on]


def without_rows(net, x, on):
    """The outputs of dense layers of which the rows and columns of the units that are off are not there."""
    h = torch.from_numpy(x[0])
    kept = torch.ones(len(h), dtype=torch.bool)
    for layer in range(len(on)):
        weight, bias = (part.detach() for part in net.parameters_of(layer))
        mine = on[layer][0] if layer + 1 < len(on) else torch.ones(len(bias), dtype=torch.bool)
        z = weight[mine][:, kept] @ h + bias[mine]
        h, kept = (torch.nn.functional.leaky_relu(z, 0.1) if layer + 1 < len(on) else z), mine
    return h.numpy()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layers", [[dense(9), dense(7)], [conv(4), "max_pool2d", "flatten", dense(5)]])
def test_relus_that_are_off_change_exactly_nothing(layers, seed):
    images = isinstance(layers[0], dict) and layers[0]["kind"] == "conv2d"
    shape = (1, 8, 8) if images else (4,)
    net = in_double(network(*layers, inputs=shape))
    x = np.random.default_rng(seed).normal(size=(1, *shape))
    on = on_of(net, x)
    assert any(not bool(one.all()) for one in on[:-1])
    inputs = torch.from_numpy(x)
    assert torch.equal(net(inputs), outputs_without(net, inputs, on))


def test_what_leaks_is_missed_when_it_is_cut():
    leaky = {"name": "leaky_relu", "parameters": {"negative_slope": 0.1}}
    net = in_double(network(dense(9, leaky), dense(7, leaky), inputs=(4,)))
    x = np.random.default_rng(0).normal(size=(1, 4))
    on, inputs = on_of(net, x), torch.from_numpy(x)
    found = outputs_without(net, inputs, on)[0].detach().numpy()
    second = on_of(net, x)[1]  # the second layer's lamps are those of the whole network
    np.testing.assert_allclose(found, without_rows(net, x, [on[0], second, on[2]]), rtol=1e-12)
    assert np.abs(found - net(inputs)[0].detach().numpy()).max() > 1e-3


def test_nothing_altered_is_the_network_itself():
    net = in_double(network(dense(6, "tanh"), "batch_norm", dense(5), inputs=(3,)))
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(5, 3)))
    assert torch.equal(altered_outputs(net, x), net(x))


def test_only_activations_with_a_bend_are_gates():
    net = network(dense(3), dense(3, "tanh"), dense(3, "leaky_relu"), dense(3, "identity"), inputs=(2,))
    assert gates(net) == (True, False, True, False, False)


def test_other_sums_are_other_biases():
    net = in_double(network(dense(6, "tanh"), dense(5), inputs=(3,)))
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(5, 3)))
    moved = altered_outputs(net, x, sums=lambda layer, sums: sums + 0.5 if layer == 1 else sums)
    with torch.no_grad():
        net.parameters_of(1).bias.add_(0.5)
    torch.testing.assert_close(moved, net(x), rtol=1e-12, atol=1e-12)
