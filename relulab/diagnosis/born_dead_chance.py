"""The chance that a narrow ReLU stack is dead before its first step (Lu, Shin, Su & Karniadakis 2019).

A layer whose units are all off for every input passes nothing on: the network is a constant, and no gradient
comes back. With symmetric weights a unit is off for a given input with probability 1/2, so in a layer of N
units all are off with probability 2⁻ᴺ, and depth collects these chances.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.initializations import RAI_STD

SIMULATED_WIDTH = 8  # wider stacks are so rarely born dead that the upper bound says enough
SIMULATED_NETWORKS = 512
SIMULATED_INPUTS = 64
SIMULATED_NUMBERS = 1_500_000  # outputs of all layers of all networks together; keeps it within some milliseconds
SEED = 1903_06733
TOO_LARGE = 1e100  # outputs beyond this are made smaller before they end in infinity


@dataclass(frozen=True, slots=True)
class BornDead:
    """Probabilities that a stack of ReLU layers is born dead: both bounds, and what a simulation gives.

    ``simulated`` is NaN for wide stacks.
    """

    lower: float
    upper: float
    simulated: float

    @property
    def likely(self) -> float:
        """The best single number."""
        return self.upper if math.isnan(self.simulated) else self.simulated


@dataclass(frozen=True, slots=True)
class StackLayer:
    """A dense ReLU layer of the stack. ``off``: chance that a unit is off for a given input (mean field)."""

    units: int
    off: float
    weight_std: float
    bias: float = 0.0
    bias_std: float = 0.0
    asymmetric: bool = False  # RAI

    @property
    def is_symmetric(self) -> bool:
        """Whether the theorems apply: weights and biases are as often positive as negative."""
        return not self.asymmetric and self.bias == 0.0


def born_dead(inputs: int, stack: Sequence[StackLayer]) -> BornDead:
    """Bounds for a network with ``inputs`` features and these dense ReLU layers, first layer first."""
    widths = [layer.units for layer in stack]
    simulated = math.nan
    if max(widths, default=SIMULATED_WIDTH + 1) <= SIMULATED_WIDTH and inputs <= 4 * SIMULATED_WIDTH:
        simulated = _simulate(inputs, tuple(stack))
    upper = 1.0 - math.prod(1.0 - layer.off**layer.units for layer in stack)
    lower = _lower(inputs, widths) if all(layer.is_symmetric and not layer.bias_std for layer in stack) else 0.0
    return BornDead(min(lower, upper), upper, simulated)


def _lower(inputs: int, widths: Sequence[int]) -> float:
    """A layer whose weights are all negative is off for the non-negative outputs of any ReLU layer before it.

    For one input and equal widths the sharper lower bound of Lu et al. holds.
    """
    lower = 1.0 - math.prod(1.0 - 0.5 ** (before * here) for before, here in pairwise(widths))
    if inputs == 1 and len(set(widths)) == 1 and len(widths) > 1:
        half, depth = 0.5 ** widths[0], len(widths) - 1
        alive = 1.0 - half
        second = 1.0 - 2.0 * half - (widths[0] - 1) * half**2
        share = (1.0 - 2.0 * half) * (1.0 - half) / (1.0 + (widths[0] - 1) * half)
        lower = max(lower, 1.0 - alive**depth + share * (second**depth - alive**depth))
    return lower


@lru_cache
def _simulate(inputs: int, stack: tuple[StackLayer, ...]) -> float:
    """Share of random networks that are constant on random standardized inputs; always the same random numbers.

    Runs of one design ask for the same share, however many they are.
    """
    generator = np.random.default_rng(SEED)
    widest = max(inputs, *(layer.units for layer in stack))
    per_network = len(stack) * widest * SIMULATED_INPUTS
    networks = max(64, min(SIMULATED_NETWORKS, SIMULATED_NUMBERS // per_network))
    signal = np.broadcast_to(generator.normal(size=(inputs, SIMULATED_INPUTS)), (networks, inputs, SIMULATED_INPUTS))
    alive = np.ones(networks, bool)
    scale: NDArray[np.float64] = np.ones((networks, 1, 1))  # of the signal as it is kept; it decides nothing
    for layer in stack:
        weight, bias = _draw(generator, networks, signal.shape[1], layer)
        signal = np.maximum(weight @ signal + bias / scale, 0.0)
        peak = signal.max(axis=(1, 2), keepdims=True)
        alive &= peak[:, 0, 0] > 0.0
        shrink = np.where(peak > TOO_LARGE, peak, 1.0)
        signal, scale = signal / shrink, scale * shrink
    return float(1.0 - alive.mean())


def _draw(
    generator: np.random.Generator, networks: int, fan_in: int, layer: StackLayer
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (networks, units, fan_in) and biases (networks, units, 1) of one layer in all networks."""
    shape = (networks, layer.units)
    if not layer.asymmetric:
        weight = generator.normal(0.0, layer.weight_std, (*shape, fan_in))
        return weight, generator.normal(layer.bias, layer.bias_std, (*shape, 1))
    rows = generator.normal(0.0, RAI_STD / math.sqrt(fan_in), (*shape, fan_in + 1))
    special = generator.integers(fan_in + 1, size=(*shape, 1))
    np.put_along_axis(rows, special, np.sqrt(generator.random((*shape, 1))), axis=2)
    return rows[..., :fan_in], rows[..., fan_in:]
