"""One activation function by itself: f and f(f(x)), their slopes, what 32 and 64 bits make of them, and what they cost.

All of it is computed by torch, by the functions and gradients that a network learns with: a ReLU has slope 0 at 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from relulab.data.dataset import Progress
from relulab.experiment import ActivationChoice
from relulab.model.modules import activation_module

Floats = NDArray[np.float64]

SATURATED_FOR_SURE = 1e6  # exponentials are over long before
COST_ELEMENTS = 262_144  # 1 MiB of 32-bit numbers: calling torch costs next to nothing for each
COST_ROUNDS = 25
WARM_UP_ROUNDS = 3


def values_and_slopes(choice: ActivationChoice, x: Floats, times: int = 1) -> tuple[Floats, Floats]:
    """The function applied so many ``times`` at each ``x``, and the slope of that, in 64 bits."""
    given = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    values = _applied(choice, given, times)
    (slopes,) = torch.autograd.grad(values.sum(), given)
    return values.detach().numpy(), slopes.numpy()


def value_in(choice: ActivationChoice, x: float, times: int, kind: type[np.floating]) -> np.floating:
    """f(x) as a network of this precision has it: ``kind`` is ``np.float32`` or ``np.float64``."""
    with torch.no_grad():
        return kind(_applied(choice, torch.from_numpy(np.array([x], kind)), times).numpy()[0])


@cache
def reaches_its_limit(choice_name: str, kind: type[np.floating]) -> float | None:
    """The least number from which on f is exactly its upper limit in this precision; None where it does not saturate.

    On paper sigmoid is below 1 everywhere; numbers of 32 bits have nothing between 1 and 1 - 6e-8.
    """
    choice = ActivationChoice(name=choice_name)
    if choice.entry.saturation is None:
        return None
    limit, low, high = kind(choice.entry.output_range[1]), kind(0.0), kind(SATURATED_FOR_SURE)
    while (middle := kind((low + high) / 2)) not in (low, high):
        reached = value_in(choice, float(middle), 1, kind) == limit
        low, high = (low, middle) if reached else (middle, high)
    return float(high)


@dataclass(frozen=True, slots=True)
class Cost:
    """Nanoseconds for one number: of f, and of the gradient's way back through it."""

    forward: float
    backward: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, by the names of the functions; ``copying``: nanoseconds to copy one number."""

    costs: dict[str, Cost]
    copying: float
    threads: int
    elements: int = COST_ELEMENTS
    rounds: int = COST_ROUNDS


def measured_costs(choices: Sequence[ActivationChoice], progress: Progress) -> Costs:
    """Time each function on 32-bit numbers, here and now. The functions take turns, so that a disturbance hits all."""
    x = torch.randn(COST_ELEMENTS, generator=torch.Generator().manual_seed(0))
    tasks = {"": x.clone} | {key: act for choice in choices for key, act in _tasks(choice, x).items()}
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(WARM_UP_ROUNDS + COST_ROUNDS):
        progress(number, WARM_UP_ROUNDS + COST_ROUNDS, "")
        for name, act in tasks.items():
            start = perf_counter()
            act()
            times[name].append(perf_counter() - start)
    each = {name: 1e9 * median(taken[WARM_UP_ROUNDS:]) / COST_ELEMENTS for name, taken in times.items()}
    costs = {c.name: Cost(each[f"{c.name} forward"], each[f"{c.name} backward"]) for c in choices}
    return Costs(costs, each[""], torch.get_num_threads())


def _tasks(choice: ActivationChoice, x: Tensor) -> dict[str, Callable[[], object]]:
    """What is timed of one function."""
    module = activation_module(choice)
    given = x.clone().requires_grad_()
    values, gradient = module(given), torch.ones_like(x)

    def forward() -> Tensor:
        with torch.no_grad():
            result: Tensor = module(x)
            return result

    def backward() -> object:
        return torch.autograd.grad(values, given, gradient, retain_graph=True)

    return {f"{choice.name} forward": forward, f"{choice.name} backward": backward}


def _applied(choice: ActivationChoice, x: Tensor, times: int) -> Tensor:
    module: nn.Module = activation_module(choice).to(x.dtype)
    for _ in range(times):
        x = module(x)
    return x
