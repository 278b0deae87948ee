"""Histograms of one layer over the steps, brought onto one value axis: arithmetic without a window.

Every record has its own range, from the least to the greatest value. To stand side by side as columns of a
picture, all are divided anew into the bins of a common axis; only new records are computed.
"""

import numpy as np
from numpy.typing import NDArray

from relulab.views.rebinning import Floats, Levels, levels, rebin
from ui.plots.scales import linear_range

BINS = 96


class ValueHistory:
    """The shares of one layer's values in ``BINS`` equal bins of ``axis`` (low, high), one row per record."""

    def __init__(self) -> None:
        self.axis = (0.0, 0.0)
        self.steps: NDArray[np.int64] = np.empty(0, np.int64)
        self.shares: Floats = np.empty((0, BINS))
        self.shades: Levels = np.empty((0, BINS), np.uint8)

    def update(self, steps: NDArray[np.int64], histogram: Floats, low: Floats, high: Floats) -> int:
        """Take in all records that a history keeps: steps (n,), histogram (n, bins), low and high (n,).

        The axis only grows. Returns how many rows had to be computed: the new ones and the newest one of
        before (it may have been measured again), or all when the axis grew.
        """
        known = len(self.steps) - 1
        axis = self._grown_axis(low, high)
        if axis != self.axis:
            self.axis, known = axis, 0
        rows, shades = np.empty((len(steps), BINS)), np.empty((len(steps), BINS), np.uint8)
        place = np.searchsorted(self.steps[:known], steps) if known > 0 else np.zeros(len(steps), int)
        old = np.zeros(len(steps), bool)
        if known > 0:
            old = (place < known) & (self.steps[np.minimum(place, known - 1)] == steps)
            rows[old], shades[old] = self.shares[place[old]], self.shades[place[old]]
        rows[~old] = rebin(histogram[~old], low[~old], high[~old], self.axis, BINS)
        shades[~old] = levels(rows[~old])
        self.steps, self.shares, self.shades = steps, rows, shades
        return int((~old).sum())

    def picture(self, last_step: float, pixels: int) -> Levels:
        """(pixels, BINS): the shades (see ``levels``) at each of ``pixels`` equal steps of 0 … last_step.

        Between two records the earlier one holds; behind the newest record there is nothing.
        """
        at = (np.arange(pixels) + 0.5) * (last_step / pixels)
        index = np.searchsorted(self.steps, at, side="right") - 1
        columns = self.shades[np.maximum(index, 0)]
        columns[(index < 0) | (at > self.steps[-1] + last_step / pixels)] = 0
        return columns

    def _grown_axis(self, low: Floats, high: Floats) -> tuple[float, float]:
        finite = np.isfinite(low) & np.isfinite(high)
        if not finite.any():
            return self.axis if self.axis[0] < self.axis[1] else (0.0, 1.0)
        least, greatest = float(low[finite].min()), float(high[finite].max())
        if self.axis[0] <= least and greatest <= self.axis[1] and self.axis[0] < self.axis[1]:
            return self.axis
        return linear_range(least, greatest)
