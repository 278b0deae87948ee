"""What views are made of: curves, reference lines and marks, with their words and their role in the palette.

A role names a colour of ``relulab.views.colours``: a field of ``Colours`` (``"train"``, ``"muted"``), or with
``"line 3"`` the fourth of its lines. The window says a ``Text`` in the user's language, a report as it stands.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.durations import duration
from relulab.formatting import number
from relulab.measurements.initial_loss import START_STATISTICS
from relulab.session.history import RunHistory
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, RunStarted
from relulab.views.colours import Colours, LineStyle
from relulab.views.room import Leaves, in_short, leaving

NOT_FINITE = text("not a finite number")
DROPOUT_OFF = leaving(Leaves.CONDITION, text("dropout off"))


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run with the name that it has beside others. ``colour`` is its index in the palette of runs."""

    label: str
    history: RunHistory
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a view: ``rows`` have a value for each of the ``columns``."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that what is drawn is compared with: a horizontal line with its name."""

    value: float
    name: Text


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a step: a vertical line with its name."""

    step: int
    name: Text


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """``values`` (n,) at ``steps`` (n,); ``key`` names the curve, ``role`` its colour, ``dash`` in pen widths.

    ``noisy``: values of single batches, of which the trend is read; of others every value counts.
    """

    key: str
    name: Text
    role: str
    steps: NDArray[Any]
    values: NDArray[Any]
    dash: tuple[float, ...] = ()
    noisy: bool = False

    def style(self, colours: Colours) -> LineStyle:
        """How the curve is drawn in one theme."""
        return LineStyle(colour_of(self.role, colours), self.dash)

    @property
    def is_number(self) -> bool:
        """Whether some value is a finite number."""
        return bool(np.isfinite(self.values).any())

    def course(self, say: Callable[[float], str] = number) -> Text:
        """Where the curve begins and ends, and where it stopped being finite."""
        finite = np.flatnonzero(np.isfinite(self.values))
        if not len(finite):
            return text("never a finite number")
        first, last = (
            text("{value} at step {step:,}", value=say(float(self.values[index])), step=int(self.steps[index]))
            for index in finite[[0, -1]]
        )
        found = first if len(finite) == 1 else text("from {first} to {last}", first=first, last=last)
        lost = finite[-1] < len(self.values) - 1
        return text("{course}, then no longer a finite number", course=found) if lost else found


def last_step(curves: Iterable[Curve]) -> int:
    """The newest step of any of the curves, of which one must not be empty."""
    return int(max(curve.steps[-1] for curve in curves if len(curve.steps)))


def colour_of(role: str, colours: Colours) -> str:
    """``#rrggbb`` of a role in one theme."""
    if role.startswith("line "):
        return colours.lines[int(role.removeprefix("line "))]
    colour: str = getattr(colours, role)
    return colour


def change_marks(history: RunHistory) -> tuple[Mark, ...]:
    """What was changed by hand during a run."""
    return tuple(
        Mark(change.step, text("{what} {before} → {after}", what=change.what, before=change.before, after=change.after))
        for change in history.changes
    )


def change_words(history: RunHistory) -> str:
    """The changes of ``change_marks``, numbered, as the end of a caption; empty where nothing was changed."""
    words = [f"{place}: {mark.name} at step {mark.step:,}" for place, mark in enumerate(change_marks(history), 1)]
    return f" Changed by hand: {'; '.join(words)}." if words else ""


def finite(value: float, said: Text | None = None) -> Text:
    """A number as it is ``said``, or that it is none."""
    return (said or text("{value}", value=number(value))) if np.isfinite(value) else NOT_FINITE


def probe_samples(info: RunStarted) -> Text:
    """How many training samples the probe set has, and of how many where it has not all."""
    seen, there = info.probe_samples, info.training_samples
    if seen < there:
        return text("{seen:,} of the {there:,} training samples", seen=seen, there=there)
    return text("{samples:training sample|training samples}", samples=seen)


def probe_set(info: RunStarted) -> Text:
    """What layers and units are measured on."""
    whole = text("Probe set: {samples}", samples=probe_samples(info))
    few = text("Probe set: {samples:sample|samples}", samples=info.probe_samples)
    return telling("probe_set", joined([in_short(whole, few), DROPOUT_OFF], ", "))


OLD_FROM = 1.0  # seconds


def age_words(history: RunHistory, kind: type | None, *, glance: bool = False) -> Text | None:
    """That what is drawn was measured a while ago; None where it is present, or stands still with its run."""
    age = 0.0 if kind is None else history.age(kind, glance=glance)
    if age <= OLD_FROM:
        return None
    return leaving(Leaves.LATE, telling("age", text("measured {age} ago", age=duration(age))))


def glance_words(history: RunHistory, kind: type | None) -> Text | None:
    """Of how few samples the newest point is; None where it is of all that are named."""
    seen = None if kind is None else history.glance(kind)
    whole = {ProbeRecord: history.info.probe_samples, EvaluationRecord: history.info.validation_samples}
    if seen is None or kind is None or seen.samples >= whole.get(kind, 0):
        return None
    few = text("newest point: {samples:,} of these samples", samples=seen.samples)
    return leaving(Leaves.LATE, telling("newest_point", few))


def left_out_words(count: int) -> Text:
    """How many runs are not drawn with the others, and why."""
    whole = text("{count:,} of the chosen runs not drawn: other data or another loss", count=count)
    return telling("not_drawn", in_short(whole, text("{count:,} of the chosen runs not drawn", count=count)))


def probed(info: RunStarted, times: int, step: int) -> Text:
    """How often that was done, and when the last time."""
    seen = probe_set(info)
    if step == 0 and info.layout.has_batch_norm:
        seen = joined([seen, leaving(Leaves.HOW, START_STATISTICS)], ", ")
    return joined([seen, measured_times(times, step)], " · ")


def measured_times(times: int, step: int) -> Text:
    """How often something was measured, and at which step the last time."""
    often = telling("measurements", text("measurements: {times:,}", times=times))
    return joined([leaving(Leaves.OFTEN, often), last_at(step)], ", ")


def last_at(step: int) -> Text:
    """When something was measured the last time."""
    return leaving(Leaves.LATE, telling("last_measured", text("last at step {step:,}", step=step)))
