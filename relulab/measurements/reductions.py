"""Reductions from activations to one number per unit. Every measurement of units is built from these.

Activations are (n, units), or (n, channels, height, width) where a channel is the unit: then all
positions count like samples.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Comparison = Callable[..., Tensor]
# float32 holds 1e-38 to 3e38, so sums of squares are good between these; torch's wide sums take ten times as long
LEAST_ROOT, GREATEST_ROOT = 1e-15, 1e18


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


def euclidean_norms(tensors: Sequence[Tensor]) -> NDArray[np.float64]:
    """``||t||₂`` per tensor: (L,), also where squares of the elements do not fit into their type.

    One copy from the device for all, and one for each tensor that has to be summed in float64.
    """
    norms: NDArray[np.float64] = torch.stack(torch._foreach_norm(list(tensors))).double().cpu().numpy()
    for index in np.flatnonzero(~in_range(norms)).tolist():
        norms[index] = float(torch.linalg.vector_norm(tensors[index], dtype=torch.float64))
    return norms


def row_norms(matrix: Tensor) -> Tensor:
    """``||row||₂`` of each row of (rows, n), also where squares of the elements do not fit into their type: (rows,)."""
    norms: Tensor = torch.linalg.vector_norm(matrix, dim=1)
    if not bool(((norms >= LEAST_ROOT) & (norms <= GREATEST_ROOT)).all()):
        norms = torch.linalg.vector_norm(matrix, dim=1, dtype=torch.float64).to(matrix)
    return norms


def in_range(roots: NDArray[Any]) -> NDArray[np.bool_]:
    """Where the root of a sum of squares tells that no square was too large or too small for float32."""
    return (roots >= LEAST_ROOT) & (roots <= GREATEST_ROOT)


def _all_but_units(values: Tensor) -> tuple[int, ...]:
    return (0, *range(2, values.ndim))
