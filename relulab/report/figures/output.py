"""What the network computes: a decision boundary, a fitted curve, or its answers to samples; see ``answers``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from relulab.report.figures import axes as drawn
from relulab.report.figures.answers import paint_classes, paint_scatter
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import cell_entry, class_pixels, point_entry, show_pixels
from relulab.report.figures.points import (
    MOST_POINTS,
    POINT_SMALL,
    TEST_MARKER,
    TRAIN_MARKER,
    class_shades,
    scatter_classes,
    scatter_values,
)
from relulab.report.figures.theme import Theme
from relulab.views.colours import LineStyle
from relulab.views.output import (
    NETWORK,
    OUTPUT_TITLE,
    VALUE_MAP,
    ClassesOutput,
    CurveOutput,
    OutputView,
    PlaneOutput,
    ScatterOutput,
    output_view,
)
from relulab.views.parts import ShownRun, Table
from relulab.views.samples import TEST, TRAINING

PLANE_SIZE = (drawn.WIDTH, 4.4)  # inches
CURVE_SIZE = (drawn.WIDTH, 3.2)


def draw_output(runs: Sequence[ShownRun]) -> Drawing | None:
    """The newest picture of the first run."""
    view = _view(runs)
    if view is None:
        return None
    paint = _PAINTERS[type(view)]
    return Drawing(OUTPUT_TITLE, view.caption, str(view.in_words(runs[0].label)), lambda theme: paint(view, theme))


def tabulate_output(runs: Sequence[ShownRun]) -> Table | None:
    """The numbers of that picture."""
    view = _view(runs)
    return None if view is None else view.table(runs[0].label)


OUTPUT = FigureKind(key="output", title=OUTPUT_TITLE, draw=draw_output, table=tabulate_output, several=False)


def _view(runs: Sequence[ShownRun]) -> OutputView | None:
    history = runs[0].history if runs else None
    picture = history.picture if history else None
    return None if history is None or picture is None else output_view(history.info, picture)


def _paint_plane(view: PlaneOutput, theme: Theme) -> Figure:
    figure, axes = drawn.plane(PLANE_SIZE, *view.axis_names())
    points = [point_entry(str(name), theme.muted, marker) for name, _, marker in _splits(view)[::-1]]
    if view.is_classes:
        names = view.class_names
        show_pixels(axes, class_pixels(view.values, class_shades(len(names))), _extent(view), upper=False)
        for _, split, marker in _splits(view):
            x, y = split.inputs[:MOST_POINTS].T
            scatter_classes(axes, x, y, split.targets[:MOST_POINTS], theme, marker)
        cells = [cell_entry(name, theme.class_colour(index)) for index, name in enumerate(names)]
        drawn.legend(figure, [*cells, *points])
    else:
        _paint_surface(figure, axes, view, theme)
        drawn.legend(figure, points)
    axes.set_xlim(*view.picture.x_range)
    axes.set_ylim(*view.picture.y_range)
    return figure


def _paint_surface(figure: Figure, axes: Axes, view: PlaneOutput, theme: Theme) -> None:
    """The fitted surface in the colours of the targets on top of it."""
    scale = Normalize(*view.value_range)
    image = axes.imshow(
        view.values[0],
        extent=_extent(view),
        origin="lower",
        aspect="auto",
        cmap=VALUE_MAP,
        norm=scale,
        interpolation="none",
    )
    axes.grid(False)
    for _, split, marker in _splits(view):
        x, y = split.inputs[:MOST_POINTS].T
        scatter_values(axes, x, y, split.targets[:MOST_POINTS, 0], theme, scale, marker)
    figure.colorbar(image, ax=axes, label="output, target").outline.set_visible(False)


def _paint_curve(view: CurveOutput, theme: Theme) -> Figure:
    figure, axes = drawn.plane(CURVE_SIZE, *view.axis_names())
    entries: list[Any] = [drawn.line_entry(str(NETWORK), LineStyle(theme.validation), linewidth=2.0)]
    for (name, split, marker), colour in zip(_splits(view), (theme.lines[2], theme.train), strict=True):
        x, y = split.inputs[:MOST_POINTS, 0], split.targets[:MOST_POINTS, 0]
        axes.scatter(x, y, s=POINT_SMALL, c=colour, marker=marker, edgecolors=theme.background, linewidths=0.3)
        entries.insert(1, point_entry(str(name), colour, marker))
    for y in view.picture.y:
        axes.plot(view.picture.x, np.where(np.isfinite(y), y, np.nan), color=theme.validation, linewidth=2.0)
    drawn.legend(figure, entries)
    return figure


def _splits(view: OutputView) -> tuple[Any, Any]:
    """Test and training data with their names and markers, in the order in which they are drawn."""
    data = view.info.dataset
    return (TEST, data.test, TEST_MARKER), (TRAINING, data.train, TRAIN_MARKER)


def _extent(view: PlaneOutput) -> tuple[float, float, float, float]:
    return (*view.picture.x_range, *view.picture.y_range)


_PAINTERS: Mapping[type[OutputView], Callable[[Any, Theme], Figure]] = {
    PlaneOutput: _paint_plane,
    CurveOutput: _paint_curve,
    ClassesOutput: paint_classes,
    ScatterOutput: paint_scatter,
}
