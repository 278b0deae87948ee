"""What a unit computes, with its numbers: the largest terms of its sum, its bias, and what it says to one sample."""

from dataclasses import dataclass

import numpy as np

from relulab.formatting import rounded
from relulab.measurements.status import UnitStatus
from relulab.text import Text, joined, text
from relulab.views.network.arrange import Shown
from relulab.views.network.edges import Lines, strongest
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView

IN_ORDER = 4  # so few terms stand in the order of the inputs, more by their size


WHAT = {
    Shown.PLANE: text("its output h over the plane, own scale, up to {end}"),
    Shown.CURVE: text("its output h over the input, own scale, up to {end}"),
    Shown.WEIGHTS: text("its weights to the pixels, own scale, up to {end}"),
    Shown.MAP: text("its map for sample {sample:,}, own scale, up to {end}"),
    Shown.VALUE: text("its value for sample {sample:,}: {value}"),
    Shown.IMAGE: text("sample {sample:,} of the validation set"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """``weight`` times the unit, or input, ``cell``, which has a ``name``."""

    weight: float
    cell: Cell
    name: Text


@dataclass(frozen=True, slots=True)
class Formula:
    """``name`` = ``function`` ( ``terms`` + ``left_out`` smaller ones + ``bias`` ).

    ``sum`` and ``value``: z and h for the sample of the picture; both None where the terms are not numbers.
    ``bias``: None for a layer without.
    """

    name: Text
    function: str
    terms: tuple[Term, ...]
    left_out: int
    bias: float | None
    sum: float | None
    value: float | None


def unit_label(view: NetworkView, cell: Cell) -> Text:
    """The short name of a unit, as it stands in formulas: x₁, h3, or the name of a class."""
    column, unit = view.columns[cell[0]], cell[1]
    if column.names:
        return column.names[unit]
    return text("h{number}", number=unit + 1)


def unit_title(view: NetworkView, cell: Cell) -> Text:
    """The long name of a unit: 2 Dense · ReLU, unit 14."""
    column = view.columns[cell[0]]
    told = {"layer": column.titles[0], "number": cell[1] + 1}
    if column.names:
        return text("{layer}, {name}", name=column.names[cell[1]], **told)
    return text("{layer}, unit {number:,}", **told)


def formula(view: NetworkView, cell: Cell, most: int) -> Formula | None:
    """The formula of a unit with at most so many terms written out; None where its inputs are no single numbers."""
    place, unit = cell
    column = view.columns[place]
    if column.measured is None or column.layer is None or column.layer.kind not in ("dense", "output"):
        return None
    picture = view.picture
    weights, biases = picture.weights[column.measured][unit], picture.biases[column.measured]
    bias = None if biases is None else float(biases[unit])
    given = (picture.inputs if place == 1 else picture.at_sample[place - 2]).reshape(-1)
    total = float(weights.astype(np.float64) @ given.astype(np.float64)) + (bias or 0.0)
    value = float(picture.at_sample[place - 1][unit])
    singles = view.rules[place - 1].lines is Lines.WEIGHTS
    chosen = _chosen(weights, most) if singles else []
    terms = tuple(
        Term(float(weights[sender]), (place - 1, sender), unit_label(view, (place - 1, sender))) for sender in chosen
    )
    left_out = len(weights) - len(terms)
    return Formula(unit_label(view, cell), column.function, terms, left_out, bias, total, value)


def _chosen(weights: np.ndarray, most: int) -> list[int]:
    if len(weights) <= min(IN_ORDER, most):
        return list(range(len(weights)))
    return list(strongest(weights, most))


def number(value: float) -> str:
    """A weight as it stands in a formula: two decimals from .1 on, three below, few digits where it is very large."""
    if not np.isfinite(value):
        return "?"
    size = abs(value)
    if size >= 1000 or 0 < size < 0.0005:
        return f"{size:.1e}"
    return f"{size:.2f}" if size >= 0.1 or size == 0 else f"{size:.3f}"


def signed(value: float) -> str:
    """With its sign: "+0.32", "−1.05"."""
    return f"{'−' if value < 0 else '+'}{number(value)}"


def described(view: NetworkView, cell: Cell) -> Text:
    """One unit in words, for whoever does not see the picture."""
    place, unit = cell
    column = view.columns[place]
    told = {"unit": unit + 1, "units": column.units, "layer": column.titles[0]}
    words = text("unit {unit:,} of {units:,} in {layer}", **told)
    if column.layer is None:
        return column.names[unit] if column.names else joined((column.titles[0], column.counted), ", ")
    parts: list[Text] = [words]
    if column.measured is not None and len(view.status):
        parts.append(UnitStatus(int(view.states(place)[unit])).label)
    found = formula(view, cell, 1)
    if found is not None and found.terms:
        term = max(found.terms, key=lambda one: abs(one.weight))
        sign = text("minus") if term.weight < 0 else text("plus")
        strong = {"name": term.name, "sign": sign, "weight": number(term.weight)}
        parts.append(text("strongest input {name}, weight {sign} {weight}", **strong))
    if found is not None and found.value is not None:
        value = {"sign": "minus " if found.value < 0 else "", "value": number(found.value)}
        parts.append(text("value for the sample {sign}{value}", **value))
    return joined(parts, ", ")


def picture_words(view: NetworkView, cell: Cell) -> Text:
    """What the large picture of a unit shows, and on which scale."""
    picture = view.pictures(cell[0])[cell[1]]
    end = float(np.abs(np.nan_to_num(picture)).max(initial=0.0))
    value = rounded(float(picture)) if picture.ndim == 0 else ""
    told = {"end": rounded(end), "sample": view.picture.sample + 1, "value": value}
    return WHAT[view.columns[cell[0]].shown].filled(**told)


def without_formula(view: NetworkView, cell: Cell) -> Text:
    """What stands in the place of a formula: of an input its name, of a layer on images what it does."""
    column, layer = view.columns[cell[0]], view.columns[cell[0]].layer
    if layer is None:
        told = {"inputs": column.counted, "sample": view.picture.sample + 1}
        if column.shown in (Shown.IMAGE, Shown.VALUE):
            return text("The inputs of sample {sample:,} of the validation set: {inputs}.", **told)
        return text("Input {name}, over the range of the data.", name=unit_label(view, cell))
    title = column.titles[0]
    told = {"channel": cell[1] + 1, "layer": title, "sample": view.picture.sample + 1}
    return text("{layer}, {channel:,}: what it makes of sample {sample:,} of the validation set.", **told)
