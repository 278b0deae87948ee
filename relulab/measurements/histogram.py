"""Histograms with a fixed number of bins between the least and the greatest value."""

import torch
from torch import Tensor

BINS = 64


def finite_range(values: Tensor) -> tuple[float, float]:
    """The least and the greatest finite value; NaN and NaN where none is finite."""
    finite = values[torch.isfinite(values)]
    if not finite.numel():
        return float("nan"), float("nan")
    low, high = torch.aminmax(finite)
    return float(low), float(high)


def histogram_counts(values: Tensor, low: float, high: float) -> Tensor:
    """Counts of finite ``values`` in ``BINS`` equal bins over [low, high], the last one closed: (BINS,) int64.

    ``low`` and ``high`` enclose all values. Without a width everything is in the first bin.
    """
    return _count(_bin_numbers(values, low, high))


def _bin_numbers(values: Tensor, low: float, high: float) -> Tensor:
    """The bin of every value: (values,) int8."""
    scale = BINS / (high - low) if high > low else 0.0
    if scale > torch.finfo(values.dtype).max:
        scale = 0.0  # narrower than numbers of this type can tell apart
    return torch.sub(values, low).mul_(scale).clamp_(0, BINS - 1).to(torch.int8).reshape(-1)


def _count(bins: Tensor) -> Tensor:
    """How often each bin number occurs.

    Two neighbouring int8 numbers read as one int16 halve the work: the table of pairs has a row per second
    and a column per first number, and each of its margins counts one half of the numbers.
    """
    even = bins[: bins.numel() // 2 * 2]
    pairs = torch.bincount(even.view(torch.int16), minlength=256 * BINS).view(BINS, 256)[:, :BINS]
    counts = pairs.sum(0) + pairs.sum(1)
    if even.numel() < bins.numel():
        counts[int(bins[-1])] += 1
    return counts
