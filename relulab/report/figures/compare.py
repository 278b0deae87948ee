"""Two to six runs side by side: their outputs on equal axes, where two differ, and their losses below."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from matplotlib.axes import Axes

from relulab.formatting import number, shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures import images
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.views.compare import COMPARE_TITLE, DIFFER, LEAST, LETTERS, CompareView, shares_right
from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, ScatterOutput
from relulab.views.parts import ShownRun, Table

IN_A_ROW = 3
PICTURE_HEIGHT, LOSS_HEIGHT = 2.6, 2.4  # inches
TITLE_LETTERS = 34
HATCH_STRENGTH = 0.35  # opacity of what differs
LINE_WIDTH = 1.6


def draw_compare(runs: Sequence[ShownRun]) -> Drawing | None:
    """All runs on the same axes; None of a single one."""
    view = CompareView(runs)
    if view.is_empty:
        return None
    return Drawing(str(COMPARE_TITLE), view.caption, str(view.in_words), lambda theme: _paint(view, theme))


def tabulate_compare(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every run."""
    view = CompareView(runs)
    return None if view.is_empty else view.table


COMPARE = FigureKind(
    key="compare", title=str(COMPARE_TITLE), draw=draw_compare, table=tabulate_compare, several=True, least_runs=LEAST
)


def _paint(view: CompareView, theme: Theme) -> Figure:
    shown = [place for place, output in enumerate(view.outputs) if output is not None]
    cells = len(shown) + (view.differing is not None)
    rows = -(-cells // IN_A_ROW)
    columns = min(IN_A_ROW, max(cells, 1))
    figure = Figure(figsize=(drawn.WIDTH, rows * PICTURE_HEIGHT + LOSS_HEIGHT), layout="constrained")
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[*[PICTURE_HEIGHT] * rows, LOSS_HEIGHT])
    for cell, place in enumerate(shown):
        axes = figure.add_subplot(grid[cell // columns, cell % columns])
        axes.set_title(shortened(str(view.title_of(place)), TITLE_LETTERS), loc="left", fontsize=9)
        _paint_output(axes, view, place, theme)
        axes.set_xlabel(str(view.result(place)))
    if view.differing is not None:
        axes = figure.add_subplot(grid[(cells - 1) // columns, (cells - 1) % columns])
        axes.set_title(str(DIFFER), loc="left", fontsize=9)
        _paint_difference(axes, view, theme)
        axes.set_xlabel(str(view.differing_words))
    _paint_losses(figure.add_subplot(grid[rows, :]), view, theme)
    handles = [
        drawn.line_entry(shortened(str(view.title_of(place)), TITLE_LETTERS), theme.run_line(run.colour))
        for place, run in enumerate(view.runs)
    ]
    drawn.legend(figure, handles)
    return figure


def _paint_output(axes: Axes, view: CompareView, place: int, theme: Theme) -> None:
    output = view.outputs[place]
    if isinstance(output, PlaneOutput):
        _paint_plane(axes, view, place, output, theme)
    elif isinstance(output, CurveOutput):
        data = output.info.dataset.train
        axes.scatter(
            data.inputs[: images.MOST_POINTS, 0], data.targets[: images.MOST_POINTS, 0],
            s=images.POINT_SMALL, c=theme.muted, linewidths=0,
        )  # fmt: skip
        axes.plot(output.picture.x, output.picture.y[0], color=theme.run_line(view.runs[place].colour).colour)
    elif isinstance(output, ClassesOutput):
        shares = np.nan_to_num(shares_right(output))
        axes.bar(range(len(shares)), 100 * shares, color=theme.run_line(view.runs[place].colour).colour)
        drawn.in_percent(axes, "right, by class" if place == 0 else "")
    elif isinstance(output, ScatterOutput):
        x, y = output.points.T
        axes.scatter(x, y, s=images.POINT_SMALL, c=theme.run_line(view.runs[place].colour).colour, linewidths=0)
    _equalize(axes, view, output)


def _paint_plane(axes: Axes, view: CompareView, place: int, output: PlaneOutput, theme: Theme) -> None:
    extent = (*output.picture.x_range, *output.picture.y_range)
    if output.is_classes:
        shades = images.class_shades(len(output.class_names))
        images.show_pixels(axes, images.class_pixels(output.values, shades), extent, upper=False)
        train = output.info.dataset.train
        x, y = train.inputs[: images.MOST_POINTS].T
        images.scatter_classes(axes, x, y, train.targets[: images.MOST_POINTS], theme, images.TRAIN_MARKER)
        _paint_boundary(axes, view, place, theme.foreground)
    else:
        low, high = output.value_range
        amounts = np.clip((output.values[0] - low) / max(high - low, 1e-12), 0, 1)
        images.show_pixels(axes, images.shaded(amounts), extent, upper=False)


def _paint_boundary(axes: Axes, view: CompareView, place: int, colour: str) -> None:
    for line in view.boundary(place):
        axes.plot(*line.T, color=colour, linewidth=LINE_WIDTH)


def _paint_difference(axes: Axes, view: CompareView, theme: Theme) -> None:
    differing, plane = view.differing, view.outputs[0]
    if differing is None or not isinstance(plane, PlaneOutput):
        return
    extent = (*plane.picture.x_range, *plane.picture.y_range)
    images.show_pixels(axes, images.shaded(HATCH_STRENGTH * differing, theme.warning), extent, upper=False)
    for place, run in enumerate(view.runs):
        style = theme.run_line(run.colour)
        for line in view.boundary(place):
            axes.plot(*line.T, color=style.colour, linewidth=LINE_WIDTH, dashes=style.dash or (1, 0))
    _equalize(axes, view, plane)


def _equalize(axes: Axes, view: CompareView, output: OutputView | None) -> None:
    """The same part of the world in every picture."""
    if view.ranges is not None and isinstance(output, PlaneOutput):
        axes.set_xlim(*view.ranges[0])
        axes.set_ylim(*view.ranges[1])
    elif isinstance(output, CurveOutput):
        targets = output.info.dataset.train.targets
        low, high = float(targets.min()), float(targets.max())
        axes.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))


def _paint_losses(axes: Axes, view: CompareView, theme: Theme) -> None:
    ends = []
    for place, run in enumerate(view.runs):
        steps, losses = view.losses(place)
        drawn.curve(axes, steps, losses, theme.run_line(run.colour))
        finite = np.flatnonzero(np.isfinite(losses))
        if len(finite):
            ends.append((place, int(steps[finite[-1]]), float(losses[finite[-1]])))
    drawn.for_steps(axes)
    drawn.whole_run(axes, max(chain([1], (step for _, step, _ in ends))))
    axes.set_ylabel(str(view.checked))
    if all(loss > 0 for _, _, loss in ends):
        drawn.logarithmic(axes)
        axes.set_ylabel(f"{view.checked} (log scale)")
    for place, step, loss in ends:
        axes.annotate(
            f"{LETTERS[place]} {number(loss, 2)}", (step, loss), (4, 0), textcoords="offset points", va="center",
            fontsize=8, color=theme.run_line(view.runs[place].colour).colour,
        )  # fmt: skip
