"""How the units of a layer vary together: how many directions they have, and which say the same."""

from dataclasses import dataclass

import torch
from torch import Tensor

from relulab.measurements.thresholds import THRESHOLDS

ROUNDING = 1e-6  # a spread below this share of the mean is rounding noise of float32


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """``mean`` (units,) and ``products`` (units, units), the sums of products of distances from it, in float64.

    Two can be added, so that large activations need not be in memory at once (Chan, Golub & LeVeque 1979).
    """

    count: int
    mean: Tensor
    products: Tensor

    @classmethod
    def of(cls, matrix: Tensor) -> "Covariance":
        """Of activations (n, units); see ``per_unit.as_matrix`` for images."""
        values = matrix.double()
        mean = values.mean(0)
        centred = values - mean
        return cls(len(values), mean, centred.T @ centred)

    def __add__(self, other: "Covariance") -> "Covariance":
        count = self.count + other.count
        distance = other.mean - self.mean
        between = distance.outer(distance) * (self.count * other.count / count)
        mean = self.mean + distance * (other.count / count)
        return Covariance(count, mean, self.products + other.products + between)


def effective_rank(units: Covariance) -> float:
    """In how many directions the units vary: 1 to their number; 0 where nothing varies; NaN where one is not finite.

    Roy & Vetterli 2007, "The effective rank": exp(-Σ p·ln p) with p = σ / Σσ, σ the singular values of the centred
    activations. A layer of any width whose units all do the same has effective rank 1.
    """
    if not bool(torch.isfinite(units.products).all()):
        return float("nan")
    # The eigenvalues of HᵀH are the squares of H's singular values.
    singular = torch.linalg.eigvalsh(units.products).clamp_(min=0.0).sqrt_()
    total = singular.sum()
    if total == 0.0:
        return 0.0
    return float(torch.special.entr(singular / total).sum().exp())


def duplicate_units(units: Covariance) -> Tensor:
    """Which units have a correlation beyond ±0.999 with another: bool (units,).

    When all weights of a layer start equal, all its units stay equal: symmetry was never broken. A constant unit
    has no correlation, so it is nobody's duplicate; whether it is dead is another question.
    """
    variance = units.products.diagonal() / units.count
    spread = variance.clamp(min=0.0).sqrt()
    varies = spread > ROUNDING * units.mean.abs()
    scaled = torch.where(varies, spread, torch.inf)
    correlation = units.products / units.count / scaled.outer(scaled)
    alike = correlation.abs() > THRESHOLDS.duplicate_correlation.value
    return alike.fill_diagonal_(False).any(1)
