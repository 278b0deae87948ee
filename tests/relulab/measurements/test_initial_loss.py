"""The first loss beside the loss of guessing, on real networks."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from relulab.catalog.losses import LOSSES, Task
from relulab.measurements.initial_loss import (
    FirstLoss,
    class_entropy,
    expected_first_loss,
    judge_first_loss,
)
from tests.helpers.designs import dense, network


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("key", LOSSES)
def test_the_expected_loss_is_that_of_outputs_that_are_all_zero(key, classes):
    loss = LOSSES[key]
    if key == "binary_cross_entropy" and classes != 2:
        return
    labels = torch.arange(classes).repeat(4)
    outputs = torch.zeros(len(labels), 1 if key == "binary_cross_entropy" else classes)
    targets = labels
    if key == "binary_cross_entropy":
        targets = labels.float().unsqueeze(1)
    elif key in ("mse", "l1"):
        targets = functional.one_hot(labels, classes).float()
    measured = float(getattr(functional, loss.torch_function)(outputs, targets))
    assert expected_first_loss(loss, Task.CLASSIFICATION, classes) == pytest.approx(measured, rel=1e-6)


def test_known_values():
    assert expected_first_loss(LOSSES["cross_entropy"], Task.CLASSIFICATION, 2) == pytest.approx(0.693, abs=1e-3)
    assert expected_first_loss(LOSSES["cross_entropy"], Task.CLASSIFICATION, 10) == pytest.approx(2.303, abs=1e-3)
    assert math.isnan(expected_first_loss(LOSSES["mse"], Task.REGRESSION, 1))


def first_loss(seed: int, **initialization) -> float:
    layers = [dense(100, **initialization)] * 2
    net = network(*layers, inputs=(64,), outputs=10, seed=seed, output=initialization or None)
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.randn(512, 64, generator=generator), torch.randint(10, (512,), generator=generator)
    return float(functional.cross_entropy(net(x), y).detach())


@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_start_is_good_and_a_bad_scale_is_named(seed):
    expected = math.log(10)
    assert judge_first_loss(first_loss(seed), expected).verdict is FirstLoss.GOOD
    huge = judge_first_loss(first_loss(seed, initialization={"name": "normal", "parameters": {"std": 1.0}}), expected)
    assert huge.verdict is FirstLoss.TOO_LARGE
    assert huge.ratio > 10
    tiny = first_loss(seed, initialization={"name": "normal", "parameters": {"std": 0.001}})
    assert judge_first_loss(tiny, expected).verdict is FirstLoss.GOOD


def test_verdicts_that_cannot_be_given():
    assert judge_first_loss(math.nan, 0.693).verdict is FirstLoss.NOT_FINITE
    assert judge_first_loss(math.inf, math.nan).verdict is FirstLoss.NOT_FINITE
    assert judge_first_loss(3.0, math.nan).verdict is FirstLoss.UNKNOWN


def test_the_entropy_of_the_class_shares():
    assert class_entropy(np.array([0, 1, 0, 1])) == pytest.approx(math.log(2))
    assert class_entropy(np.array([0, 0, 0, 2])) == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))
    assert class_entropy(np.array([1, 1])) == 0.0
