"""The exact polygons of a plane in which a network is affine: their number, their corners, the lines between them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.affine_maps import AffineMaps
from relulab.introspection.cutting import MOST_REGIONS, Cutter
from relulab.introspection.dense_stack import Array, DenseStack
from relulab.introspection.mesh import Box, Integers, Mesh
from relulab.introspection.pieces import joined_pieces


@dataclass(frozen=True, eq=False)
class PlaneRegions:
    """The regions of ``stack`` in ``box``.

    ``stopped_in``: the measured layer in which there were more than ``most``, so that what is here is only what the
    layers before it and some of its units make; None where all is here. ``faults`` is 0 where the mesh is sound.
    """

    stack: DenseStack
    box: Box
    mesh: Mesh
    most: int
    faults: int
    stopped_in: int | None

    @classmethod
    def of(cls, stack: DenseStack, box: Box, most: int = MOST_REGIONS) -> Self:
        """Compute them: some milliseconds, 0.3 s where there are far too many."""
        cutter = Cutter(stack, box, most)
        return cls(stack, box, cutter.mesh, most, cutter.faults, cutter.stopped_in)

    @property
    def count(self) -> int:
        return self.mesh.faces

    @cached_property
    def lines(self) -> dict[int, Array]:
        """The segments (n, 2, 2), ends by x and y, at which the units of each measured layer bend."""
        layers = self.mesh.drawn_by[0]
        drawn = {layer.layer for layer in self.stack.layers if layer.pieces.real_bends}
        return {layer: self.mesh.points.T[self.mesh.ends[layers == layer]] for layer in sorted(drawn)}

    @cached_property
    def polygons(self) -> list[Array]:
        """The corners (corners, 2) of each region, counterclockwise."""
        half_edges, begins = self._around
        return np.split(self.mesh.points.T[self.mesh.origin[half_edges]], begins[1:-1])

    @cached_property
    def areas(self) -> Array:
        """(count,): by the shoelace formula, about each region's own first corner."""
        half_edges, begins = self._around
        mesh = self.mesh
        own = mesh.points[:, mesh.origin[half_edges[begins[:-1]]]].repeat(np.diff(begins), axis=1)
        x, y = mesh.points[:, mesh.origin[half_edges]] - own
        next_x, next_y = mesh.points[:, mesh.origin[half_edges ^ 1]] - own
        return np.asarray(np.add.reduceat(x * next_y - y * next_x, begins[:-1]) / 2)

    @cached_property
    def centres(self) -> Array:
        """(count, 2): the mean of the corners of each region, which lies inside."""
        half_edges, begins = self._around
        sums = np.add.reduceat(self.mesh.points[:, self.mesh.origin[half_edges]], begins[:-1], axis=1)
        return np.asarray((sums / np.diff(begins)).T)

    @cached_property
    def maps(self) -> AffineMaps:
        """The affine map and the pattern of each region."""
        return AffineMaps.at(self.stack, self.centres)

    @cached_property
    def parities(self) -> NDArray[np.bool_]:
        """(count,): whether the number of bends that a region's units are beyond is odd. Neighbours differ in one bend,
        so that they differ in this, except where bends coincide.
        """
        sums = zip(self.stack.layers, self.stack.pre_activations(self.centres), strict=True)
        beyond = [layer.pieces.piece_at(z).sum(axis=1) for layer, z in sums if layer.pieces.real_bends]
        return np.asarray(np.sum(beyond, axis=0) % 2 == 1) if beyond else np.zeros(self.count, bool)

    @cached_property
    def pieces(self) -> int:
        """How many there are when neighbours with the same map are joined."""
        return int(joined_pieces(self.stack, self.maps.weights, self.neighbours).max()) + 1

    @property
    def neighbours(self) -> Integers:
        """(2, pairs): regions on both sides of every edge inside the box."""
        pairs = self.mesh.face.reshape(-1, 2)
        return pairs[(pairs >= 0).all(axis=1)].T

    def at(self, x: float, y: float) -> int | None:
        """The region that holds this point; None outside of the box."""
        (x0, x1), (y0, y1) = self.box
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return None
        half_edges, begins = self._around
        mesh = self.mesh
        start, end = mesh.points[:, mesh.origin[half_edges]], mesh.points[:, mesh.origin[half_edges ^ 1]]
        (dx, dy), (px, py) = end - start, np.array([[x], [y]]) - start
        left = (dx * py - dy * px) / np.hypot(dx, dy)
        return int(np.minimum.reduceat(left, begins[:-1]).argmax())

    @cached_property
    def _around(self) -> tuple[Integers, Integers]:
        return self.mesh.around()
