"""The network as a picture: a box for every layer, with what it is, what it puts out and how many weights it has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from relulab.experiment import LayerSpec
from relulab.formatting import count, shortened, value_text
from relulab.model.plan import DesignPlan
from relulab.model.shapes import LayerShape
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.theme import Theme
from relulab.views.parts import ShownRun, Table

ACROSS = 5  # boxes in a row
BOX, GAP = 0.82, 0.18  # of the room of a box, and of the arrow behind it
ROW_INCHES = 1.05
BOX_HEIGHT = 0.84  # of a row
FOLDED_FROM = 4  # so many equal layers in a row become one box
LETTERS = 22  # of a line in a box
IN_THE_SHAPE = ("units", "channels")  # settings that need not be said
RIM = 0.02  # for the line around the last box of a row
ALWAYS_SAID = ("kernel_size",)  # even where it has its usual value
WORD_POINTS = 6.5


@dataclass(frozen=True, slots=True)
class Box:
    """One box. ``layers`` are the numbers of the layers that it stands for, counted from 1; none of input and output.

    ``shape`` is (units,) or (channels, height, width), ``parameters`` the weights of each.
    """

    layers: tuple[int, ...]
    title: str
    details: str
    activation: str
    shape: tuple[int, ...]
    parameters: int

    @property
    def heading(self) -> str:
        if not self.layers:
            return self.title
        first, last = self.layers[0], self.layers[-1]
        return f"{first} {self.title}" if first == last else f"{first}–{last} {self.title}"

    @property
    def output(self) -> str:
        return "×".join(f"{side:,}" for side in self.shape)


def draw_design(runs: Sequence[ShownRun]) -> Drawing | None:
    """The design of the first run."""
    if not runs:
        return None
    plan = runs[0].history.info.plan
    shown = _folded(design_boxes(plan))
    caption = (
        f"{count(plan.parameter_count, 'parameter')} in all. In each box: what the layer is, its activation, the "
        "shape that it puts out and its parameters."
    )
    words = "; ".join(_in_words(box) for box in shown)
    return Drawing(
        "The network", caption, f"The layers of {runs[0].label} in order: {words}.", lambda theme: _paint(shown, theme)
    )


def tabulate_design(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every layer."""
    if not runs:
        return None
    boxes = design_boxes(runs[0].history.info.plan)
    rows = [(box.heading, box.details, box.activation, box.output, box.parameters) for box in boxes]
    return Table(("layer", "settings", "activation", "output", "parameters"), rows)


DESIGN = FigureKind(key="design", title="The network", draw=draw_design, table=tabulate_design, several=False)


def design_boxes(plan: DesignPlan) -> list[Box]:
    """A box for the input, every layer, and the output."""
    hidden = [_box_of(index + 1, layer, shape) for index, layer, _, shape in plan.hidden]
    output, activation = plan.shapes[-1], plan.spec.model.output.activation.entry.title
    return [
        Box((), "Input", "", "", plan.description.input_shape, 0),
        *hidden,
        Box((), "Output", "", activation, output.output_shape, output.parameter_count),
    ]


def _box_of(number: int, layer: LayerSpec, shape: LayerShape) -> Box:
    entry = layer.entry
    settings = {parameter.name: parameter for parameter in entry.parameters}
    details = ", ".join(
        f"{settings[key].title.lower()} {value_text(value)}"
        for key, value in layer.parameters.items()
        if key not in IN_THE_SHAPE and (value != settings[key].default or key in ALWAYS_SAID)
    )
    activation = layer.activation.entry.title if layer.activation is not None else ""
    return Box((number,), entry.title, details, activation, shape.output_shape, shape.parameter_count)


def _folded(boxes: Sequence[Box]) -> list[Box]:
    """Many equal layers in a row as one box."""
    shown: list[Box] = []
    for _, group in groupby(boxes, key=lambda box: replace(box, layers=())):
        equal = list(group)
        if len(equal) < FOLDED_FROM:
            shown += equal
        else:
            shown.append(replace(equal[0], layers=tuple(number for box in equal for number in box.layers)))
    return shown


def _paint(boxes: Sequence[Box], theme: Theme) -> Figure:
    rows = -(-len(boxes) // ACROSS)
    figure = Figure(figsize=(drawn.WIDTH, rows * ROW_INCHES), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(0, ACROSS + RIM)
    axes.set_ylim(rows, 0)
    for place, box in enumerate(boxes):
        row, column = divmod(place, ACROSS)
        _paint_box(axes, box, column, row, theme)
        if place:
            _paint_arrow(axes, column, row, theme)
    return figure


def _paint_box(axes: Axes, box: Box, column: int, row: int, theme: Theme) -> None:
    edge = theme.train if box.parameters else theme.muted
    left, top = column + GAP, row + (1 - BOX_HEIGHT) / 2
    shape = FancyBboxPatch(
        (left, top), BOX, BOX_HEIGHT, boxstyle="round,pad=0,rounding_size=0.06", facecolor="none", edgecolor=edge
    )
    axes.add_patch(shape)
    each = " each" if len(box.layers) > 1 else ""
    parameters = f"{count(box.parameters, 'parameter')}{each}" if box.parameters else ""
    lines = [line for line in (box.details, box.activation, box.output, parameters) if line]
    middle = left + BOX / 2
    step = BOX_HEIGHT / (len(lines) + 1.6)
    axes.text(middle, top + 0.8 * step, box.heading, ha="center", va="center", weight="bold")
    for place, line in enumerate(lines):
        axes.text(
            middle,
            top + (1.8 + place) * step,
            shortened(line, LETTERS),
            ha="center",
            va="center",
            fontsize=WORD_POINTS,
            color=theme.muted,
        )


def _paint_arrow(axes: Axes, column: int, row: int, theme: Theme) -> None:
    """From the box before; into a new row it comes from the left edge."""
    start = (column + 0.01, row + 0.5)
    end = (column + GAP - 0.01, row + 0.5)
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8, color=theme.muted, linewidth=1.0))


def _in_words(box: Box) -> str:
    parts = [part for part in (box.details, box.activation) if part]
    parts.append(f"{box.output} out")
    if box.parameters:
        parts.append(f"{count(box.parameters, 'parameter')}{' each' if len(box.layers) > 1 else ''}")
    return f"{box.heading}: {', '.join(parts)}"
