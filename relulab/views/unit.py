"""One unit over the steps, and looked at closely: what it listens to and what excites it.

A run is measured now and then: everything here holds at the measured steps, and what is between two of them is
told as such.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from relulab.catalog.activations import ACTIVATIONS
from relulab.formatting import number, percent, rounded
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.text import Text, joined, telling, text
from relulab.training.requests import AutopsyRequest
from relulab.training.telemetry import ChangeRecord, ProbeRecord, RunStarted, UnitDetails, UnitTraceRecord
from relulab.views.parts import Curve, ShownRun, Table, change_words, finite, probe_samples, probe_set
from relulab.views.room import Leaves, leaving
from relulab.views.samples import Say, input_name, input_names, target_name
from relulab.views.units import FIRES_ON, Unit, unit_name

FORMULA_UP_TO = 3  # weights
FEATURES_SHOWN = 4
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
    fires now). ``first`` and ``last`` are the steps of the first and the latest measurement. Where its activation is
    never off, nothing is said of firing: ``fires`` is false.
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
    fires: bool = True

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
        share = percent(self.firing_rate)
        return finite(self.firing_rate, text("{share} of the {samples:,} probe samples", share=share, samples=samples))

    def request(self, unit: Unit) -> AutopsyRequest | None:
        """What to ask to find the step it died in; None where it fires, or is never off."""
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
        silent_from=None if fires[-1] or not _fires(history, unit) else int(steps[fired[-1] + 1 if len(fired) else 0]),
        first=int(steps[0]),
        last=int(steps[-1]),
        fires=_fires(history, unit),
    )


def unit_curves(history: RunHistory, unit: Unit) -> tuple[Curve, ...]:
    """How a unit came here: bias, weight norm, gradient norm and firing rate. What it does not have is no number."""
    keys = [key for key, _ in TRACES]
    steps, *values = history.columns(UnitTraceRecord, "step", *keys, unit=_index(history, unit))
    probed, rate = history.columns(ProbeRecord, "step", FIRING, unit=_index(history, unit))
    rate = rate if _fires(history, unit) else np.full(len(rate), np.nan)
    return (
        *(Curve(key, name, "train", steps, column) for (key, name), column in zip(TRACES, values, strict=True)),
        Curve(FIRING, FIRES_ON, "train", probed, rate),
    )


def _fires(history: RunHistory, unit: Unit) -> bool:
    """Whether the unit is on for some inputs and off for others."""
    return ACTIVATIONS[history.info.layout.layers[unit[0]].activation].fires


def latest(curve: Curve) -> Text:
    """The newest value in words; a dash where there is none."""
    value = float(curve.values[-1]) if len(curve.values) else np.nan
    if curve.key == FIRING:
        return text("{share}", share=percent(value))
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
    last = telling("last_measured", text("last measured at step {step:,}", step=facts.last))
    parts = [probe_set(info), leaving(Leaves.LATE, last)]
    if details_of is not None:
        moment = telling("moment", text("weights and samples of step {step:,}", step=details_of))
        parts.append(leaving(Leaves.LATE, moment))
    return joined(parts, " · ")


def caption(history: RunHistory, unit: Unit) -> str:
    """What was measured, over which samples, and what was changed by hand."""
    words = "Bias, size of the incoming weights, and of their gradient in the last batch"
    if _fires(history, unit):
        words += f"; firing rate on the probe set, {probe_samples(history.info)}, dropout off"
    return f"{words}.{change_words(history)}"


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


def is_picture(details: UnitDetails) -> bool:
    """Whether its weights are pixels."""
    return details.weights.ndim > 1


def has_formula(details: UnitDetails) -> bool:
    """Whether its weights are so few that the sum is told instead of drawn."""
    return not is_picture(details) and len(details.weights) <= FORMULA_UP_TO


def weights_in_words(details: UnitDetails, left_out: int = 0) -> Text:
    """How many and how large its weights are, of few the formula of z; ``left_out`` channels are not drawn."""
    if has_formula(details):
        return text("z = {formula}", formula=formula(details))
    norm = float(np.linalg.norm(details.weights.astype(np.float64)))
    parts = [text("{count:weight|weights}, norm {norm}", count=details.weights.size, norm=norm)]
    if np.isfinite(details.bias):
        parts.append(text("bias {bias}", bias=details.bias))
    if left_out:
        parts.append(text("{count:more channel|more channels} not drawn", count=left_out))
    return joined(parts, " · ")


def formula(details: UnitDetails) -> str:
    """The sum that a unit of few weights computes. The scale and shift of a norm layer act on one number x."""
    weights = details.weights.tolist()
    names = ["x"] if len(weights) == 1 else [f"x{'₁₂₃'[i]}" for i in range(len(weights))]
    terms = [f"{rounded(weight, 4)}·{name}" for weight, name in zip(weights, names, strict=True)]
    if np.isfinite(details.bias):
        terms.append(rounded(details.bias, 4))
    written = " + ".join(terms).replace("+ -", "− ")
    return f"−{written[1:]}" if written.startswith("-") else written


def source_names(info: RunStarted, details: UnitDetails, say: Say = str) -> Callable[[int], str]:
    """What the inputs of its layer are called: features of the data, or units of the layer before."""
    layers, layer = info.layout.layers, details.layer
    if layer == 0 and len(info.dataset.description.input_shape) == 1:
        names = input_names(info.dataset.description, say)
        return lambda index: names[index] if index < len(names) else str(index + 1)
    if layer > 0 and layers[layer - 1].units == len(details.weights):
        return lambda index: say(unit_name(info.layout, (layer - 1, index)))
    return lambda index: say(input_name(index))


def is_excited(details: UnitDetails) -> bool:
    """Whether some sample makes it fire."""
    return bool(details.activations.size) and bool(details.activations[0] != 0)


def excitement_in_words(details: UnitDetails, info: RunStarted) -> Text:
    """Which samples excite it most, and how much."""
    searched = text("the first {count:training sample|training samples}", count=details.searched)
    if details.searched == len(info.dataset.train):
        searched = text("all {count:training sample|training samples}", count=details.searched)
    if not is_excited(details):
        return text("No sample excites it: its activation h is 0 for {searched}.", searched=searched)
    greatest = finite(float(details.activations[0]))
    told = {"searched": searched, "shown": len(details.samples), "greatest": greatest}
    if details.plane is None:
        return text("Of {searched}, these {shown} excite it most (its greatest activation h is {greatest}).", **told)
    return text("Rings: of {searched}, the {shown} that excite it most (its greatest h is {greatest}).", **told)


def exciting_samples(details: UnitDetails, info: RunStarted, say: Say = str) -> list[list[str]]:
    """The samples as a table of numbers in their original units; its first row names the columns."""
    names = input_names(info.dataset.description, say)[:FEATURES_SHOWN]
    rows = [[say(text("no.")), say(text("h")), *names, say(text("target"))]]
    for sample, activation in zip(details.samples.tolist(), details.activations.tolist(), strict=True):
        if sample < len(info.dataset.train):
            own = info.dataset.original(info.dataset.train.at(slice(sample, sample + 1)).inputs)
            features = own[0, :FEATURES_SHOWN]
            values = [say(finite(float(feature))) for feature in features]
            rows.append([f"{sample + 1:,}", number(activation, 3), *values, target_name(info.dataset, sample, say)])
    return rows
