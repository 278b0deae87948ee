"""Which region each pixel of a picture of the plane belongs to: row by row, from where a region begins to the next."""

import numpy as np

from relulab.introspection.mesh import Box, Integers, Mesh

ON_CENTRE = 1e-9  # pixels: an edge through a centre begins there


def label_picture(mesh: Mesh, box: Box, size: int) -> Integers:
    """(size, size): the face that holds the centre of each pixel of ``box``, the lowest row first.

    The edges of a face run counterclockwise around it, so it begins, from left to right, where one of them runs down.
    """
    (x0, x1), (y0, y1) = box
    x, y = mesh.points
    x, y = (x - x0) * (size / (x1 - x0)) - 0.5, (y - y0) * (size / (y1 - y0)) - 0.5  # pixels between their centres
    start, end = mesh.origin, mesh.origin[np.arange(2 * mesh.edges) ^ 1]
    begins = np.flatnonzero((mesh.face >= 0) & (y[end] < y[start]))
    start, end = start[begins], end[begins]
    low, high = np.ceil(y[end]).astype(np.intp), np.ceil(y[start]).astype(np.intp)  # the rows that an edge crosses
    counts = np.clip(high, 0, size) - np.clip(low, 0, size)
    edge = np.repeat(np.arange(len(begins)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.clip(low, 0, size)[edge]
    share = (row - y[end][edge]) / (y[start] - y[end])[edge]
    at = x[end][edge] + share * (x[start] - x[end])[edge]
    column = np.ceil(at - ON_CENTRE).astype(np.intp)
    order = np.lexsort((at, row))
    order = order[column[order] < size]
    labels = np.zeros(size * size, np.intp)
    places = np.zeros(size * size, np.intp)
    cells = row[order] * size + np.maximum(column[order], 0)
    labels[cells] = mesh.face[begins][edge][order]  # of several in one pixel the last is the one at its centre
    places[cells] = cells
    return np.asarray(labels[np.maximum.accumulate(places)].reshape(size, size))
