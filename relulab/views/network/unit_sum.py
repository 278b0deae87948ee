"""A unit as a sum of pictures: what each input adds to it, the bias, their sum, and what the activation makes of that.

The terms add up exactly: what is too small to be shown by itself stands together as the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.text import Text, text
from relulab.views.network.arrange import Shown
from relulab.views.network.edges import Lines
from relulab.views.network.formula import unit_label, unit_title
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView

Numbers = NDArray[np.float64]

PICTURED = 12  # of which the last is the rest where there are more inputs

REST = text("the other {count:,}")
PIXELS = text("{count:,} weights · pixels")
SUM = text("z, the sum")
SUMS = text("What it adds up, and what the activation makes of it; all pictures on one scale, up to {end}")
HERE = text("Here: the values for sample {sample:,} of the validation set; they add up to z = {sum}")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One picture: ``values`` as of one unit of a view, and the number ``here`` for the sample.

    ``weight`` and ``cell``: of a term that is one unit times its weight; both None for the others.
    """

    name: Text
    shown: Shown
    values: Numbers
    here: float
    weight: float | None = None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True, eq=False)
class UnitSum:
    """``terms`` + ``bias`` (None: without) = ``sum``, and ``function`` of that = ``value``.

    ``end``: the value of the strongest colour of all pictures.
    """

    title: Text
    terms: tuple[Part, ...]
    bias: float | None
    sum: Part
    function: str
    value: Part
    end: float


def unit_sum(view: NetworkView, cell: Cell, most: int = PICTURED) -> UnitSum | None:
    """The sum of a unit of a dense layer; None of others, whose inputs are no single numbers."""
    place, unit = cell
    column = view.columns[place]
    if column.measured is None or column.layer is None or column.layer.kind not in ("dense", "output"):
        return None
    biases = view.picture.biases[column.measured]
    bias = None if biases is None else float(biases[unit])
    every = _terms(view, cell)
    here = sum(part.here for part in every) + (bias or 0.0)
    values = np.sum([part.values for part in every], axis=0) + (bias or 0.0)
    over = column.shown if view.picture.ranges else Shown.VALUE
    if over is Shown.VALUE:
        values = np.float64(here)
    result = view.picture.at_sample[place - 1][unit]
    made = view.pictures(place)[unit] if view.picture.ranges else result
    whole = Part(SUM, over, np.asarray(values), here)
    value = Part(unit_label(view, cell), over, np.asarray(made, np.float64), float(result))
    terms = _largest(every, most)
    pictures = [np.abs(np.nan_to_num(part.values)) for part in (*terms, whole)]
    end = max(float(picture.max(initial=0.0)) for picture in pictures) or 1.0
    return UnitSum(unit_title(view, cell), terms, bias, whole, column.function, value, end)


def _terms(view: NetworkView, cell: Cell) -> Sequence[Part]:
    """What every input adds."""
    place, unit = cell
    measured = view.columns[place].measured
    assert measured is not None, "it has weights"
    weights = view.picture.weights[measured][unit].astype(np.float64)
    given = view.picture.inputs if place == 1 else view.picture.at_sample[place - 2]
    rule = view.rules[place - 1]
    if rule.lines is Lines.NONE:
        adds = (weights.reshape(given.shape) * given).sum(axis=0)
        return [Part(PIXELS.filled(count=weights.size), Shown.WEIGHTS, adds, float(adds.sum()))]
    if rule.lines is Lines.NORMS:  # a channel, laid out as a row of numbers
        maps = weights.reshape(given.shape) * given
        return [Part(unit_label(view, (place - 1, sender)), Shown.MAP, adds, float(adds.sum()), None, None)
                for sender, adds in enumerate(maps)]  # fmt: skip
    pictures = view.pictures(place - 1) if view.picture.ranges else given
    shown = view.columns[place - 1].shown if view.picture.ranges else Shown.VALUE
    return [
        Part(unit_label(view, (place - 1, sender)), shown, np.asarray(weight * pictures[sender]), weight * float(here),
             float(weight), (place - 1, sender))
        for sender, (weight, here) in enumerate(zip(weights, given.reshape(-1), strict=True))
    ]  # fmt: skip


def _largest(every: Sequence[Part], most: int) -> tuple[Part, ...]:
    """All in order where they are few, else those that add most and the rest as one."""
    if len(every) <= most:
        return tuple(every)
    sizes = np.array([np.abs(np.nan_to_num(part.values)).max(initial=0.0) for part in every])
    order = np.argsort(-sizes, kind="stable")
    left = [every[place] for place in order[most - 1 :]]
    rest = np.sum([part.values for part in left], axis=0)
    together = Part(REST.filled(count=len(left)), left[0].shown, np.asarray(rest), sum(part.here for part in left))
    return (*(every[place] for place in order[: most - 1]), together)
