"""Duplicate units: those that say the same as another unit of their layer.

When all weights of a layer start equal, all its units stay equal: symmetry was never broken.
"""

import torch
from torch import Tensor

from relulab.measurements.covariance import Covariance
from relulab.measurements.thresholds import THRESHOLDS

ROUNDING = 1e-6  # a spread below this share of the mean is rounding noise of float32


def duplicate_units(units: Covariance) -> Tensor:
    """Which units have a correlation beyond ±0.999 with another: bool (units,).

    A constant unit has no correlation, so it is nobody's duplicate; whether it is dead is another question.
    """
    variance = units.products.diagonal() / units.count
    spread = variance.clamp(min=0.0).sqrt()
    varies = spread > ROUNDING * units.mean.abs()
    scaled = torch.where(varies, spread, torch.inf)
    correlation = units.products / units.count / scaled.outer(scaled)
    alike = correlation.abs() > THRESHOLDS.duplicate_correlation.value
    return alike.fill_diagonal_(False).any(1)
