"""Quantities that every layer has, over the steps: one run with a line per layer, or a small plot per layer for many.

Gradients, updates and dead units are drawn by the same code; a ``Quantity`` says what is special about each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.formatting import listed, number
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.theme import Theme
from relulab.report.figures.words import course
from relulab.session.history import RunHistory
from relulab.views.colours import SEQUENCE_FROM
from relulab.views.parts import ShownRun, Table, change_words
from relulab.views.thinning import spread

HEIGHT = 2.7  # inches of the axes of a single run
SMALL_HEIGHT = 1.55  # inches of one of the small plots
MOST_SMALL = 8  # small plots, and layers in words; of more layers some are chosen, evenly
MOST_NAMED = 5  # layers in the legend where colours run from the first to the last
SMALL_TICKS = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LayerValues:
    """What one layer of one run measured: ``steps`` and ``values`` (n,)."""

    name: str
    title: str
    steps: Floats
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """``fields`` of the records of one ``kind``; the first is drawn, all are in the table.

    ``instead``: a field that is drawn for layers for which the first is never a number. ``factor`` turns its values
    into those on the axis; ``say`` a value into words.
    ``dress`` sets scale, ranges and guides of axes that hold their data already.
    """

    key: str
    title: str
    axis: str
    kind: type
    fields: tuple[str, ...]
    caption: Callable[[RunHistory], str]
    dress: Callable[[Axes, Theme], None]
    instead: str = ""
    factor: float = 1.0
    say: Callable[[float], str] = number
    logarithmic: bool = False


def kind_of(quantity: Quantity) -> FigureKind:
    """The figure of a quantity."""
    return FigureKind(
        key=quantity.key,
        title=quantity.title,
        draw=lambda runs: _draw(quantity, runs),
        table=lambda runs: _tabulate(quantity, runs),
        several=True,
    )


def measured_layers(quantity: Quantity, history: RunHistory) -> list[LayerValues]:
    """The layers for which the quantity is a number at some time."""
    names = [quantity.fields[0], *([quantity.instead] if quantity.instead else [])]
    steps, *choices = history.columns(quantity.kind, "step", *names)
    layers = []
    for place, layer in enumerate(history.info.layout.layers):
        for values in choices:
            column = values[:, place].astype(float) if values.ndim == 2 else np.empty(0)
            if np.isfinite(column).any():
                layers.append(LayerValues(layer.name, layer.title, steps.astype(float), column))
                break
    return layers


def _draw(quantity: Quantity, runs: Sequence[ShownRun]) -> Drawing | None:
    found = [(run, layers) for run in runs if (layers := measured_layers(quantity, run.history))]
    if not found:
        return None
    shown, left_out = _chosen_layers([layers for _, layers in found])
    caption = quantity.caption(found[0][0].history)
    if len(found) == 1 and len(found[0][1]) > SEQUENCE_FROM:
        caption += " Colours run from the first layer to the last."
    if len(found) == 1:
        caption += _silent_words(quantity, found[0][1]) + change_words(found[0][0].history)
    elif left_out:
        caption += f" {len(shown)} of {len(shown) + left_out} layers are drawn."
    alternative = f"{quantity.title} over the steps. {' '.join(_words(quantity, *pair) for pair in found)}"

    def paint(theme: Theme) -> Figure:
        if len(found) == 1:
            return _paint_single(quantity, *found[0], theme)
        return _paint_several(quantity, found, shown, theme)

    return Drawing(quantity.title, caption, alternative, paint)


def _paint_single(quantity: Quantity, run: ShownRun, layers: Sequence[LayerValues], theme: Theme) -> Figure:
    figure, (axes,) = drawn.sheet((HEIGHT,))
    styles = dict(
        zip(
            (layer.name for layer in run.history.info.layout.layers),
            theme.layer_lines(len(run.history.info.layout.layers)),
            strict=True,
        )
    )
    for layer in layers:
        _line(axes, quantity, layer, styles[layer.name])
    axes.set_ylabel(quantity.axis)
    quantity.dress(axes, theme)
    drawn.whole_run(axes, max(layer.steps[-1] for layer in layers))
    drawn.marks(axes, run.history, theme)
    named = spread(layers, MOST_NAMED) if len(layers) > SEQUENCE_FROM else layers
    drawn.legend(figure, [drawn.line_entry(layer.title, styles[layer.name]) for layer in named])
    return figure


def _paint_several(
    quantity: Quantity,
    found: Sequence[tuple[ShownRun, Sequence[LayerValues]]],
    shown: Sequence[LayerValues],
    theme: Theme,
) -> Figure:
    """A small plot for each of the layers ``shown``, with a line per run; all have the same axes."""
    columns = min(2, len(shown))
    rows = ceil(len(shown) / columns)
    figure = Figure(figsize=(drawn.WIDTH, rows * SMALL_HEIGHT + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, place in zip(grid.flat, shown, strict=False):
        for run, layers in found:
            for layer in layers:
                if layer.name == place.name:
                    _line(axes, quantity, layer, theme.run_line(run.colour))
        axes.set_title(place.title)
        quantity.dress(axes, theme)
    drawn.whole_run(grid[0, 0], max(layer.steps[-1] for _, layers in found for layer in layers))
    for spare in list(grid.flat)[len(shown) :]:
        spare.set_visible(False)
    for column in range(columns):
        lowest = [axes for axes in grid[:, column] if axes.get_visible()][-1]
        drawn.for_steps(lowest, SMALL_TICKS)
        lowest.tick_params(labelbottom=True)
    figure.supylabel(quantity.axis, color=theme.muted, fontsize="medium")
    drawn.legend(figure, [drawn.line_entry(run.label, theme.run_line(run.colour)) for run, _ in found])
    return figure


def _line(axes: Axes, quantity: Quantity, layer: LayerValues, style: Any) -> None:
    values = quantity.factor * layer.values
    if quantity.logarithmic:
        drawn.geometric_trend(axes, layer.steps, values, style)
    else:
        drawn.trend(axes, layer.steps, values, style)


def _chosen_layers(found: Sequence[Sequence[LayerValues]]) -> tuple[list[LayerValues], int]:
    """The layers of all runs, each name once and in order, and how many are left out of a few small plots."""
    names = {layer.name: layer for layers in found for layer in layers}
    outputs = [layer for layer in names.values() if layer.name == "output"]
    layers = [layer for layer in names.values() if layer.name != "output"] + outputs
    shown = spread(layers, MOST_SMALL)
    return shown, len(layers) - len(shown)


def _silent_words(quantity: Quantity, layers: Sequence[LayerValues]) -> str:
    """Which lines leave a logarithmic axis because they are exactly 0."""
    silent = [layer.title for layer in layers if layer.values[-1] == 0]
    if not (quantity.logarithmic and silent):
        return ""
    return f" Exactly 0 at the end, so not on this axis: {listed(silent)}."


def _words(quantity: Quantity, run: ShownRun, layers: Sequence[LayerValues]) -> str:
    parts = []
    for layer in spread(layers, MOST_SMALL):
        text = f"{layer.title} {course(layer.steps, layer.values, quantity.say)}"
        if quantity.logarithmic and layer.values[-1] == 0:
            text += " (no gradient reaches it)"
        parts.append(text)
    return f"{run.label}: {'; '.join(parts)}."


def _tabulate(quantity: Quantity, runs: Sequence[ShownRun]) -> Table | None:
    rows = [row for run in runs for row in _rows(quantity, run)]
    return Table(("run", "step", "epoch", "layer", *quantity.fields), rows) if rows else None


def _rows(quantity: Quantity, run: ShownRun) -> Iterator[tuple[Any, ...]]:
    steps, epochs, *fields = run.history.columns(quantity.kind, "step", "epoch", *quantity.fields)
    for row, (step, epoch) in enumerate(zip(steps, epochs, strict=True)):
        for place, layer in enumerate(run.history.info.layout.layers):
            yield (run.label, step, epoch, layer.name, *(field[row, place] for field in fields))
