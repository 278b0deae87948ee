"""The way forward of one input: for each layer what its units say, which are on, and formulas with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.formatting import rounded
from relulab.introspection.dense_stack import Array
from relulab.text import Text, as_it_stands, joined, text
from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.network.columns import Column, network_columns

MOST_LINES = 24  # formulas of one layer that are written out
MOST_TERMS = 6  # of one sum
ON, OFF = text("on"), text("off")


@dataclass(frozen=True, slots=True, eq=False)
class WayColumn:
    """One layer, or the input: ``values`` (units,) or maps (channels, rows, columns).

    ``on``: as the values, of units that are switched on and off; None of others. ``kernels``: the filters of
    convolutions, (channels, rows, columns). ``weights``: (units, units before), where each is a line.
    ``incoming``: the weights of a dense layer or of convolutions as they are, (units, …).
    """

    titles: tuple[Text, ...]
    note: Text
    values: Array
    on: NDArray[np.bool_] | None = None
    names: tuple[Text, ...] = ()
    kernels: Array | None = None
    weights: Array | None = None
    incoming: Array | None = None

    @property
    def is_row(self) -> bool:
        """Whether it holds single numbers, not maps."""
        return self.values.ndim == 1

    def name(self, unit: int) -> Text:
        """What a unit is called in formulas."""
        return self.names[unit] if self.names else text("h{number}", number=unit + 1)

    def read(self, unit: int) -> Text:
        """What one unit says, for whoever points at it."""
        value = text("{name}: {value}", name=self.name(unit), value=n(float(self.values[unit])))
        return value if self.on is None else joined((value, ON if self.on[unit] else OFF), ", ")


def n(value: float) -> str:
    """A number as it stands in a formula."""
    return rounded(value, 3, printed=True)


def product(weight: float, value: float) -> tuple[bool, Text]:
    """A term of ``summed``: whether it has a minus in front, and ``0.82 × −1.3``."""
    return weight < 0, as_it_stands(f"{n(abs(weight))} × {n(value)}")


def rest_of(value: float, count: int) -> tuple[bool, Text]:
    """A term of ``summed``: what the terms that are not written out come to."""
    return value < 0, text("{rest} from {count:other|others}", rest=n(abs(value)), count=count)


def summed(terms: Sequence[tuple[bool, Text]]) -> Text:
    """``0.82 × 0.31 − 1.3 × 0.2 + 0.14``."""
    parts: list[Text | str] = []
    for negative, words in terms:
        parts += [(" − " if negative else " + ") if parts else ("−" if negative else ""), words]
    return joined(parts, "")


def forward_columns(info: RunStarted, look: OneInput) -> tuple[WayColumn, ...]:
    """The input as the network takes it, and every layer that a picture of the network shows."""
    columns = network_columns(info)
    given = np.asarray(look.question.inputs, np.float64)
    first = WayColumn(columns[0].titles, columns[0].counted, given, names=columns[0].names)
    return (first, *(_column(look, column, values) for column, values in zip(columns[1:], look.values, strict=True)))


def _column(look: OneInput, column: Column, values: Array) -> WayColumn:
    layer = column.measured
    if layer is None or column.layer is None:
        return WayColumn(column.titles, column.counted, values)
    on, weights = (look.way.on[layer][0] if look.gated[layer] else None), look.weights[layer]
    return WayColumn(
        column.titles,
        column.counted if on is None else text("{on:,} of {all:,} on", on=int(on.sum()), all=on.size),
        values,
        on,
        column.names,
        weights.mean(axis=1) if column.layer.kind == "conv2d" else None,
        weights if weights.ndim == 2 else None,
        weights if column.layer.kind in ("dense", "output", "conv2d") else None,
    )


def layer_words(info: RunStarted, look: OneInput, place: int) -> tuple[Text, ...]:
    """What happens in column ``place`` (the input is 0), a line for each unit, with the numbers of this input."""
    column, values = network_columns(info)[place], forward_columns(info, look)[place]
    if place == 0:
        return _input_words(look, values)
    if column.measured is None:
        return (text("{layer}: one value of each patch is kept.", layer=column.titles[0]),)
    if column.layer is None or column.layer.kind not in ("dense", "output"):
        return (text("{layer}: {note}", layer=column.titles[0], note=values.note),)
    before = look.question.inputs if place == 1 else look.values[place - 2]
    order = _shown(values.values)
    lines = [_formula(look, column, unit, np.asarray(before, np.float64).ravel(), values) for unit in order]
    left = values.values.size - len(order)
    return (*lines, *([text("… and {count:unit|units} more, nearer to 0", count=left)] if left else []))


def _input_words(look: OneInput, values: WayColumn) -> tuple[Text, ...]:
    """Each number of few, and what scaling makes of it."""
    if not values.is_row or values.values.size > MOST_LINES:
        low, high = n(float(values.values.min())), n(float(values.values.max()))
        told = {"low": low, "high": high, "count": values.values.size}
        return (text("{count:number|numbers} as the network takes them, from {low} to {high}.", **told),)
    lines = []
    for unit, (own, scaled) in enumerate(zip(look.inputs, values.values, strict=True)):
        told = {"name": values.name(unit), "own": n(float(own)), "scaled": n(float(scaled))}
        same = told["own"] == told["scaled"]
        lines.append(text("{name} = {own}", **told) if same else text("{name} = {own}, scaled to {scaled}", **told))
    return tuple(lines)


def _shown(values: Array) -> Sequence[int]:
    """All units in their order, or the strongest of many."""
    if len(values) <= MOST_LINES:
        return range(len(values))
    strongest = np.argsort(-np.abs(values), kind="stable")[:MOST_LINES]
    return [int(unit) for unit in np.sort(strongest)]


def _formula(look: OneInput, column: Column, unit: int, before: Array, values: WayColumn) -> Text:
    """``h1 = ReLU(0.82 × 0.31 + −1.3 × 0.2 + 0.14) = ReLU(0.134) = 0.134, on``."""
    layer = column.measured
    assert layer is not None, "only layers with sums have formulas"
    total, value = float(look.way.pre_activations[layer][0, unit]), float(values.values[unit])
    terms = _terms(look.weights[layer][unit], look.biases[layer], unit, before)
    told = {"name": values.name(unit), "sum": n(total), "value": n(value), "terms": terms, "f": column.function}
    if not column.function:
        return text("{name} = {terms} = {value}", **told)
    formula = text("{name} = {f}({terms}) = {f}({sum}) = {value}", **told)
    return formula if values.on is None else joined((formula, ON if values.on[unit] else OFF), ", ")


def _terms(weights: Array, biases: Array | None, unit: int, before: Array) -> Text:
    """The products of a sum: all of few, the largest of many and what the others come to; and the bias."""
    products = weights * before
    largest = np.sort(np.argsort(-np.abs(products), kind="stable")[:MOST_TERMS])
    terms = [product(float(weights[i]), float(before[i])) for i in largest]
    left = len(products) - len(largest)
    if left:
        terms.append(rest_of(float(products.sum() - products[largest].sum()), left))
    if biases is not None:
        terms.append((float(biases[unit]) < 0, as_it_stands(n(abs(float(biases[unit]))))))
    return summed(terms)


def cut_words(look: OneInput) -> Text:
    """What becomes of the outputs when the units that are off are taken out of the network."""
    if not any(look.gated):
        return text("No unit of this network is ever off: its activations have no bend.")
    if not look.cut:
        return text("Every unit is on for this input: there is nothing to hide.")
    told = {"count": look.cut, "change": look.change_when_cut}
    if look.change_when_cut == 0.0:
        return text(
            "Computed again without the {count:value|values} switched off: the outputs change by exactly 0.", **told
        )
    return text(
        "Computed again without the {count:value|values} switched off: the outputs change by up to {change}. "
        "Such an activation lets something through below its bend.",
        **told,
    )
