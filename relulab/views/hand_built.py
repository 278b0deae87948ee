"""Curves to be built of ReLUs by hand, what was built, and how good it is beside two lines of as many pieces."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relulab.data.expression import Expression
from relulab.formatting import NOTHING, rounded
from relulab.introspection.best_pieces import Floats, PiecewiseLine, equal_pieces
from relulab.introspection.relu_sum import Errors, ReluSum
from relulab.text import Text, text

MARGIN = 0.02  # of the width: beyond the ends, where a handle is seen whole
SAMPLES = 601  # of the curve, by which it is drawn and errors are measured
PIECES = (4, 8, 16, 32)  # to start from
MOST_UNITS = 64
OWN = "own"
TARGET, BUILT, EQUAL, BEST = text("target"), text("your ReLUs"), text("equal pieces"), text("best pieces")


@dataclass(frozen=True)
class Target:
    """A curve over [low, high], written as a formula. Raises DataError where it cannot be computed."""

    key: str
    title: Text
    formula: str
    low: float
    high: float

    @cached_property
    def x(self) -> Floats:
        return np.linspace(self.low, self.high, SAMPLES)

    @cached_property
    def curve(self) -> Floats:
        return Expression(self.formula, self.low, self.high)(self.x)

    @property
    def seen(self) -> tuple[float, float]:
        """The range of x of a picture."""
        margin = MARGIN * (self.high - self.low)
        return self.low - margin, self.high + margin

    def own(self, formula: str, low: float, high: float) -> "Target":
        """The same with a formula of somebody's own."""
        return Target(OWN, self.title, formula, low, high)


TARGETS = {
    target.key: target
    for target in (
        Target("sine", text("sine on [0, 2π]"), "sin(x)", 0.0, 2 * math.pi),
        Target("absolute", text("|x| on [-1, 1]"), "abs(x)", -1.0, 1.0),
        Target("wave", text("x·sin(5x) on [-3, 3]"), "x*sin(5*x)", -3.0, 3.0),
        Target("parabola", text("x² on [-1, 1]"), "x*x", -1.0, 1.0),
        Target(OWN, text("your own formula"), "sin(3*x) + 0.5*x", -2.0, 2.0),
    )
}


@dataclass(frozen=True)
class HandBuiltView:
    """What was built for a target, and the best line of as many pieces; None while that is not known."""

    target: Target
    built: ReluSum
    best: PiecewiseLine | None

    @property
    def pieces(self) -> int:
        return self.built.pieces(self.target.low, self.target.high)

    @cached_property
    def values(self) -> Floats:
        return self.built.at(self.target.x)

    @cached_property
    def equal(self) -> PiecewiseLine:
        """As many pieces of one width, through the curve."""
        return equal_pieces(self.target.x, self.target.curve, self.pieces)

    @property
    def columns(self) -> tuple[Text, ...]:
        return text("line"), text("pieces"), text("greatest error"), text("mean square")

    @property
    def rows(self) -> Iterable[tuple[Text, str, str, str]]:
        """Of each line: its name, pieces and errors."""
        yield (BUILT, str(self.pieces), *_errors(self.values, self.target))
        yield (EQUAL, str(self.equal.pieces), *_errors(self.equal.at(self.target.x), self.target))
        if self.best is None:
            yield BEST, NOTHING, NOTHING, NOTHING
        else:
            yield (BEST, str(self.best.pieces), *_errors(self.best.at(self.target.x), self.target))

    @property
    def judgement(self) -> Text:
        """How far what was built is from what can be reached."""
        built = Errors.of(self.values, self.target.curve).greatest
        if self.best is None:
            return text("The best line of {pieces:piece|pieces} is being worked out.", pieces=self.pieces)
        least = Errors.of(self.best.at(self.target.x), self.target.curve).greatest
        if built <= CLOSE * least + EXACT:
            return text("No line of {pieces:piece|pieces} comes closer.", pieces=self.pieces)
        if least <= EXACT:
            return text("{pieces:piece|pieces} can draw this curve exactly.", pieces=self.pieces)
        told = {"times": built / least, "pieces": self.pieces}
        return text("The greatest error is {times:times} the least that {pieces:piece|pieces} can have.", **told)


CLOSE, EXACT = 1.001, 1e-9  # bisection ends at 1e-4 of the error; arithmetic leaves less


def _errors(line: Floats, target: Target) -> tuple[str, str]:
    errors = Errors.of(line, target.curve)
    return rounded(errors.greatest), rounded(errors.mean_square)
