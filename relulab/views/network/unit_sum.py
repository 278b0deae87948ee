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

ADDING = ("dense", "output", "conv2d")  # kinds of layers
PICTURED = 12  # of which the last is the rest where there are more inputs

REST = text("the other {count:,}")
PIXELS = text("{count:weight|weights} · pixels")
FILTERED = text("{name}, filtered")
IMAGE = text("image")
SUM = text("z, the sum")
SUMS = text("What it adds up, and what the activation makes of it; all pictures on one scale, up to {end}")
MAPS = text("For sample {sample:,} of the validation set: each incoming map, filtered by its kernel")
HERE = text("Here: the values for sample {sample:,} of the validation set; they add up to z = {sum}")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One picture: ``values`` as of one unit of a view, and the number ``here`` for the sample; None of a map.

    ``weight`` and ``cell``: of a term that is one unit times its weight; both None for the others.
    """

    name: Text
    shown: Shown
    values: Numbers
    here: float | None
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
    """The sum of a unit of a dense layer, or of a channel of a convolution; None of what adds nothing up."""
    place, unit = cell
    column = view.columns[place]
    if column.measured is None or column.layer is None or column.layer.kind not in ADDING:
        return None
    biases = view.picture.biases[column.measured]
    bias = None if biases is None else float(biases[unit])
    every = _terms(view, cell)
    here = _here(every, bias or 0.0)
    values = np.sum([part.values for part in every], axis=0) + (bias or 0.0)
    over = column.shown if view.picture.ranges or here is None else Shown.VALUE
    if over is Shown.VALUE:
        values = np.float64(here)
    result = view.picture.at_sample[place - 1][unit]
    made = view.pictures(place)[unit] if view.picture.ranges else result
    whole = Part(SUM, over, np.asarray(values), here)
    value = Part(unit_label(view, cell), over, np.asarray(made, np.float64), None if here is None else float(result))
    terms = _largest(every, most)
    pictures = [np.abs(np.nan_to_num(part.values)) for part in (*terms, whole)]
    end = max(float(picture.max(initial=0.0)) for picture in pictures) or 1.0
    return UnitSum(unit_title(view, cell), terms, bias, whole, column.function, value, end)


def _here(parts: Sequence[Part], bias: float) -> float | None:
    """What they add up to for the sample; None where they are maps."""
    numbers = [part.here for part in parts if part.here is not None]
    return sum(numbers) + bias if len(numbers) == len(parts) else None


def _terms(view: NetworkView, cell: Cell) -> Sequence[Part]:
    """What every input adds."""
    place, unit = cell
    measured = view.columns[place].measured
    assert measured is not None, "it has weights"
    weights = view.picture.weights[measured][unit].astype(np.float64)
    given = view.picture.inputs if place == 1 else view.picture.at_sample[place - 2]
    rule, layer = view.rules[place - 1], view.columns[place].layer
    if layer is not None and layer.kind == "conv2d":
        return _filtered(view, cell, weights, given.astype(np.float64))
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


def _filtered(view: NetworkView, cell: Cell, kernels: Numbers, maps: Numbers) -> Sequence[Part]:
    """What a convolution makes of each incoming map, (channels, rows, columns), with its kernel for that."""
    layer = view.columns[cell[0]].layer
    assert layer is not None, "the input filters nothing"
    assert layer.index is not None, "the output is dense"
    given = view.info.spec.model.layers[layer.index].parameters
    step, rim = int(given["stride"]), int(given["padding"])
    padded = np.pad(maps, ((0, 0), (rim, rim), (rim, rim)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernels.shape[1:], axis=(1, 2))[:, ::step, ::step]
    adds = np.einsum("crxij,cij->crx", windows, kernels)
    names = [_map_name(view, (cell[0] - 1, channel), len(maps)) for channel in range(len(maps))]
    return [Part(FILTERED.filled(name=name), Shown.MAP, one, None) for name, one in zip(names, adds, strict=True)]


def _map_name(view: NetworkView, sender: Cell, channels: int) -> Text:
    """Of an incoming map; the input has one for each of its colours."""
    if sender[0]:
        return unit_label(view, sender)
    return IMAGE if channels == 1 else text("colour {number}", number=sender[1] + 1)


def _largest(every: Sequence[Part], most: int) -> tuple[Part, ...]:
    """All in order where they are few, else those that add most and the rest as one."""
    if len(every) <= most:
        return tuple(every)
    sizes = np.array([np.abs(np.nan_to_num(part.values)).max(initial=0.0) for part in every])
    order = np.argsort(-sizes, kind="stable")
    left = [every[place] for place in order[most - 1 :]]
    rest = np.sum([part.values for part in left], axis=0)
    together = Part(REST.filled(count=len(left)), left[0].shown, np.asarray(rest), _here(left, 0.0))
    return (*(every[place] for place in order[: most - 1]), together)
