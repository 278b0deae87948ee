"""How the units of each net vary together, and how straight each net is: ``measurements.unit_relations`` and
``linear_collapse`` for many nets at once. Units that only fill up a block are constant, so they count for nothing.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.unit_relations import ROUNDING

Numbers = NDArray[np.float64]


def duplicates_and_ranks(h: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
    """Share of duplicate units and effective rank of each net, (nets,), of activations (nets, units, n) in float64.

    ``own`` (nets, units) tells the units of a net from those that fill up the block. The activations are centred in
    their place.
    """
    count, units = h.shape[2], own.sum(1)
    mean = h.mean(2, keepdim=True)
    centred = h.sub_(mean)
    products = torch.bmm(centred, centred.mT)
    finite = torch.isfinite(products).all(2).all(1)
    return _duplicates(products, mean.squeeze(2), count) / units, _ranks(products, finite)


def _duplicates(products: Tensor, mean: Tensor, count: int) -> Tensor:
    """How many units have a correlation beyond ±0.999 with another."""
    spread = (products.diagonal(dim1=1, dim2=2) / count).clamp(min=0.0).sqrt()
    scaled = torch.where(spread > ROUNDING * mean.abs(), spread, torch.inf)
    correlation = products / count / (scaled.unsqueeze(2) * scaled.unsqueeze(1))
    alike = correlation.abs() > THRESHOLDS.duplicate_correlation.value
    alike.diagonal(dim1=1, dim2=2).fill_(False)
    return alike.any(2).sum(1).double()


def _ranks(products: Tensor, finite: Tensor) -> Tensor:
    """exp(-Σ p·ln p) with p = σ / Σσ; 0 where nothing varies, NaN where one is not finite."""
    known = torch.where(finite.view(-1, 1, 1), products, 0.0)
    singular = torch.linalg.eigvalsh(known).clamp_(min=0.0).sqrt_()
    total = singular.sum(1, keepdim=True)
    ranks = torch.special.entr(singular / total).sum(1).exp()
    return torch.where(finite, torch.where(total[:, 0] == 0.0, 0.0, ranks), torch.nan)


class Lines:
    """Straight lines through the inputs of each net, to be compared with what the nets compute: R².

    ``inputs``: (n, features) of each net; of one for all where they share them.
    """

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        centred = [(each.double() - each.double().mean(0)) for each in inputs]
        self._enough = centred[0].shape[0] > centred[0].shape[1] + 1
        self._directions = torch.stack([_directions(each) for each in centred]) if self._enough else torch.empty(0)

    def fit(self, outputs: Tensor, first: int, last: int) -> Tensor:
        """R² of the outputs (nets, outputs, n) of the nets from ``first`` to before ``last``; NaN where none is."""
        nets = last - first
        if not self._enough:
            return torch.full((nets,), torch.nan, dtype=torch.float64)
        y = outputs.double()
        y = y - y.mean(2, keepdim=True)
        total = y.square().sum((1, 2))
        directions = self._directions[first:last] if len(self._directions) > 1 else self._directions
        along = torch.matmul(torch.matmul(y, directions), directions.mT)
        known = (total > 0.0) & torch.isfinite(total)
        return torch.where(known, 1.0 - (y - along).square().sum((1, 2)) / total, torch.nan)


def _directions(centred: Tensor) -> Tensor:
    """Orthonormal columns that span those of a matrix (n, features); zeros where it has fewer of them."""
    left, sizes, _ = torch.linalg.svd(centred, full_matrices=False)
    kept = sizes > sizes.max() * max(centred.shape) * torch.finfo(centred.dtype).eps
    spanning: Tensor = left * kept
    return spanning
