"""What the network computes: a decision boundary, a fitted curve, or its answers to samples; see ``answers``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Split
from relulab.formatting import listed, number, percent
from relulab.report.figures import axes as drawn
from relulab.report.figures.answers import draw_classes, draw_scatter, tabulate_classes, tabulate_scatter
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import cell_entry, class_pixels, point_entry, show_pixels
from relulab.report.figures.points import (
    MOST_POINTS,
    VALUE_MAP,
    class_colour,
    class_names,
    class_shades,
    input_names,
    scatter_classes,
    scatter_values,
)
from relulab.report.figures.theme import Theme
from relulab.session.store import RunInfo
from relulab.training.telemetry import ClassesPicture, CurvePicture, Picture, PlanePicture, ScatterPicture
from relulab.views.colours import LineStyle
from relulab.views.parts import ShownRun, Table

PLANE_SIZE = (drawn.WIDTH, 4.4)  # inches
CURVE_SIZE = (drawn.WIDTH, 3.2)
TRAIN_MARKER, TEST_MARKER = "o", "^"
TITLE = "Output of the network"


def draw_output(runs: Sequence[ShownRun]) -> Drawing | None:
    """The newest picture of the first run."""
    picture = runs[0].history.picture if runs else None
    return None if picture is None else _DRAWERS[type(picture)](runs[0], picture)


def tabulate_output(runs: Sequence[ShownRun]) -> Table | None:
    """The numbers of that picture."""
    picture = runs[0].history.picture if runs else None
    return None if picture is None else _TABLES[type(picture)](runs[0], picture)


OUTPUT = FigureKind(key="output", title=TITLE, draw=draw_output, table=tabulate_output, several=False)


def _draw_plane(run: ShownRun, picture: PlanePicture) -> Drawing:
    info = run.history.info
    size = picture.values.shape[-1]
    caption = (
        f"Asked at {size} × {size} points, dropout off, at step {picture.step:,}; inputs as scaled for the network."
    )
    if info.dataset.description.task is Task.CLASSIFICATION:
        caption += " Strong colour: the network is sure."
        names = class_names(info.dataset.description)
        best = _shares(picture).argmax(axis=0)
        areas = [f"{name} on {percent(float((best == index).mean()))}" for index, name in enumerate(names)]
        words = f"Decision boundary of {run.label} at step {picture.step:,}: of the plane shown, {listed(areas)}."
    else:
        words = f"Output of {run.label} over its two inputs at step {picture.step:,}: from {_range(picture.values)}."
    return Drawing(TITLE, caption, words, lambda theme: _paint_plane(info, picture, theme))


def _paint_plane(info: RunInfo, picture: PlanePicture, theme: Theme) -> Figure:
    figure = Figure(figsize=PLANE_SIZE, layout="constrained")
    axes = figure.add_subplot()
    extent = (*picture.x_range, *picture.y_range)
    names = input_names(info.dataset.description)
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    points = [
        point_entry("training", theme.muted, TRAIN_MARKER),
        point_entry("test", theme.muted, TEST_MARKER),
    ]
    splits = ((info.dataset.test, TEST_MARKER), (info.dataset.train, TRAIN_MARKER))
    if info.dataset.description.task is Task.CLASSIFICATION:
        classes = class_names(info.dataset.description)
        show_pixels(axes, class_pixels(_shares(picture), class_shades(len(classes))), extent, upper=False)
        for split, marker in splits:
            x, y = split.inputs[:MOST_POINTS].T
            scatter_classes(axes, x, y, split.targets[:MOST_POINTS], theme, marker)
        cells = [cell_entry(name, class_colour(theme, index)) for index, name in enumerate(classes)]
        drawn.legend(figure, [*cells, *points])
    else:
        _paint_surface(figure, axes, picture, splits, extent, theme)
        drawn.legend(figure, points)
    axes.set_xlim(*picture.x_range)
    axes.set_ylim(*picture.y_range)
    return figure


def _paint_surface(
    figure: Figure,
    axes: Axes,
    picture: PlanePicture,
    splits: Sequence[tuple[Split, str]],
    extent: tuple[float, float, float, float],
    theme: Theme,
) -> None:
    """The fitted surface in the colours of the targets on top of it."""
    train = splits[-1][0].targets
    scale = Normalize(float(train.min()), float(train.max()))
    image = axes.imshow(
        picture.values[0],
        extent=extent,
        origin="lower",
        aspect="auto",
        cmap=VALUE_MAP,
        norm=scale,
        interpolation="none",
    )
    axes.grid(False)
    for split, marker in splits:
        x, y = split.inputs[:MOST_POINTS].T
        scatter_values(axes, x, y, split.targets[:MOST_POINTS, 0], theme, scale, marker)
    figure.colorbar(image, ax=axes, label="output, target").outline.set_visible(False)


def _draw_curve(run: ShownRun, picture: CurvePicture) -> Drawing:
    info = run.history.info
    caption = (
        f"The fitted curve with the data; {len(picture.x):,} points asked, dropout off, at step {picture.step:,}; "
        "inputs as scaled for the network."
    )
    words = (
        f"Fitted curve of {run.label} at step {picture.step:,}: from {_range(picture.y[0])}, "
        f"for inputs from {_range(picture.x)}."
    )
    return Drawing(TITLE, caption, words, lambda theme: _paint_curve(info, picture, theme))


def _paint_curve(info: RunInfo, picture: CurvePicture, theme: Theme) -> Figure:
    figure = Figure(figsize=CURVE_SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(input_names(info.dataset.description)[0])
    axes.set_ylabel("target")
    entries: list[Any] = [drawn.line_entry("network", LineStyle(theme.validation), linewidth=2.0)]
    for name, split, colour, marker in (
        ("test", info.dataset.test, theme.lines[2], TEST_MARKER),
        ("training", info.dataset.train, theme.train, TRAIN_MARKER),
    ):
        x, y = split.inputs[:MOST_POINTS, 0], split.targets[:MOST_POINTS, 0]
        axes.scatter(x, y, s=12, c=colour, marker=marker, edgecolors=theme.background, linewidths=0.3)
        entries.insert(1, point_entry(name, colour, marker))
    for y in picture.y:
        axes.plot(picture.x, np.where(np.isfinite(y), y, np.nan), color=theme.validation, linewidth=2.0)
    drawn.legend(figure, entries)
    return figure


def _range(values: NDArray[np.float32]) -> str:
    """The least and the greatest finite value."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return "no finite number to another"
    return f"{number(float(finite.min()))} to {number(float(finite.max()))}"


def _shares(picture: PlanePicture) -> Any:
    """(classes, size, size); a single output is the share of class 1."""
    values = np.nan_to_num(picture.values, nan=0.0)
    return np.concatenate([1 - values, values]) if len(values) == 1 else values


def _tabulate_plane(run: ShownRun, picture: PlanePicture) -> Table:
    outputs, height, width = picture.values.shape
    x, y = np.linspace(*picture.x_range, width), np.linspace(*picture.y_range, height)
    names = input_names(run.history.info.dataset.description)
    rows = [
        (run.label, picture.step, x[column], y[row], *picture.values[:, row, column])
        for row in range(height)
        for column in range(width)
    ]
    return Table(("run", "step", *names, *_output_names(outputs)), rows)


def _tabulate_curve(run: ShownRun, picture: CurvePicture) -> Table:
    names = input_names(run.history.info.dataset.description)
    rows = [(run.label, picture.step, x, *y) for x, y in zip(picture.x, picture.y.T, strict=True)]
    return Table(("run", "step", names[0], *_output_names(len(picture.y))), rows)


def _output_names(count: int) -> tuple[str, ...]:
    return ("output",) if count == 1 else tuple(f"output {place + 1}" for place in range(count))


_DRAWERS: Mapping[type[Picture], Callable[[ShownRun, Any], Drawing]] = {
    PlanePicture: _draw_plane,
    CurvePicture: _draw_curve,
    ClassesPicture: draw_classes,
    ScatterPicture: draw_scatter,
}
_TABLES: Mapping[type[Picture], Callable[[ShownRun, Any], Table]] = {
    PlanePicture: _tabulate_plane,
    CurvePicture: _tabulate_curve,
    ClassesPicture: tabulate_classes,
    ScatterPicture: tabulate_scatter,
}
