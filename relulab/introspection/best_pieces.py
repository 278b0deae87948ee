"""The best continuous line of so many straight pieces along a curve: kinks and heights are both chosen.

"Best" is the least greatest error. A line is within e of the curve if it stays in the tube from curve - e to curve + e,
and the fewest pieces that lead through a tube are found greedily, each reaching as far as any straight line can (Imai
& Iri 1986, "An optimal algorithm for approximating a piecewise linear function"). The least e for which so many pieces
are enough is found by bisection. The curve is taken as straight between its samples.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NO_POINTS = np.zeros((0, 2))
FIRST_WIDTH = 32  # samples that are looked at together at first
NEGLIGIBLE = 1e-9  # of the height of the curve: an error that is none
FINEST = 1e-4  # of the error: where bisection ends


@dataclass(frozen=True, slots=True, eq=False)
class PiecewiseLine:
    """Straight from corner to corner: ``x`` ascending, ``y``. The first and the last corner are the ends."""

    x: Floats
    y: Floats

    @property
    def pieces(self) -> int:
        return len(self.x) - 1

    def at(self, x: Floats) -> Floats:
        """Its heights at ``x`` between the ends."""
        return np.interp(x, self.x, self.y)


def equal_pieces(x: Floats, curve: Floats, pieces: int) -> PiecewiseLine:
    """Pieces of one width whose corners lie on the curve."""
    corners = np.linspace(x[0], x[-1], pieces + 1)
    return PiecewiseLine(corners, np.interp(corners, x, curve))


def best_pieces(x: Floats, curve: Floats, pieces: int) -> PiecewiseLine:
    """The line of at most so many ``pieces`` with the least greatest error at the samples (``x`` ascending)."""
    best = equal_pieces(x, curve, pieces)
    low, high = 0.0, float(np.abs(best.at(x) - curve).max())
    exact = NEGLIGIBLE * float(np.abs(curve).max())
    while high - low > FINEST * high and high > exact:
        middle = (low + high) / 2
        found = line_through_tube(x, curve - middle, curve + middle, pieces)
        if found is None:
            low = middle
        else:
            high, best = middle, found
    return best


def line_through_tube(x: Floats, lower: Floats, upper: Floats, most: int) -> PiecewiseLine | None:
    """The line of the fewest pieces over one chain of points and under the other; None where it takes more."""
    low, high = np.column_stack([x, lower]), np.column_stack([x, upper])
    straights: list[Straight] = []
    fan, start = _Fan(NO_POINTS, NO_POINTS), 0
    while turn := fan.take(low[start:], high[start:]):
        if len(straights) == most - 1:
            return None
        straights.append(fan.outermost(turn))
        start += fan.taken
        fan = fan.behind(turn, (low if turn > 0 else high)[start - 1 : start + 1])
    return _joined([*straights, fan.middle()], float(x[0]), float(x[-1]))


class Straight(NamedTuple):
    """y = slope · x + height."""

    slope: float
    height: float

    def at(self, x: float) -> float:
        return self.slope * x + self.height

    def over(self, points: Floats) -> Floats:
        """How far it is over each of them."""
        return np.asarray(self.slope * points[:, 0] + self.height - points[:, 1])


class _Fan:
    """All straight lines that stay under the points ``above`` and over the points ``below``, rows of x and y.

    There is one of slope m where m lies from ``shallowest`` to ``steepest``.
    """

    def __init__(self, above: Floats, below: Floats, shallowest: float = -np.inf, steepest: float = np.inf) -> None:
        self._above, self._below = above, below
        self._shallowest, self._steepest = shallowest, steepest
        self.taken = 0

    def take(self, low: Floats, high: Floats) -> int:
        """Keep only the lines that pass between pairs of points, the first ``taken`` of these, right of all others.

        1 where even the steepest line then comes out under the next low point, -1 where all are over the high one; 0
        where all were taken.
        """
        width = FIRST_WIDTH
        while self.taken < len(low):
            part = slice(self.taken, self.taken + width)
            if turn := self._take_part(low[part], high[part]):
                return turn
            width *= 2
        return 0

    def outermost(self, turn: int) -> Straight:
        """The steepest line, which touches a point above, or for -1 the shallowest, which touches one below."""
        slope = self._steepest if turn > 0 else self._shallowest
        over = Straight(slope, 0.0).over(self._above if turn > 0 else self._below)
        return Straight(slope, float(-over.max() if turn > 0 else -over.min()))

    def middle(self) -> Straight:
        """A line in the middle of all, where there were two pairs of points or more."""
        flat = Straight((self._steepest + self._shallowest) / 2, 0.0)
        return Straight(flat.slope, -float(flat.over(self._above).max() + flat.over(self._below).min()) / 2)

    def behind(self, turn: int, chain: Floats) -> "_Fan":
        """The lines that begin on the outermost one, after it touched last and before it leaves through the ``chain``.

        It leaves between two points of that chain. A line that crosses it there lies outside of it before, and inside
        behind: over the place where it leaves through the lower chain, under the one where it leaves through the upper.
        """
        last = self.outermost(turn)
        before, after = last.over(chain)
        x = chain[0, 0] + (chain[1, 0] - chain[0, 0]) * before / (before - after)
        leaves = np.array([[x, last.at(x)]])
        touching = self._above if turn > 0 else self._below
        rest = touching[np.abs(last.over(touching)).argmin() :]
        return _Fan(rest, leaves, shallowest=last.slope) if turn > 0 else _Fan(leaves, rest, steepest=last.slope)

    def _take_part(self, low: Floats, high: Floats) -> int:
        above, below = np.vstack([self._above, high]), np.vstack([self._below, low])
        rising = np.fmin.accumulate(np.fmin(_slopes(below, high, np.fmin), self._steepest))
        falling = np.fmax.accumulate(np.fmax(_slopes(above, low, np.fmax), self._shallowest))
        blocked = np.flatnonzero(falling > rising)
        passed = int(blocked[0]) if len(blocked) else len(low)
        left = len(low) - passed
        self.taken += passed
        self._above, self._below = above[: len(above) - left], below[: len(below) - left]
        if passed:
            self._steepest, self._shallowest = float(rising[passed - 1]), float(falling[passed - 1])
        return 0 if not left else 1 if falling[passed] > self._steepest else -1


def _slopes(points: Floats, places: Floats, extreme: np.ufunc) -> Floats:
    """To each place: the extreme slope of the lines from all ``points`` left of it; NaN where there is none."""
    across = places[:, 0] - points[:, :1]
    across[across <= 0] = np.nan
    return np.asarray(extreme.reduce((places[:, 1] - points[:, 1:]) / across, axis=0))


def _joined(straights: list[Straight], start: float, end: float) -> PiecewiseLine:
    """Each straight until it meets the next."""
    slopes, heights = np.array(straights).T
    kinks = (heights[1:] - heights[:-1]) / (slopes[:-1] - slopes[1:])
    x = np.concatenate([[start], kinks, [end]])
    return PiecewiseLine(x, np.append(slopes * x[:-1] + heights, straights[-1].at(end)))
