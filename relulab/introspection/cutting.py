"""Cuts a mesh along the bends of a network's units, layer by layer, until every face is affine.

A network is continuous, so its pre-activations at the vertices serve all faces around them, and no face needs its own
map. One unit cuts all faces at once: an edge whose ends lie on both sides of the unit's line gets a vertex there, and
each face that has both sides gets an edge between its two points on the line.
"""

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.dense_stack import AffineLayer, Array, DenseStack
from relulab.introspection.mesh import Box, Integers, Mesh
from relulab.introspection.refusals import TOO_LARGE, NotPiecewiseLinearError

TOLERANCE = 1e-11  # of the largest sum that a unit can have: within it, a vertex lies on the unit's line
MOST_REGIONS = 20_000  # more cannot be told apart on a screen, and take long

NONE = np.empty(0, np.intp)
Signs = NDArray[np.int8]


class Cutter:
    """The faces of ``stack`` in ``box``. ``stopped_in``: the layer of the layout in which there were too many.

    ``faults``: faces that a line would have cut twice, which a convex face cannot be. Raises NotPiecewiseLinearError
    where the weights are so large that sums are no finite numbers.
    """

    def __init__(self, stack: DenseStack, box: Box, most: int = MOST_REGIONS) -> None:
        self.mesh = Mesh(box)
        self.most = most
        self.faults = 0
        self.stopped_in: int | None = None
        h = self.mesh.points
        for layer in stack.layers:
            h = self._cut_by_layer(layer, h)
            if self.stopped_in is not None:
                return

    def _cut_by_layer(self, layer: AffineLayer, h: Array) -> Array:
        """Cut along the bends of all units, whose inputs at the vertices are ``h``; what they put out there."""
        mesh = self.mesh
        mesh.carry(checked_sums(layer, h))
        tolerances = tolerance_of(layer, np.abs(h).max(axis=1))
        for unit, tolerance in enumerate(tolerances):
            for bend in layer.pieces.real_bends:
                self._cut_by_unit(layer.layer, unit, bend, tolerance + TOLERANCE * abs(bend))
            if mesh.faces > self.most:
                self.stopped_in = layer.layer
                break
        return layer.pieces(mesh.values)

    def _cut_by_unit(self, layer: int, unit: int, bend: float, tolerance: float) -> None:
        mesh = self.mesh
        z = mesh.values[unit] - bend
        if z.max() <= tolerance or z.min() >= -tolerance:
            return
        signs = (z > tolerance).astype(np.int8) - (z < -tolerance).astype(np.int8)
        ends = signs[mesh.ends]
        products = ends[:, 0] * ends[:, 1]
        crossing = np.flatnonzero(products < 0)
        touching = NONE if signs.all() else np.flatnonzero((products == 0) & (ends[:, 0] != ends[:, 1]))
        first, last = mesh.ends[crossing].T
        behind = mesh.split(crossing, z[first] / (z[first] - z[last]))
        mesh.values[unit, len(z) :] = bend
        # half-edges that come onto the line, and from which side
        coming = np.concatenate([2 * crossing, 2 * behind + 1, 2 * touching + (ends[touching, 0] == 0)])
        side = np.concatenate([signs[first], signs[last], ends[touching].sum(axis=1)])
        self._divide(coming, side, layer, unit)

    def _divide(self, coming: Integers, side: Signs, layer: int, unit: int) -> None:
        """Cut each face that the line is reached in from both sides."""
        inside = self.mesh.face[coming] >= 0
        coming, side = coming[inside], side[inside]
        above, below = np.full(self.mesh.faces, -1), np.full(self.mesh.faces, -1)
        for found, sign in ((above, 1), (below, -1)):
            half_edges = coming[side == sign]
            found[self.mesh.face[half_edges]] = half_edges
        self.faults += len(coming) - int((above >= 0).sum() + (below >= 0).sum())
        cut = np.flatnonzero((above >= 0) & (below >= 0))
        self.mesh.divide(above[cut], below[cut], layer, unit)


def checked_sums(layer: AffineLayer, h: Array) -> Array:
    """z (units, points) for inputs ``h`` (inputs, points). Raises NotPiecewiseLinearError where it is no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        z = np.asarray(layer.weight @ h + layer.bias[:, None])
    if not np.isfinite(z).all():
        raise NotPiecewiseLinearError(str(TOO_LARGE))
    return z


def tolerance_of(layer: AffineLayer, largest: Array) -> Array:
    """How far from 0 the sum of each unit may be on its line, (units,); ``largest`` (inputs,): of the layer's inputs.

    In proportion to the sum's own parts, so it is free of scale.
    """
    return TOLERANCE * (np.abs(layer.weight) @ largest + np.abs(layer.bias))
