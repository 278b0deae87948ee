"""Optimizers, schedules and losses: the catalogue's words against what torch takes and computes."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch.nn import functional

from relulab.catalog.losses import LOSSES, Target, Task
from relulab.catalog.optimizers import OPTIMIZERS, SCHEDULES

TOTAL = 1000


def factor(key: str, **parameters: float) -> Callable[[int], float]:
    entry = SCHEDULES[key]
    complete = entry.complete(parameters)
    return lambda step: entry.factor(step, TOTAL, complete)


@pytest.mark.parametrize("key", SCHEDULES)
def test_schedules_never_leave_the_range_from_0_to_1(key):
    values = [factor(key)(step) for step in range(2 * TOTAL)]
    assert all(0.0 <= value <= 1.0 for value in values)


def test_the_shape_of_each_schedule():
    assert {factor("constant")(step) for step in range(TOTAL)} == {1.0}
    step = factor("step", every_steps=100, decay=0.5)
    assert [step(0), step(99), step(100), step(250)] == [1.0, 1.0, 0.5, 0.25]
    cosine = factor("cosine")
    assert [cosine(0), cosine(500), cosine(1000)] == pytest.approx([1.0, 0.5, 0.0])
    warm_up = factor("warm_up", warm_up_steps=100)
    assert [warm_up(0), warm_up(49), warm_up(99), warm_up(900)] == [0.01, 0.5, 1.0, 1.0]
    both = factor("warm_up_cosine", warm_up_steps=100)
    assert [both(0), both(99), both(100), both(550), both(1000)] == pytest.approx([0.01, 1.0, 1.0, 0.5, 0.0])


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("total", [0, 1, 2])
def test_schedules_of_the_shortest_runs(key, total):
    entry = SCHEDULES[key]
    assert math.isfinite(entry.factor(0, total, entry.complete({})))


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_optimizers_take_their_arguments_and_learn(key):
    entry = OPTIMIZERS[key]
    weight = torch.nn.Parameter(torch.tensor([3.0, -2.0]))
    arguments = entry.arguments(entry.complete({}))
    if entry.fused:
        arguments["fused"] = True
    optimizer = getattr(torch.optim, entry.torch_class)([weight], lr=entry.typical_learning_rate, **arguments)
    before = float(weight.detach().square().sum())
    for _ in range(20):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
    assert float(weight.detach().square().sum()) < before


def test_parameters_reach_the_optimizer():
    given = {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "weight_decay": 0.2}
    entry = OPTIMIZERS["adamw"]
    optimizer = torch.optim.AdamW([torch.zeros(1, requires_grad=True)], lr=1.0, **entry.arguments(given))
    assert optimizer.defaults["betas"] == (0.8, 0.95)
    assert optimizer.defaults["eps"] == 1e-6
    assert optimizer.defaults["weight_decay"] == 0.2
    nesterov = OPTIMIZERS["nesterov"].arguments({"momentum": 0.7})
    assert nesterov == {"momentum": 0.7, "nesterov": True}


def multi_margin(z: list[float], label: int, others: list[int]) -> float:
    """Summed over the other classes, divided by the number of all."""
    return sum([max(0.0, 1 - z[label] + z[k]) for k in others]) / len(z)


@pytest.mark.parametrize("key", LOSSES)
def test_losses_are_the_mean_of_their_printed_formula(key):
    entry = LOSSES[key]
    outputs = torch.randn(6, 1 if entry.target is Target.BINARY else 4, dtype=torch.float64)
    labels = torch.tensor([0, 1, 1, 0, 1, 0])
    targets = {
        Target.CLASS_INDEX: labels,
        Target.BINARY: labels.double().unsqueeze(1),
        Target.VECTOR: functional.one_hot(labels, 4).double(),
    }[entry.target]
    expected = []
    for z, label in zip(outputs.tolist(), labels.tolist(), strict=True):
        others = [k for k in range(len(z)) if k != label]
        one_hot = [float(k == label) for k in range(len(z))]
        formulas: dict[str, Any] = {
            "cross_entropy": lambda z=z, c=label: -math.log(math.exp(z[c]) / sum(math.exp(v) for v in z)),
            "binary_cross_entropy": lambda z=z, y=label: (
                -math.log(1 / (1 + math.exp(-z[0])) if y else 1 - 1 / (1 + math.exp(-z[0])))
            ),
            "mse": lambda z=z, y=one_hot: sum((a - b) ** 2 for a, b in zip(z, y, strict=True)) / len(z),
            "l1": lambda z=z, y=one_hot: sum(abs(a - b) for a, b in zip(z, y, strict=True)) / len(z),
            "multi_margin": partial(multi_margin, z, label, others),
        }
        expected.append(formulas[key]())
    measured = float(getattr(functional, entry.torch_function)(outputs, targets))
    assert measured == pytest.approx(sum(expected) / len(expected))


def test_every_task_has_a_loss():
    for task in Task:
        assert any(task in loss.tasks for loss in LOSSES.values())
