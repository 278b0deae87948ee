"""One unit over the steps: its status, when it fired, its bias and the size of its weights and of their gradient.

A run is measured now and then: everything here holds at the measured steps, and what is between two of them is
told as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relulab.formatting import number, percent
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.text import Text, joined, text
from relulab.training.requests import AutopsyRequest
from relulab.training.telemetry import ChangeRecord, ProbeRecord, RunStarted, UnitTraceRecord
from relulab.views.parts import Curve, ShownRun, Table, change_words, finite, probe_set
from relulab.views.units import FIRES_ON, Unit, unit_name

BIAS, WEIGHT_NORM = text("bias"), text("weight norm")
TRACES = (("bias", BIAS), ("weight_norm", WEIGHT_NORM), ("gradient_norm", text("gradient norm")))
FIRING = "firing_rate"  # the curve of a share, from 0 to 1
NO_GRADIENT, DIED = text("0: no gradient"), text("died")
COLUMNS = ("run", "layer", "unit", "quantity", "step", "value")


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

    @property
    def status_words(self) -> Text:
        """Its status, and since when."""
        if self.other_until is None:
            return text("{status} in every measurement", status=self.status.label)
        return text("{status} since step {step:,}", status=self.status.label, step=self.since)

    @property
    def status_since(self) -> Text:
        """Its status, and between which measured steps it came."""
        if self.other_until is None:
            return text("{status}, from step {step:,} on", status=self.status_words, step=self.first)
        status, before = self.status_words, self.other_until
        return text("{status} (measured; not yet at step {before:,})", status=status, before=before)

    @property
    def fired_words(self) -> Text:
        """When it fired last, as far as the measurements tell."""
        if self.silent_from is None:
            return text("at step {step:,}, the latest measurement", step=self.last)
        if self.fired_last is None:
            return text("in no measurement, not even at step {step:,}", step=self.first)
        steps = {"fired": self.fired_last, "silent": self.silent_from}
        return text("in the measurement at step {fired:,}; silent since step {silent:,}", **steps)

    def firing_words(self, samples: int) -> Text:
        """How often it fires."""
        share = percent(self.firing_rate, 1)
        return finite(self.firing_rate, text("{share} of the {samples:,} probe samples", share=share, samples=samples))

    def request(self, unit: Unit) -> AutopsyRequest | None:
        """What to ask to find the step it died in; None where it fires."""
        return None if self.silent_from is None else AutopsyRequest(*unit, self.fired_last, self.silent_from)


def unit_facts(history: RunHistory, unit: Unit) -> UnitFacts | None:
    """What is known of a unit; None before the first measurement."""
    names = ("step", "unit_status", "firing_rate", "max_pre_activation")
    steps, status, firing, greatest = history.columns(ProbeRecord, *names, unit=_index(history, unit))
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


def unit_curves(history: RunHistory, unit: Unit) -> tuple[Curve, ...]:
    """How a unit came here: bias, weight norm, gradient norm and firing rate. What it does not have is no number."""
    keys = [key for key, _ in TRACES]
    steps, *values = history.columns(UnitTraceRecord, "step", *keys, unit=_index(history, unit))
    probed, rate = history.columns(ProbeRecord, "step", FIRING, unit=_index(history, unit))
    return (
        *(Curve(key, name, "train", steps, column) for (key, name), column in zip(TRACES, values, strict=True)),
        Curve(FIRING, FIRES_ON, "train", probed, rate),
    )


def latest(curve: Curve) -> Text:
    """The newest value in words; a dash where there is none."""
    value = float(curve.values[-1]) if len(curve.values) else np.nan
    if curve.key == FIRING:
        return text("{share}", share=percent(value, 1))
    return text("{value}", value=number(value) if np.isfinite(value) else "–")


def neighbour(layout: Layout, unit: Unit, by: int) -> Unit:
    """The unit ``by`` places further, from the last of a layer to the first of the next; ends stay."""
    index = layout.offsets[unit[0]] + unit[1] + by
    if not 0 <= index < layout.offsets[-1]:
        return unit
    layer = next(i for i, end in enumerate(layout.offsets[1:]) if index < end)
    return layer, index - layout.offsets[layer]


def changes_of(history: RunHistory, unit: Unit) -> tuple[ChangeRecord, ...]:
    """What was done by hand to this unit, or to its layer."""
    return tuple(c for c in history.changes if c.layer == unit[0] and c.unit in (None, unit[1]))


def change_line(change: ChangeRecord) -> Text:
    """One change by hand."""
    told = {"step": change.step, "what": change.what, "before": change.before, "after": change.after}
    return text("step {step:,}: {what}, {before} → {after}", **told)


def sample(info: RunStarted, facts: UnitFacts, details_of: int | None) -> Text:
    """On what it was measured, when the last time, and of which step its details are, where there are some."""
    measured = text("{probe_set} · last measured at step {step:,}", probe_set=probe_set(info), step=facts.last)
    if details_of is None:
        return measured
    return joined((measured, text("weights and samples of step {step:,}", step=details_of)), " · ")


def caption(history: RunHistory) -> str:
    """What was measured, over which samples, and what was changed by hand."""
    return (
        "Bias, size of the incoming weights, and of their gradient in the last batch; firing rate on the probe set, "
        f"{history.info.probe_samples:,} training samples, dropout off.{change_words(history)}"
    )


def in_words(run: ShownRun, unit: Unit, facts: UnitFacts, curves: Sequence[Curve]) -> Text:
    """What is seen, for whoever does not see it."""
    courses = [
        text("{name} {course}", name=curve.name, course=curve.course(percent if curve.key == FIRING else number))
        for curve in curves
    ]
    told = {"name": unit_name(run.history.info.layout, unit), "run": run.label, "status": facts.status.label}
    words = joined(courses, "; ")
    return text("{name} of {run}, {status} in the last measurement. {curves}.", curves=words, **told)


def table(runs: Sequence[ShownRun], unit: Unit) -> Table | None:
    """A row for every value of every quantity: they are not all measured at the same steps."""
    run = with_unit(runs, unit)
    if run is None:
        return None
    layer = run.history.info.layout.layers[unit[0]].name
    rows = [
        (run.label, layer, unit[1], str(curve.name), step, value)
        for curve in unit_curves(run.history, unit)
        if curve.is_number
        for step, value in zip(curve.steps, curve.values, strict=True)
    ]
    return Table(COLUMNS, rows)


def with_unit(runs: Sequence[ShownRun], unit: Unit) -> ShownRun | None:
    """The first run that was measured, where it has such a unit."""
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    return run if run is not None and run.history.info.layout.has_unit(*unit) else None


def _index(history: RunHistory, unit: Unit) -> int:
    """Where the unit is in the arrays of all units."""
    return history.info.layout.offsets[unit[0]] + unit[1]
