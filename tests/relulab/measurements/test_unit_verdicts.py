"""Dead, never active, dormant, saturated: by construction, and one status per unit."""

import math

import numpy as np
import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS, OffState
from relulab.measurements.dead_units import dead_units, never_active_units
from relulab.measurements.dormant import dormancy, dormant_units
from relulab.measurements.probe import probe_network
from relulab.measurements.status import UnitStatus, combine
from tests.helpers.designs import dense, network, set_layer

X = torch.rand(100, 4, generator=torch.Generator().manual_seed(0)) + 0.1  # all positive
CAN_DIE = [key for key, entry in ACTIVATIONS.items() if entry.off_state is OffState.DEAD]
CAN_REST = [key for key, entry in ACTIVATIONS.items() if entry.off_state is OffState.NEVER_ACTIVE]
HAVE_NEITHER = [key for key, entry in ACTIVATIONS.items() if entry.off_state is OffState.NONE]


def with_off_units(activation: str, off: int, units: int = 10):
    """The first ``off`` of the units have only negative inputs to their activation, by construction."""
    net = network(dense(units, activation), inputs=(4,))
    weight = torch.where(torch.arange(units).unsqueeze(1) < off, -1.0, 1.0).expand(units, 4)
    set_layer(net, "1_dense", weight, torch.zeros(units))
    return net


@pytest.mark.parametrize("off", [0, 3, 10])
@pytest.mark.parametrize("activation", CAN_DIE)
def test_dead_by_construction(activation, off):
    result = probe_network(with_off_units(activation, off), X)
    assert result.dead[0] == np.float32(off / 10)
    assert math.isnan(result.never_active[0])
    assert (result.unit_status[:10] == UnitStatus.DEAD).tolist() == [unit < off for unit in range(10)]


@pytest.mark.parametrize("off", [0, 3, 10])
@pytest.mark.parametrize("activation", CAN_REST)
def test_never_active_is_another_name_because_the_gradient_is_not_zero(activation, off):
    net = with_off_units(activation, off)
    result = probe_network(net, X)
    assert math.isnan(result.dead[0])
    assert result.never_active[0] == np.float32(off / 10)
    assert (result.unit_status[:10] == UnitStatus.NEVER_ACTIVE).tolist() == [unit < off for unit in range(10)]
    net(X).square().sum().backward()
    assert net.weights()[0].grad.abs().sum(1).min() > 0.0


@pytest.mark.parametrize("activation", HAVE_NEITHER)
def test_other_activations_have_no_such_state(activation):
    result = probe_network(with_off_units(activation, 5), X)
    assert math.isnan(result.dead[0])
    assert math.isnan(result.never_active[0])
    statuses = result.unit_status[:10]
    assert not np.isin(statuses, [UnitStatus.DEAD, UnitStatus.NEVER_ACTIVE]).any()


def test_a_dead_unit_has_no_gradient_and_one_that_fires_once_has():
    net = with_off_units("relu", 3)
    net(X).square().sum().backward()
    gradient = net.weights()[0].grad.abs().sum(1)
    assert not gradient[:3].any()
    assert gradient[3:].all()


def test_the_output_layer_is_not_judged_by_its_signs():
    net = network(inputs=(4,), outputs=3)
    set_layer(net, "output", -torch.ones(3, 4), torch.zeros(3))
    result = probe_network(net, X)
    for share in (result.dead, result.never_active, result.saturated, result.dormant):
        assert math.isnan(share[0])
    assert not result.unit_status.any()


def test_the_flags_themselves():
    greatest = np.array([0.0, 1e-30, -1.0, np.nan])
    assert dead_units(greatest).tolist() == [True, False, False, False]
    assert never_active_units(greatest).tolist() == [True, False, True, False]


def test_dormancy_is_the_share_of_the_layers_mean():
    score = dormancy(np.array([0.0, 0.01, 1.0, 2.99]))
    assert score.tolist() == pytest.approx([0.0, 0.01, 1.0, 2.99])
    assert dormant_units(score).tolist() == [True, True, False, False]
    assert dormant_units(np.array([0.025, 0.0250001])).tolist() == [True, False]


def test_a_silent_layer_is_all_dormant_and_never_nan():
    score = dormancy(np.zeros(4))
    assert score.tolist() == [0.0] * 4
    result = probe_network(with_off_units("relu", 10), X)
    assert result.dormant[0] == 1.0
    assert np.isfinite(result.dormancy).all()


def test_dormant_by_construction():
    """Units that fire, but a hundred times less than the others."""
    net = network(dense(10), inputs=(4,))
    scale = torch.where(torch.arange(10) < 4, 0.01, 1.0)
    set_layer(net, "1_dense", scale.unsqueeze(1).expand(10, 4), torch.zeros(10))
    result = probe_network(net, X)
    assert result.dormant[0] == np.float32(0.4)
    assert result.dead[0] == 0.0
    assert (result.unit_status[:10] == UnitStatus.DORMANT).tolist() == [True] * 4 + [False] * 6


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "hardtanh", "relu6"])
def test_saturated_by_construction(activation):
    net = network(dense(10, activation), inputs=(4,))
    scale = torch.where(torch.arange(10) < 4, 100.0, 0.2)
    set_layer(net, "1_dense", scale.unsqueeze(1).expand(10, 4), torch.zeros(10))
    result = probe_network(net, X)
    assert result.saturated[0] == pytest.approx(0.4)
    assert (result.unit_status[:10] == UnitStatus.SATURATED).tolist() == [True] * 4 + [False] * 6


def test_the_worst_verdict_is_shown():
    flags = np.array(
        [[False, False, False, False], [True] * 4, [False, True, True, True], [False, False, True, True], [0, 0, 0, 1]],
        bool,
    ).T
    assert combine(*flags).tolist() == [
        UnitStatus.ACTIVE,
        UnitStatus.DEAD,
        UnitStatus.NEVER_ACTIVE,
        UnitStatus.DORMANT,
        UnitStatus.SATURATED,
    ]
