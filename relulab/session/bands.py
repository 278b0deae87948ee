"""Several seeds of one design as one curve: the median over the runs, and the quartiles around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID_STEPS = 400  # steps at most that a band is worked out for
QUARTILES = (25, 50, 75)  # percent

Floats = NDArray[np.float64]
Curve = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """All (S,): whole ``steps``, ascending; ``median`` and quartiles over the runs; in how many ``runs`` each lies.

    NaN, and 0 runs, where no run has a value.
    """

    steps: Floats
    lower: Floats
    median: Floats
    upper: Floats
    runs: NDArray[np.int64]


def band(curves: Sequence[Curve]) -> Band:
    """The band of curves, each (steps, values), (N,) both, steps ascending.

    The grid is the whole steps from the first to the last step of any curve, ``GRID_STEPS`` of them, evenly spaced,
    where there are more. A curve counts between its first and its last finite value, linearly interpolated between
    its finite values: nothing is made up beyond the end of a run, and one that diverges counts until then.
    Quartiles are interpolated linearly between the values (numpy's default); of one run they are its own value.
    """
    finite = [_finite(*curve) for curve in curves]
    finite = [(steps, values) for steps, values in finite if len(steps)]
    if not finite:
        nothing = np.empty(0)
        return Band(nothing, nothing, nothing, nothing, np.empty(0, np.int64))
    first, last = min(steps[0] for steps, _ in finite), max(steps[-1] for steps, _ in finite)
    count = int(min(GRID_STEPS, last - first + 1))
    grid: Floats = np.unique(np.round(np.linspace(first, last, count)))
    table = np.stack([np.interp(grid, *curve, left=np.nan, right=np.nan) for curve in finite])
    runs = np.isfinite(table).sum(0)
    quartiles = np.full((3, len(grid)), np.nan)
    quartiles[:, runs > 0] = np.nanpercentile(table[:, runs > 0], QUARTILES, axis=0)
    return Band(grid, quartiles[0], quartiles[1], quartiles[2], runs)


def _finite(steps: NDArray[Any], values: NDArray[Any]) -> tuple[Floats, Floats]:
    kept = np.isfinite(values)
    return np.asarray(steps, float)[kept], np.asarray(values, float)[kept]
