"""A rectangle cut into convex faces: half-edges in plain integer arrays, so that all faces are cut at once.

Half-edges 2k and 2k + 1 are the two directions of edge k. Each has the vertex where it begins (``origin``), the face on
its left (``face``, -1 outside of the rectangle) and its neighbours around that face (``following``, ``preceding``).
Neighbouring faces share their vertices, so there are no cracks between them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.dense_stack import Array

Integers = NDArray[np.intp]
Box = tuple[tuple[float, float], tuple[float, float]]

FIRST_ROOM = 64  # vertices and edges that fit before the arrays have to grow
BORDER = -1  # the layer and the unit of an edge of the rectangle itself


class Mesh:
    """``box``: ranges of x and y. ``values`` (rows, vertices): numbers at the vertices that go with them when edges
    are split, set by ``carry``.
    """

    def __init__(self, box: Box) -> None:
        (x0, x1), (y0, y1) = box
        self.vertices, self.edges, self.faces = 4, 4, 1
        self._points = _wide(np.array([[x0, x1, x1, x0], [y0, y0, y1, y1]], np.float64), FIRST_ROOM)
        self._values = np.empty((0, FIRST_ROOM))
        half_edges = np.arange(8, dtype=np.intp)
        edge, inner = half_edges >> 1, half_edges & 1 == 0
        columns = (
            np.where(inner, edge, (edge + 1) % 4),
            np.where(inner, 2 * ((edge + 1) % 4), 2 * ((edge - 1) % 4) + 1),
            np.where(inner, 2 * ((edge - 1) % 4), 2 * ((edge + 1) % 4) + 1),
            np.where(inner, 0, -1),
        )
        self._half_edges = _wide(np.array(columns, np.intp), 2 * FIRST_ROOM)
        self._drawn_by = _wide(np.full((2, 4), BORDER, np.intp), FIRST_ROOM)

    @property
    def points(self) -> Array:
        """(2, vertices): where they are."""
        return self._points[:, : self.vertices]

    @property
    def values(self) -> Array:
        return self._values[:, : self.vertices]

    @property
    def origin(self) -> Integers:
        return self._half_edges[0, : 2 * self.edges]

    @property
    def following(self) -> Integers:
        return self._half_edges[1, : 2 * self.edges]

    @property
    def preceding(self) -> Integers:
        return self._half_edges[2, : 2 * self.edges]

    @property
    def face(self) -> Integers:
        return self._half_edges[3, : 2 * self.edges]

    @property
    def drawn_by(self) -> Integers:
        """(2, edges): the layer and the unit that each edge is a bend of; ``BORDER`` on the rectangle's own."""
        return self._drawn_by[:, : self.edges]

    @property
    def ends(self) -> Integers:
        """(edges, 2): both vertices of every edge."""
        return self.origin.reshape(-1, 2)

    def carry(self, values: Array) -> None:
        """Let these numbers (rows, vertices) be interpolated wherever an edge is split."""
        self._values = _wide(values, self._points.shape[1])

    def split(self, edges: Integers, share: Array) -> Integers:
        """Put a vertex on each of these edges, ``share`` of the way from its first end; the new edges behind it."""
        count = len(edges)
        self._make_room(count, count)
        middle = np.arange(self.vertices, self.vertices + count)
        for numbers in (self._points, self._values):
            first, last = numbers[:, self.ends[edges, 0]], numbers[:, self.ends[edges, 1]]
            numbers[:, self.vertices : self.vertices + count] = first + share * (last - first)
        self.vertices += count
        new = self._new_edges(count, self.drawn_by[:, edges])
        ahead, back = 2 * edges, 2 * edges + 1
        self.origin[2 * new], self.origin[2 * new + 1], self.origin[back] = middle, self.origin[back], middle
        self.face[2 * new], self.face[2 * new + 1] = self.face[ahead], self.face[back]
        after = self.following[ahead]
        self._join(ahead, 2 * new)
        self._join(2 * new, after)
        before = self.preceding[back]
        self._join(before, 2 * new + 1)
        self._join(2 * new + 1, back)
        return new

    def divide(self, first: Integers, second: Integers, layer: int, unit: int) -> None:
        """Cut faces in two: from where half-edge ``first`` ends to where ``second`` ends, two of each face.

        What follows ``first`` up to ``second`` becomes a new face.
        """
        count = len(first)
        self._make_room(0, count)
        new = self._new_edges(count, np.array([[layer], [unit]]))
        ahead, back = 2 * new, 2 * new + 1
        self.origin[ahead], self.origin[back] = self.origin[first ^ 1], self.origin[second ^ 1]
        after_first, after_second = self.following[first], self.following[second]
        self._join(first, ahead)
        self._join(ahead, after_second)
        self._join(second, back)
        self._join(back, after_first)
        self.face[ahead] = self.face[first]
        self._number_around(back, np.arange(self.faces, self.faces + count))
        self.faces += count

    def around(self) -> tuple[Integers, Integers]:
        """The half-edges of all faces, face by face and around each; and where each face begins (faces + 1,)."""
        inner = np.flatnonzero(self.face >= 0)
        start = np.empty(self.faces, np.intp)
        start[self.face[inner]] = inner
        walked, owners, now, owner = [], [], start, np.arange(self.faces)
        while len(now):
            walked.append(now)
            owners.append(owner)
            now = self.following[now]
            under_way = now != start[owner]
            now, owner = now[under_way], owner[under_way]
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        begins = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=self.faces))])
        return np.concatenate(walked)[order], begins

    def _join(self, before: Integers, after: Integers) -> None:
        self.following[before] = after
        self.preceding[after] = before

    def _number_around(self, half_edges: Integers, numbers: Integers) -> None:
        """Write the numbers of new faces on all their half-edges, one step around all of them at a time."""
        now, start = half_edges, half_edges
        while len(now):
            self.face[now] = numbers
            now = self.following[now]
            under_way = now != start
            now, start, numbers = now[under_way], start[under_way], numbers[under_way]

    def _new_edges(self, count: int, drawn_by: Integers) -> Integers:
        new = np.arange(self.edges, self.edges + count)
        self.edges += count
        self.drawn_by[:, new] = drawn_by
        return new

    def _make_room(self, vertices: int, edges: int) -> None:
        """Grow the arrays to twice their size where they are full."""
        if self.vertices + vertices > self._points.shape[1]:
            room = 2 * (self.vertices + vertices)
            self._points, self._values = _wide(self.points, room), _wide(self.values, room)
        if self.edges + edges > self._drawn_by.shape[1]:
            room = 2 * (self.edges + edges)
            self._half_edges = _wide(self._half_edges[:, : 2 * self.edges], 2 * room)
            self._drawn_by = _wide(self.drawn_by, room)


def _wide(numbers: NDArray[Any], room: int) -> NDArray[Any]:
    """The same numbers with room for so many columns."""
    wide = np.empty((len(numbers), room), numbers.dtype)
    wide[:, : numbers.shape[1]] = numbers
    return wide
