"""Expectations of an activation under a normal pre-activation, as a distribution on a fine grid.

A grid rather than Gauss–Hermite nodes: those converge slowly at the kink of a ReLU and miss the narrow step
of a sigmoid whose input is large. The same grid also gives the distribution that max pooling needs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DEVIATIONS = np.linspace(-8.0, 8.0, 481)  # in standard deviations; beyond lies 1e-15 of the mass
_NEAR_ZERO = np.linspace(-12.0, 12.0, 481)  # in units of the input: where activations bend
_DIFFERENCE = 1e-6  # relative; the best compromise between rounding and curvature for 64 bits
_ROUNDING = 1e-9  # a difference of values this much smaller than themselves keeps seven digits
_NARROW = 1e-9  # a deviation this small against the mean is no spread at all
_FAR = 1e150  # where a curve has long taken its last direction, and still a number when it is multiplied


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A distribution: ``values`` with the probabilities ``weights`` that add up to 1."""

    values: Floats
    weights: Floats

    @classmethod
    def point(cls, value: float) -> "Spread":
        """All mass at one value."""
        return cls(np.array([value]), np.ones(1))

    @property
    def mean(self) -> float:
        return float(self.weights @ self.values)

    @property
    def square(self) -> float:
        """Mean square."""
        return float(self.weights @ np.square(self.values))

    @property
    def std(self) -> float:
        return float(np.sqrt(self.weights @ np.square(self.values - self.mean)))

    def share(self, condition: Callable[[Floats], NDArray[np.bool_]]) -> float:
        """Probability of the values for which ``condition`` holds."""
        return float(self.weights @ condition(self.values))

    def map(self, function: Callable[[Floats], Floats]) -> "Spread":
        """The distribution of ``function(x)``."""
        return Spread(np.asarray(function(self.values), np.float64), self.weights)

    def maximum_of(self, count: float) -> "Spread":
        """The distribution of the largest of ``count`` independent draws (``count`` need not be whole)."""
        order = np.argsort(self.values)
        below = np.cumsum(self.weights[order]).clip(0.0, 1.0)
        weights = np.diff(below**count, prepend=0.0)
        return Spread(self.values[order], weights / weights.sum())

    def thinned(self, share: float) -> "Spread":
        """With this probability a value, else 0."""
        if share >= 1.0:
            return self
        return Spread(np.append(self.values, 0.0), np.append(share * self.weights, 1.0 - share))

    def narrowed(self, factor: float) -> "Spread":
        """The same mean with the deviations from it multiplied by ``factor``."""
        return Spread(self.mean + factor * (self.values - self.mean), self.weights)


def normal(mean: float, std: float) -> Spread:
    """N(mean, std²), with extra grid points around zero; half at each infinity where ``std`` is infinite."""
    if not std > _NARROW * abs(mean):
        return Spread.point(mean)
    if std == np.inf:
        return Spread(np.array([-np.inf, np.inf]), np.full(2, 0.5))
    t = _grid(mean, std)
    cell = np.empty_like(t)  # trapezoid rule: half the distance between the neighbours
    cell[1:-1] = 0.5 * (t[2:] - t[:-2])
    cell[0], cell[-1] = 0.5 * (t[1] - t[0]), 0.5 * (t[-1] - t[-2])
    weights = np.exp(-0.5 * np.square(t)) * cell
    return Spread(mean + std * t, weights / weights.sum())


def _grid(mean: float, std: float) -> Floats:
    """Standardized grid points: evenly over ±8 deviations, and finer where the input is near zero if that is finer."""
    low, high = (_NEAR_ZERO[0] - mean) / std, (_NEAR_ZERO[-1] - mean) / std
    if high - low > _DEVIATIONS[-1] - _DEVIATIONS[0]:
        return _DEVIATIONS
    outside = _DEVIATIONS[(low > _DEVIATIONS) | (high < _DEVIATIONS)]
    near_zero = (_NEAR_ZERO - mean) / std
    return np.sort(np.concatenate([outside, near_zero[np.abs(near_zero) < _DEVIATIONS[-1]]]))


def slope_square(curve: Callable[[Floats], Floats], z: Spread) -> float:
    """Mean square of the derivative of ``curve`` over the distribution of ``z``, by central differences.

    At each value by itself: values may coincide, as the zeros of a ReLU in front of a norm do.
    """
    values = z.values.clip(-_FAR, _FAR)
    scale = np.maximum(min(1.0, z.std) or 1.0, np.abs(values))  # a ReLU bends within the smallest of signals
    step = np.maximum(_DIFFERENCE * scale, _ROUNDING * np.abs(curve(values)))
    slopes = (curve(values + step) - curve(values - step)) / (2.0 * step)
    return float(z.weights @ np.square(slopes))
