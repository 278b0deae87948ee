"""Regions in the units that the data have: what ``relulab.regions`` gives, and ``relulab regions`` writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relulab.data.dataset import Dataset
from relulab.errors import ReluLabError, SpecError
from relulab.introspection.affine_maps import AffineMaps
from relulab.introspection.dense_stack import Array, DenseStack
from relulab.introspection.kinks import Kinks
from relulab.introspection.pieces import joined_pieces
from relulab.introspection.plane_regions import PlaneRegions
from relulab.introspection.reading import stack_of
from relulab.introspection.refusals import TOO_MANY
from relulab.model.network import Network

Ranges = Sequence[tuple[float, float]]


class TooManyRegionsError(ReluLabError):
    """More regions than were asked for at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The parts of a ``box`` in which a network is affine: in every one, outputs = weights @ inputs + biases.

    All in the units of the data, inputs and targets; of classes, the outputs are those before softmax or sigmoid.
    ``polygons``: ``count`` arrays (corners, 2), counterclockwise. ``weights`` (count, outputs, 2), ``biases`` (count,
    outputs). ``pieces``: how many there are when neighbours with the same map are joined. ``lines``: for each layer
    with bends, by its name, the segments at which its units bend, (segments, 2, 2).

    With one input there are stretches (2, 1) instead of polygons, and kinks (kinks, 1, 1) instead of segments.
    """

    box: tuple[tuple[float, float], ...]
    count: int
    pieces: int
    polygons: list[Array]
    weights: Array
    biases: Array
    lines: Mapping[str, Array]


def regions_of(network: Network, dataset: Dataset, box: Ranges, most: int) -> Regions:
    """The regions of ``network`` in ``box``, a range for each input in the units of the data.

    The network must have regions (``check_has_regions``). Raises NotPiecewiseLinearError where weights are no finite
    numbers, TooManyRegionsError where there are more than ``most``, and SpecError for a box that is none.
    """
    ranges = checked_box(box, network.plan.description.input_shape[0])
    offset, scale = _scaling(dataset, len(ranges))
    low, high = np.array(as_scaled(dataset, ranges)).T
    stack = stack_of(network).rescaled(dataset.target_offset, dataset.target_scale)
    cut = _of_line(stack, low[0], high[0]) if len(ranges) == 1 else _of_plane(network, stack, low, high, most)
    polygons, maps, pieces, lines = cut
    names = [layer.name for layer in network.layout.layers]
    weights = maps.weights / scale
    return Regions(
        ranges,
        len(polygons),
        pieces,
        [polygon * scale + offset for polygon in polygons],
        weights,
        maps.biases - weights @ offset,
        {names[layer]: points * scale + offset for layer, points in lines.items()},
    )


def as_scaled(dataset: Dataset, box: Ranges) -> list[tuple[float, float]]:
    """Ranges in the units of the data as the network sees them."""
    offset, scale = _scaling(dataset, len(box))
    ends = (np.array(box, np.float64) - offset[:, None]) / scale[:, None]
    return [(float(low), float(high)) for low, high in ends]


def _scaling(dataset: Dataset, inputs: int) -> tuple[Array, Array]:
    """Offset and scale of each input."""
    offset, scale = (np.broadcast_to(each, inputs).astype(np.float64) for each in (dataset.offset, dataset.scale))
    return offset, scale


def checked_box(box: Ranges, inputs: int) -> tuple[tuple[float, float], ...]:
    """``box`` as the ranges of so many inputs. Raises SpecError where it is none."""
    ranges = tuple((float(low), float(high)) for low, high in box)
    if len(ranges) != inputs or not all(np.isfinite(pair).all() and pair[0] < pair[1] for pair in ranges):
        form = "((x0, x1), (y0, y1))" if inputs == 2 else "((x0, x1),)"
        raise SpecError(f"The box {box} does not fit: this network needs {form}, each range from low to high.")
    return ranges


_Cut = tuple[list[Array], AffineMaps, int, Mapping[int, Array]]


def _of_plane(network: Network, stack: DenseStack, low: Array, high: Array, most: int) -> _Cut:
    regions = PlaneRegions.of(stack, ((low[0], high[0]), (low[1], high[1])), most)
    if regions.stopped_in is not None:
        words = TOO_MANY.filled(most=most, layer=network.layout.layers[regions.stopped_in].title)
        raise TooManyRegionsError(f"{words}. Choose a smaller box or a larger 'most'.")
    return regions.polygons, regions.maps, regions.pieces, regions.lines


def _of_line(stack: DenseStack, low: float, high: float) -> _Cut:
    kinks = Kinks.of(stack, (low, high))
    ends = np.concatenate([[low], kinks.positions, [high]])
    stretches = np.stack([ends[:-1], ends[1:]], axis=1)
    maps = AffineMaps.at(stack, stretches.mean(axis=1)[:, None])
    places = np.arange(len(stretches))
    pieces = int(joined_pieces(stack, maps.weights, np.stack([places[:-1], places[1:]])).max()) + 1
    bending = sorted({layer.layer for layer in stack.layers if layer.pieces.real_bends})
    lines = {layer: kinks.positions[kinks.layers == layer][:, None, None] for layer in bending}
    return [stretch[:, None] for stretch in stretches], maps, pieces, lines
