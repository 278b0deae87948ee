"""Activations made of straight pieces: a network of such activations is affine in polygons, and they can be computed.

Each passes through the origin, so bends and slopes say everything. What is not listed here is curved somewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.entry import Value

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class LinearPieces:
    """A function through the origin: ``bends`` from left to right, and the slope before, between and behind them."""

    bends: tuple[float, ...]
    slopes: tuple[float, ...]

    @cached_property
    def intercepts(self) -> tuple[float, ...]:
        """One for each slope: what its line is at 0. The pieces meet at the bends."""
        found = [0.0]
        for bend, (before, behind) in zip(self.bends, self._pairs, strict=True):
            found.append(found[-1] + (before - behind) * bend)
        at_zero = found[sum(bend < 0.0 for bend in self.bends)]
        return tuple(value - at_zero for value in found)

    @property
    def real_bends(self) -> tuple[float, ...]:
        """Those where the slope changes: a Leaky ReLU with slope 1 has none."""
        pairs = zip(self.bends, self._pairs, strict=True)
        return tuple(bend for bend, (before, behind) in pairs if before != behind)

    def __call__(self, z: Numbers) -> Numbers:
        """The values at ``z``."""
        if self == RELU:  # nearly always, and three times as fast
            return np.maximum(z, 0.0)
        values = self.slopes[0] * z + self.intercepts[0]
        for bend, slope, intercept in zip(self.bends, self.slopes[1:], self.intercepts[1:], strict=True):
            values = np.where(z > bend, slope * z + intercept, values)
        return values

    def piece_at(self, z: Numbers) -> NDArray[np.int8]:
        """On which piece each ``z`` lies, counted from 0; a bend belongs to the piece before it, as in torch."""
        on = np.zeros(z.shape, np.int8)
        for bend in self.bends:
            on += z > bend
        return on

    @property
    def _pairs(self) -> list[tuple[float, float]]:
        """The slopes on both sides of each bend."""
        return list(zip(self.slopes, self.slopes[1:], strict=False))


STRAIGHT = LinearPieces((), (1.0,))
RELU = LinearPieces((0.0,), (0.0, 1.0))

# By the key of the activation: made of its parameters. A learned slope takes the place of the initial one.
LINEAR_PIECES: Mapping[str, Callable[..., LinearPieces]] = {
    "relu": lambda: RELU,
    "leaky_relu": lambda negative_slope: LinearPieces((0.0,), (negative_slope, 1.0)),
    "prelu": lambda initial_slope: LinearPieces((0.0,), (initial_slope, 1.0)),
    "hardtanh": lambda: LinearPieces((-1.0, 1.0), (0.0, 1.0, 0.0)),
    "relu6": lambda: LinearPieces((0.0, 6.0), (0.0, 1.0, 0.0)),
    "identity": lambda: STRAIGHT,
}


def linear_pieces(activation: str, parameters: Mapping[str, Value]) -> LinearPieces | None:
    """The straight pieces of an activation with these parameters; None where it is curved."""
    make = LINEAR_PIECES.get(activation)
    return None if make is None else make(**parameters)
