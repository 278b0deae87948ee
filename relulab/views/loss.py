"""Loss and accuracy over the steps: of the training batches, and of samples the network never learned from."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import LOSSES, Task
from relulab.data.error_unit import ErrorUnit, error_unit
from relulab.diagnosis.data_statistics import guessing
from relulab.formatting import capital, number, percent
from relulab.session.history import RunHistory
from relulab.text import NOTHING, Text, joined, telling, text
from relulab.training.telemetry import EvaluationRecord, RunStarted, StepRecord
from relulab.views.own_unit import error_words, loss_unit, off_by
from relulab.views.parts import (
    DROPOUT_OFF,
    Curve,
    Mark,
    Reference,
    ShownRun,
    Table,
    change_marks,
    change_words,
    measured_times,
)
from relulab.views.room import Leaves, in_short, leaving

TITLE = text("Loss and accuracy")
TRAIN_BATCHES = text("train (batches)")
THEIR_RANGE = text("their range")
SEVERAL_RUNS = in_short(text("Loss without L1/L2 penalty; a line for each run"), text("A line for each run"))
TRIALS_SHOWN = 3  # the newest
TRIAL_ROLES = ("line 2", "line 4", "line 7")  # not those of the run's own curves
TRIAL_DASH = (6.0, 4.0)  # pen widths
LOST = "non_finite"  # the rule that tells of a run whose loss is no number any more
COLUMNS = ("run", "sample", "step", "epoch", "loss", "loss_low", "loss_high", "penalty", "accuracy", "learning_rate")
UNIT_COLUMNS = ("off_by", "unit")  # where the losses are of standardized targets

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LossView:
    """The curves of one run: of its batches, of what was checked, of its trials; accuracies in percent.

    ``low`` and ``high`` (n,) are the range of the batches, ``penalty`` is what the newest step was charged on top.
    """

    history: RunHistory
    losses: tuple[Curve, ...]
    accuracies: tuple[Curve, ...]
    low: Floats
    high: Floats
    penalty: float

    @property
    def train(self) -> Curve:
        return self.losses[0]

    @property
    def checked(self) -> Curve:
        return self.losses[1]

    @property
    def trials(self) -> tuple[Curve, ...]:
        return self.losses[2:]

    @property
    def marks(self) -> tuple[Mark, ...]:
        return change_marks(self.history)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured yet."""
        return not (len(self.train.steps) or len(self.checked.steps))

    @property
    def sample(self) -> Text:
        """What the numbers are and are not: the penalty, the samples, how often."""
        penalty = leaving(Leaves.USUAL, text("Loss without L1/L2 penalty"))
        if self.penalty > 0:
            charged = text("Loss without L1/L2 penalty (now {penalty})", penalty=self.penalty)
            penalty = leaving(Leaves.LATE, telling("penalty", charged))
        unit = loss_unit(self.history.info.spec.training.loss, self.history.info.dataset)
        means = leaving(Leaves.HOW, text("train: means of batches"))
        parts = [penalty, *([leaving(Leaves.LATE, unit)] if unit != NOTHING else []), means]
        steps = self.checked.steps
        if len(steps):
            told = {"name": self.checked.name, "samples": self.history.info.validation_samples}
            checked = joined([text("{name}: {samples:sample|samples}", **told), DROPOUT_OFF], ", ")
            often = measured_times(len(steps), int(steps[-1]))
            parts.append(joined([telling("checked_on", checked), often], ", "))
        return joined(parts, " · ")

    @property
    def end(self) -> tuple[int, float] | None:
        """Step and value of the last finite loss of a run that was lost; None of a run that was not."""
        finite = np.flatnonzero(np.isfinite(self.train.values))
        if not len(finite):
            return None
        findings = self.history.findings
        told = findings is not None and any(found.rule == LOST for found in findings.current)
        if not told and finite[-1] == len(self.train.values) - 1:
            return None
        return int(self.train.steps[finite[-1]]), float(self.train.values[finite[-1]])


def loss_view(history: RunHistory) -> LossView:
    """What ``history`` holds now."""
    steps, loss, low, high, accuracy, penalty = history.columns(
        StepRecord, "step", "loss", "loss_low", "loss_high", "accuracy", "penalty", glance=True
    )
    steps = steps.astype(float)  # one array for all curves: they share what is computed from it
    train = ("train", text("train"), "train")
    pairs = [
        tuple(Curve(*train, steps, values, noisy=True) for values in (loss, 100 * accuracy)),
        _checks(history, "checked", checked_on(history.info), "validation"),
    ]
    for place, trial in enumerate(history.trials[-TRIALS_SHOWN:]):
        name = text("trial: {change}", change=trial.title)
        pairs.append(_checks(trial, f"trial {place}", name, TRIAL_ROLES[place], TRIAL_DASH))
    losses, accuracies = zip(*pairs, strict=True)
    return LossView(history, losses, accuracies, low, high, float(penalty[-1]) if len(penalty) else 0.0)


def _checks(history: RunHistory, key: str, name: Text, role: str, dash: tuple[float, ...] = ()) -> tuple[Curve, ...]:
    """Loss and accuracy of the samples that were checked."""
    steps, loss, accuracy = history.columns(EvaluationRecord, "step", "loss", "accuracy", glance=True)
    return tuple(Curve(key, name, role, steps, values, dash) for values in (loss, 100 * accuracy))


def checked_on(info: RunStarted) -> Text:
    """What the second curve is measured on: validation samples, or all training samples where there are none."""
    return text("validation") if len(info.dataset.validation) else text("training set")


def is_classification(runs: Sequence[RunHistory]) -> bool:
    """Whether some of the runs has an accuracy."""
    return any(run.info.dataset.description.task is Task.CLASSIFICATION for run in runs)


def guesses(runs: Sequence[RunHistory]) -> tuple[tuple[Reference, ...], tuple[Reference, ...]]:
    """Loss and accuracy (in percent) of a network that looks at nothing, as the findings judge by: ``guessing``.

    None where the runs have not the same, or where a file keeps too few of the samples to know the shares.
    """
    if any(run.info.training_samples > len(run.info.dataset.train) for run in runs):
        return (), ()
    levels = {guessing(run.info.spec.training, run.info.dataset) for run in runs}
    if len(levels) != 1:
        return (), ()
    ((level, share),) = levels
    unit = error_unit_of(runs[0]) if len(runs) == 1 else None
    words = text("guessing: {value}", value=number(level) if unit is None else unit.written(level))
    return (
        (Reference(level, words),) if math.isfinite(level) else (),
        (Reference(100 * share, text("guessing: {share:percent}", share=share)),) if math.isfinite(share) else (),
    )


def lost_after(step: int) -> Text:
    """Where a loss stopped being a number."""
    return text("not a number after step {step:,}", step=step)


def error_unit_of(run: RunHistory) -> ErrorUnit | None:
    """The unit of the errors of a run."""
    return error_unit(run.info.spec.training.loss, run.info.dataset)


def unit_of(runs: Sequence[RunHistory]) -> ErrorUnit | None:
    """The unit of the errors that all ``runs`` have; None where there is none, or several."""
    units = set(map(error_unit_of, runs))
    return units.pop() if len(units) == 1 else None


def axis_title(runs: Sequence[RunHistory]) -> Text:
    """What the axis of losses is called: ``loss``, or ``loss (1: off by 159,000 dollars)``."""
    unit = unit_of(runs)
    return text("loss") if unit is None else text("loss (1: {words})", words=off_by(1.0, unit))


def reading(value: float, unit: ErrorUnit | None) -> Text:
    """A loss at the mouse, with what it means where targets are standardized."""
    if unit is None:
        return text("{loss}", loss=number(value, 6))
    return text("{loss}, {words}", loss=number(value, 6), words=off_by(value, unit))


def title(runs: Sequence[ShownRun]) -> Text:
    """The title of a picture of ``runs``."""
    return TITLE if is_classification([run.history for run in runs]) else text("Loss")


def caption(runs: Sequence[ShownRun]) -> str:
    """What was measured, over which samples, and what was changed by hand."""
    first = runs[0].history.info
    loss = LOSSES[first.spec.training.loss].title
    words = (
        f"{loss} without penalties, over the steps. Train: mean of the batches since the point before"
        f"{', with ' + str(THEIR_RANGE) if len(runs) == 1 else ''}; "
        f"{checked_on(first)}: {first.validation_samples:,} samples, dropout off."
    )
    if unit := str(loss_unit(first.spec.training.loss, first.dataset)):
        words += f" {capital(unit)}."
    return words + change_words(runs[0].history) if len(runs) == 1 else words


def in_words(runs: Sequence[ShownRun]) -> Text:
    """What is seen, for whoever does not see it."""
    views = joined(
        (text("{run}: {curves}.", run=run.label, curves=_curves(loss_view(run.history))) for run in runs), " "
    )
    return text("{title} over the steps. {runs}", title=title(runs), runs=views)


def _curves(view: LossView) -> Text:
    """The course of every curve that has one."""
    accuracy, checked_accuracy = view.accuracies[:2]
    where, checked = view.checked.name, view.checked
    parts = [text("training loss {course}", course=view.train.course())] if len(view.train.steps) else []
    if accuracy.is_number:
        parts.append(text("training accuracy {course}", course=accuracy.course(_percent)))
    if view.end is not None:
        parts.append(text("lost: {words}", words=lost_after(view.end[0])))
    if len(checked.steps):
        parts.append(text("{where} loss {course}", where=where, course=checked.course()))
        info = view.history.info
        off = error_words(info.spec.training.loss, float(checked.values[-1]), info.dataset)
        parts += [off] if off != NOTHING else []
    if checked.is_number:
        least = int(np.nanargmin(np.where(np.isfinite(checked.values), checked.values, np.nan)))
        words = text(
            "{value} at step {step:,}", value=number(float(checked.values[least])), step=int(checked.steps[least])
        )
        parts.append(text("least {where} loss {words}", where=where, words=words))
    if checked_accuracy.is_number:
        parts.append(text("{where} accuracy {course}", where=where, course=checked_accuracy.course(_percent)))
    return joined(parts, "; ")


def _percent(value: float) -> str:
    return percent(value / 100)


def table(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement: of training batches, then of the validation set."""
    if not any(error_unit_of(run.history) for run in runs):
        rows = [row for run in runs for row in _rows(run)]
        return Table(COLUMNS, rows) if rows else None
    rows = [
        (*row, *_off_by(row[COLUMNS.index("loss")], error_unit_of(run.history))) for run in runs for row in _rows(run)
    ]
    return Table((*COLUMNS, *UNIT_COLUMNS), rows) if rows else None


def _off_by(value: float, unit: ErrorUnit | None) -> tuple[float, str]:
    """The error that a loss means, and its unit."""
    return (math.nan, "") if unit is None else (unit.error(value), unit.name)


def _rows(run: ShownRun) -> Iterator[tuple[Any, ...]]:
    for values in zip(*run.history.columns(StepRecord, *COLUMNS[2:]), strict=True):
        yield (run.label, "training batches", *values)
    where = str(checked_on(run.history.info))
    checks = run.history.columns(EvaluationRecord, "step", "epoch", "loss", "accuracy")
    for step, epoch, loss, accuracy in zip(*checks, strict=True):
        yield (run.label, where, step, epoch, loss, math.nan, math.nan, math.nan, accuracy, math.nan)
