"""What the measurements of a run say about one unit. No widgets.

A run is measured now and then: everything here holds at the measured steps, and what is between two of them is
told as such.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.training.requests import AutopsyRequest
from relulab.training.telemetry import ChangeRecord, ProbeRecord, UnitTraceRecord

Unit = tuple[int, int]  # layer of the layout, unit


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit at the probes of a run, all steps being measured ones.

    It has its present ``status`` since ``since``; before, at ``other_until``, it had another (None: never).
    It fired last at ``fired_last`` (None: never) and was first silent after that at ``silent_from`` (None where it
    fires now). ``first`` and ``last`` are the steps of the first and the latest measurement.
    """

    status: UnitStatus
    since: int
    other_until: int | None
    firing_rate: float
    greatest: float
    fired_last: int | None
    silent_from: int | None
    first: int
    last: int

    @property
    def is_dead(self) -> bool:
        return self.status is UnitStatus.DEAD

    @property
    def born_dead(self) -> bool:
        """Dead, and never seen alive."""
        return self.is_dead and self.fired_last is None

    def request(self, unit: Unit) -> AutopsyRequest | None:
        """What to ask to find the step it died in; None where it fires."""
        return None if self.silent_from is None else AutopsyRequest(*unit, self.fired_last, self.silent_from)


@dataclass(frozen=True, slots=True, eq=False)
class UnitTraces:
    """The unit at every measurement: ``steps`` (n,) and as many values each; ``firing_rate`` from 0 to 1."""

    steps: NDArray[np.float64]
    firing_rate: NDArray[np.float32]
    trace_steps: NDArray[np.float64]
    bias: NDArray[np.float32]
    weight_norm: NDArray[np.float32]
    gradient_norm: NDArray[np.float32]

    @property
    def latest(self) -> tuple[float, ...]:
        """The newest value of each, to see whether there is anything new: a change by hand measures a step again."""
        series = (self.steps, self.firing_rate, self.bias, self.weight_norm, self.gradient_norm)
        return tuple(float(values[-1]) if len(values) and np.isfinite(values[-1]) else 0.0 for values in series)


def unit_name(layout: Layout, unit: Unit) -> str:
    """What people call it, counting from 1: "2 Dense, unit 14". The engine's changes by hand name it so too."""
    return f"{layout.layers[unit[0]].title}, unit {unit[1] + 1}"


def neighbour(layout: Layout, unit: Unit, by: int) -> Unit:
    """The unit ``by`` places further, from the last of a layer to the first of the next; ends stay."""
    place = layout.offsets[unit[0]] + unit[1] + by
    if not 0 <= place < layout.offsets[-1]:
        return unit
    layer = next(i for i, end in enumerate(layout.offsets[1:]) if place < end)
    return layer, place - layout.offsets[layer]


def unit_facts(history: RunHistory, unit: Unit) -> UnitFacts | None:
    """What is known of a unit; None before the first measurement."""
    names = ("step", "unit_status", "firing_rate", "max_pre_activation")
    steps, status, firing, greatest = history.unit_columns(ProbeRecord, _place(history, unit), *names)
    if not len(steps):
        return None
    fires = firing > 0
    others = np.flatnonzero(status != status[-1])
    fired = np.flatnonzero(fires)
    return UnitFacts(
        status=UnitStatus(int(status[-1])),
        since=int(steps[others[-1] + 1 if len(others) else 0]),
        other_until=int(steps[others[-1]]) if len(others) else None,
        firing_rate=float(firing[-1]),
        greatest=float(greatest[-1]),
        fired_last=int(steps[fired[-1]]) if len(fired) else None,
        silent_from=None if fires[-1] else int(steps[fired[-1] + 1 if len(fired) else 0]),
        first=int(steps[0]),
        last=int(steps[-1]),
    )


def unit_traces(history: RunHistory, unit: Unit) -> UnitTraces:
    """How a unit came here."""
    place = _place(history, unit)
    steps, firing = history.unit_columns(ProbeRecord, place, "step", "firing_rate")
    names = ("step", "bias", "weight_norm", "gradient_norm")
    trace_steps, bias, weight, gradient = history.unit_columns(UnitTraceRecord, place, *names)
    return UnitTraces(steps.astype(float), firing, trace_steps.astype(float), bias, weight, gradient)


def _place(history: RunHistory, unit: Unit) -> int:
    """Where the unit is in the arrays of all units."""
    return history.info.layout.offsets[unit[0]] + unit[1]


def changes_of(history: RunHistory, unit: Unit) -> tuple[ChangeRecord, ...]:
    """What was done by hand to this unit, or to its layer."""
    layout = history.info.layout
    name, layer = unit_name(layout, unit), layout.layers[unit[0]].title
    mine = (name, f"{name}: bias", f"{name}: weights", f"{layer}: activation")
    return tuple(change for change in history.changes if change.what in mine)


def change_before(history: RunHistory, step: int) -> ChangeRecord | None:
    """The first change by hand of a run before its step ``step``: trained again, the run takes another way there.

    A branch was designed with its change, so training again would begin with it: there any step is behind it.
    """
    branched_at = history.branched_at
    return next((change for change in history.changes if change.step < step or change.step == branched_at), None)
