"""Operations on single units of a run that waits: each is written into the history, so a report shows it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from relulab.errors import SpecError
from relulab.formatting import number
from relulab.model.network import build_model
from relulab.training.inspection import bias_of
from relulab.training.requests import leaky_design
from relulab.training.run import TrainingRun

SECOND_LIFE = 0x5EED  # stream of the seeds that new weights are drawn from


def reinitialize_unit(run: TrainingRun, layer: int, unit: int) -> None:
    """Draw the unit's incoming weights and bias again, by its initialization. A frozen unit learns again."""
    seed = int(np.random.SeedSequence([run.spec.model.seed, SECOND_LIFE, run.step_index]).generate_state(1)[0])
    spec = run.spec.replace(model=run.spec.model.replace(seed=seed))
    fresh = build_model(replace(run.network.plan, spec=spec), run.train.first(256).cpu()).parameters_of(layer)
    with torch.no_grad():
        for mine, new in zip(run.network.parameters_of(layer).present, fresh.present, strict=True):
            mine[unit] = new[unit].to(mine)
    _note(run, layer, unit, "as learned", "drawn anew", part=": weights")
    elements = _elements(run, layer, unit)
    if run.frozen.holds(elements):
        run.frozen.thaw(elements)
        _note(run, layer, unit, "frozen", "learning")


def nudge_bias(run: TrainingRun, layer: int, unit: int, by: float) -> None:
    """Move the unit's bias by ``by``; a frozen unit keeps the new one. Does nothing where the unit has no bias."""
    before = bias_of(run.network.parameters_of(layer).bias, run.layout.layers[layer].units, unit)
    if not math.isnan(before):
        set_bias(run, layer, unit, before + by)


def set_bias(run: TrainingRun, layer: int, unit: int, value: float) -> None:
    """Give the unit this bias; a frozen unit keeps it. Does nothing where the unit has no bias."""
    bias = run.network.parameters_of(layer).bias
    if bias is not None and bias.numel() == run.layout.layers[layer].units:
        _set(run, layer, unit, bias, unit, value, part=": bias")


def set_weight(run: TrainingRun, layer: int, unit: int, source: int, value: float) -> None:
    """Give the unit this weight from input ``source`` of its layer; a frozen unit keeps it.

    Does nothing where the layer has no such weight.
    """
    weight = run.network.parameters_of(layer).weight
    inputs = weight.numel() // len(weight)
    if 0 <= source < inputs:
        _set(run, layer, unit, weight, unit * inputs + source, value, part=f": weight from input {source + 1:,}")


def _set(run: TrainingRun, layer: int, unit: int, parameter: Tensor, place: int, value: float, *, part: str) -> None:
    """Write one number into a parameter, counted row after row."""
    at = tuple(int(index) for index in np.unravel_index(place, tuple(parameter.shape)))
    numbers = parameter.detach()
    before = float(numbers[at])
    numbers[at] = value
    elements = _elements(run, layer, unit)
    if run.frozen.holds(elements):
        run.frozen.freeze(elements)
    _note(run, layer, unit, number(before), number(float(numbers[at])), part=part)


def freeze_unit(run: TrainingRun, layer: int, unit: int) -> None:
    """Keep the unit's incoming weights and bias as they are from now on."""
    run.frozen.freeze(_elements(run, layer, unit))
    _note(run, layer, unit, "learning", "frozen")


def silence_unit(run: TrainingRun, layer: int, unit: int) -> None:
    """Set the unit's incoming weights and bias to zero and keep them there: a ReLU then says 0 to everything."""
    elements = _elements(run, layer, unit)
    with torch.no_grad():
        run.parameters.values[elements] = 0
    run.frozen.freeze(elements)
    _note(run, layer, unit, "learning", "silenced")


def make_leaky(run: TrainingRun, layer: int, unit: int, slope: float) -> TrainingRun:
    """Give the unit's whole layer a leaky ReLU of this slope. Returns the run that goes on from here.

    Weights, optimizer, random states and the place in the data stay as they are.
    """
    measured = run.layout.layers[layer]
    if measured.index is None:
        raise SpecError("The output layer has no ReLU that could be made leaky.", ("model", "output"))
    changed = run.successor(leaky_design(run.spec, measured.index, slope))
    changed.note_changes(run.spec, changed.spec)
    return changed


# key -> (run, layer, unit, amount) -> the run that goes on
Operation = Callable[[TrainingRun, int, int, float], TrainingRun]


def _on_the_spot(operation: Callable[..., None], *, with_amount: bool = False) -> Operation:
    """An operation that changes the run itself."""

    def operate(run: TrainingRun, layer: int, unit: int, amount: float) -> TrainingRun:
        operation(run, layer, unit, *([amount] if with_amount else []))
        return run

    return operate


OPERATIONS: Mapping[str, Operation] = {
    "reinitialize": _on_the_spot(reinitialize_unit),
    "nudge_bias": _on_the_spot(nudge_bias, with_amount=True),
    "freeze": _on_the_spot(freeze_unit),
    "silence": _on_the_spot(silence_unit),
    "make_leaky": make_leaky,
}


def _note(run: TrainingRun, layer: int, unit: int, before: str, after: str, part: str = "") -> None:
    run.note(run.layout.unit_title(layer, unit) + part, before, after, layer, unit)


def _elements(run: TrainingRun, layer: int, unit: int) -> Tensor:
    """Where the unit's incoming weights and bias lie among all parameters."""
    parts = []
    for parameter in run.network.parameters_of(layer).present:
        start = run.parameters.slice_of(parameter).start
        size = parameter.numel() // len(parameter)
        parts.append(torch.arange(start + unit * size, start + (unit + 1) * size, device=parameter.device))
    return torch.cat(parts)
