"""A sum of ReLUs of one number, as somebody builds it by hand: one hidden layer, each unit with kink and slope."""

from dataclasses import dataclass

import numpy as np

from relulab.introspection.best_pieces import Floats, PiecewiseLine

RIGHT, LEFT = 1, -1


@dataclass(frozen=True, slots=True)
class BuiltUnit:
    """``slope`` · ReLU(x - ``kink``), or with ``side`` LEFT ``slope`` · ReLU(``kink`` - x)."""

    kink: float
    slope: float
    side: int = RIGHT

    def at(self, x: Floats) -> Floats:
        return self.slope * np.maximum(self.side * (x - self.kink), 0.0)

    @property
    def weight(self) -> float:
        """Of the hidden unit, whose output has the weight ``slope``."""
        return float(self.side)

    @property
    def bias(self) -> float:
        """Of the hidden unit."""
        return -self.side * self.kink


@dataclass(frozen=True, slots=True)
class ReluSum:
    """``offset`` + the ``units``: a network of one hidden layer of ReLUs, with one input and one output."""

    offset: float = 0.0
    units: tuple[BuiltUnit, ...] = ()

    @classmethod
    def along(cls, line: PiecewiseLine) -> "ReluSum":
        """The same line: a ReLU that is on everywhere for the first piece, then one for each bend."""
        slopes = np.diff(line.y) / np.diff(line.x)
        bends = np.diff(slopes, prepend=0.0)
        units = (BuiltUnit(float(kink), float(bend)) for kink, bend in zip(line.x[:-1], bends, strict=True))
        return cls(float(line.y[0]), tuple(units))

    def at(self, x: Floats) -> Floats:
        return self.offset + sum((unit.at(x) for unit in self.units), np.zeros_like(x))

    def pieces(self, low: float, high: float) -> int:
        """How many straight pieces it may have between two ends: one more than there are kinks inside."""
        return 1 + len({unit.kink for unit in self.units if low < unit.kink < high})


@dataclass(frozen=True, slots=True)
class Errors:
    """How far a line is off a curve: at most, and the mean of the squares."""

    greatest: float
    mean_square: float

    @classmethod
    def of(cls, line: Floats, curve: Floats) -> "Errors":
        """Both at the same places."""
        away = line - curve
        return cls(float(np.abs(away).max()), float(np.square(away).mean()))
