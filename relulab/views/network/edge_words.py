"""One weight of the network in exact numbers: what it is, and what the newest batch that was read did to it."""

from dataclasses import dataclass

import numpy as np

from relulab.formatting import number
from relulab.text import Text, joined, text
from relulab.views.network.edges import Lines
from relulab.views.network.formula import unit_label
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView

NOT_READ = text("Its gradient and its last update were not read here: train on, one batch is enough.")
MANY_WEIGHTS = text("It stands for many weights; the inspector shows them one by one.")


@dataclass(frozen=True, slots=True)
class Edge:
    """The line into unit ``receiver`` of ``column`` from unit ``sender`` of the column before."""

    column: int
    receiver: int
    sender: int

    @property
    def source(self) -> Cell:
        """The unit that it comes from."""
        return self.column - 1, self.sender

    @property
    def target(self) -> Cell:
        """The unit that it goes to."""
        return self.column, self.receiver


@dataclass(frozen=True, slots=True)
class EdgeNumbers:
    """Two sentences: the ``weight``, and its ``change``."""

    weight: Text
    change: Text


def edge_numbers(view: NetworkView, edge: Edge) -> EdgeNumbers:
    """What is told of a line under the mouse."""
    value = float(view.weights(edge.column)[edge.receiver, edge.sender])
    told = {"source": unit_label(view, edge.source), "target": unit_label(view, edge.target)}
    if view.rules[edge.column - 1].lines is Lines.NORMS:
        size = text("{source} → {target}: norm of its weights {size}", size=exact(value), **told)
        return EdgeNumbers(size, MANY_WEIGHTS)
    weight = text("{source} → {target}: weight {weight}", weight=exact(value), **told)
    return EdgeNumbers(weight, _change(view, edge))


def edge_words(view: NetworkView, edge: Edge) -> Text:
    """The same in one sentence, for whoever does not see it."""
    numbers = edge_numbers(view, edge)
    return joined((numbers.weight, numbers.change), ". ")


def exact(value: float) -> str:
    """The shortest number that is this 32-bit weight and no other."""
    return number(float(str(np.float32(value))), None).replace("-", "−")


def _change(view: NetworkView, edge: Edge) -> Text:
    read, measured = view.picture.read, view.columns[edge.column].measured
    if read is None or measured is None:
        return NOT_READ
    at = edge.receiver, edge.sender
    told = {"gradient": exact(float(read.gradients[measured][at])), "step": read.step}
    if not read.updates:
        return text("Its gradient in the first batch, before learning: {gradient}", **told)
    update = exact(float(read.updates[measured][at]))
    return text("In the batch of step {step:,}: gradient {gradient}, update {update}", update=update, **told)
