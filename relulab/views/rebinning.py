"""Histograms with ranges of their own, brought onto one axis: the live panel and the figures use the same."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Levels = NDArray[np.uint8]

LEAST_SHARE = 1e-3  # a smaller share of the values looks like none


def rebin(histogram: Floats, low: Floats, high: Floats, axis: tuple[float, float], bins: int) -> Floats:
    """Shares (n, B) in equal bins between ``low`` and ``high`` (n,), divided anew into ``bins`` of ``axis``.

    Within a bin values count as evenly spread; a record whose values are all the same stays one bin. Values
    beyond the axis are left out. A record that is not finite becomes NaN.
    """
    histogram, low, high = (np.asarray(values, float) for values in (histogram, low, high))
    broken = ~(np.isfinite(low) & np.isfinite(high) & np.isfinite(histogram).all(axis=1))
    histogram = np.where(broken[:, None], 0.0, histogram)
    low, high = np.where(broken, 0.0, low)[:, None], np.where(broken, 1.0, high)[:, None]
    count = histogram.shape[1]
    spread = np.maximum(high - low, 1e-9 * (axis[1] - axis[0]) / bins)
    edges = np.linspace(*axis, bins + 1)[None, :]
    place = np.clip((edges - low) / spread, 0.0, 1.0) * count
    cumulative = np.concatenate([np.zeros((len(histogram), 1)), np.cumsum(histogram, axis=1)], axis=1)
    left = np.minimum(place.astype(np.intp), count - 1)
    below = np.take_along_axis(cumulative, left, axis=1)
    above = np.take_along_axis(cumulative, left + 1, axis=1)
    shares = np.diff(below + (place - left) * (above - below), axis=1)
    shares[broken] = np.nan
    return np.asarray(shares, float)


def levels(shares: Floats) -> Levels:
    """Shades 0 to 255 of shares on a log scale from ``LEAST_SHARE`` to 1; NaN and less are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shade = 1.0 - np.log10(shares) / np.log10(LEAST_SHARE)
    return np.asarray(255 * np.clip(np.nan_to_num(shade, nan=0.0), 0.0, 1.0), np.uint8)
