"""Activation functions side by side, without a network: curves, numbers in and out, how exactly, at what cost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import ACTIVATIONS
from relulab.errors import SpecError
from relulab.experiment import ActivationChoice
from relulab.formatting import NOTHING, number, quoted, rounded
from relulab.session.history import RunHistory
from relulab.text import Text, joined, text
from relulab.views.network.formula import formula, unit_title
from relulab.views.network.view import network_view

if TYPE_CHECKING:
    from relulab.introspection.activations import Costs

Floats = NDArray[np.float64]

EXPLORED = tuple(key for key in ACTIVATIONS if key != "softmax")  # which looks at a whole layer, not at one number
TIMES = {1: "f(x)", 2: "f(f(x))", 3: "f(f(f(x)))"}
MOST_FUNCTIONS = 4
REACH = 6.0  # curves are drawn from -REACH to REACH, or as far as x
POINTS = 601
MOST_INPUTS = 12
LARGEST_INPUT = 1e6
FIRST_INPUTS: tuple[float, ...] = (-5.0, -2.0, 0.0, 3.0, 6.0)
HALF, FULL = np.float32, np.float64  # the precisions of a run
CHANGED = 1e-12  # functions that differ less are the same but for rounding


@dataclass(frozen=True, slots=True, eq=False)
class FunctionCurve:
    """f applied so often: ``values`` and ``slopes`` over the grid of its view. ``slot`` gives the colour."""

    key: str
    title: str
    slot: int
    values: Floats
    slopes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class NumberTable:
    """Texts in rows; each row begins with the title of its function."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionsView:
    """Some functions (keys of the catalogue, "" for an empty slot), applied one to three ``times``, and a number x."""

    keys: tuple[str, ...]
    times: int
    x: float
    grid: Floats
    curves: tuple[FunctionCurve, ...]

    @classmethod
    def of(cls, keys: Sequence[str], times: int, x: float) -> "FunctionsView":
        """Computed by torch, which is loaded for it."""
        from relulab.introspection.activations import values_and_slopes

        reach = max(REACH, 1.2 * abs(x))
        grid = np.linspace(-reach, reach, POINTS)
        curves = tuple(
            FunctionCurve(key, ACTIVATIONS[key].title, slot, *values_and_slopes(_choice(key), grid, times))
            for slot, key in enumerate(keys)
            if key
        )
        return cls(tuple(keys), times, x, grid, curves)

    @property
    def name(self) -> str:
        """f(x), f(f(x)) …"""
        return TIMES[self.times]

    def at_x(self) -> NumberTable:
        """Value and slope at x with every digit, and how far a function that saturates is below its upper limit."""
        columns = (
            text("at x = {x}", x=all_digits(self.x)),
            text("{name}, 64 bits", name=self.name),
            text("{name}, 32 bits", name=self.name),
            text("slope"),
            text("limit − {name}, 64 bits", name=self.name),
            text("limit − {name}, 32 bits", name=self.name),
        )
        return NumberTable(columns, tuple(self._row(curve.key) for curve in self.curves))

    def of_inputs(self, inputs: Sequence[float]) -> NumberTable:
        """What each function makes of a list of numbers."""
        from relulab.introspection.activations import values_and_slopes

        columns = (text("input"), *(text("{x}", x=all_digits(x)) for x in inputs))
        given = np.array(inputs, np.float64)
        rows = []
        for curve in self.curves:
            outputs, _ = values_and_slopes(_choice(curve.key), given, self.times)
            rows.append((curve.title, *(number(value + 0.0) for value in outputs)))
        return NumberTable(columns, tuple(rows))

    def lessons(self) -> Text:
        """Of one application: where numbers end. Of several: what once more has changed."""
        found = [_end_of_numbers(c.key) if self.times == 1 else self._once_more(c) for c in self.curves]
        return joined([words for words in found if words is not None], " ")

    def _row(self, key: str) -> tuple[str, ...]:
        from relulab.introspection.activations import value_in, values_and_slopes

        choice = _choice(key)
        _, slope = values_and_slopes(choice, np.array([self.x]), self.times)
        values = [value_in(choice, self.x, self.times, kind) for kind in (FULL, HALF)]
        saturates = choice.entry.saturation is not None and self.times == 1
        limit = choice.entry.output_range[1]
        left = [all_digits(type(v)(limit) - v) if saturates else NOTHING for v in values]
        return (choice.entry.title, *map(all_digits, values), all_digits(slope[0]), *left)

    def _once_more(self, curve: FunctionCurve) -> Text:
        from relulab.introspection.activations import values_and_slopes

        once, _ = values_and_slopes(_choice(curve.key), self.grid, 1)
        change = float(np.abs(curve.values - once).max())
        told = {"title": curve.title, "name": self.name, "change": change, "slope": float(np.abs(curve.slopes).max())}
        if change <= CHANGED:
            return text("{title}: {name} is f(x), everywhere in the picture.", **told)
        return text(
            "{title}: {name} is up to {change} away from f(x), and nowhere in the picture steeper than {slope}.", **told
        )


def _end_of_numbers(key: str) -> Text | None:
    from relulab.introspection.activations import reaches_its_limit

    half, full = reaches_its_limit(key, HALF), reaches_its_limit(key, FULL)
    if half is None or full is None:
        return None
    told = {"title": ACTIVATIONS[key].title, "limit": number(ACTIVATIONS[key].output_range[1])}
    if half == full:
        return text("{title} is exactly {limit} from x = {x} on.", x=number(half), **told)
    return text(
        "{title} is exactly {limit} from x = {half} on in 32 bits, and from {full} on in 64.",
        half=number(half),
        full=number(full),
        **told,
    )


def costs_table(costs: "Costs | None", keys: Sequence[str]) -> NumberTable:
    """Nanoseconds for one number; a dash for what was not measured yet."""
    measured = {} if costs is None else costs.costs
    rows = []
    for key in filter(None, keys):
        cost = measured.get(key)
        told = (NOTHING, NOTHING) if cost is None else (rounded(cost.forward, 2), rounded(cost.backward, 2))
        rows.append((ACTIVATIONS[key].title, *told))
    columns = (text("ns per number"), text("forward"), text("backward"))
    return NumberTable(columns, tuple(rows))


def costs_words(costs: "Costs") -> Text:
    """How it was measured, and what copying costs: nothing can be cheaper than the way to memory and back."""
    return text(
        "Median of {rounds} rounds over {elements:,} numbers of 32 bits, on {threads:thread|threads}, here and now. To "
        "copy a number takes {copying} ns.",
        rounds=costs.rounds,
        elements=costs.elements,
        threads=costs.threads,
        copying=rounded(costs.copying, 2),
    )


@dataclass(frozen=True, slots=True)
class UnitSum:
    """The sum z that a unit of a run hands to its activation ``key`` for the sample of its picture."""

    key: str
    z: float
    words: Text


def unit_sum(history: RunHistory, unit: tuple[int, int]) -> UnitSum | None:
    """Of ``unit`` (layer of the layout, unit), as the network was drawn last; None where it is not drawn."""
    view = network_view(history)
    if view is None or unit[0] >= len(history.info.layout.layers):
        return None
    place = next((at for at, column in enumerate(view.columns) if column.measured == unit[0]), None)
    found = None if place is None else formula(view, (place, unit[1]), 1)
    if place is None or found is None or found.sum is None or not math.isfinite(found.sum):
        return None
    told = {"unit": unit_title(view, (place, unit[1])), "sample": view.picture.sample + 1, "step": view.step}
    words = text("{unit}: its sum for sample {sample:,} of the validation set, at step {step:,}", **told)
    return UnitSum(history.info.layout.layers[unit[0]].activation, found.sum, words)


def read_inputs(given: str) -> tuple[float, ...]:
    """Numbers with spaces between them. Raises SpecError for anything else."""
    found = []
    for word in given.replace("−", "-").replace(";", " ").split():
        plain = word.rstrip(",")
        try:
            value = float(plain.replace(",", ".") if plain.count(",") == 1 else plain)
        except ValueError:
            value = math.nan
        if not abs(value) <= LARGEST_INPUT:
            largest = number(LARGEST_INPUT)
            raise SpecError(
                f"{quoted(word)} is not a number from -{largest} to {largest}. Write numbers with spaces between them: "
                "-5 -2 0 3 6."
            )
        found.append(value + 0.0)
    if not 0 < len(found) <= MOST_INPUTS:
        raise SpecError(f"Write 1 to {MOST_INPUTS} numbers with spaces between them: -5 -2 0 3 6.")
    return tuple(found)


def all_digits(value: float | np.floating) -> str:
    """The shortest text that gives the number back, in its own precision."""
    return str(value + type(value)(0.0)).removesuffix(".0")


def _choice(key: str) -> ActivationChoice:
    return ActivationChoice(name=key)
