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
    straights: list[Straight] = []
    fan, start = _Fan(len(x) + 1), 0
    while turn := fan.take(x[start:], lower[start:], upper[start:]):
        if len(straights) == most - 1:
            return None
        straights.append(fan.outermost(turn))
        start += fan.taken
        fan = fan.behind(turn, x[start - 1 : start + 1], (lower if turn > 0 else upper)[start - 1 : start + 1])
    return _joined([*straights, fan.middle()], float(x[0]), float(x[-1]))


class Straight(NamedTuple):
    """y = slope · x + height."""

    slope: float
    height: float

    def at(self, x: float) -> float:
        return self.slope * x + self.height


class _Points:
    """Points in order of x, with room for ``size`` of them."""

    def __init__(self, size: int) -> None:
        self.x, self.y, self.count = np.empty(size), np.empty(size), 0

    def add(self, x: Floats | float, y: Floats | float) -> None:
        count = np.size(x)
        self.x[self.count : self.count + count], self.y[self.count : self.count + count] = x, y
        self.count += count

    def slopes_to(self, x: Floats, y: Floats) -> Floats:
        """(points, of these): slopes of the lines from each point to each place; NaN where it is not right of it."""
        across = x - self.x[: self.count, np.newaxis]
        across[across <= 0] = np.nan
        return np.asarray((y - self.y[: self.count, np.newaxis]) / across)

    def behind(self, first: int, size: int) -> "_Points":
        """A copy from point ``first`` on."""
        rest = _Points(size)
        rest.add(self.x[first : self.count], self.y[first : self.count])
        return rest


class _Fan:
    """All straight lines that stay under the points ``above`` and over the points ``below``.

    There is one of slope m where m lies from ``shallowest`` to ``steepest``. The steepest one touches a point below and
    then the point ``touched_above``; the shallowest a point above and then the point ``touched_below`` (indices).
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._above, self._below = _Points(size), _Points(size)
        self._steepest, self._touched_above = np.inf, 0
        self._shallowest, self._touched_below = -np.inf, 0
        self.taken = 0

    def take(self, x: Floats, low: Floats, high: Floats) -> int:
        """Keep only the lines that pass between pairs of points, the first ``taken`` of these, right of all others.

        1 where even the steepest line then comes out under the next low point, -1 where all are over the high one; 0
        where all were taken.
        """
        self.taken, width = 0, FIRST_WIDTH
        while self.taken < len(x):
            part = slice(self.taken, self.taken + width)
            turn = self._take_part(x[part], low[part], high[part])
            if turn:
                return turn
            width *= 2
        return 0

    def _take_part(self, x: Floats, low: Floats, high: Floats) -> int:
        before_above, before_below = self._above.count, self._below.count
        self._above.add(x, high)
        self._below.add(x, low)
        rising = _running(np.fmin, self._below.slopes_to(x, high), self._steepest)
        falling = _running(np.fmax, self._above.slopes_to(x, low), self._shallowest)
        blocked = np.flatnonzero(falling > rising)
        passed = int(blocked[0]) if len(blocked) else len(x)
        self._above.count, self._below.count = before_above + passed, before_below + passed
        self.taken += passed
        turn = 0
        if len(blocked):
            steepest = rising[passed - 1] if passed else self._steepest
            turn = 1 if falling[passed] > steepest else -1
        self._bound(rising[:passed], falling[:passed], before_above, before_below)
        return turn

    def outermost(self, turn: int) -> Straight:
        """The steepest line, or for -1 the shallowest."""
        slope = self._steepest if turn > 0 else self._shallowest
        points, touched = (self._above, self._touched_above) if turn > 0 else (self._below, self._touched_below)
        return Straight(slope, points.y[touched] - slope * points.x[touched])

    def middle(self) -> Straight:
        """A line in the middle of all, where there were two pairs of points or more."""
        slope = (self._steepest + self._shallowest) / 2
        highest = np.min(self._above.y[: self._above.count] - slope * self._above.x[: self._above.count])
        lowest = np.max(self._below.y[: self._below.count] - slope * self._below.x[: self._below.count])
        return Straight(slope, (lowest + highest) / 2)

    def behind(self, turn: int, x: Floats, chain: Floats) -> "_Fan":
        """The lines that begin on the outermost one, after it touched last and before it leaves through the ``chain``.

        It leaves between two points of that chain. A line that crosses it there lies outside of it before, and inside
        behind: over the place where it leaves through the lower chain, under the one where it leaves through the upper.
        """
        last = self.outermost(turn)
        before, after = chain[0] - last.at(x[0]), chain[1] - last.at(x[1])
        exit_x = x[0] + (x[1] - x[0]) * before / (before - after)
        fan = _Fan(self._size)
        if turn > 0:
            fan._above = self._above.behind(self._touched_above, self._size)
            fan._below.add(exit_x, last.at(exit_x))
            fan._shallowest = last.slope
        else:
            fan._below = self._below.behind(self._touched_below, self._size)
            fan._above.add(exit_x, last.at(exit_x))
            fan._steepest = last.slope
        return fan

    def _bound(self, rising: Floats, falling: Floats, first_above: int, first_below: int) -> None:
        """What the new points, which begin at these indices, leave of the slopes."""
        if len(rising) and rising[-1] < self._steepest:
            self._steepest, self._touched_above = float(rising[-1]), first_above + int(rising.argmin())
        if len(falling) and falling[-1] > self._shallowest:
            self._shallowest, self._touched_below = float(falling[-1]), first_below + int(falling.argmax())


def _running(extreme: np.ufunc, slopes: Floats, start: float) -> Floats:
    """The least or greatest of ``start`` and the slopes to all places up to each."""
    return np.asarray(extreme.accumulate(extreme(extreme.reduce(slopes, axis=0), start)))


def _joined(straights: list[Straight], start: float, end: float) -> PiecewiseLine:
    """Each straight until it meets the next."""
    slopes, heights = np.array(straights).T
    kinks = (heights[1:] - heights[:-1]) / (slopes[:-1] - slopes[1:])
    x = np.concatenate([[start], kinks, [end]])
    return PiecewiseLine(x, np.append(slopes * x[:-1] + heights, straights[-1].at(end)))
