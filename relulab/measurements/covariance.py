"""How the units of a layer vary together: the common ground of effective rank and duplicate units."""

from dataclasses import dataclass

from torch import Tensor


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
