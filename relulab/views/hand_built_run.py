"""From ReLUs that were built by hand to a design that begins with exactly their weights, and back from a run."""

from collections.abc import Iterable

import numpy as np

from relulab.catalog.entry import write_numbers
from relulab.experiment import ExperimentSpec
from relulab.introspection.best_pieces import Floats
from relulab.introspection.relu_sum import LEFT, RIGHT, BuiltUnit, ReluSum
from relulab.session.history import RunHistory
from relulab.text import Text, text
from relulab.views.hand_built import MOST_UNITS, OWN, TARGETS, Target

TRAINING = {"loss": "mse", "optimizer": "adam", "learning_rate": 0.003, "schedule": "cosine", "steps": 2000}
SIZES = {"train_size": 500, "validation_size": 200, "test_size": 200}

NO_RUN = text("There is no run yet whose weights are known: press Train in the lab.")
NOT_SUCH = text("Only a network of one input, one hidden layer of ReLUs and one output is a sum of ReLUs.")
TOO_MANY = text("That network has more ReLUs than the {most} that fit in here.", most=MOST_UNITS)


def design_of(target: Target, built: ReluSum) -> ExperimentSpec:
    """A hidden layer of these ReLUs, to learn ``target`` in its own units. There must be one ReLU or more."""
    parameters = {"noise": 0.0, "formula": target.formula, "minimum": target.low, "maximum": target.high}
    hidden = {
        "kind": "dense",
        "parameters": {"units": len(built.units)},
        "activation": "relu",
        "initialization": _given(unit.weight for unit in built.units),
        "bias": _given(unit.bias for unit in built.units),
    }
    output = {"initialization": _given(unit.slope for unit in built.units), "bias": _given([built.offset])}
    return ExperimentSpec.parse(
        {
            "name": f"{target.formula} of ReLUs by hand",
            "data": {
                "dataset": {"name": "expression", "parameters": parameters},
                "scaling": "raw",
                "target_scaling": "raw",
                **SIZES,
            },
            "model": {"layers": [hidden], "output": output},
            "training": TRAINING,
        }
    )


def sum_of(history: RunHistory | None) -> ReluSum | Text:
    """What the network of a run computes in the units of its data, by its newest known weights; or why it is no sum."""
    if history is None:
        return NO_RUN
    model, data = history.info.spec.model, history.info.dataset
    hidden = model.layers[0] if len(model.layers) == 1 else None
    is_relu = hidden is not None and hidden.activation is not None and hidden.activation.name == "relu"
    plain = model.output.activation.name == "identity" and data.description.outputs == 1
    if not is_relu or not plain or data.description.input_shape != (1,):
        return NOT_SUCH
    known = _newest_weights(history)
    if known is None:
        return NO_RUN
    weights, biases, slopes, (offset,) = known
    if len(weights) > MOST_UNITS:
        return TOO_MANY
    scale, shift = float(data.scale.ravel()[0]), float(data.offset.ravel()[0])
    weights, biases = weights / scale, biases - weights * shift / scale
    slopes = slopes * data.target_scale[0]
    bends = weights != 0  # a unit that does not listen to x only adds a number
    offset = offset * data.target_scale[0] + data.target_offset[0] + slopes[~bends] @ np.maximum(biases[~bends], 0)
    units = (
        BuiltUnit(float(-bias / weight), float(slope * abs(weight)), RIGHT if weight > 0 else LEFT)
        for weight, bias, slope in zip(weights[bends], biases[bends], slopes[bends], strict=True)
    )
    return ReluSum(float(offset), tuple(units))


def target_of(history: RunHistory) -> Target | None:
    """The curve that a run learns, where that is a formula; None for other data."""
    dataset = history.info.spec.data.dataset
    if dataset.name != "expression":
        return None
    given = dataset.parameters
    formula, low, high = str(given["formula"]), float(given["minimum"]), float(given["maximum"])
    known = (target for target in TARGETS.values() if (target.formula, target.low, target.high) == (formula, low, high))
    return next(known, Target(OWN, TARGETS[OWN].title, formula, low, high))


def _given(numbers: Iterable[float]) -> dict[str, object]:
    return {"name": "given", "parameters": {"values": write_numbers(numbers)}}


def _newest_weights(history: RunHistory) -> list[Floats] | None:
    """Weights and biases of both layers, from the picture of the network or a checkpoint, whichever is newer."""
    picture, checkpoints = history.network, history.checkpoints
    units = history.info.layout.layers[0].units
    if picture is not None and (not checkpoints or picture.step >= checkpoints[-1].step):
        parts = [picture.weights[0], picture.biases[0], picture.weights[1], picture.biases[1]]
    elif checkpoints:
        names = [layer.name for layer in history.info.layout.layers]
        parts = [checkpoints[-1].network.get(f"{name}.{part}") for name in names for part in ("weight", "bias")]
    else:
        return None
    zeros = (np.zeros(units), np.zeros(units), np.zeros(units), np.zeros(1))
    return [
        zero if part is None else np.asarray(part, np.float64).ravel() for part, zero in zip(parts, zeros, strict=True)
    ]
