"""The regions in which a network is affine, over the picture of its output: bent lines, their number, one region's map.

Computed of the weights that came with the picture. Of one input there are kinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.linear_map import effective_map, largest_difference
from relulab.formatting import number_ranges, rounded
from relulab.introspection.affine_maps import AffineMaps
from relulab.introspection.dense_stack import Array, DenseStack
from relulab.introspection.kinks import Kinks
from relulab.introspection.label_picture import label_picture
from relulab.introspection.plane_regions import PlaneRegions
from relulab.introspection.refusals import (
    NOT_FINITE_WEIGHTS,
    TOO_LARGE,
    TOO_MANY,
    NotPiecewiseLinearError,
    why_no_regions,
)
from relulab.introspection.straight_boundary import straight_boundary
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.session.looking_back import weights_at
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import CurvePicture, Picture, PlanePicture, RunStarted
from relulab.views.output import CurveOutput, PlaneOutput
from relulab.views.parts import Table
from relulab.views.samples import Say

REGIONS = text("Regions")
BOUNDARY = text("line of the one map")
FILLED = text("Filled")
SHADED = text("Every other region is shaded.")
NOT_FILLED = text("These are too many to be filled.")
MOST_SHADED = 400  # regions of a picture on paper
FILLED_PIXELS = 512  # of each side
REGIONS_TITLE = "Regions of the network"
FADED = 0.45  # of the colours of the output, so that lines of the same hue stand out
WHOLE_PLANE = 1e5  # the tolerance grows with the plane: beyond this, crossings are lost


@dataclass(frozen=True, eq=False)
class RegionsView:
    """The regions of the network of a picture over the plane, in the ranges that it shows."""

    output: PlaneOutput
    regions: PlaneRegions

    @property
    def layout(self) -> Layout:
        return self.output.info.layout

    @property
    def lines(self) -> list[tuple[int, Array]]:
        """The layers whose units draw lines, counted in the layout, and their segments (n, 2, 2)."""
        return [(layer, segments) for layer, segments in self.regions.lines.items() if len(segments)]

    def title_of(self, layer: int) -> str:
        """What the bends of a layer are called."""
        return self.layout.layers[layer].title

    @property
    def is_whole(self) -> bool:
        """Whether all regions are there."""
        return self.regions.stopped_in is None

    @property
    def is_one_map(self) -> bool:
        """Whether no unit of the network bends anywhere."""
        return not self._bending

    @cached_property
    def alternating(self) -> NDArray[np.bool_] | None:
        """(FILLED_PIXELS, FILLED_PIXELS), lowest row first: every other region by its pattern; None where not all are
        there.
        """
        if not self.is_whole:
            return None
        return self.regions.parities[label_picture(self.regions.mesh, self.regions.box, FILLED_PIXELS)]

    @property
    def shaded(self) -> NDArray[np.bool_] | None:
        """As ``alternating``, where a printed picture can show them apart; None where they are more."""
        return self.alternating if 1 < self.regions.count <= MOST_SHADED else None

    @cached_property
    def boundary(self) -> Array:
        """Of one map that tells classes apart: the stretches (n, 2, 2) at which its answer changes."""
        if not (self.is_one_map and self.output.is_classes):
            return np.empty((0, 2, 2))
        maps = AffineMaps.at(self.regions.stack, np.array([self.middle]))
        return straight_boundary(maps.weights[0], maps.biases[0], self.regions.box)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of what is shown."""
        (x0, x1), (y0, y1) = self.regions.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def count_words(self) -> Text:
        """How many there are: quick, for a picture that changes."""
        regions = self.regions
        if regions.stopped_in is not None:
            return TOO_MANY.filled(most=regions.most, layer=self.title_of(regions.stopped_in))
        return text("{count:region|regions} in view", count=regions.count)

    @cached_property
    def words(self) -> Text:
        """As ``count_words``, with what takes longer: the pieces where they are fewer, and the whole plane."""
        if not self.is_whole:
            return self.count_words
        if self.is_one_map:
            return self._one_map_words()
        parts = [self.count_words]
        if self.regions.pieces < self.regions.count:
            pieces = text("{count:piece|pieces}", count=self.regions.pieces)
            parts.append(text("{pieces}: {why}", pieces=pieces, why=self._why_fewer()))
        if len(self._bending) == 1:
            plane = ((-WHOLE_PLANE, WHOLE_PLANE), (-WHOLE_PLANE, WHOLE_PLANE))
            whole = PlaneRegions.of(self.regions.stack, plane, self.regions.most)
            parts.append(text("{count:,} in the whole plane", count=whole.count))
        return joined(parts, ", ")

    @property
    def caption(self) -> str:
        """What is drawn, in sentences."""
        return f"The lines at which the units of each layer bend; between them the network is affine. {self.words}."

    def work_out(self) -> None:
        """Compute now what takes long, to be asked for later: beside the window."""
        _ = self.words
        _ = self.regions.polygons

    def region_words(self, x: float, y: float, say: Say = str) -> Text | None:
        """The affine map and the pattern of the region at a point; None outside, and where not all are there."""
        index = self.regions.at(x, y) if self.is_whole else None
        if index is None:
            return None
        maps = AffineMaps.at(self.regions.stack, self.regions.centres[index][None])
        names = self.output.axis_names(say)
        outputs = self.output_names(say)
        sums = [
            f"{name} = {_sum(weights, bias, names)}"
            for name, weights, bias in zip(outputs, maps.weights[0], maps.biases[0], strict=True)
        ]
        layers = zip(self.regions.stack.layers, maps.patterns, strict=True)
        on = [
            text("{layer}: {units}", layer=self.title_of(layer.layer), units=_on(pattern[0]))
            for layer, pattern in layers
            if layer.pieces.real_bends
        ]
        if not on:
            return text("{sums}", sums="; ".join(sums))
        return text("{sums}. On in this region: {on}", sums="; ".join(sums), on=joined(on, "; "))

    def output_names(self, say: Say = str) -> tuple[str, ...]:
        """One for each output of the network: of two classes it may have a single one."""
        names = self.output.output_names(say)
        return names if len(names) == self.regions.stack.outputs else names[-1:]

    def in_words(self, run: str) -> Text:
        """What is seen, for whoever does not see it."""
        return text("Regions of {run} at step {step:,}: {words}.", run=run, step=self.output.step, words=self.words)

    def table(self, run: str) -> Table:
        """A row for every region: its area, a point in it, and its map."""
        x, y = self.output.axis_names()
        columns = ["run", "step", "region", "area", x, y]
        for name in self.output_names():
            columns += [f"{name}: slope along {x}", f"{name}: slope along {y}", f"{name}: at the origin"]
        if not self.is_whole:
            return Table(tuple(columns), [])
        regions = self.regions
        maps = np.concatenate([regions.maps.weights, regions.maps.biases[..., None]], axis=2).reshape(regions.count, -1)
        numbers = np.column_stack([regions.areas, regions.centres, maps])
        return Table(tuple(columns), [(run, self.output.step, i + 1, *row) for i, row in enumerate(numbers)])

    @property
    def _bending(self) -> list[int]:
        """The layers of the stack whose activation has a bend."""
        return [place for place, layer in enumerate(self.regions.stack.layers) if layer.pieces.real_bends]

    def _one_map_words(self) -> Text:
        """Of a network without bends: the rank of its one matrix, and that one layer could take its place."""
        layers = [(layer.weight, layer.bias) for layer in self.regions.stack.layers]
        one = effective_map(layers)
        return text(
            "no unit bends: the whole network is one affine map, of rank {rank} of {most}; as one layer it would "
            "change no output by more than {difference}",
            rank=one.rank,
            most=min(one.matrix.shape),
            difference=largest_difference(layers, one, np.concatenate(self.regions.polygons).astype(np.float32)),
        )

    def _why_fewer(self) -> Text:
        """Which layer is dead, where one is; else that bends reach no output."""
        for place in self._bending:
            layer = self.regions.stack.layers[place]
            if layer.pieces.slopes[0] == 0 and not self.regions.maps.patterns[place].any():
                return text("{layer} is dead in this view", layer=self.title_of(layer.layer))
        return text("some bends reach no output")


def regions_view(output: PlaneOutput) -> RegionsView | Text:
    """The regions of this picture, or why there are none. Takes some milliseconds; 0.3 s where there are too many."""
    picture = output.picture
    if picture.stack is None:
        return why_no_regions_of(output.info)
    try:
        return RegionsView(output, PlaneRegions.of(picture.stack, (picture.x_range, picture.y_range)))
    except NotPiecewiseLinearError:
        return TOO_LARGE


def pictured(history: RunHistory) -> Picture | None:
    """The picture of a run with its network; out of a file it comes without, but a checkpoint may have the weights."""
    picture = history.picture
    if not isinstance(picture, PlanePicture | CurvePicture) or picture.stack is not None:
        return picture
    if why_no_regions(history.info.plan) is not None:
        return picture
    weights = weights_at(history, picture.step)
    if weights is None:
        return picture
    from relulab.training.inspection import stack_at

    return replace(picture, stack=stack_at(weights, history.info.dataset.description))


def has_regions(info: RunStarted) -> bool:
    """Whether the network of a run is piecewise linear."""
    return why_no_regions(info.plan) is None


def why_no_regions_of(info: RunStarted) -> Text:
    """Why the picture of this run came without its network."""
    return why_no_regions(info.plan) or NOT_FINITE_WEIGHTS


def kinks_of(output: CurveOutput) -> Kinks | None:
    """Where the network of a fitted curve bends; None where it is curved, or no finite number."""
    stack: DenseStack | None = output.picture.stack
    ends = float(output.picture.x[0]), float(output.picture.x[-1])
    try:
        return None if stack is None else Kinks.of(stack, ends)
    except NotPiecewiseLinearError:
        return None


def kinks_legend(layers: int) -> Text:
    """What the marks at kinks are, in the colours of so many hidden layers."""
    return text("kinks") if layers == 1 else text("kinks of layers 1–{last:,}", last=layers)


def kinks_words(kinks: Kinks) -> Text:
    """How many kinks there are in view."""
    return telling("kinks", text("{count:kink|kinks} in view", count=len(kinks.positions)))


def _sum(weights: Array, bias: float, names: Sequence[str]) -> str:
    """``0.82 x − 1.3 y + 0.14``."""
    terms = [(weight, f" {name}") for weight, name in zip(weights, names, strict=True)]
    written = ""
    for value, name in (*terms, (bias, "")):
        sign = "−" if value < 0 else "+"
        written += f" {sign} {rounded(abs(float(value)))}{name}" if written else f"{_lead(value)}{name}"
    return written


def _lead(value: float) -> str:
    return f"{'−' if value < 0 else ''}{rounded(abs(float(value)))}"


def _on(pattern: NDArray[np.int8]) -> str:
    """Which units of a layer are beyond their first bend: how many, and their numbers."""
    units = np.flatnonzero(pattern) + 1
    return f"{len(units):,}/{len(pattern):,}{f' ({number_ranges(units.tolist())})' if len(units) else ''}"
