"""Answers to single samples: pictures with what they were taken for, the confusion matrix, predictions of numbers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from relulab.formatting import shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures.images import SHADE, shaded, show_pixels
from relulab.report.figures.picture_rows import LETTERS, height_of, show_pictures
from relulab.report.figures.points import POINT_SMALL
from relulab.report.figures.theme import Theme
from relulab.views.output import ClassesOutput, ScatterOutput
from relulab.views.samples import Answer

PICTURE_COLUMNS, PICTURE_ROWS = 10, 2
CELL_INCHES = 0.34  # of the confusion matrix
MATRIX_INCHES = (2.2, 6.0)  # least and greatest height of it
WRITTEN_CLASSES = 16  # with more classes the counts do not fit into their cells
NAME_LETTERS = 14
STRONGEST = 0.75  # opacity of a full cell: the ink on it can still be read


def paint_classes(view: ClassesOutput, theme: Theme) -> Figure:
    """Sample pictures with the network's answers, where the samples are images, and the confusion matrix."""
    matrix = float(np.clip(CELL_INCHES * len(view.class_names) + 0.6, *MATRIX_INCHES))
    answers = view.answers(view.images(PICTURE_COLUMNS * PICTURE_ROWS))
    if not answers:
        figure = Figure(figsize=(drawn.WIDTH, matrix), layout="constrained")
        _paint_matrix(figure.add_subplot(), view, theme)
        return figure
    pictures = height_of(len(answers), PICTURE_COLUMNS, drawn.WIDTH)
    figure = Figure(figsize=(drawn.WIDTH, pictures + matrix), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=(pictures, matrix))
    _paint_samples(upper, answers, theme)
    _paint_matrix(lower, view, theme)
    return figure


def paint_scatter(view: ScatterOutput, theme: Theme) -> Figure:
    """What was predicted against what was right."""
    figure, axes = drawn.plane((drawn.WIDTH, 4.0), *view.axis_names())
    x, y = view.points.T
    axes.scatter(x, y, s=POINT_SMALL, c=theme.train, edgecolors=theme.background, linewidths=0.3)
    ends = (float(view.picture.target.min()), float(view.picture.target.max()))
    axes.plot(ends, ends, color=theme.muted, linewidth=1.0)
    return figure


def _paint_samples(axes: Axes, answers: Sequence[Answer], theme: Theme) -> None:
    words = ["\n".join(shortened(str(line), LETTERS) for line in answer.lines) for answer in answers]
    colours = [theme.muted if answer.is_right else theme.error for answer in answers]
    show_pictures(axes, [answer.pixels for answer in answers], words, colours, PICTURE_COLUMNS)


def _paint_matrix(axes: Axes, view: ClassesOutput, theme: Theme) -> None:
    counts = view.picture.confusion
    classes = len(counts)
    show_pixels(axes, shaded(STRONGEST * view.row_shares, SHADE), (-0.5, classes - 0.5, classes - 0.5, -0.5))
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if classes <= WRITTEN_CLASSES:
        short = [shortened(name, NAME_LETTERS) for name in view.class_names]
        turned = max(map(len, short)) > LETTERS // 2
        axes.set_xticks(range(classes), short, rotation=30 if turned else 0, ha="right" if turned else "center")
        axes.set_yticks(range(classes), short)
        for (row, column), count in np.ndenumerate(counts):
            if count:
                axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=8, color=theme.foreground)
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
