"""One unit, looked at closely: what it listens to and what excites it, in words and numbers."""

from collections.abc import Callable

import numpy as np

from relulab.formatting import number
from relulab.text import Text, joined, text
from relulab.training.telemetry import RunStarted, UnitDetails
from relulab.views.parts import finite
from relulab.views.samples import Say, input_name, input_names, target_name
from relulab.views.units import unit_name

FORMULA_UP_TO = 3  # weights
FEATURES_SHOWN = 4


def is_picture(details: UnitDetails) -> bool:
    """Whether its weights are pixels."""
    return details.weights.ndim > 1


def has_formula(details: UnitDetails) -> bool:
    """Whether its weights are so few that the sum is told instead of drawn."""
    return not is_picture(details) and len(details.weights) <= FORMULA_UP_TO


def weights_in_words(details: UnitDetails, left_out: int = 0) -> Text:
    """How many and how large its weights are, of few the formula of z; ``left_out`` channels are not drawn."""
    if has_formula(details):
        return text("z = {formula}", formula=formula(details))
    norm = float(np.linalg.norm(details.weights))
    parts = [text("{count:,} weights, norm {norm:.4g}", count=details.weights.size, norm=norm)]
    if np.isfinite(details.bias):
        parts.append(text("bias {bias:.4g}", bias=details.bias))
    if left_out:
        parts.append(text("{count:,} more channels are not drawn", count=left_out))
    return joined(parts, " · ")


def formula(details: UnitDetails) -> str:
    """The sum that a unit of few weights computes. The scale and shift of a norm layer act on one number x."""
    weights = details.weights.tolist()
    names = ["x"] if len(weights) == 1 else [f"x{'₁₂₃'[i]}" for i in range(len(weights))]
    terms = [f"{weight:.4g}·{name}" for weight, name in zip(weights, names, strict=True)]
    if np.isfinite(details.bias):
        terms.append(f"{details.bias:.4g}")
    return " + ".join(terms).replace("+ -", "− ")


def source_names(info: RunStarted, details: UnitDetails, say: Say = str) -> Callable[[int], str]:
    """What the inputs of its layer are called: features of the data, or units of the layer before."""
    layers, layer = info.layout.layers, details.layer
    if layer == 0 and len(info.dataset.description.input_shape) == 1:
        names = input_names(info.dataset.description, say)
        return lambda index: names[index] if index < len(names) else str(index + 1)
    if layer > 0 and layers[layer - 1].units == len(details.weights):
        return lambda index: say(unit_name(info.layout, (layer - 1, index)))
    return lambda index: say(input_name(index))


def is_excited(details: UnitDetails) -> bool:
    """Whether some sample makes it fire."""
    return bool(details.activations.size) and bool(details.activations[0] != 0)


def excitement_in_words(details: UnitDetails, info: RunStarted) -> Text:
    """Which samples excite it most, and how much."""
    searched = text("the first {count:,} training samples", count=details.searched)
    if details.searched == len(info.dataset.train):
        searched = text("all {count:,} training samples", count=details.searched)
    if not is_excited(details):
        return text("No sample excites it: its activation h is 0 for {searched}.", searched=searched)
    greatest = finite(float(details.activations[0]))
    told = {"searched": searched, "shown": len(details.samples), "greatest": greatest}
    if details.plane is None:
        return text("Of {searched}, these {shown} excite it most (its greatest activation h is {greatest}).", **told)
    return text("Rings: of {searched}, the {shown} that excite it most (its greatest h is {greatest}).", **told)


def exciting_samples(details: UnitDetails, info: RunStarted, say: Say = str) -> list[list[str]]:
    """The samples as a table of numbers in their original units; its first row names the columns."""
    names = input_names(info.dataset.description, say)[:FEATURES_SHOWN]
    rows = [[say(text("no.")), say(text("h")), *names, say(text("target"))]]
    for sample, activation in zip(details.samples.tolist(), details.activations.tolist(), strict=True):
        if sample < len(info.dataset.train):
            features = info.dataset.original(info.dataset.train.inputs[sample : sample + 1])[0, :FEATURES_SHOWN]
            values = [say(finite(float(feature))) for feature in features]
            rows.append([f"{sample + 1:,}", number(activation, 3), *values, target_name(info.dataset, sample, say)])
    return rows
