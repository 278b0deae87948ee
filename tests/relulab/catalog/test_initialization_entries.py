"""What the catalogue says of each initialization, against the weights that are really built."""

import math

import pytest
import torch

from relulab.catalog.initializations import INITIALIZATIONS
from relulab.errors import SpecError
from tests.helpers.designs import conv, dense, network

FAN_IN, UNITS = 300, 200
OTHER_PARAMETERS = {
    "he_normal": {"negative_slope": 0.5},
    "he_uniform": {"negative_slope": 0.5},
    "glorot_normal": {"gain": 5 / 3},
    "glorot_uniform": {"gain": 0.5},
    "orthogonal": {"gain": 1.5},
    "sparse": {"sparsity": 0.9, "std": 0.3},
    "truncated_normal": {"std": 0.02},
    "normal": {"mean": 2.0, "std": 0.5},
    "uniform": {"low": -0.2, "high": 0.4},
    "constant": {"value": 0.3, "noise": 0.5},
    "given": {"values": "0.5 -0.25 1e-1 2"},
}
CASES = [(key, {}) for key in INITIALIZATIONS] + list(OTHER_PARAMETERS.items())


def dense_weight(key: str, parameters: dict) -> torch.Tensor:
    calibration = torch.randn(512, FAN_IN, generator=torch.Generator().manual_seed(1))
    layer = dense(UNITS, initialization={"name": key, "parameters": parameters})
    return network(layer, inputs=(FAN_IN,), calibration=calibration).weights()[0].detach()


@pytest.mark.parametrize(("key", "parameters"), CASES)
def test_the_standard_deviation_is_the_one_claimed(key, parameters):
    entry = INITIALIZATIONS[key]
    claimed = entry.weight_std(FAN_IN, UNITS, entry.complete(parameters))
    weight = dense_weight(key, parameters)
    assert float(weight.std()) == pytest.approx(claimed, rel=0.04, abs=1e-7)


@pytest.mark.parametrize("key", [key for key, entry in INITIALIZATIONS.items() if not entry.dense_only])
def test_filters_count_their_window_into_both_fans(key):
    entry = INITIALIZATIONS[key]
    images = torch.randn(64, 20, 6, 6, generator=torch.Generator().manual_seed(1))
    layer = conv(48, initialization=key)
    net = network(layer, "flatten", inputs=(20, 6, 6), calibration=images)
    claimed = entry.weight_std(20 * 9, 48 * 9, entry.complete({}), units=48)
    assert float(net.weights()[0].detach().std()) == pytest.approx(claimed, rel=0.06, abs=1e-7)


def test_all_parameters_are_tried_with_others():
    with_parameters = {key for key, entry in INITIALIZATIONS.items() if entry.parameters}
    assert with_parameters - {"lsuv"} == set(OTHER_PARAMETERS)


def test_exact_schemes_give_exact_weights():
    assert (dense_weight("zeros", {}) == 0.0).all()
    assert (dense_weight("constant", {"value": 0.25}) == 0.25).all()
    noisy = dense_weight("constant", {"value": 0.25, "noise": 1.0})
    assert float(noisy.mean()) == pytest.approx(0.25, abs=0.002)
    assert float(noisy.std()) == pytest.approx(math.sqrt(2.0 / FAN_IN), rel=0.02)
    assert torch.equal(dense_weight("identity", {}), torch.eye(UNITS, FAN_IN))


def test_given_numbers_follow_each_other_row_after_row():
    layer = dense(
        4,
        initialization={"name": "given", "parameters": {"values": "1 2 3 4"}},
        bias={"name": "given", "parameters": {"values": "0.5 -7"}},
    )
    net = network(layer, inputs=(2,))
    weight, bias = net.parameters_of(0)
    assert weight.tolist() == [[1, 2], [3, 4], [1, 2], [3, 4]]
    assert bias.tolist() == [0.5, -7, 0.5, -7]


@pytest.mark.parametrize("values", ["", "  ", "a", "1,5", "1 nan", "inf", "1e39"])
def test_what_is_no_list_of_numbers_is_refused(values):
    with pytest.raises(SpecError, match="finite numbers with spaces between them"):
        dense_weight("given", {"values": values})


def test_identity_filters_copy_their_channel():
    net = network(conv(3, activation="identity", initialization="identity"), "flatten", inputs=(2, 5, 5))
    images = torch.randn(4, 2, 5, 5)
    copied = net.forward_kept(images)[1][0].activation
    torch.testing.assert_close(copied[:, :2], images[:, :, 1:-1, 1:-1])
    assert not copied[:, 2].any()


def test_orthogonal_rows_are_perpendicular_and_as_long_as_the_gain():
    weight = dense_weight("orthogonal", {"gain": 1.5})
    torch.testing.assert_close(weight @ weight.T, 2.25 * torch.eye(UNITS), atol=1e-4, rtol=0)


def test_sparse_leaves_each_input_the_stated_share_of_weights():
    weight = dense_weight("sparse", {"sparsity": 0.9, "std": 0.3})
    assert ((weight == 0.0).sum(0) == math.ceil(0.9 * UNITS)).all()


@pytest.mark.parametrize(
    ("key", "parameters", "bound"),
    [
        ("he_uniform", {}, math.sqrt(6 / FAN_IN)),
        ("glorot_uniform", {}, math.sqrt(6 / (FAN_IN + UNITS))),
        ("lecun_uniform", {}, math.sqrt(3 / FAN_IN)),
        ("pytorch_default", {}, 1 / math.sqrt(FAN_IN)),
        ("truncated_normal", {"std": 0.02}, 0.04),
    ],
)
def test_bounded_schemes_keep_to_their_formula(key, parameters, bound):
    largest = float(dense_weight(key, parameters).abs().max())
    assert 0.97 * bound < largest <= bound * (1 + 1e-6)


def test_the_pytorch_default_is_that_of_torch():
    """The same bound as torch.nn.Linear draws from."""
    torch.manual_seed(0)
    theirs = torch.nn.Linear(FAN_IN, UNITS).weight.detach()
    ours = dense_weight("pytorch_default", {})
    assert float(ours.std()) == pytest.approx(float(theirs.std()), rel=0.01)
    assert float(ours.abs().max()) == pytest.approx(float(theirs.abs().max()), rel=0.001)


@pytest.mark.parametrize("key", [key for key, entry in INITIALIZATIONS.items() if not entry.random])
def test_schemes_without_chance_are_the_same_for_every_seed(key):
    first, second = (
        network(dense(5, initialization=key), inputs=(4,), seed=seed, output={"initialization": key}).weights()
        for seed in (0, 1)
    )
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
