"""How far the activations of a layer have moved, in units of the spread they had before."""

from typing import NamedTuple

from torch import Tensor

from relulab.measurements.reductions import as_matrix


class UnitMoments(NamedTuple):
    """Mean and standard deviation of each unit over samples and positions: (units,) float64."""

    mean: Tensor
    std: Tensor


def unit_moments(activation: Tensor) -> UnitMoments:
    """Of activations (n, units) or (n, channels, height, width)."""
    matrix = as_matrix(activation).double()
    return UnitMoments(matrix.mean(0), matrix.std(0, correction=0))


def shift(before: UnitMoments, now: UnitMoments) -> float:
    """The layer's mean of ``|μ - μ₀| / σ₀`` over the units that varied before; NaN where none did."""
    varied = before.std > 0.0
    distance = (now.mean - before.mean).abs()[varied] / before.std[varied]
    return float(distance.mean()) if bool(varied.any()) else float("nan")
