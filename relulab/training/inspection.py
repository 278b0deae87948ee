"""One unit, looked at closely: what it listens to, where it fires, and which samples excite it."""

import math

import numpy as np
import torch
from torch import Tensor

from relulab.data.dataset import Description
from relulab.model.network import Network
from relulab.training.evaluator import Evaluator
from relulab.training.pictures import PLANE_SIZE, plane_grid
from relulab.training.telemetry import Floats, PlanePicture, UnitDetails, UnitTraceRecord

EXCITING_SAMPLES = 9


def unit_traces(network: Network, step: int) -> UnitTraceRecord:
    """Bias, weight norm and gradient norm of every unit, from the parameters and the last gradients."""
    biases, norms, gradients = [], [], []
    for position, layer in enumerate(network.layout.layers):
        weight, bias = network.parameters_of(position)
        norms.append(_rows(weight, layer.units).norm(dim=1))
        absent = torch.full_like(norms[-1], torch.nan)
        gradients.append(absent if weight.grad is None else _rows(weight.grad, layer.units).norm(dim=1))
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
