"""Histograms with a fixed number of bins between the least and the greatest value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from relulab.measurements.measurement import Floats, Measurement, Probed

if TYPE_CHECKING:
    from torch import Tensor

BINS = 64


def _part(histogram: str, part: int) -> Callable[[Probed], Floats]:
    """Of a histogram its shares (part 0), least (1) or greatest values (2)."""
    return lambda probed: probed.histograms[histogram][part]


HISTOGRAM = Measurement(
    key="histogram",
    title="histogram of activations",
    shape="Lb",
    unit="share of outputs",
    compute=_part("histogram", 0),
)
HISTOGRAM_RANGE = (
    Measurement(key="histogram_low", title="least activation", of="histogram", compute=_part("histogram", 1)),
    Measurement(key="histogram_high", title="greatest activation", of="histogram", compute=_part("histogram", 2)),
)
WEIGHT_HISTOGRAM = Measurement(
    key="weight_histogram",
    title="histogram of weights",
    shape="Lw",
    unit="share of weights",
    compute=_part("weight_histogram", 0),
)
WEIGHT_RANGE = (
    Measurement(key="weight_low", title="least weight", of="weight_histogram", compute=_part("weight_histogram", 1)),
    Measurement(
        key="weight_high", title="greatest weight", of="weight_histogram", compute=_part("weight_histogram", 2)
    ),
)


def finite_range(values: Tensor) -> tuple[float, float]:
    """The least and the greatest finite value; NaN and NaN where none is finite."""
    import torch

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
    import torch

    if high - low > torch.finfo(values.dtype).max:
        values, low, high = values / 2, low / 2, high / 2  # their distance would not fit into their type
    scale = BINS / (high - low) if high > low else 0.0
    if scale > torch.finfo(values.dtype).max:
        scale = 0.0  # narrower than numbers of this type can tell apart
    return torch.sub(values, low).mul_(scale).clamp_(0, BINS - 1).to(torch.int8).reshape(-1)


def _count(bins: Tensor) -> Tensor:
    """How often each bin number occurs.

    Two neighbouring int8 numbers read as one int16 halve the work: the table of pairs has a row per second
    and a column per first number, and each of its margins counts one half of the numbers.
    """
    import torch

    even = bins[: bins.numel() // 2 * 2]
    pairs = torch.bincount(even.view(torch.int16), minlength=256 * BINS).view(BINS, 256)[:, :BINS]
    counts = pairs.sum(0) + pairs.sum(1)
    if even.numel() < bins.numel():
        counts[int(bins[-1])] += 1
    return counts
