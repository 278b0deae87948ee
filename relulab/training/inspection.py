"""What a network computes, as a picture, and one of its units, looked at closely: where it fires, what excites it."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.introspection.dense_stack import DenseStack
from relulab.introspection.reading import finite_stack
from relulab.introspection.refusals import why_no_regions
from relulab.measurements.reductions import row_norms
from relulab.model.network import Network
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import load_network
from relulab.training.evaluator import Evaluator
from relulab.training.kept_weights import MomentWeights
from relulab.training.objective import Objective
from relulab.training.telemetry import (
    Answers,
    ClassesPicture,
    CurvePicture,
    Floats,
    Picture,
    PlanePicture,
    ScatterPicture,
    UnitDetails,
    UnitTraceRecord,
)

PLANE_SIZE = 72  # pixels on each side of the decision boundary
CURVE_POINTS = 400
SHOWN_SAMPLES = 24
SCATTER_POINTS = 1000
MARGIN = 0.12  # of the data's extent, shown around it


class Painter:
    """Makes the picture that suits the data. Everything that does not change is prepared once.

    ``ranges``: what to show of one or two inputs, by default the data and a margin.
    """

    def __init__(self, evaluator: Evaluator, ranges: Sequence[tuple[float, float]] | None = None) -> None:
        self._evaluator = evaluator
        self._objective = evaluator.objective
        self._seen = seen = evaluator.validation
        shape = self._objective.description.input_shape
        self._ranges = list(ranges or shown_ranges(seen.inputs)) if len(shape) == 1 and shape[0] <= 2 else []
        self._grid = _grid(self._ranges).to(seen.inputs) if self._ranges else None
        self._has_regions = bool(self._ranges) and why_no_regions(evaluator.network.plan) is None

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
            return CurvePicture(step, self._grid[:, 0].float().cpu().numpy(), values, self._stack())
        plane = values.reshape(len(values), PLANE_SIZE, PLANE_SIZE)
        return PlanePicture(step, plane, self._ranges[0], self._ranges[1], self._stack())

    def _stack(self) -> DenseStack | None:
        """The network as it is now, where it has regions."""
        return finite_stack(self._evaluator.network) if self._has_regions else None

    def _classes(self, step: int, outputs: Tensor) -> ClassesPicture:
        classes = max(2, self._objective.description.outputs)
        labels = self._seen.labels
        assert labels is not None
        pairs = labels * classes + self._objective.predicted(outputs)
        confusion = torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
        return ClassesPicture(step, confusion.cpu().numpy(), *_answers(self._objective, outputs))

    def _scatter(self, step: int, outputs: Tensor) -> ScatterPicture:
        shown = slice(0, SCATTER_POINTS)
        target = self._seen.targets[shown, 0].float().cpu().numpy()
        return ScatterPicture(step, target, outputs[shown, 0].float().cpu().numpy())


def stack_at(weights: MomentWeights, description: Description) -> DenseStack | None:
    """The network of a moment as numbers, where it has regions and its weights are finite."""
    network = Network(DesignPlan.of(weights.spec, description))
    load_network(network, weights.network)
    return finite_stack(network)


def answers(evaluator: Evaluator, step: int) -> Answers:
    """What the network says now to the samples that a picture of classes shows."""
    outputs = evaluator.outputs(evaluator.validation.inputs[:SHOWN_SAMPLES])
    return Answers(step, *_answers(evaluator.objective, outputs))


def _answers(objective: Objective, outputs: Tensor) -> tuple[NDArray[np.int64], Floats]:
    """The places of the first samples, (n,), and the shares of the classes, (n, classes), of their ``outputs``."""
    shares = objective.shares(outputs[:SHOWN_SAMPLES]).float().cpu().numpy()
    return np.arange(len(shares)), shares


def plane_grid(inputs: Tensor) -> tuple[Tensor, list[tuple[float, float]]]:
    """Points (PLANE_SIZE², 2) over the plane that 2-D ``inputs`` fill, x fastest, and the ranges of x and y."""
    ranges = shown_ranges(inputs)
    return _grid(ranges).to(inputs), ranges


def shown_ranges(inputs: Tensor) -> list[tuple[float, float]]:
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


EXCITING_SAMPLES = 9


def unit_traces(network: Network, step: int) -> UnitTraceRecord:
    """Bias, weight norm and gradient norm of every unit, from the parameters and the last gradients."""
    biases, norms, gradients = [], [], []
    for position, layer in enumerate(network.layout.layers):
        weight, bias = network.parameters_of(position)
        norms.append(row_norms(_rows(weight, layer.units)))
        absent = torch.full_like(norms[-1], torch.nan)
        gradients.append(absent if weight.grad is None else row_norms(_rows(weight.grad, layer.units)))
        biases.append(bias.detach() if bias is not None and bias.numel() == layer.units else absent)
    stacked = torch.stack([torch.cat(biases), torch.cat(norms), torch.cat(gradients)]).float().cpu().numpy()
    return UnitTraceRecord(step, *stacked)


def bias_of(bias: Tensor | None, units: int, unit: int) -> float:
    """The bias of one unit; NaN in a layer without biases, and in a LayerNorm that has one per position."""
    return float(bias.detach()[unit]) if bias is not None and bias.numel() == units else math.nan


def _rows(parameter: Tensor, units: int) -> Tensor:
    """One row per unit. A LayerNorm over an image has a weight per position, channels first, so this holds too."""
    return parameter.detach().reshape(units, -1)


def unit_details(evaluator: Evaluator, step: int, layer: int, unit: int) -> UnitDetails:
    """Look at unit ``unit`` of layer ``layer`` of the layout."""
    network, description = evaluator.network, evaluator.objective.description
    activity = evaluator.unit_values(evaluator.searched.inputs, layer, unit).activation
    best = activity.topk(min(EXCITING_SAMPLES, len(activity)))
    (weight, bias), units = network.parameters_of(layer), network.layout.layers[layer].units
    row = _rows(weight, units)[unit].float().cpu().numpy().copy()  # it learns on
    return UnitDetails(
        step,
        layer,
        unit,
        _as_people_know_it(row, tuple(weight.shape[1:]), description),
        bias_of(bias, units, unit),
        _plane(evaluator, step, layer, unit) if description.input_shape == (2,) else None,
        best.indices.cpu().numpy(),
        best.values.float().cpu().numpy(),
        len(activity),
    )


def _plane(evaluator: Evaluator, step: int, layer: int, unit: int) -> PlanePicture:
    grid, ranges = plane_grid(evaluator.searched.inputs)
    values = evaluator.unit_values(grid, layer, unit, at_once=len(grid)).activation
    plane = values.reshape(1, PLANE_SIZE, PLANE_SIZE).float().cpu().numpy()
    return PlanePicture(step, plane, ranges[0], ranges[1])


def _as_people_know_it(row: Floats, shape: tuple[int, ...], description: Description) -> Floats:
    """Filters as they are; the weights to an image's pixels as an image; anything else as a row."""
    if len(shape) == 3:
        return row.reshape(shape)
    image = description.input_shape
    if len(image) == 3 and row.size == int(np.prod(image)):
        return row.reshape(image[1:]) if image[0] == 1 else row.reshape(image)
    return row
