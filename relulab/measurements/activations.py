"""Mean, standard deviation and sparsity of what a layer puts out, over all its elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relulab.measurements.measurement import Measurement

if TYPE_CHECKING:
    from torch import Tensor

MEAN = Measurement(key="mean", title="mean activation", judged=True, compute=lambda probed: probed.mean)
STD = Measurement(key="std", title="std of activation", judged=True, compute=lambda probed: probed.std)
SPARSITY = Measurement(
    key="sparsity", title="sparsity", unit="share of outputs", judged=True, compute=lambda probed: probed.sparsity
)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """``count`` elements, their ``mean`` and the sum of their squared distances from it (0-dimensional float64).

    Two can be added, so that large activations need not be in memory at once (Chan, Golub & LeVeque 1979).
    """

    count: int
    mean: Tensor
    squares: Tensor

    @classmethod
    def of(cls, values: Tensor) -> Moments:
        """Of the elements of ``values``, of any shape. Two plain sums are six times faster than ``torch.std_mean``."""
        mean = values.mean()
        centred = (values - mean).reshape(-1)
        return cls(values.numel(), mean.double(), centred.dot(centred).double())

    def __add__(self, other: Moments) -> Moments:
        count = self.count + other.count
        distance = other.mean - self.mean
        mean = self.mean + distance * (other.count / count)
        squares = self.squares + other.squares + distance.square() * (self.count * other.count / count)
        return Moments(count, mean, squares)

    @property
    def std(self) -> Tensor:
        """The standard deviation, dividing by the number of elements."""
        return (self.squares / self.count).sqrt()


def zero_count(values: Tensor) -> Tensor:
    """How many elements are exactly 0; divided by their number this is the sparsity. 0-dimensional."""
    import torch

    return torch.eq(values, 0, out=torch.empty_like(values)).sum()
