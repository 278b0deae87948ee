"""Functions to be fitted: inputs drawn evenly at random, targets the function's value plus normal noise.

Each function returns inputs float64 (count, 1) or (count, 2) and targets float32 (count, 1).
``noise`` is the standard deviation of the error added to the target.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from relulab.data.expression import Expression

Samples = tuple[NDArray[np.float64], NDArray[np.float32]]
Generator = np.random.Generator
Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]

# TensorFlow Playground's "Multi gaussian": centre x, centre y, sign; each hill is a cone of radius 2 (dataset.ts)
HILLS = np.array([(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)], float)
HILL_RADIUS = 2.0
PLANE_SIDE = 6.0  # the Playground's square: coordinates from -6 to 6


def sine(count: int, generator: Generator, noise: float, frequency: float) -> Samples:
    """``sin(2π·frequency·x)`` on [-1, 1]: ``frequency`` waves per unit of x."""
    return _samples(lambda x: np.sin(2.0 * np.pi * frequency * x), count, generator, noise)


def absolute(count: int, generator: Generator, noise: float) -> Samples:
    """``|x|`` on [-1, 1]: two ReLU units can draw it exactly."""
    return _samples(np.abs, count, generator, noise)


def step(count: int, generator: Generator, noise: float) -> Samples:
    """0 left of x = 0 and 1 right of it, on [-1, 1]."""
    return _samples(lambda x: (x > 0.0).astype(np.float64), count, generator, noise)


def wave(count: int, generator: Generator, noise: float) -> Samples:
    """``x·sin(5x)`` on [-3, 3]: a wave that grows outwards."""
    return _samples(lambda x: x * np.sin(5.0 * x), count, generator, noise, low=-3.0, high=3.0)


def expression(count: int, generator: Generator, noise: float, formula: str, minimum: float, maximum: float) -> Samples:
    """The user's own formula of x on [minimum, maximum]. Raises DataError for a bad formula or range."""
    return _samples(Expression(formula, minimum, maximum), count, generator, noise, minimum, maximum)


def plane(count: int, generator: Generator, noise: float) -> Samples:
    """``(x₁ + x₂) / 10`` on [-6, 6]²: what a single linear neuron can do."""
    points = generator.uniform(-PLANE_SIDE, PLANE_SIDE, (count, 2))
    return points, _noisy(points.sum(axis=1) / 10.0, generator, noise)


def gaussian_hills(count: int, generator: Generator, noise: float) -> Samples:
    """Three hills and three valleys on [-6, 6]², as in TensorFlow Playground."""
    points = generator.uniform(-PLANE_SIDE, PLANE_SIDE, (count, 2))
    distance = np.linalg.norm(points[:, None, :] - HILLS[None, :, :2], axis=2)
    heights = HILLS[:, 2] * np.clip(1.0 - distance / HILL_RADIUS, 0.0, None)
    steepest = np.abs(heights).argmax(axis=1)
    return points, _noisy(heights[np.arange(count), steepest], generator, noise)


def _samples(
    function: Function, count: int, generator: Generator, noise: float, low: float = -1.0, high: float = 1.0
) -> Samples:
    x = generator.uniform(low, high, count)
    return x[:, None], _noisy(function(x), generator, noise)


def _noisy(values: NDArray[np.float64], generator: Generator, noise: float) -> NDArray[np.float32]:
    return (values + generator.normal(0.0, noise, values.shape)).astype(np.float32)[:, None]
