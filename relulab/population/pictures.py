"""Small pictures of what each of many networks computes, all over the same ranges, so that they can be compared."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.population.preparation import Prepared
from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Floats, Samples, Scene
from relulab.training.inspection import shown_ranges

SIDE = 32  # points on each side of a plane
POINTS = 96  # of a curve
SAMPLES = 60  # drawn with what a network computes


def scene_of(prepared: Prepared) -> Scene:
    """What the pictures of all runs have in common, read off one of them."""
    objective, train = prepared.evaluator.objective, prepared.member.train
    description = objective.description
    shape = description.input_shape
    is_drawn = len(shape) == 1 and (shape[0] == 2 or (shape[0] == 1 and not objective.is_classification))
    targets = train.targets.double()
    return Scene(
        guessing=float("nan"),
        classes=max(2, description.outputs) if objective.is_classification else 0,
        ranges=tuple(shown_ranges(train.inputs)) if is_drawn else (),
        low=float(targets.min()),
        high=float(targets.max()),
    )


def samples_of(run: int, prepared: Prepared, scene: Scene) -> Samples:
    """Some of what a run learns from."""
    train = prepared.member.train
    targets = train.labels if train.labels is not None else train.targets[:, 0]
    inputs = train.inputs[:SAMPLES] if scene.ranges else train.inputs[:0].flatten(1)
    if not scene.ranges:
        targets = prepared.evaluator.validation.targets[:, 0] if not scene.classes else targets[:0]
    return Samples(run, _numbers(inputs), _numbers(targets[:SAMPLES]))


def picture_of(prepared: Prepared, scene: Scene) -> tuple[str, Floats]:
    """What a network computes now: the kind of its picture, and its values (see ``Standing``)."""
    evaluator = prepared.evaluator
    objective = evaluator.objective
    if scene.ranges:
        grid = _grid(scene.ranges).to(prepared.member.train.inputs)
        values = _numbers(objective.shares(evaluator.outputs(grid, at_once=len(grid)))).T
        if len(scene.ranges) == 1:
            return CURVE, values[0]
        return PLANE, _whole_shares(values, scene).reshape(-1, SIDE, SIDE)
    seen = evaluator.validation
    if not scene.classes:
        return SCATTER, _numbers(evaluator.outputs(seen.inputs[:SAMPLES])[:, 0])
    assert seen.labels is not None, "classes have labels"
    right = (objective.predicted(evaluator.outputs(seen.inputs)) == seen.labels).double()
    found = torch.bincount(seen.labels, right, minlength=scene.classes)
    return CLASSES, _numbers(found / torch.bincount(seen.labels, minlength=scene.classes).clamp(min=1))


def _whole_shares(values: Floats, scene: Scene) -> Floats:
    """A single output of two classes is the share of the second."""
    return np.concatenate([1 - values, values]) if scene.classes and len(values) == 1 else values


def _grid(ranges: Sequence[tuple[float, float]]) -> Tensor:
    """Points that fill the ranges, (points, inputs), the first input the fastest."""
    if len(ranges) == 1:
        return torch.linspace(*ranges[0], POINTS).unsqueeze(1)
    x, y = (torch.linspace(*one, SIDE) for one in ranges)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)


def _numbers(values: Tensor) -> NDArray[np.float32]:
    return values.detach().float().numpy()
