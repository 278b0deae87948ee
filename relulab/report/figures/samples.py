"""What is learned from: some training samples, as pictures or as points."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.formatting import count, listed, number, shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures import images
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.views.own_unit import in_own_unit, target_label
from relulab.views.parts import ShownRun, Table
from relulab.views.samples import TRAINING_SAMPLES, class_names, input_names, sample_images

COLUMNS, ROWS = 10, 2  # of sample pictures
SQUARE = 4.0  # inches: width and height of points over two inputs
CURVE_HEIGHT = 2.8
NAME_LETTERS = 12  # of a class below its picture
CLASSES_IN_WORDS = 12

Values = NDArray[Any]


def draw_samples(runs: Sequence[ShownRun]) -> Drawing | None:
    """Sample pictures of images; points in the colours of their classes or values of anything else."""
    if not runs or not len(runs[0].history.info.dataset.train):
        return None
    data, title = in_own_unit(runs[0].history.info.dataset), str(TRAINING_SAMPLES)
    words = _targets_in_words(data)
    if data.description.is_image:
        shape = "×".join(str(side) for side in data.description.input_shape[1:])
        caption = f"The first training samples, {shape} pixels each, with their classes."
        return Drawing(title, caption, f"Pictures of training samples. {words}", lambda t: _paint_images(data, t))
    features = data.description.input_shape[0]
    caption = "Training samples, in the original units of the data."
    if features > 2:
        caption = f"Training samples over the first 2 of their {features} inputs, in the original units of the data."
    alternative = f"Training samples as points. {_inputs_in_words(data)} {words}"
    return Drawing(title, caption, alternative, lambda theme: _paint_points(data, theme))


def tabulate_samples(runs: Sequence[ShownRun]) -> Table | None:
    """The training samples in their original units, with class or value."""
    if not runs or not len(runs[0].history.info.dataset.train):
        return None
    data = in_own_unit(runs[0].history.info.dataset)
    description, train = data.description, data.train
    inputs = data.original(train.inputs).reshape(len(train), -1)
    if description.is_image:
        names = tuple(f"pixel {index + 1}" for index in range(inputs.shape[1]))
    else:
        names = input_names(description)
    if description.task is Task.CLASSIFICATION:
        classes = class_names(description)
        return Table((*names, "class"), [(*x, classes[int(y)]) for x, y in zip(inputs, train.targets, strict=True)])
    targets = tuple(f"target {index + 1}" for index in range(train.targets.shape[1]))
    return Table((*names, *targets), [(*x, *y) for x, y in zip(inputs, train.targets, strict=True)])


SAMPLES = FigureKind(
    key="samples", title=str(TRAINING_SAMPLES), draw=draw_samples, table=tabulate_samples, several=False
)


def _paint_images(data: Dataset, theme: Theme) -> Figure:
    samples = sample_images(data, range(COLUMNS * ROWS))
    height = images.height_of(len(samples), COLUMNS, drawn.WIDTH)
    figure = Figure(figsize=(drawn.WIDTH, height), layout="constrained")
    words = [shortened(sample.true, NAME_LETTERS) for sample in samples]
    pixels = [sample.pixels for sample in samples]
    images.show_pictures(figure.add_subplot(), pixels, words, [theme.muted] * len(samples), COLUMNS)
    return figure


def _paint_points(data: Dataset, theme: Theme) -> Figure:
    description, train = data.description, data.train
    inputs, targets = data.original(train.inputs)[: images.MOST_POINTS], train.targets[: images.MOST_POINTS]
    names = input_names(description)
    is_classes = description.task is Task.CLASSIFICATION
    flat = inputs.shape[1] == 1
    figure = Figure(figsize=(drawn.WIDTH, CURVE_HEIGHT if flat and not is_classes else SQUARE), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(names[0])
    if is_classes:
        _paint_classes(figure, inputs, targets, data, theme)
    elif flat:
        axes.set_ylabel(target_label(description))
        images.scatter_classes(axes, inputs[:, 0], targets[:, 0], np.zeros(len(inputs)), theme)
    else:
        axes.set_ylabel(names[1])
        points = images.scatter_values(axes, inputs[:, 0], inputs[:, 1], targets[:, 0], theme)
        figure.colorbar(points, ax=axes, label=target_label(description)).outline.set_visible(False)
    return figure


def _paint_classes(figure: Figure, inputs: Values, targets: Values, data: Dataset, theme: Theme) -> None:
    (axes,) = figure.axes
    names = class_names(data.description)
    second = inputs[:, 1] if inputs.shape[1] > 1 else np.zeros(len(inputs))
    if inputs.shape[1] > 1:
        axes.set_ylabel(input_names(data.description)[1])
    else:
        axes.set_yticks([])
    images.scatter_classes(axes, inputs[:, 0], second, targets, theme)
    drawn.legend(
        figure,
        [
            images.point_entry(name, theme.class_colour(index), images.CLASS_MARKERS[index % len(images.CLASS_MARKERS)])
            for index, name in enumerate(names)
        ],
    )


def _inputs_in_words(data: Dataset) -> str:
    inputs = data.original(data.train.inputs)
    ranges = [
        f"{name} from {number(float(column.min()))} to {number(float(column.max()))}"
        for name, column in zip(input_names(data.description)[:2], inputs.T, strict=False)
    ]
    return f"{listed(ranges)}."


def _targets_in_words(data: Dataset) -> str:
    targets = data.train.targets
    if data.description.task is Task.REGRESSION:
        return f"Targets from {number(float(targets.min()))} to {number(float(targets.max()))}."
    names = class_names(data.description)
    if len(names) > CLASSES_IN_WORDS:
        return f"{count(len(names), 'class', 'classes')}."
    counts = np.bincount(targets, minlength=len(names))
    return f"{listed([f'{amount:,} of class {name}' for name, amount in zip(names, counts, strict=False)])}."
