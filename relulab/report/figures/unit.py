"""One unit over the steps: its bias, the size of its weights and of their gradient, and how often it fires."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.formatting import percent
from relulab.measurements.status import UnitStatus
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.theme import Theme
from relulab.report.figures.words import course
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord, UnitTraceRecord
from relulab.views.colours import LineStyle
from relulab.views.parts import ShownRun, Table, change_words

PART_INCHES = 1.2


@dataclass(frozen=True, slots=True)
class Trace:
    """One quantity of the unit: ``steps`` and ``values`` (n,)."""

    name: str
    steps: NDArray[Any]
    values: NDArray[Any]

    @property
    def is_share(self) -> bool:
        return self.name == "fires on"


def unit_figure(layer: int, unit: int) -> FigureKind:
    """The figure of one unit, both counted from 0: ``layer`` in the layout, ``unit`` in the layer."""
    return FigureKind(
        key="unit",
        title="One unit",
        draw=lambda runs: _draw(runs, layer, unit),
        table=lambda runs: _tabulate(runs, layer, unit),
        several=False,
    )


def _draw(runs: Sequence[ShownRun], layer: int, unit: int) -> Drawing | None:
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None or not run.history.info.layout.has_unit(layer, unit):
        return None
    history = run.history
    name = f"{history.info.layout.layers[layer].title}, unit {unit + 1}"
    traces = _traces(history, layer, unit)
    status = _status(history, layer, unit).label
    caption = (
        f"Bias, size of the incoming weights, and of their gradient in the last batch; firing rate on the probe set, "
        f"{history.info.probe_samples:,} training samples, dropout off.{change_words(history)}"
    )
    words = "; ".join(
        f"{trace.name} {course(trace.steps, trace.values, percent) if trace.is_share else _course(trace)}"
        for trace in traces
    )
    alternative = f"{name} of {run.label}, {status} in the last measurement. {words}."
    return Drawing(name, caption, alternative, lambda theme: _paint(history, traces, theme))


def _course(trace: Trace) -> str:
    return course(trace.steps, trace.values)


def _traces(history: RunHistory, layer: int, unit: int) -> list[Trace]:
    """What was measured of the unit; a unit without a bias has none of it."""
    place = history.info.layout.offsets[layer] + unit
    names = ("bias", "weight_norm", "gradient_norm")
    steps, *values = history.unit_columns(UnitTraceRecord, place, "step", *names)
    probed, rate = history.unit_columns(ProbeRecord, place, "step", "firing_rate")
    titles = ("bias", "weight norm", "gradient norm")
    traces = [Trace(title, steps, column) for title, column in zip(titles, values, strict=True)]
    traces.append(Trace("fires on", probed, rate))
    return [trace for trace in traces if np.isfinite(trace.values).any()]


def _status(history: RunHistory, layer: int, unit: int) -> UnitStatus:
    place = history.info.layout.offsets[layer] + unit
    (status,) = history.unit_columns(ProbeRecord, place, "unit_status")
    return UnitStatus(int(status[-1]))


def _paint(history: RunHistory, traces: Sequence[Trace], theme: Theme) -> Figure:
    figure, axes = drawn.sheet([PART_INCHES] * len(traces))
    drawn.whole_run(axes[0], max(float(trace.steps[-1]) for trace in traces))
    for axis, trace in zip(axes, traces, strict=True):
        axis.set_title(trace.name)
        drawn.curve(axis, trace.steps, (100 if trace.is_share else 1) * trace.values, LineStyle(theme.train))
        drawn.marks(axis, history, theme)
        if trace.is_share:
            drawn.in_percent(axis, "")
        elif trace.name == "gradient norm" and (trace.values > 0).any():
            drawn.logarithmic(axis)
    return figure


def _tabulate(runs: Sequence[ShownRun], layer: int, unit: int) -> Table | None:
    """A row for every value of every quantity: they are not all measured at the same steps."""
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None or not run.history.info.layout.has_unit(layer, unit):
        return None
    name = run.history.info.layout.layers[layer].name
    rows = [
        (run.label, name, unit, trace.name, step, value)
        for trace in _traces(run.history, layer, unit)
        for step, value in zip(trace.steps, trace.values, strict=True)
    ]
    return Table(("run", "layer", "unit", "quantity", "step", "value"), rows)
