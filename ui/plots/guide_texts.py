"""Where the words of a horizontal line stand: above or below it, left, in the middle or right, where no curve runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ui.plots.curves import Stroke

SAMPLES = 24  # places along the words at which curves are looked for
ALONG = (1.0, 0.0, 0.5)  # where words may begin and end, the most wanted first
MARGIN = 0.01  # of the width, to either side
MOST_COVERED = 8  # places through which curves may run before words are left out
OUTSIDE = 2 * SAMPLES  # as bad as words that curves run all through: words that are cut


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of words: ``along`` the line from 0 to 1, which is the same point of the words, ``above`` it or not."""

    along: float
    above: bool

    @property
    def anchor(self) -> tuple[float, float]:
        """The point of the words, from their upper left, that lies on the line."""
        return self.along, float(self.above)

    @property
    def position(self) -> float:
        """Where that is on the line."""
        return MARGIN + self.along * (1 - 2 * MARGIN)


SPOTS = tuple(Spot(along, above) for along in ALONG for above in (False, True))


def spots(wants_above: bool) -> tuple[Spot, ...]:
    """All places, the most wanted first."""
    return tuple(sorted(SPOTS, key=lambda spot: (ALONG.index(spot.along), spot.above is not wants_above)))


@dataclass(frozen=True, slots=True)
class View:
    """What is seen: ranges of x and y, and how much of them words take."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float


def covered(
    view: View, line: float, strokes: Sequence[Stroke], taken: Sequence[tuple[Spot, float]] = ()
) -> dict[Spot, int]:
    """In how many places curves run through words at each spot of the line at y ``line``.

    ``taken``: the spots of other words of the same size, and the y of their lines.
    """
    left, right = view.x
    begins = (left + Spot(along, above=True).position * (right - left) - along * view.width for along in ALONG)
    at = np.concatenate([np.linspace(begin, begin + view.width, SAMPLES) for begin in begins])
    drawn = [
        np.interp(at, stroke.x, stroke.y, left=np.nan, right=np.nan)
        for stroke in strokes
        if len(stroke.x) and not stroke.area
    ]
    heights = np.reshape(drawn, (-1, len(ALONG), SAMPLES))
    found = {}
    for number, along in enumerate(ALONG):
        for above in (False, True):
            low = line if above else line - view.height
            high = low + view.height
            through = ((heights[:, number] > low) & (heights[:, number] < high)).any(axis=0).sum()
            cut = max(0.0, view.y[0] - low, high - view.y[1]) / max(view.height, 1e-300)
            others = (other - (0.0 if spot.above else view.height) for spot, other in taken if spot.along == along)
            over = any(abs(bottom - low) < view.height for bottom in others)
            found[Spot(along, above)] = int(through) + round(OUTSIDE * cut) + SAMPLES * over
    return found


def best(found: dict[Spot, int], wanted: Sequence[Spot], now: Spot | None) -> Spot:
    """The spot with the fewest curves; where it is now while nothing runs through it, so that words do not jump."""
    if now is not None and not found[now]:
        return now
    return min(wanted, key=lambda spot: found[spot])
