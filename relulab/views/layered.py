"""Quantities that every layer has, over the steps: gradients, updates, the share of dead units.

A ``Quantity`` says what is special about each; curves, words and tables of all are made by the same code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relulab.formatting import listed, number, percent
from relulab.session.history import RunHistory
from relulab.text import Text, fill, joined, text
from relulab.training.telemetry import ProbeRecord, StepRecord
from relulab.views.colours import SEQUENCE_FROM
from relulab.views.parts import Curve, Reference, ShownRun, Table, change_words, probe_samples
from relulab.views.thinning import MOST_LAYERS, layers_drawn, spread

OUTPUT = "output"  # the layer that every network has


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """``fields`` of the records of one ``kind``; the first is drawn on ``axis``, all are in the table.

    ``caption`` says what was measured, over how many ``{points}``, or ``{samples}`` of the probe set. ``instead``: a
    field that is drawn for layers for which the first is never a number. ``healthy``: from where to where values are.
    """

    key: str
    title: Text
    axis: str
    kind: type
    fields: tuple[str, ...]
    caption: str
    instead: str = ""
    logarithmic: bool = False
    in_percent: bool = False
    references: tuple[Reference, ...] = ()
    healthy: tuple[float, float] | None = None

    def say(self, value: float) -> str:
        """A value of a curve in words."""
        return percent(value / 100) if self.in_percent else number(value)


DEAD = Quantity(
    key="dead",
    title=text("Dead units"),
    axis="dead units",
    kind=ProbeRecord,
    fields=("dead", "never_active", "dormant", "saturated"),
    instead="never_active",
    caption="Dead: units that are 0 on every sample of the probe set (never active, where the activation has a "
    "slope there); {samples}, dropout off; {points:measurement|measurements}.",
    in_percent=True,
)


def layer_curves(quantity: Quantity, history: RunHistory) -> list[Curve]:
    """A curve for each layer, input first; their keys are the names of the layers, their roles those of lines."""
    choices = [quantity.fields[0], *([quantity.instead] if quantity.instead else [])]
    glance = quantity.kind is not StepRecord  # that of a step holds nothing of its layers
    steps, *columns = history.columns(quantity.kind, "step", *choices, glance=glance)
    steps = steps.astype(float)  # one array for all curves: they share what is computed from it
    curves = []
    for index, layer in enumerate(history.info.layout.layers):
        found = [column[:, index].astype(float) if column.ndim == 2 else np.empty(0) for column in columns]
        values = next((one for one in found if len(found) > 1 and np.isfinite(one).any()), found[0])
        values = 100 * values if quantity.in_percent else values
        curves.append(Curve(layer.name, text("{layer}", layer=layer.title), "layer", steps, values, noisy=True))
    return curves


def measured(quantity: Quantity, runs: Sequence[ShownRun]) -> list[tuple[ShownRun, list[Curve]]]:
    """Of each run the curves that are a number at some time; a run without such is left out."""
    found = ((run, [curve for curve in layer_curves(quantity, run.history) if curve.is_number]) for run in runs)
    return [(run, curves) for run, curves in found if curves]


def chosen_layers(found: Sequence[Sequence[Curve]]) -> tuple[list[Curve], int]:
    """The layers of all runs, each name once and in order, and how many are left out of a few small plots."""
    names = {curve.key: curve for curves in found for curve in curves}
    outputs = [names.pop(OUTPUT)] if OUTPUT in names else []
    layers = [*names.values(), *outputs]
    shown = spread(layers, MOST_LAYERS)
    return shown, len(layers) - len(shown)


def silent(curves: Sequence[Curve]) -> list[Text]:
    """The names of layers that ended at exactly 0."""
    return [curve.name for curve in curves if len(curve.values) and curve.values[-1] == 0]


def caption(quantity: Quantity, found: Sequence[tuple[ShownRun, list[Curve]]]) -> str:
    """What was measured, which layers are not seen, and what was changed by hand."""
    history, curves = found[0][0].history, found[0][1]
    words = fill(quantity.caption, {"points": history.rows(quantity.kind), "samples": probe_samples(history.info)})
    if len(found) > 1:
        shown, left_out = chosen_layers([curves for _, curves in found])
        return words + layers_drawn(len(shown), len(shown) + left_out)
    if len(curves) > SEQUENCE_FROM:
        words += " Colours run from the first layer to the last."
    if quantity.logarithmic and silent(curves):
        words += f" Exactly 0 at the end, so not on this axis: {listed(map(str, silent(curves)))}."
    return words + change_words(history)


def in_words(quantity: Quantity, found: Sequence[tuple[ShownRun, list[Curve]]]) -> Text:
    """What is seen, for whoever does not see it."""
    words = (text("{run}: {layers}.", run=run.label, layers=_courses(quantity, curves)) for run, curves in found)
    return text("{title} over the steps. {runs}", title=quantity.title, runs=joined(words, " "))


def _courses(quantity: Quantity, curves: Sequence[Curve]) -> Text:
    parts = []
    for curve in spread(curves, MOST_LAYERS):
        words = text("{layer} {course}", layer=curve.name, course=curve.course(quantity.say))
        if quantity.logarithmic and curve.values[-1] == 0:
            words = text("{words} (no gradient reaches it)", words=words)
        parts.append(words)
    return joined(parts, "; ")


def table(quantity: Quantity, runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement of every layer."""
    rows = [row for run in runs for row in _rows(quantity, run)]
    return Table(("run", "step", "epoch", "layer", *quantity.fields), rows) if rows else None


def _rows(quantity: Quantity, run: ShownRun) -> Iterator[tuple[Any, ...]]:
    steps, epochs, *fields = run.history.columns(quantity.kind, "step", "epoch", *quantity.fields)
    for row, (step, epoch) in enumerate(zip(steps, epochs, strict=True)):
        for index, layer in enumerate(run.history.info.layout.layers):
            yield (run.label, step, epoch, layer.name, *(field[row, index] for field in fields))
