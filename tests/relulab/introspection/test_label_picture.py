"""Which region each pixel belongs to, against the pattern of the network at its centre."""

from itertools import pairwise

import numpy as np
import pytest

from relulab.introspection.label_picture import label_picture
from relulab.introspection.plane_regions import PlaneRegions
from tests.relulab.introspection.stacks import one_layer, stack

BOX = ((-1.5, 1.0), (-0.75, 2.0))
SIZE = 97


def patterns(net, points):
    rows = [layer.pieces.piece_at(z) for layer, z in zip(net.layers, net.pre_activations(points), strict=True)]
    return np.concatenate([row for layer, row in zip(net.layers, rows, strict=True) if layer.pieces.real_bends], axis=1)


def centres():
    (x0, x1), (y0, y1) = BOX
    x = x0 + (np.arange(SIZE) + 0.5) * (x1 - x0) / SIZE
    y = y0 + (np.arange(SIZE) + 0.5) * (y1 - y0) / SIZE
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("widths", [(1,), (8,), (8, 8), (16, 16, 16), (40, 40)])
def test_every_pixel_has_the_pattern_of_its_region(seed, widths):
    rng = np.random.default_rng(seed)
    sizes = [2, *widths, 2]
    layers = [(rng.normal(size=(b, a)), 0.3 * rng.normal(size=b)) for a, b in pairwise(sizes)]
    net = stack(*layers)
    regions = PlaneRegions.of(net, BOX)
    labels = label_picture(regions.mesh, BOX, SIZE).ravel()
    at_pixels, of_regions = patterns(net, centres()), patterns(net, regions.centres)
    assert (at_pixels == of_regions[labels]).all()
    first, second = regions.neighbours
    assert (regions.parities[first] != regions.parities[second]).all(), "one line lies between two neighbours"


def test_a_region_without_a_pixel_leaves_its_neighbours_alone():
    """Two lines closer to each other than pixels are."""
    net = one_layer(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0.2, 0.2001]))
    regions = PlaneRegions.of(net, BOX)
    labels = label_picture(regions.mesh, BOX, SIZE)
    assert regions.count == 3
    assert len(np.unique(labels)) == 2
    assert (labels == labels[0]).all()


def test_one_region_fills_the_plane():
    regions = PlaneRegions.of(one_layer(np.zeros((3, 2)), np.ones(3)), BOX)
    assert (label_picture(regions.mesh, BOX, SIZE) == 0).all()
