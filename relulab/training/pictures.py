"""What the network computes, as a picture: a plane, a curve, or the classes of images."""

import numpy as np
import torch
from torch import Tensor

from relulab.catalog.losses import Task
from relulab.training.evaluator import Evaluator
from relulab.training.telemetry import ClassesPicture, CurvePicture, Picture, PlanePicture, ScatterPicture

PLANE_SIZE = 72  # pixels on each side of the decision boundary
CURVE_POINTS = 400
SHOWN_SAMPLES = 24
SCATTER_POINTS = 1000
MARGIN = 0.12  # of the data's extent, shown around it


class Painter:
    """Makes the picture that suits the data. Everything that does not change is prepared once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._objective = evaluator.objective
        self._seen = seen = evaluator.validation
        shape = self._objective.description.input_shape
        self._ranges = _ranges(seen.inputs) if len(shape) == 1 and shape[0] <= 2 else []
        self._grid = _grid(self._ranges).to(seen.inputs) if self._ranges else None

    @property
    def needs_outputs(self) -> bool:
        """Whether ``paint`` wants the outputs for the validation samples."""
        return self._grid is None or (len(self._ranges) == 1 and self._objective.is_classification)

    def paint(self, step: int, outputs: Tensor | None = None) -> Picture:
        """The present picture. ``outputs``: of the validation samples, where they are known."""
        if self.needs_outputs:
            if outputs is None:
                outputs = self._evaluator.outputs(self._seen.inputs)
            if self._objective.description.task is Task.CLASSIFICATION:
                return self._classes(step, outputs)
            return self._scatter(step, outputs)
        assert self._grid is not None
        outputs = self._evaluator.outputs(self._grid, at_once=len(self._grid))
        values = self._objective.shares(outputs).float().cpu().numpy().T
        if len(self._ranges) == 1:
            return CurvePicture(step, self._grid[:, 0].float().cpu().numpy(), values)
        plane = values.reshape(len(values), PLANE_SIZE, PLANE_SIZE)
        return PlanePicture(step, plane, self._ranges[0], self._ranges[1])

    def _classes(self, step: int, outputs: Tensor) -> ClassesPicture:
        classes = max(2, self._objective.description.outputs)
        labels = self._seen.labels
        assert labels is not None
        pairs = labels * classes + self._objective.predicted(outputs)
        confusion = torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
        shown = min(SHOWN_SAMPLES, len(self._seen))
        shares = self._objective.shares(outputs[:shown]).float().cpu().numpy()
        return ClassesPicture(step, confusion.cpu().numpy(), np.arange(shown), shares)

    def _scatter(self, step: int, outputs: Tensor) -> ScatterPicture:
        shown = slice(0, SCATTER_POINTS)
        target = self._seen.targets[shown, 0].float().cpu().numpy()
        return ScatterPicture(step, target, outputs[shown, 0].float().cpu().numpy())


def plane_grid(inputs: Tensor) -> tuple[Tensor, list[tuple[float, float]]]:
    """Points (PLANE_SIZE², 2) over the plane that 2-D ``inputs`` fill, x fastest, and the ranges of x and y."""
    ranges = _ranges(inputs)
    return _grid(ranges).to(inputs), ranges


def _ranges(inputs: Tensor) -> list[tuple[float, float]]:
    """What to show of each input: the data and a margin."""
    low, high = inputs.amin(0).tolist(), inputs.amax(0).tolist()
    return [(a - MARGIN * max(b - a, 1e-6), b + MARGIN * max(b - a, 1e-6)) for a, b in zip(low, high, strict=True)]


def _grid(ranges: list[tuple[float, float]]) -> Tensor:
    """Points that fill the ranges: (points, 1) or (PLANE_SIZE², 2), x fastest."""
    if len(ranges) == 1:
        return torch.linspace(*ranges[0], CURVE_POINTS).unsqueeze(1)
    x = torch.linspace(*ranges[0], PLANE_SIZE)
    y = torch.linspace(*ranges[1], PLANE_SIZE)
    yy, xx = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([xx.reshape(-1), yy.reshape(-1)], 1)
