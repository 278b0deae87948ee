"""What a run computes, in the form in which small pictures of many networks are painted."""

import numpy as np

from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Samples, Scene, Standing
from relulab.views.compare import shares_right
from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, ScatterOutput

POINTS = 120  # samples that are drawn
Glimpse = tuple[Standing, Scene, Samples | None]


def glimpse_of(output: OutputView) -> Glimpse:
    """A picture, what it is a picture of, and some of the samples."""
    train = output.info.dataset.train
    if isinstance(output, PlaneOutput):
        ranges = output.picture.x_range, output.picture.y_range
        samples = Samples(0, train.inputs[:POINTS], train.targets[:POINTS])
        if output.is_classes:
            classes = Scene(np.nan, len(output.class_names), ranges)
            return Standing(0, kind=PLANE, values=output.values), classes, samples
        low, high = output.value_range
        return Standing(0, kind=PLANE, values=output.values), Scene(np.nan, 0, ranges, low, high), None
    if isinstance(output, CurveOutput):
        targets = train.targets[:, 0]
        x, y = output.picture.x, output.picture.y[0]
        scene = Scene(np.nan, 0, ((float(x[0]), float(x[-1])),), float(targets.min()), float(targets.max()))
        even = np.interp(np.linspace(x[0], x[-1], len(x)), x, y).astype(np.float32)
        samples = Samples(0, train.inputs[:POINTS], targets[:POINTS])
        return Standing(0, kind=CURVE, values=even), scene, samples
    if isinstance(output, ClassesOutput):
        shares = shares_right(output).astype(np.float32)
        return Standing(0, kind=CLASSES, values=shares), Scene(np.nan, len(shares)), None
    return _scattered(output)


def _scattered(output: ScatterOutput) -> Glimpse:
    targets, predicted = output.picture.target[:POINTS], output.picture.predicted[:POINTS]
    scene = Scene(np.nan, 0, (), float(targets.min()), float(targets.max()))
    samples = Samples(0, np.empty((0, 0), np.float32), targets)
    return Standing(0, kind=SCATTER, values=predicted), scene, samples
