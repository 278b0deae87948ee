"""What the network computes: a decision boundary, a fitted curve, or its answers to samples."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from relulab.formatting import shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures import images
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
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
from relulab.views.own_unit import target_label
from relulab.views.parts import ShownRun, Table
from relulab.views.samples import TEST, TRAINING, Answer

PICTURE_COLUMNS, PICTURE_ROWS = 10, 2
CELL_INCHES = 0.34  # of the confusion matrix
MATRIX_INCHES = (2.2, 6.0)  # least and greatest height of it
WRITTEN_CLASSES = 16  # with more classes the counts do not fit into their cells
NAME_LETTERS = 14
STRONGEST = 0.75  # opacity of a full cell: the ink on it can still be read
PLANE_SIZE = (drawn.WIDTH, 4.4)  # inches
CURVE_SIZE = (drawn.WIDTH, 3.2)


def paint_classes(view: ClassesOutput, theme: Theme) -> Figure:
    """Sample pictures with the network's answers, where the samples are images, and the confusion matrix."""
    matrix = float(np.clip(CELL_INCHES * len(view.class_names) + 0.6, *MATRIX_INCHES))
    answers = view.answers(view.images(PICTURE_COLUMNS * PICTURE_ROWS))
    if not answers:
        figure = Figure(figsize=(drawn.WIDTH, matrix), layout="constrained")
        _paint_matrix(figure.add_subplot(), view, theme)
        return figure
    pictures = images.height_of(len(answers), PICTURE_COLUMNS, drawn.WIDTH)
    figure = Figure(figsize=(drawn.WIDTH, pictures + matrix), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=(pictures, matrix))
    _paint_samples(upper, answers, theme)
    _paint_matrix(lower, view, theme)
    return figure


def paint_scatter(view: ScatterOutput, theme: Theme) -> Figure:
    """What was predicted against what was right."""
    figure, axes = drawn.plane((drawn.WIDTH, 4.0), *view.axis_names())
    x, y = view.points.T
    axes.scatter(x, y, s=images.POINT_SMALL, c=theme.train, edgecolors=theme.background, linewidths=0.3)
    ends = (float(view.picture.target.min()), float(view.picture.target.max()))
    axes.plot(ends, ends, color=theme.muted, linewidth=1.0)
    return figure


def _paint_samples(axes: Axes, answers: Sequence[Answer], theme: Theme) -> None:
    words = ["\n".join(shortened(str(line), images.LETTERS) for line in answer.lines) for answer in answers]
    colours = [theme.muted if answer.is_right else theme.error for answer in answers]
    images.show_pictures(axes, [answer.pixels for answer in answers], words, colours, PICTURE_COLUMNS)


def _paint_matrix(axes: Axes, view: ClassesOutput, theme: Theme) -> None:
    counts = view.picture.confusion
    classes = len(counts)
    images.show_pixels(
        axes, images.shaded(STRONGEST * view.row_shares, images.SHADE), (-0.5, classes - 0.5, classes - 0.5, -0.5)
    )
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if classes <= WRITTEN_CLASSES:
        short = [shortened(name, NAME_LETTERS) for name in view.class_names]
        turned = max(map(len, short)) > images.LETTERS // 2
        axes.set_xticks(range(classes), short, rotation=30 if turned else 0, ha="right" if turned else "center")
        axes.set_yticks(range(classes), short)
        for (row, column), count in np.ndenumerate(counts):
            if count:
                written = axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=8)
                written.set(color=theme.foreground, in_layout=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)


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
    points = [images.point_entry(str(name), theme.muted, marker) for name, _, marker in _splits(view)[::-1]]
    if view.is_classes:
        names = view.class_names
        images.show_pixels(
            axes, images.class_pixels(view.values, images.class_shades(len(names))), _extent(view), upper=False
        )
        for _, split, marker in _splits(view):
            x, y = split.inputs[: images.MOST_POINTS].T
            images.scatter_classes(axes, x, y, split.targets[: images.MOST_POINTS], theme, marker)
        cells = [images.cell_entry(name, theme.class_colour(index)) for index, name in enumerate(names)]
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
        x, y = split.inputs[: images.MOST_POINTS].T
        images.scatter_values(axes, x, y, split.targets[: images.MOST_POINTS, 0], theme, scale, marker)
    figure.colorbar(image, ax=axes, label=f"output, {target_label(view.description)}").outline.set_visible(False)


def _paint_curve(view: CurveOutput, theme: Theme) -> Figure:
    figure, axes = drawn.plane(CURVE_SIZE, *view.axis_names())
    entries: list[Any] = [drawn.line_entry(str(NETWORK), LineStyle(theme.validation), linewidth=2.0)]
    for (name, split, marker), colour in zip(_splits(view), (theme.lines[2], theme.train), strict=True):
        x, y = split.inputs[: images.MOST_POINTS, 0], split.targets[: images.MOST_POINTS, 0]
        axes.scatter(x, y, s=images.POINT_SMALL, c=colour, marker=marker, edgecolors=theme.background, linewidths=0.3)
        entries.insert(1, images.point_entry(str(name), colour, marker))
    for y in view.picture.y:
        axes.plot(view.picture.x, np.where(np.isfinite(y), y, np.nan), color=theme.validation, linewidth=2.0)
    drawn.legend(figure, entries)
    return figure


def _splits(view: OutputView) -> tuple[Any, Any]:
    """Test and training data with their names and markers, in the order in which they are drawn."""
    data = view.info.dataset
    return (TEST, data.test, images.TEST_MARKER), (TRAINING, data.train, images.TRAIN_MARKER)


def _extent(view: PlaneOutput) -> tuple[float, float, float, float]:
    return (*view.picture.x_range, *view.picture.y_range)


_PAINTERS: Mapping[type[OutputView], Callable[[Any, Theme], Figure]] = {
    PlaneOutput: _paint_plane,
    CurveOutput: _paint_curve,
    ClassesOutput: paint_classes,
    ScatterOutput: paint_scatter,
}
