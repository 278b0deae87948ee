"""Regions: counts that are known, an exact reference, and what holds in every network."""

import numpy as np
import pytest
import torch

from relulab.catalog.linear_pieces import LINEAR_PIECES
from relulab.introspection.cutting import MOST_REGIONS
from relulab.introspection.kinks import Kinks
from relulab.introspection.plane_regions import PlaneRegions
from relulab.introspection.reading import stack_of
from relulab.introspection.refusals import NotPiecewiseLinearError
from tests.helpers.designs import dense, network
from tests.relulab.introspection.stacks import (
    RELU,
    SQUARE,
    WHOLE_PLANE,
    exact_count,
    in_thirds,
    one_layer,
    random_layers,
    stack,
)

ANGLES = np.arange(8) * np.pi / 8
EIGHT_THROUGH_THE_ORIGIN = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
HARDTANH = LINEAR_PIECES["hardtanh"]()


def count(weight, bias, box=WHOLE_PLANE, pieces=RELU):
    return PlaneRegions.of(one_layer(weight, bias, pieces), box).count


def check(regions):
    """What holds for the regions of every network."""
    (x0, x1), (y0, y1) = regions.box
    mesh, area = regions.mesh, (x1 - x0) * (y1 - y0)
    assert regions.faults == 0
    assert mesh.vertices - mesh.edges + mesh.faces == 1
    assert regions.areas.sum() == pytest.approx(area, rel=1e-13)
    assert regions.areas.min() > 0
    rows = np.concatenate(regions.maps.patterns, axis=1)
    assert len(np.unique(rows, axis=0)) == regions.count
    assert regions.pieces <= regions.count


@pytest.mark.parametrize("units", [1, 2, 3, 8, 16, 32, 64])
def test_lines_in_general_position(units):
    rng = np.random.default_rng(units)
    weight, bias = rng.normal(size=(units, 2)), rng.normal(size=units)
    assert count(weight, bias) == 1 + units + units * (units - 1) // 2
    assert count(weight, bias, pieces=LINEAR_PIECES["leaky_relu"](0.01)) == 1 + units + units * (units - 1) // 2


@pytest.mark.parametrize(("units", "expected"), [(1, 3), (2, 9), (4, 33), (8, 129)])
def test_units_with_two_bends_draw_two_lines(units, expected):
    rng = np.random.default_rng(7)
    weight, bias = rng.normal(size=(units, 2)), rng.normal(size=units)
    assert count(weight, bias, pieces=HARDTANH) == expected
    assert count(weight, bias, pieces=LINEAR_PIECES["relu6"]()) == expected


@pytest.mark.parametrize(
    ("weight", "bias", "box", "expected"),
    [
        (EIGHT_THROUGH_THE_ORIGIN, np.zeros(8), SQUARE, 16),
        ([[1, 2]] * 8, np.arange(8) / 8, SQUARE, 9),
        ([[1, 0]] * 4 + [[0, 1]] * 4, [-0.5, 0, 0.5, 1] * 2, SQUARE, 25),
        ([[1, 0], [0, 1], [1, 1]], [0, 0, 0], SQUARE, 6),
        ([[1, 0], [0, 1], [1, 1]], [0, 0, 1e-9], SQUARE, 7),
        ([[0.3, 0.7]] * 8, [0.1] * 8, SQUARE, 2),
        ([[0.3, 0.7], [-0.3, -0.7]], [0.1, -0.1], SQUARE, 2),
        ([[0.3, 0.7], [0.3 / 3, 0.7 / 3]], [0.1, 0.1 / 3], SQUARE, 2),
        ([[0, 0], [0, 0]], [0, 1], SQUARE, 1),
        ([[1, 1], [1, -1]], [-9, -9], SQUARE, 1),  # dead
        ([[1, 1], [1, -1]], [9, 9], SQUARE, 1),  # always on
        ([[1, 0]], [1.5], SQUARE, 1),  # the left edge
        ([[1, 1]], [3], SQUARE, 1),  # a corner alone
        ([[1, 1]], [0], SQUARE, 2),  # two corners
        ([[1, 0]], [1.5 - 1e-9], SQUARE, 2),
        ([[1, 0]], [1.5 - 1e-13], SQUARE, 1),
        ([[1, 0], [1, 0]], [0.2, 0.2 + 1e-9], SQUARE, 3),
        ([[1, 0], [1, 0]], [0.2, 0.2 + 1e-13], SQUARE, 2),
    ],
)
def test_special_positions(weight, bias, box, expected):
    regions = PlaneRegions.of(one_layer(weight, bias), box)
    assert regions.count == expected
    check(regions)


def test_a_bend_with_the_same_slope_on_both_sides_is_none():
    weight, bias = np.random.default_rng(0).normal(size=(5, 2)), np.zeros(5)
    for kind in ("leaky_relu", "prelu"):
        assert count(weight, bias, pieces=LINEAR_PIECES[kind](1.0)) == 1
        assert count(weight, bias, pieces=LINEAR_PIECES[kind](0.01)) == count(weight, bias)


@pytest.mark.parametrize(
    ("layers", "regions", "pieces"),
    [
        ([([[1, 1]], [0]), ([[0]], [1])], 2, 1),
        ([(EIGHT_THROUGH_THE_ORIGIN, np.zeros(8)), (-np.ones((3, 8)), [-1] * 3), ([[1, 1, 1]], [0])], 16, 1),
        ([(np.eye(2), [0, 0]), ([[1, 1]], [-0.5]), ([[1]], [0])], 7, 4),
        (
            [
                ([[1, 0], [-1, 0], [0, 1], [0, -1]], [0] * 4),
                ([[1, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1], [0, 0, -1, -1]], [-0.75, 0.75, -0.75, 0.75]),
                ([[1, 1, 2, 2]], [0]),
            ],
            16,
            16,
        ),
    ],
)
def test_pieces_are_joined_where_a_bend_reaches_no_output(layers, regions, pieces):
    found = PlaneRegions.of(stack(*layers), SQUARE)
    assert (found.count, found.pieces) == (regions, pieces)
    check(found)


def test_an_output_that_is_off_joins_what_it_hides():
    layers = ([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-9])
    found = PlaneRegions.of(stack(*layers, output=RELU), SQUARE)
    assert (found.count, found.pieces) == (4, 1)


@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 4, 2, 1), (2, 3, 3, 1), (2, 2, 3, 2, 1)])
def test_weights_in_thirds_against_exact_fractions(sizes):
    """Lines that coincide and meet in points everywhere: without a tolerance, every sixth count is wrong."""
    rng = np.random.default_rng(sum(sizes))
    for _ in range(40):
        layers = in_thirds(rng, *sizes)
        regions = PlaneRegions.of(stack(*[(w / 3, b / 3) for w, b in layers]), ((-2, 2), (-2, 2)))
        assert regions.count == exact_count(layers)
        check(regions)


@pytest.mark.parametrize("sizes", [(2, 8, 1), (2, 16, 16, 3), (2, 12, 12, 12, 12, 2)])
def test_what_holds_in_every_network(sizes):
    rng = np.random.default_rng(3)
    layers = random_layers(rng, *sizes)
    regions = PlaneRegions.of(stack(*layers), SQUARE)
    check(regions)
    assert regions.pieces == regions.count
    values = regions.stack(regions.centres)
    np.testing.assert_allclose(regions.maps(regions.centres), values, atol=1e-13)
    order = [np.arange(2), *(rng.permutation(len(bias)) for _, bias in layers[:-1]), np.arange(sizes[-1])]
    shuffled = [(w[np.ix_(order[i + 1], order[i])], b[order[i + 1]]) for i, (w, b) in enumerate(layers)]
    assert PlaneRegions.of(stack(*shuffled), SQUARE).count == regions.count
    for scale in (1e-4, 1e4):  # of the units, and of the plane
        scaled = [(w * (scale if i == 0 else 1), b * scale) for i, (w, b) in enumerate(layers)]
        assert PlaneRegions.of(stack(*scaled), SQUARE).count == regions.count
    far = [(layers[0][0], layers[0][1] - layers[0][0] @ [1000, 1000]), *layers[1:]]
    box = ((998.5, 1001.5), (998.5, 1001.5))
    assert PlaneRegions.of(stack(*far), box).count == regions.count


def test_maps_are_the_jacobians_of_autograd_and_points_are_found_in_their_regions():
    layers = dense(9), dense(7, "leaky_relu"), "batch_norm", dense(5, "prelu"), dense(6, "hardtanh"), dense(6, "relu6")
    net = network(*layers, outputs=3).double()
    net.start = torch.randn(50, 2, dtype=torch.float64)
    net.eval()
    regions = PlaneRegions.of(stack_of(net), SQUARE)
    check(regions)
    for index in range(0, regions.count, 5):
        centre = torch.tensor(regions.centres[index])
        jacobian = torch.autograd.functional.jacobian(lambda x: net(x[None])[0], centre)
        np.testing.assert_allclose(regions.maps.weights[index], jacobian.numpy(), atol=1e-13)
        assert regions.at(*regions.centres[index]) == index
        corners = torch.tensor(regions.polygons[index])
        there = corners.numpy() @ regions.maps.weights[index].T + regions.maps.biases[index]
        np.testing.assert_allclose(there, net(corners).detach().numpy(), atol=1e-12)
    assert regions.at(1.6, 0) is None


def test_segments_lie_where_their_layer_bends():
    net = stack(*random_layers(np.random.default_rng(5), 2, 6, 6, 1))
    regions = PlaneRegions.of(net, SQUARE)
    assert list(regions.lines) == [0, 1]
    for layer, segments in regions.lines.items():
        assert len(segments)
        for points in (segments[:, 0], segments[:, 1], segments.mean(axis=1)):
            *sums, _ = net.pre_activations(points)
            assert np.abs(sums[layer]).min(axis=1).max() < 1e-13


def test_biases_of_zero_let_all_lines_meet_and_one_step_parts_them():
    """2 N sectors; moving the biases by ever so little makes about N² / 2 of them."""
    rng = np.random.default_rng(1)
    (weight, _), *rest = random_layers(rng, 2, 8, 1)
    together = PlaneRegions.of(stack((weight, np.zeros(8)), *rest), WHOLE_PLANE)
    apart = PlaneRegions.of(stack((weight, rng.normal(size=8) * 1e-3), *rest), WHOLE_PLANE)
    assert (together.count, apart.count) == (16, 37)


def test_it_stops_where_there_are_too_many_and_says_in_which_layer():
    net = stack(*random_layers(np.random.default_rng(2), 2, 40, 40, 1))
    whole = PlaneRegions.of(net, SQUARE)
    stopped = PlaneRegions.of(net, SQUARE, most=1500)
    assert whole.stopped_in is None
    assert whole.count > 1500
    assert stopped.stopped_in == 1
    assert 1500 < stopped.count < whole.count
    assert stopped.areas.sum() == pytest.approx(9, rel=1e-13)


def test_the_bound_is_20_000_and_reached_in_full():
    """Of one layer: n lines in general position, all of which meet in the square, part it into 1 + n + n(n - 1) / 2."""
    angles = np.linspace(0, np.pi, 202, endpoint=False) + 1e-3
    biases = np.random.default_rng(5).uniform(-0.005, 0.005, 202)
    normals = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def regions(lines, **bound):
        last = np.ones((1, lines)), np.zeros(1)
        return PlaneRegions.of(stack((normals[:lines], biases[:lines]), last), SQUARE, **bound)

    below, beyond = regions(199), regions(202)
    assert (below.count, below.stopped_in) == (1 + 199 + 199 * 198 // 2, None), "19,901 are all there"
    assert below.count <= MOST_REGIONS == 20_000 < beyond.count
    assert beyond.stopped_in == 0
    assert beyond.count <= MOST_REGIONS + 203, "it stops at the line with which they are too many"
    assert (below.faults, beyond.faults) == (0, 0)
    just = regions(120, most=1 + 120 + 120 * 119 // 2)
    assert just.stopped_in is None, "so many are not more"
    assert regions(120, most=just.count - 1).stopped_in == 0


def test_sums_beyond_all_numbers_are_said_and_large_ones_are_cut_as_small_ones():
    layers = random_layers(np.random.default_rng(6), 2, 7, 7, 7, 1)
    small = PlaneRegions.of(stack(*layers), SQUARE)
    large = [(w * 1e60, b * 1e60 ** (i + 1)) for i, (w, b) in enumerate(layers)]
    assert PlaneRegions.of(stack(*large), SQUARE).count == small.count
    beyond = [(w * 1e120, b) for w, b in layers]
    with pytest.raises(NotPiecewiseLinearError, match="so large"):
        PlaneRegions.of(stack(*beyond), SQUARE)
    with pytest.raises(NotPiecewiseLinearError, match="so large"):
        Kinks.of(stack(*[(w[:, :1] if i == 0 else w, b) for i, (w, b) in enumerate(beyond)]), (-1, 1))
