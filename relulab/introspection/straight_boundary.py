"""Where an affine map of the plane changes its mind: the straight stretches between the areas of its classes."""

from itertools import combinations

import numpy as np

from relulab.introspection.dense_stack import Array
from relulab.introspection.mesh import Box


def straight_boundary(weights: Array, biases: Array, box: Box) -> Array:
    """The stretches (n, 2, 2) in ``box`` along which two classes have the same sum and no other has a larger one.

    ``weights`` (classes, 2) and ``biases`` (classes,); with a single sum it is where that is 0.
    """
    sums = np.column_stack([weights, biases])
    if len(sums) == 1:
        sums = np.concatenate([sums, np.zeros((1, 3))])
    (x0, x1), (y0, y1) = box
    inside = np.array([[1.0, 0.0, -x0], [-1.0, 0.0, x1], [0.0, 1.0, -y0], [0.0, -1.0, y1]])
    found = []
    for one, other in combinations(range(len(sums)), 2):
        others = np.delete(sums, [one, other], axis=0)
        stretch = _stretch(sums[one] - sums[other], np.concatenate([inside, sums[one] - others]))
        if stretch is not None:
            found.append(stretch)
    return np.array(found).reshape(-1, 2, 2)


def _stretch(line: Array, halves: Array) -> Array | None:
    """What is left (2, 2) of the line a x + b y + c = 0 where all of ``halves`` are at least 0; None where nothing."""
    length = float(np.hypot(line[0], line[1]))
    if length == 0.0:
        return None  # the two are never the same, or everywhere
    normal = line[:2] / length
    foot, along = -line[2] / length * normal, np.array([-normal[1], normal[0]])
    heights, slopes = halves[:, :2] @ foot + halves[:, 2], halves[:, :2] @ along
    if (heights[slopes == 0] < 0).any():
        return None
    low = (-heights[slopes > 0] / slopes[slopes > 0]).max()
    high = (-heights[slopes < 0] / slopes[slopes < 0]).min()
    return np.array([foot + low * along, foot + high * along]) if low < high else None
