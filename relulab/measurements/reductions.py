"""Reductions from activations to one number per unit. Every measurement of units is built from these.

Activations are (n, units), or (n, channels, height, width) where a channel is the unit: then all
positions count like samples.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Comparison = Callable[..., Tensor]


def unit_max(values: Tensor) -> Tensor:
    """The greatest value of each unit: (units,). NaN where there is one."""
    return values.amax(_all_but_units(values))


def unit_sum(values: Tensor) -> Tensor:
    """The sum over samples and positions: (units,)."""
    return values.sum(_all_but_units(values))


def unit_count(comparison: Comparison, values: Tensor, bound: float) -> Tensor:
    """How often ``comparison(value, bound)`` holds, e.g. ``torch.gt``: (units,), exact up to 2^24 per unit.

    The comparison writes 0.0 and 1.0 instead of booleans, because torch adds floats five times faster.
    """
    return unit_sum(comparison(values, bound, out=torch.empty_like(values)))


def per_unit(values: Tensor) -> int:
    """How many numbers one unit has in this batch: samples times positions."""
    return values.numel() // max(1, values.shape[1])


def as_matrix(values: Tensor) -> Tensor:
    """(n, units), or (n · positions, channels): one row per sample and position."""
    return values if values.ndim == 2 else values.movedim(1, -1).reshape(-1, values.shape[1])


def _all_but_units(values: Tensor) -> tuple[int, ...]:
    return (0, *range(2, values.ndim))
