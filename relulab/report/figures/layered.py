"""Quantities that every layer has, over the steps: a line per layer of one run, or a small plot per layer for many."""

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes

from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.views import gradients, layered
from relulab.views.colours import SEQUENCE_FROM
from relulab.views.layered import Quantity
from relulab.views.parts import Curve, ShownRun, last_step
from relulab.views.thinning import spread

HEIGHT = 2.7  # inches of the axes of a single run
SMALL_HEIGHT = 1.55  # inches of one of the small plots
MOST_NAMED = 5  # layers in the legend where colours run from the first to the last
SMALL_TICKS = 5
HEALTHY_OPACITY = 0.1


def _kind_of(quantity: Quantity) -> FigureKind:
    return FigureKind(
        key=quantity.key,
        title=str(quantity.title),
        draw=lambda runs: _draw(quantity, runs),
        table=lambda runs: layered.table(quantity, runs),
        several=True,
    )


GRADIENTS, UPDATES, DEAD = map(_kind_of, (gradients.GRADIENTS, gradients.UPDATES, layered.DEAD))


def _draw(quantity: Quantity, runs: Sequence[ShownRun]) -> Drawing | None:
    found = layered.measured(quantity, runs)
    if not found:
        return None

    def paint(theme: Theme) -> Figure:
        if len(found) == 1:
            return _paint_single(quantity, *found[0], theme)
        return _paint_several(quantity, found, theme)

    words = str(layered.in_words(quantity, found))
    return Drawing(str(quantity.title), layered.caption(quantity, found), words, paint)


def _paint_single(quantity: Quantity, run: ShownRun, curves: Sequence[Curve], theme: Theme) -> Figure:
    figure, (axes,) = drawn.sheet((HEIGHT,))
    names = [layer.name for layer in run.history.info.layout.layers]
    styles = dict(zip(names, theme.layer_lines(len(names)), strict=True))
    for curve in curves:
        drawn.trend(axes, curve.steps, curve.values, styles[curve.key], quantity.logarithmic)
    axes.set_ylabel(quantity.axis)
    _dress(axes, quantity, theme)
    drawn.whole_run(axes, last_step(curves))
    drawn.marks(axes, run.history, theme)
    named = spread(curves, MOST_NAMED) if len(curves) > SEQUENCE_FROM else curves
    drawn.legend(figure, [drawn.line_entry(str(curve.name), styles[curve.key]) for curve in named])
    return figure


def _paint_several(quantity: Quantity, found: Sequence[tuple[ShownRun, list[Curve]]], theme: Theme) -> Figure:
    """A small plot for each of the layers, with a line per run; all have the same axes."""
    shown, _ = layered.chosen_layers([curves for _, curves in found])
    columns = min(2, len(shown))
    rows = ceil(len(shown) / columns)
    figure = Figure(figsize=(drawn.WIDTH, rows * SMALL_HEIGHT + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, layer in zip(grid.flat, shown, strict=False):
        for run, curves in found:
            for curve in curves:
                if curve.key == layer.key:
                    drawn.trend(axes, curve.steps, curve.values, theme.run_line(run.colour), quantity.logarithmic)
        axes.set_title(str(layer.name))
        _dress(axes, quantity, theme)
    drawn.whole_run(grid[0, 0], last_step(curve for _, curves in found for curve in curves))
    for spare in list(grid.flat)[len(shown) :]:
        spare.set_visible(False)
    for column in range(columns):
        lowest = [axes for axes in grid[:, column] if axes.get_visible()][-1]
        drawn.for_steps(lowest, SMALL_TICKS)
        lowest.tick_params(labelbottom=True)
    figure.supylabel(quantity.axis, color=theme.muted, fontsize="medium")
    drawn.legend(figure, [drawn.line_entry(run.label, theme.run_line(run.colour)) for run, _ in found])
    return figure


def _dress(axes: Axes, quantity: Quantity, theme: Theme) -> None:
    """Scale, ranges and references of axes that hold their curves already."""
    if quantity.logarithmic:
        drawn.logarithmic(axes)
    if quantity.in_percent:
        drawn.in_percent(axes, axes.get_ylabel())
    if quantity.healthy:
        axes.axhspan(*quantity.healthy, color=theme.muted, alpha=HEALTHY_OPACITY, linewidth=0)
    for reference in quantity.references:
        drawn.guide(axes, reference, theme)
