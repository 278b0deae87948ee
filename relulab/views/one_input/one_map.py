"""The whole network as one map: what is said of it, and the design that has one layer with its weights in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from relulab.catalog.entry import LONGEST_NUMBERS, LONGEST_TEXT, write_numbers
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.introspection.dense_stack import Array
from relulab.text import NOTHING, Text, joined, text
from relulab.training.telemetry import RunStarted
from relulab.views.network.columns import network_columns
from relulab.views.one_input.answer import Matrix, input_labels

if TYPE_CHECKING:
    from relulab.introspection.one_map import OneMap

TITLE = text("One map")
REPLACE = text("Replace by this one layer")
REPLACE_TIP = text("Make a design of a single linear layer that begins with exactly these weights")
TOO_MANY = text(
    "A design cannot begin with a matrix of {count:weight|weights}: their digits must fit into {most:,} characters."
)
MOST_FACTORS = 6  # of a product that is written out

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def product_words(one: OneMap) -> Text:
    """What the layers are together: the product and its rank."""
    told = {"shape": _shape(one.shapes[-1][0], one.shapes[0][1]), "rank": one.rank, "most": min(one.weights.shape)}
    if len(one.shapes) == 1:
        return text("This network is one linear layer: a matrix of {shape}, of rank {rank} of {most}.", **told)
    return text(
        "No unit bends, so the {layers:layer|layers} together are one matrix: W = {product} is {factors} = {shape}, "
        "of rank {rank} of {most}. Outputs = W x + b, x being the inputs as the network takes them.",
        layers=len(one.shapes),
        product=_product(one, lambda number: f"W{number}".translate(SUBSCRIPTS)),
        factors=_product(one, lambda number: _shape(*one.shapes[number - 1])),
        **told,
    )


def difference_words(one: OneMap) -> Text:
    """How far one layer in the place of all would be off."""
    return text(
        "Over {samples:training sample|training samples} this one layer would change no output by more than "
        "{difference}: what rounding leaves.",
        samples=one.samples,
        difference=one.difference,
    )


def replaced_words(one: OneMap) -> Text:
    """What was done, to be read where the design is one layer already."""
    began = text(
        "This design is one linear layer with exactly the weights of the whole network, which it takes the place of. "
        "Undo (Ctrl+Z) brings the layers back."
    )
    return joined((difference_words(one), began), " ")


def matrix_of_map(info: RunStarted, one: OneMap) -> Matrix:
    """The weights with the names of outputs and inputs."""
    outputs = tuple(str(name) for name in network_columns(info)[-1].names)
    return Matrix(outputs, input_labels(info.dataset.description), one.weights, one.biases)


def pictures_words(matrix: Matrix) -> Text:
    """Which picture is which, where the weights of each output are an image."""
    return text(
        "One picture of weights for each output, row by row: {names}. Amber pixels speak for it, blue ones against it.",
        names=", ".join(matrix.outputs),
    )


def one_layer_design(spec: ExperimentSpec, one: OneMap) -> ExperimentSpec | Text:
    """``spec`` with a single linear layer in the place of all its layers, which begins with the weights of ``one``; or
    why there is no such design.
    """
    model = spec.model
    laid_out = tuple(layer for layer in model.layers if layer.kind == "flatten")  # images stay rows for the one layer
    if len(one.shapes) == 1:
        return NOTHING
    try:
        output = model.output.replace(initialization=_given(one.weights), bias=_given(one.biases))
    except SpecError:
        return TOO_MANY.filled(count=one.weights.size, most=LONGEST_NUMBERS)
    return spec.replace(model=model.replace(layers=laid_out, output=output))


def _given(values: Array) -> dict[str, object]:
    """Numbers that a layer begins with, with no more digits than weights have at the start; many are packed."""
    exact = values.astype(np.float32).ravel()
    written = write_numbers(float(str(value)) for value in exact)
    if len(written) > LONGEST_TEXT:
        written = write_numbers(exact.tolist())
    return {"name": "given", "parameters": {"values": written}}


def _shape(outputs: int, inputs: int) -> str:
    return f"{outputs:,}×{inputs:,}"


def _product(one: OneMap, factor: Callable[[int], str]) -> str:
    """``factor`` of every layer, the last layer first; of many the ends."""
    numbers = list(range(len(one.shapes), 0, -1))
    if len(numbers) <= MOST_FACTORS:
        return " · ".join(map(factor, numbers))
    return " · ".join([*map(factor, numbers[: MOST_FACTORS - 2]), "…", factor(1)])
