"""What one layer did on the probe set, added up batch by batch: the raw material of the unit measurements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from relulab.catalog.activations import Saturation
from relulab.measurements.activations import Moments, zero_count
from relulab.measurements.reductions import per_unit, unit_count, unit_max, unit_sum
from relulab.measurements.saturation import saturated_count
from relulab.model.network import Kept

Elements = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class LayerTally:
    """Sums and extremes of one layer over ``per_unit`` samples times positions. All stay on the device.

    ``maxima`` (2, units): greatest z and h. ``sums`` (3 + n, units): of |h|, of h > 0, of h saturated, and of the
    ``elements`` of n more measurements.
    """

    per_unit: int
    maxima: Tensor
    sums: Tensor
    moments: Moments
    zeros: Tensor
    low: Tensor

    @classmethod
    def of(cls, kept: Kept, saturation: Saturation | None, elements: Sequence[Elements] = ()) -> "LayerTally":
        """Of what the layer computed for one batch."""
        z, h = kept
        max_h = unit_max(h)
        firing = unit_count(torch.gt, h, 0)
        saturated = torch.zeros_like(firing) if saturation is None else saturated_count(h, saturation)
        return cls(
            per_unit=per_unit(h),
            maxima=torch.stack([max_h if z is h else unit_max(z), max_h]),
            sums=torch.stack([unit_sum(h.abs()), firing, saturated, *(unit_sum(of(z, h).to(h)) for of in elements)]),
            moments=Moments.of(h),
            zeros=zero_count(h),
            low=h.amin(),
        )

    def __add__(self, other: "LayerTally") -> "LayerTally":
        return LayerTally(
            per_unit=self.per_unit + other.per_unit,
            maxima=torch.maximum(self.maxima, other.maxima),
            sums=self.sums + other.sums,
            moments=self.moments + other.moments,
            zeros=self.zeros + other.zeros,
            low=torch.minimum(self.low, other.low),
        )

    def units(self) -> Tensor:
        """(5 + n, units): greatest z, greatest h, mean |h|, share of h > 0, share saturated, means of ``elements``."""
        return torch.cat([self.maxima, self.sums / self.per_unit])

    def layer(self) -> Tensor:
        """(4,) float64: mean, standard deviation, share of zeros, least h."""
        moments = self.moments
        return torch.stack([moments.mean, moments.std, self.zeros.double() / moments.count, self.low.double()])
