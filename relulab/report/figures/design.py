"""The network as a picture: a box for every layer, with what it is, what it puts out and how many weights it has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from relulab.formatting import count, shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.views.design import LayerView, layer_views
from relulab.views.parts import ShownRun, Table

ACROSS = 5  # boxes in a row
BOX, GAP = 0.82, 0.18  # of the room of a box, and of the arrow behind it
ROW_INCHES = 1.05
BOX_HEIGHT = 0.84  # of a row
FOLDED_FROM = 4  # so many equal layers in a row become one box
LETTERS = 22  # of a line in a box
RIM = 0.02  # for the line around the last box of a row
WORD_POINTS = 6.5


@dataclass(frozen=True, slots=True)
class Box:
    """One box. ``numbers`` are those of the equal layers that it stands for, 0 for input and output."""

    layer: LayerView
    numbers: tuple[int, ...]

    @property
    def heading(self) -> str:
        first, last = self.numbers[0], self.numbers[-1]
        return self.layer.heading if first == last else f"{first}–{last} {self.layer.kind}"

    @property
    def activation(self) -> str:
        """What it is called; empty for none."""
        choice = self.layer.layer.activation if self.layer.layer else None
        return choice.entry.title if choice else ""

    @property
    def parameters(self) -> str:
        """How many it has; empty for none."""
        each = " each" if len(self.numbers) > 1 else ""
        return f"{self.layer.parameter_count}{each}" if self.layer.parameters else ""


def draw_design(runs: Sequence[ShownRun]) -> Drawing | None:
    """The design of the first run."""
    if not runs:
        return None
    plan = runs[0].history.info.plan
    shown = _folded(layer_views(plan))
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
    boxes = [Box(layer, (layer.number,)) for layer in layer_views(runs[0].history.info.plan)]
    rows = [
        (box.heading, box.layer.special_settings, box.activation, box.layer.output, box.layer.parameters)
        for box in boxes
    ]
    return Table(("layer", "settings", "activation", "output", "parameters"), rows)


DESIGN = FigureKind(key="design", title="The network", draw=draw_design, table=tabulate_design, several=False)


def _folded(layers: Sequence[LayerView]) -> list[Box]:
    """Many equal layers in a row as one box."""
    shown: list[Box] = []
    for _, group in groupby(layers, key=lambda layer: replace(layer, number=0)):
        equal = list(group)
        if len(equal) < FOLDED_FROM:
            shown += [Box(layer, (layer.number,)) for layer in equal]
        else:
            shown.append(Box(equal[0], tuple(layer.number for layer in equal)))
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
    edge = theme.train if box.layer.parameters else theme.muted
    left, top = column + GAP, row + (1 - BOX_HEIGHT) / 2
    shape = FancyBboxPatch(
        (left, top), BOX, BOX_HEIGHT, boxstyle="round,pad=0,rounding_size=0.06", facecolor="none", edgecolor=edge
    )
    axes.add_patch(shape)
    texts = (box.layer.special_settings, box.activation, box.layer.output, box.parameters)
    lines = [line for line in texts if line]
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
    parts = (box.layer.special_settings, box.activation, f"{box.layer.output} out", box.parameters)
    return f"{box.heading}: {', '.join(part for part in parts if part)}"
