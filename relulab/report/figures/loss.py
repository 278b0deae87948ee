"""Loss and accuracy over the steps: of the training batches, and of samples the network never learned from."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from relulab.catalog.losses import LOSSES, Task
from relulab.formatting import percent
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.theme import Theme
from relulab.report.figures.words import course
from relulab.session.store import RunHistory, RunInfo
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.views.colours import LineStyle
from relulab.views.parts import ShownRun, Table, change_words

LOSS_HEIGHT, ACCURACY_HEIGHT = 2.6, 1.7  # inches
LOG_FROM = 100.0  # greatest over least loss: from here on the axis is logarithmic
TRIALS_SHOWN = 3  # the newest
TRIAL_LINES = (2, 4, 7)  # places in the palette: not those of the run's own curves
TRIAL_DASH = (6.0, 4.0)  # pen widths
PALE = 0.4  # opacity of training batches where several runs are drawn
LOST = "non_finite"  # the rule that tells of such a run
CROSS_ENTROPIES = ("cross_entropy", "binary_cross_entropy")  # losses whose value for a pure guess is ln C
COLUMNS = ("run", "sample", "step", "epoch", "loss", "loss_low", "loss_high", "penalty", "accuracy", "learning_rate")


def draw_loss(runs: Sequence[ShownRun]) -> Drawing | None:
    """Train and validation loss, accuracy beneath; of a single run with the band of its batches and its trials."""
    runs = [run for run in runs if run.history.rows(StepRecord) or run.history.rows(EvaluationRecord)]
    if not runs:
        return None
    first = runs[0].history.info
    title = "Loss and accuracy" if _is_classification(runs) else "Loss"
    loss = LOSSES[first.spec.training.loss].title
    samples = f"{first.validation_samples:,} samples, dropout off"
    caption = (
        f"{loss} without penalties, over the steps. Train: mean of the batches since the point before"
        f"{', with their range' if len(runs) == 1 else ''}; {checked_on(first)}: {samples}."
    )
    if len(runs) == 1:
        caption += change_words(runs[0].history)
    return Drawing(title, caption, f"{title} over the steps. {' '.join(map(_words, runs))}", lambda t: _paint(runs, t))


def tabulate_loss(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement: of training batches, then of the validation set."""
    rows = [row for run in runs for row in _rows(run)]
    return Table(COLUMNS, rows) if rows else None


LOSS = FigureKind(key="loss", title="Loss and accuracy", draw=draw_loss, table=tabulate_loss, several=True)


def checked_on(info: RunInfo) -> str:
    """What the second curve is measured on: validation samples, or all training samples where there are none."""
    return "validation" if len(info.dataset.validation) else "training set"


def _paint(runs: Sequence[ShownRun], theme: Theme) -> Figure:
    has_accuracy = _is_classification(runs)
    figure, axes = drawn.sheet((LOSS_HEIGHT, ACCURACY_HEIGHT) if has_accuracy else (LOSS_HEIGHT,))
    if len(runs) == 1:
        _paint_single(figure, axes, runs[0].history, theme)
    else:
        _paint_several(figure, axes, runs, theme)
    drawn.whole_run(axes[0], max(_last_step(run.history) for run in runs))
    axes[0].set_ylabel("loss")
    if _spans_decades(runs):
        drawn.logarithmic(axes[0])
        axes[0].set_ylabel("loss (log scale)")
    if has_accuracy:
        drawn.in_percent(axes[1], "accuracy")
    return figure


def _paint_single(figure: Figure, axes: Sequence[Axes], history: RunHistory, theme: Theme) -> None:
    steps, loss, low, high, accuracy = history.columns(StepRecord, "step", "loss", "loss_low", "loss_high", "accuracy")
    train, validation = LineStyle(theme.train), LineStyle(theme.validation)
    drawn.band(axes[0], steps, low, high, theme.train)
    checked = checked_on(history.info)
    entries: list[Any] = [
        drawn.line_entry("train (batches)", train),
        Patch(color=theme.train, alpha=0.22, linewidth=0, label="their range"),
        drawn.line_entry(checked, validation, marker="o", markersize=3.0),
    ]
    for axis, values, place in zip(axes, (loss, 100 * accuracy), (1, 2), strict=False):
        drawn.trend(axis, steps, values, train)
        checks, *measured = history.columns(EvaluationRecord, "step", "loss", "accuracy")
        drawn.curve(axis, checks, measured[place - 1] * (1, 100)[place - 1], validation)
        drawn.marks(axis, history, theme)
    for number, trial in enumerate(history.trials[-TRIALS_SHOWN:]):
        style = LineStyle(theme.lines[TRIAL_LINES[number]], TRIAL_DASH)
        _paint_checks(axes, trial, style)
        entries.append(drawn.line_entry(f"trial: {trial.title}", style))
    _paint_guesses(axes, history.info, theme)
    _paint_end(axes[0], history, theme)
    drawn.legend(figure, entries)


def _paint_several(figure: Figure, axes: Sequence[Axes], runs: Sequence[ShownRun], theme: Theme) -> None:
    entries: list[Any] = []
    for run in runs:
        style = theme.run_line(run.colour)
        steps, loss, accuracy = run.history.columns(StepRecord, "step", "loss", "accuracy")
        for axis, values in zip(axes, (loss, 100 * accuracy), strict=False):
            drawn.trend(axis, steps, values, LineStyle(style.colour), alpha=PALE, linewidth=1.0)
        _paint_checks(axes, run.history, style)
        entries.append(drawn.line_entry(run.label, style))
    for run in runs:
        _paint_end(axes[0], run.history, theme)
    if len({(run.history.info.spec.training.loss, run.history.info.dataset.description.outputs) for run in runs}) == 1:
        _paint_guesses(axes, runs[0].history.info, theme)
    ink = LineStyle(theme.muted)
    entries.append(drawn.line_entry("strong: " + checked_on(runs[0].history.info), ink))
    entries.append(drawn.line_entry("pale: train (batches)", ink, alpha=PALE, linewidth=1.0))
    drawn.legend(figure, entries)


def _paint_checks(axes: Sequence[Axes], history: RunHistory, style: LineStyle) -> None:
    steps, loss, accuracy = history.columns(EvaluationRecord, "step", "loss", "accuracy")
    for axis, values in zip(axes, (loss, 100 * accuracy), strict=False):
        drawn.curve(axis, steps, values, style)


def _paint_guesses(axes: Sequence[Axes], info: RunInfo, theme: Theme) -> None:
    """What a network gets that calls every class equally likely."""
    classes = max(2, info.dataset.description.outputs)
    if info.spec.training.loss in CROSS_ENTROPIES:
        drawn.guide(axes[0], math.log(classes), f"guessing:\n{math.log(classes):.3f}", theme)
    if len(axes) > 1:
        drawn.guide(axes[1], 100 / classes, f"guessing:\n{100 / classes:.3g} %", theme)


def _paint_end(axis: Axes, history: RunHistory, theme: Theme) -> None:
    """Mark where a loss stopped being a number."""
    steps, loss = history.columns(StepRecord, "step", "loss")
    last = _last_number(history)
    if last is not None:
        axis.plot(steps[last], loss[last], "x", color=theme.error, markersize=7, markeredgewidth=2.0)
        side = -8 if steps[last] > np.mean(axis.get_xlim()) else 8
        axis.annotate(
            f"not a number after step {int(steps[last]):,}",
            (steps[last], loss[last]),
            (side, 0),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="center",
            color=theme.error,
            fontsize=8,
        )


def _last_number(history: RunHistory) -> int | None:
    """Which record holds the last finite loss of a run that was lost; None for a run that was not."""
    (loss,) = history.columns(StepRecord, "loss")
    finite = np.flatnonzero(np.isfinite(loss))
    if not len(finite):
        return None
    told = history.findings is not None and any(found.rule == LOST for found in history.findings.current)
    return int(finite[-1]) if told or finite[-1] < len(loss) - 1 else None


def _is_classification(runs: Sequence[ShownRun]) -> bool:
    return any(run.history.info.dataset.description.task is Task.CLASSIFICATION for run in runs)


def _last_step(history: RunHistory) -> float:
    """The step of the newest measurement."""
    return max(float(latest["step"]) for kind in (StepRecord, EvaluationRecord) if (latest := history.latest(kind)))


def _spans_decades(runs: Sequence[ShownRun]) -> bool:
    """Whether a linear axis would flatten most of the losses."""
    losses = np.concatenate(
        [run.history.columns(kind, "loss")[0] for run in runs for kind in (StepRecord, EvaluationRecord)]
    )
    losses = losses[np.isfinite(losses)]
    return bool(len(losses)) and losses.min() > 0 and losses.max() / losses.min() >= LOG_FROM


def _words(run: ShownRun) -> str:
    history = run.history
    steps, loss, accuracy = history.columns(StepRecord, "step", "loss", "accuracy")
    checks, checked, checked_accuracy = history.columns(EvaluationRecord, "step", "loss", "accuracy")
    parts = [f"training loss {course(steps, loss)}"] if len(steps) else []
    if np.isfinite(accuracy).any():
        parts.append(f"training accuracy {course(steps, accuracy, percent)}")
    last = _last_number(history)
    if last is not None:
        parts.append(f"lost: not a number after step {int(steps[last]):,}")
    if len(checks):
        where = checked_on(history.info)
        parts.append(f"{where} loss {course(checks, checked)}")
        if np.isfinite(checked).any():
            best = int(np.nanargmin(np.where(np.isfinite(checked), checked, np.nan)))
            parts.append(f"least {where} loss {checked[best]:.4g} at step {int(checks[best]):,}")
        if np.isfinite(checked_accuracy).any():
            parts.append(f"{where} accuracy {course(checks, checked_accuracy, percent)}")
    return f"{run.label}: {'; '.join(parts)}."


def _rows(run: ShownRun) -> Iterator[tuple[Any, ...]]:
    fields = ("step", "epoch", "loss", "loss_low", "loss_high", "penalty", "accuracy", "learning_rate")
    for values in zip(*run.history.columns(StepRecord, *fields), strict=True):
        yield (run.label, "training batches", *values)
    where = checked_on(run.history.info)
    checks = run.history.columns(EvaluationRecord, "step", "epoch", "loss", "accuracy")
    for step, epoch, loss, accuracy in zip(*checks, strict=True):
        yield (run.label, where, step, epoch, loss, math.nan, math.nan, math.nan, accuracy, math.nan)
