"""Thinning of curves to the width they are drawn in: the live plots and the figures of reports use the same."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
T = TypeVar("T")

MARKED_POINTS = 30  # more points of a curve than this are not marked one by one
UNMEASURED = 1 / 8  # of the axis: a longer stretch between two measurements is dotted
DOTS = (1.0, 3.0)  # pen widths
MOST_LAYERS = 8  # in words, and as plots of their own; of more layers some are chosen, evenly


class Columns:
    """Pixel columns of an x axis, and which of the ascending points ``x`` fall into which.

    Thinning to columns of the axis and not of the data keeps a growing curve from flickering.
    """

    def __init__(self, x: Floats, x_range: tuple[float, float], count: int) -> None:
        self._x = x
        self._few = len(x) <= 2 * count
        low, high = x_range
        place = (x - low) * (count / (high - low))
        column = np.clip(place, -1, count).astype(np.intp)  # one column for what lies before, one for what lies behind
        self._starts = np.flatnonzero(np.diff(column, prepend=-2))
        self._sizes = np.diff(self._starts, append=len(x))
        self._centres = np.add.reduceat(x, self._starts) / self._sizes if len(x) else x

    def envelope(self, y: Floats) -> tuple[Floats, Floats]:
        """Least and greatest value of each column, so every extremum survives; few points come back as they are.

        NaN is passed over where a column has other values, and stays a gap where it has not.
        """
        if self._few:
            return self._x, y
        ends = np.empty((len(self._starts), 2))
        ends[:, 0] = np.fmin.reduceat(y, self._starts)
        ends[:, 1] = np.fmax.reduceat(y, self._starts)
        return np.repeat(self._centres, 2), ends.ravel()

    def means(self, y: Floats) -> tuple[Floats, Floats]:
        """The mean of each column without its NaN (of log10 values: the geometric mean); few points as they are."""
        if self._few:
            return self._x, y
        gaps = np.isnan(y)
        if not gaps.any():
            return self._centres, np.add.reduceat(y, self._starts) / self._sizes
        sums = np.add.reduceat(np.where(gaps, 0.0, y), self._starts)
        counts = self._sizes - np.add.reduceat(gaps.astype(float), self._starts)
        return self._centres, np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def stretches(x: Floats, y: Floats, longest: float) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
    """Which points of a curve are drawn as measured lines, and which pairs as lines that nobody measured.

    Indices of ascending ``x``: neighbours that are no further than ``longest`` apart, at least two, and the pairs that
    are further. NaN in ``y`` joins nothing.
    """
    seen = np.isfinite(y)
    both, far = seen[:-1] & seen[1:], np.diff(x) > longest
    measured = np.split(np.arange(len(x)), np.flatnonzero(~both | far) + 1)
    unmeasured = np.flatnonzero(both & far)
    return [run for run in measured if len(run) > 1], list(np.stack([unmeasured, unmeasured + 1], axis=-1))


def spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items: the first, the last, and some evenly between."""
    if len(items) <= most:
        return list(items)
    return [items[pick] for pick in np.linspace(0, len(items) - 1, most).round().astype(int)]


def layers_drawn(shown: int, layers: int) -> str:
    """The end of a caption where some layers are left out; empty where all are drawn."""
    return f" {shown} of {layers} layers are drawn." if shown < layers else ""
