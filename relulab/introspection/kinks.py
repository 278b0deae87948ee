"""Where a network of one input bends: the kinks of all units of a layer at once, between those of the layers before."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from relulab.introspection.cutting import TOLERANCE, checked_sums, tolerance_of
from relulab.introspection.dense_stack import AffineLayer, Array, DenseStack
from relulab.introspection.mesh import BORDER, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Kinks:
    """Kinks at ``positions`` (n,) from left to right, and the measured layer and unit that bend there.

    Those that coincide are one. ``ends``: the stretch that was searched.
    """

    ends: tuple[float, float]
    positions: Array
    layers: Integers
    units: Integers

    @classmethod
    def of(cls, stack: DenseStack, ends: tuple[float, float]) -> Self:
        """All kinks of ``stack`` between ``ends``. Raises NotPiecewiseLinearError where sums are no finite numbers."""
        x = np.array(ends, np.float64)
        bent_by = np.full((2, 2), BORDER, np.intp)
        h = x[None, :]
        for layer in stack.layers:
            z = checked_sums(layer, h)
            x, z, bent_by = _bent(layer, x, h, z, bent_by)
            h = layer.pieces(z)
        return cls(ends, x[1:-1], *bent_by[:, 1:-1])

    @property
    def count(self) -> int:
        """How many straight stretches there are."""
        return len(self.positions) + 1


def _bent(layer: AffineLayer, x: Array, h: Array, z: Array, bent_by: Integers) -> tuple[Array, Array, Integers]:
    """``x``, ``z`` (units, points) there and who bends there, with the kinks of ``layer`` put in their places."""
    tolerance = tolerance_of(layer, np.abs(h).max(axis=1))
    found = [(x, z, bent_by, np.zeros(len(x)), np.full(len(x), np.inf))]
    for bend in layer.pieces.real_bends:
        own = (tolerance + TOLERANCE * abs(bend))[:, None]
        signs = (z - bend > own).astype(np.int8) - (z - bend < -own).astype(np.int8)
        units, gaps = np.nonzero(signs[:, :-1] * signs[:, 1:] < 0)
        before, behind = z[units, gaps] - bend, z[units, gaps + 1] - bend
        share = before / (before - behind)
        there = z[:, gaps] + share * (z[:, gaps + 1] - z[:, gaps])
        there[units, np.arange(len(units))] = bend
        kinks = x[gaps] + share * (x[gaps + 1] - x[gaps])
        names = np.stack([np.full(len(units), layer.layer), units])
        found.append((kinks, there, names, np.full(len(units), bend), own[units, 0]))
    x, z, bent_by, bends, own = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    order = np.argsort(x, kind="stable")
    x, z, bent_by, bends, own = x[order], z[:, order], bent_by[:, order], bends[order], own[order]
    return _without_repeats(x, z, bent_by, bends, own)


def _without_repeats(x: Array, z: Array, bent_by: Integers, bends: Array, own: Array) -> tuple[Array, Array, Integers]:
    """Only the first of new kinks that lie on each other; points that were there before stay."""
    is_old = np.isinf(own)
    units = np.where(is_old, 0, bent_by[1])
    repeats = np.zeros(len(x), bool)
    repeats[1:] = ~is_old[1:] & (np.abs(z[units[1:], np.arange(len(x) - 1)] - bends[1:]) <= own[1:])
    return x[~repeats], z[:, ~repeats], bent_by[:, ~repeats]
