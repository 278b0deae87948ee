"""First weights: reproducible, one stream per layer, and as the papers say."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from relulab.catalog.initializations import INITIALIZATIONS
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.designs import conv, dense, described, experiment, network

RANDOM = [key for key, entry in INITIALIZATIONS.items() if entry.random]


def weights(*layers, seed=0, **more):
    calibration = torch.randn(64, 2, generator=torch.Generator().manual_seed(3))
    return [w.detach() for w in network(*layers, seed=seed, calibration=calibration, **more).weights()]


@pytest.mark.parametrize("key", RANDOM)
def test_a_seed_gives_the_same_weights_again_and_another_seed_others(key):
    layers = [dense(16, initialization=key), dense(16, initialization=key)]
    first, again, other = weights(*layers), weights(*layers), weights(*layers, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_layers_of_one_size_differ_from_each_other():
    _, second, third, _ = weights(dense(8), dense(8), dense(8))
    assert not torch.equal(second, third)


def test_changing_one_layer_leaves_the_weights_of_the_others():
    before = weights(dense(16), dense(16), dense(16))
    scheme = weights(dense(16), dense(16, initialization="orthogonal"), dense(16))
    assert [torch.equal(a, b) for a, b in zip(before, scheme, strict=True)] == [True, False, True, True]
    bias = weights(dense(16), dense(16, bias="pytorch_default"), dense(16))
    assert all(torch.equal(a, b) for a, b in zip(before, bias, strict=True))


def test_the_output_keeps_its_weights_when_a_hidden_layer_of_the_same_width_is_added():
    assert torch.equal(weights(dense(16))[-1], weights(dense(16), dense(16))[-1])


def test_building_does_not_touch_the_random_numbers_of_others():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    weights(dense(16, initialization="rai"), dense(16, initialization="sparse"), dense(8, bias="pytorch_default"))
    assert torch.equal(torch.rand(3), expected)


def test_both_precisions_start_from_the_same_numbers():
    layers = [dense(16, bias="pytorch_default"), dense(8, initialization="lsuv")]
    calibration = torch.randn(64, 2)
    single = network(*layers, calibration=calibration)
    double = network(*layers, calibration=calibration, precision="float64")
    for a, b in zip(single.parameters(), double.parameters(), strict=True):
        assert a.dtype == torch.float32
        assert b.dtype == torch.float64
        assert torch.equal(a.double(), b)


def test_equal_weights_draw_nothing_so_biases_are_what_they_were():
    plain, he = (network(dense(8, initialization=chosen, bias="pytorch_default")) for chosen in ("constant", "zeros"))
    assert torch.equal(plain.state_dict()["1_dense.bias"], he.state_dict()["1_dense.bias"])


def test_biases():
    chosen = [dense(500, bias={"name": "constant", "parameters": {"value": -3.0}}), dense(500, bias="pytorch_default")]
    net = network(*chosen, dense(4, bias="none"))
    state = net.state_dict()
    assert (state["1_dense.bias"] == -3.0).all()
    assert float(state["2_dense.bias"].abs().max()) <= 1 / 500**0.5
    assert float(state["2_dense.bias"].std()) == pytest.approx(1 / (3 * 500) ** 0.5, rel=0.1)
    assert "3_dense.bias" not in state
    assert (state["output.bias"] == 0.0).all()


@pytest.mark.parametrize("reach", [1.73, 20.0])
def test_t15_units_bend_at_points_spread_evenly_over_the_inputs(reach):
    chosen = {"name": "spread", "parameters": {"reach": reach}}
    state = network(dense(32, bias=chosen), inputs=(1,)).state_dict()
    kinks = -state["1_dense.bias"] / state["1_dense.weight"][:, 0]
    middles = reach * ((2 * torch.arange(32) + 1) / 32 - 1)
    assert torch.allclose(kinks.sort().values, middles, rtol=1e-4)
    plane = network(dense(500, bias=chosen), inputs=(2,)).state_dict()
    norms = plane["1_dense.weight"].norm(dim=1)
    distances = plane["1_dense.bias"].abs() / norms  # of the lines z = 0 from the middle
    assert float(distances.max()) < reach * 2**0.5
    assert float((distances > 0.1 * reach).double().mean()) > 0.7


def test_t15_convolutions_and_single_units_can_be_spread_too():
    net = network(conv(3, bias="spread"), "flatten", dense(1, bias="spread"), inputs=(1, 6, 6))
    assert torch.isfinite(net(torch.randn(4, 1, 6, 6))).all()
    assert float(net.state_dict()["3_dense.bias"]) == 0.0  # the middle of one place


def test_rai_has_one_positive_entry_per_unit_that_may_be_the_bias():
    """With fan_in 1, half of the special entries are biases; Beta(2, 1) has mean 2/3 and lies in [0, 1]."""
    state = network(dense(20_000, initialization="rai"), inputs=(1,)).state_dict()
    rows = torch.cat([state["1_dense.weight"], state["1_dense.bias"].unsqueeze(1)], 1)
    # what is not special is N(0, 0.6007²): its mean is 0, so the two means add up to the special one
    assert float(rows.sum(1).mean()) == pytest.approx(2 / 3, abs=0.02)
    assert float(state["1_dense.bias"].mean()) == pytest.approx(1 / 3, abs=0.02)
    second_moment = 0.5 * 0.6007**2 + 0.5 * 0.5  # Beta(2, 1) has mean square 1/2
    assert float(rows.square().mean()) == pytest.approx(second_moment, rel=0.03)


def test_rai_ignores_the_chosen_bias_and_works_without_one():
    chosen = {"name": "constant", "parameters": {"value": 7.0}}
    net = network(dense(50, initialization="rai", bias=chosen), dense(50, initialization="rai", bias="none"))
    assert not (net.state_dict()["1_dense.bias"] == 7.0).any()
    special = net.weights()[1].amax(1)
    assert ((special > 0.0) & (special <= 1.0)).all()


def born_dead(initialization: str, seeds: range) -> int:
    """How many of the nets 2-[3]x15-2 are constant on 200 random points."""
    x = torch.rand(200, 2, generator=torch.Generator().manual_seed(0)) * 4 - 2
    dead = 0
    for seed in seeds:
        net = network(*[dense(3, initialization=initialization)] * 15, seed=seed)
        _, kept = net.forward_kept(x)
        dead += not kept[-2].activation.any()
    return dead


def test_rai_bears_fewer_dead_networks_than_he():
    """Deep and narrow (Lu et al. 2019)."""
    he, rai = born_dead("he_normal", range(60)), born_dead("rai", range(60))
    assert he > 40
    assert rai < 0.8 * he


def test_norms_start_as_the_identity_of_scale_and_shift():
    state = network(conv(4), "batch_norm", "flatten", "layer_norm", inputs=(1, 5, 5)).state_dict()
    for name in ("2_batch_norm", "4_layer_norm"):
        assert (state[f"{name}.weight"] == 1.0).all()
        assert (state[f"{name}.bias"] == 0.0).all()


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_any_seed_works(seed):
    spec = experiment(dense(3), seed=seed)
    first, again = (build_model(DesignPlan.of(spec, described())).weights()[0] for _ in range(2))
    assert torch.equal(first, again)
