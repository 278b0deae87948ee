"""The way back of one input in slow motion: the loss, then each layer's deltas, each product written out."""

from dataclasses import dataclass

import numpy as np

from relulab.text import Text, joined, text
from relulab.training.one_input import MOST_UNITS_BACK, OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.network.columns import network_columns
from relulab.views.one_input.columns import WayColumn, forward_columns, n, product, rest_of, summed

MOST_PRODUCTS = 6  # of one sum

NO_TARGET = text(
    "Backward needs to know what would have been right. What you draw or type has no answer to compare with: choose a "
    "sample."
)
NOT_DENSE = text("Backward is written out for networks of dense layers; this one has others.")
TOO_LARGE = text(
    "Backward is written out for networks of up to {most:unit|units}; this one has {units:unit|units}. The Gradients "
    "panel shows how large the gradients of every layer are."
)


@dataclass(frozen=True, slots=True)
class BackStep:
    """One step back: at which layer of the layout one stands, what it is called, and a line for each unit."""

    layer: int
    title: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BackView:
    """The steps, the loss first; ``columns`` hold the deltas of each layer; whether a check agrees, in words."""

    steps: tuple[BackStep, ...]
    columns: tuple[WayColumn, ...]
    agrees: bool
    verdict: Text


def back_view(info: RunStarted, look: OneInput) -> BackView | Text:
    """The way back, or why it is not written out."""
    if look.back is None:
        return _why_not(info, look)
    columns = forward_columns(info, look)
    places = {
        column.measured: place for place, column in enumerate(network_columns(info)) if column.measured is not None
    }
    layers = look.back.layers
    answer = columns[-1]
    said = joined((text("{name} = {value}", name=answer.name(unit), value=n(float(value)))
                   for unit, value in enumerate(answer.values)), ", ")  # fmt: skip
    loss = text("loss = {loss}, from the outputs {outputs}", loss=n(look.back.loss), outputs=said)
    steps = [BackStep(len(layers) - 1, text("The loss"), (loss,))]
    for layer in reversed(range(len(layers))):
        column = columns[places[layer]]
        behind = columns[places[layer + 1]] if layer + 1 < len(layers) else None
        lines = tuple(_line(look, layer, unit, column, behind) for unit in range(len(layers[layer].deltas)))
        steps.append(BackStep(layer, text("Deltas of {layer}", layer=column.titles[0]), lines))
    deltas = []
    for layer, one in enumerate(layers):
        column = columns[places[layer]]
        weights = column.weights if layer else None  # before the first layer there are no deltas
        deltas.append(WayColumn(column.titles, column.note, one.deltas, column.on, column.names, None, weights))
    return BackView(tuple(steps), tuple(deltas), look.back.agrees, _verdict(look, columns, places))


def _line(look: OneInput, layer: int, unit: int, column: WayColumn, behind: WayColumn | None) -> Text:
    """``δ(h1) = (0.82 × −0.12 + −1.3 × 0.12) × 1 = −0.254``: weight × delta behind, summed, times the slope."""
    assert look.back is not None, "asked only where there is a way back"
    one = look.back.layers[layer]
    told = {
        "name": column.name(unit),
        "slope": n(float(one.slopes[unit])),
        "delta": n(float(one.deltas[unit])),
        "arriving": n(float(one.arriving[unit])),
    }
    if behind is None or one.weights is None:
        return text("δ({name}) = slope of the loss {arriving} × slope {slope} = {delta}", **told)
    return text("δ({name}) = ({products}) × slope {slope} = {delta}", products=_products(look, layer, unit), **told)


def _products(look: OneInput, layer: int, unit: int) -> Text:
    assert look.back is not None, "asked only where there is a way back"
    one, behind = look.back.layers[layer], look.back.layers[layer + 1]
    assert one.weights is not None, "the output layer has nothing behind it"
    weights, deltas = one.weights[:, unit], behind.deltas
    largest = np.sort(np.argsort(-np.abs(weights * deltas), kind="stable")[:MOST_PRODUCTS])
    terms = [product(float(weights[i]), float(deltas[i])) for i in largest]
    left = len(deltas) - len(largest)
    if left:
        terms.append(rest_of(float(one.arriving[unit] - (weights * deltas)[largest].sum()), left))
    return summed(terms)


def _verdict(look: OneInput, columns: tuple[WayColumn, ...], places: dict[int, int]) -> Text:
    """Whether every delta is what the loss really changes by when its sum is moved a little."""
    back = look.back
    assert back is not None, "asked only where there is a way back"
    if back.agrees:
        return text(
            "Checked: each sum moved a little up and down changes the loss as its delta says, to {difference} of the "
            "largest.",
            difference=back.difference,
        )
    layer, unit = back.worst
    one, column = back.layers[layer], columns[places[layer]]
    told = {
        "layer": column.titles[0],
        "name": column.name(unit),
        "delta": n(float(one.deltas[unit])),
        "quotient": n(float(one.quotients[unit])),
        "sum": n(float(look.way.pre_activations[layer][0, unit])),
    }
    return text(
        "They differ: {layer}, {name} has the delta {delta}, but moving its sum changes the loss at the rate "
        "{quotient}. Its sum is {sum}: at a bend a function has no slope, and what is taken there is a choice (of "
        "a ReLU: 0).",
        **told,
    )


def _why_not(info: RunStarted, look: OneInput) -> Text:
    units = sum(layer.units for layer in info.layout.layers)
    if units > MOST_UNITS_BACK:
        return TOO_LARGE.filled(most=MOST_UNITS_BACK, units=units)
    return NO_TARGET if look.question.target is None else NOT_DENSE
