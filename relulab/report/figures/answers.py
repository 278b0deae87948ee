"""Answers to single samples: pictures with what they were taken for, the confusion matrix, predictions of numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.formatting import percent, shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing
from relulab.report.figures.images import SHADE, shaded, show_pixels
from relulab.report.figures.pictures import LETTERS, height_of, show_pictures
from relulab.report.figures.pixels import to_pixels
from relulab.report.figures.points import checked_split, class_names
from relulab.report.figures.theme import Theme
from relulab.session.store import RunInfo
from relulab.training.telemetry import ClassesPicture, ScatterPicture
from relulab.views.parts import ShownRun, Table

PICTURE_COLUMNS, PICTURE_ROWS = 10, 2
CELL_INCHES = 0.34  # of the confusion matrix
MATRIX_INCHES = (2.2, 6.0)  # least and greatest height of it
WRITTEN_CLASSES = 16  # with more classes the counts do not fit into their cells
NAME_LETTERS = 14
STRONGEST = 0.75  # opacity of a full cell: the ink on it can still be read
MISTAKES_TOLD = 3
TITLE = "Output of the network"


def draw_classes(run: ShownRun, picture: ClassesPicture) -> Drawing:
    """Sample pictures with the network's answers, where the samples are images, and the confusion matrix."""
    info = run.history.info
    samples, _ = checked_split(info)
    right, total = int(np.trace(picture.confusion)), int(picture.confusion.sum())
    share = percent(right / total) if total else "–"
    caption = (
        f"Answers at step {picture.step:,}, dropout off. Right: {right:,} of {total:,} {samples} ({share}). "
        "A cell is as strong as its share of its row."
    )
    words = f"Answers of {run.label} at step {picture.step:,}: {right:,} of {total:,} {samples} right ({share})."
    mistakes = _mistakes(picture.confusion, class_names(info.dataset.description))
    if mistakes:
        words += f" Most frequent mistakes: {'; '.join(mistakes)}."
    return Drawing(TITLE, caption, words, lambda theme: _paint_classes(info, picture, theme))


def tabulate_classes(run: ShownRun, picture: ClassesPicture) -> Table:
    """The confusion matrix: a row for every pair of classes."""
    names = class_names(run.history.info.dataset.description)
    rows = [
        (run.label, picture.step, names[true], names[said], int(count))
        for (true, said), count in np.ndenumerate(picture.confusion)
    ]
    return Table(("run", "step", "true", "predicted", "samples"), rows)


def draw_scatter(run: ShownRun, picture: ScatterPicture) -> Drawing:
    """What was predicted against what was right."""
    samples, _ = checked_split(run.history.info)
    caption = (
        f"{len(picture.target):,} {samples}, dropout off, at step {picture.step:,}. On the line: predicted = target."
    )
    words = f"Predicted against target values of {run.label} at step {picture.step:,}"
    explained = _explained(picture)
    if np.isfinite(explained):
        words += f"; R² {explained:.3f}"
        caption += f" R² {explained:.3f}."
    return Drawing(TITLE, caption, f"{words}.", lambda theme: _paint_scatter(picture, theme))


def tabulate_scatter(run: ShownRun, picture: ScatterPicture) -> Table:
    """Target and prediction of every sample."""
    rows = [(run.label, picture.step, *pair) for pair in zip(picture.target, picture.predicted, strict=True)]
    return Table(("run", "step", "target", "predicted"), rows)


def _paint_classes(info: RunInfo, picture: ClassesPicture, theme: Theme) -> Figure:
    names = class_names(info.dataset.description)
    matrix = float(np.clip(CELL_INCHES * len(names) + 0.6, *MATRIX_INCHES))
    shown = _shown_samples(info, picture)
    if not len(shown):
        figure = Figure(figsize=(drawn.WIDTH, matrix), layout="constrained")
        _paint_matrix(figure.add_subplot(), picture.confusion, names, theme)
        return figure
    pictures = height_of(len(shown), PICTURE_COLUMNS, drawn.WIDTH)
    figure = Figure(figsize=(drawn.WIDTH, pictures + matrix), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=(pictures, matrix))
    _paint_samples(upper, info, picture, shown, names, theme)
    _paint_matrix(lower, picture.confusion, names, theme)
    return figure


def _shown_samples(info: RunInfo, picture: ClassesPicture) -> NDArray[Any]:
    """Places in ``picture.samples`` of those that are at hand as images."""
    _, split = checked_split(info)
    if not info.dataset.description.is_image:
        return np.empty(0, int)
    return np.flatnonzero(picture.samples < len(split))[: PICTURE_COLUMNS * PICTURE_ROWS]


def _paint_samples(
    axes: Axes, info: RunInfo, picture: ClassesPicture, shown: NDArray[Any], names: Sequence[str], theme: Theme
) -> None:
    _, split = checked_split(info)
    words, colours = [], []
    for place in shown:
        said = int(np.nan_to_num(picture.probabilities[place], nan=-1.0).argmax())
        true = int(split.targets[picture.samples[place]])
        is_right = said == true
        answer = shortened(names[said], LETTERS - 2)
        below = percent(float(np.round(picture.probabilities[place, said], 2)))
        words.append(f"{answer}\n{below}" if is_right else f"✗ {answer}\nis {shortened(names[true], LETTERS - 3)}")
        colours.append(theme.muted if is_right else theme.error)
    pixels = to_pixels(split.inputs[picture.samples[shown]])
    show_pictures(axes, pixels, words, colours, PICTURE_COLUMNS)


def _paint_matrix(axes: Axes, counts: NDArray[np.int64], names: Sequence[str], theme: Theme) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    classes = len(counts)
    show_pixels(axes, shaded(STRONGEST * shares, SHADE), (-0.5, classes - 0.5, classes - 0.5, -0.5))
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if classes <= WRITTEN_CLASSES:
        short = [shortened(name, NAME_LETTERS) for name in names]
        turned = max(map(len, short)) > LETTERS // 2
        axes.set_xticks(range(classes), short, rotation=30 if turned else 0, ha="right" if turned else "center")
        axes.set_yticks(range(classes), short)
        for (row, column), count in np.ndenumerate(counts):
            if count:
                axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=8, color=theme.ink)
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)


def _paint_scatter(picture: ScatterPicture, theme: Theme) -> Figure:
    figure = Figure(figsize=(drawn.WIDTH, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel("target")
    axes.set_ylabel("predicted")
    finite = np.isfinite(picture.target) & np.isfinite(picture.predicted)
    axes.scatter(
        picture.target[finite],
        picture.predicted[finite],
        s=12,
        c=theme.train,
        edgecolors=theme.background,
        linewidths=0.3,
    )
    ends = (float(picture.target.min()), float(picture.target.max()))
    axes.plot(ends, ends, color=theme.muted, linewidth=1.0)
    return figure


def _explained(picture: ScatterPicture) -> float:
    """R²: the share of the targets' variance that the predictions explain."""
    residual = float(((picture.target - picture.predicted) ** 2).sum())
    total = float(((picture.target - picture.target.mean()) ** 2).sum())
    return 1 - residual / total if total > 0 else float("nan")


def _mistakes(counts: NDArray[np.int64], names: Sequence[str]) -> list[str]:
    """The most frequent confusions in words."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(wrong, axis=None, kind="stable")[::-1][:MISTAKES_TOLD]
    pairs = [(int(place // len(wrong)), int(place % len(wrong))) for place in order]
    return [
        f"{names[true]} taken for {names[said]} ({wrong[true, said]:,} times)"
        for true, said in pairs
        if wrong[true, said]
    ]
