"""Loss and accuracy over the steps: of the training batches, and of samples the network never learned from."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.views import loss
from relulab.views.colours import BAND_OPACITY, LineStyle
from relulab.views.loss import LossView, loss_view
from relulab.views.parts import Curve, ShownRun, last_step

LOSS_HEIGHT, ACCURACY_HEIGHT = 2.6, 1.7  # inches
LOG_FROM = 100.0  # greatest over least loss: from here on the axis is logarithmic
AXIS_LETTERS = 20  # of the name of an axis in one line: more do not fit beside a plot of this height
PALE = 0.4  # opacity of training batches where several runs are drawn


def draw_loss(runs: Sequence[ShownRun]) -> Drawing | None:
    """Train and validation loss, accuracy beneath; of a single run with the band of its batches and its trials."""
    runs = [run for run in runs if not loss_view(run.history).is_empty]
    if not runs:
        return None
    return Drawing(
        str(loss.title(runs)), loss.caption(runs), str(loss.in_words(runs)), lambda theme: _paint(runs, theme)
    )


LOSS = FigureKind(key="loss", title=str(loss.TITLE), draw=draw_loss, table=loss.table, several=True)


def _paint(runs: Sequence[ShownRun], theme: Theme) -> Figure:
    has_accuracy = loss.is_classification([run.history for run in runs])
    figure, axes = drawn.sheet((LOSS_HEIGHT, ACCURACY_HEIGHT) if has_accuracy else (LOSS_HEIGHT,))
    views = [loss_view(run.history) for run in runs]
    if len(runs) == 1:
        _paint_single(figure, axes, views[0], theme)
    else:
        _paint_several(figure, axes, runs, views, theme)
    drawn.whole_run(axes[0], max(last_step((view.train, view.checked)) for view in views))
    name = textwrap.fill(str(loss.axis_title([run.history for run in runs])), AXIS_LETTERS)
    axes[0].set_ylabel(name)
    if _spans_decades(views):
        drawn.logarithmic(axes[0])
        axes[0].set_ylabel(f"{name} (log scale)")
    if has_accuracy:
        drawn.in_percent(axes[1], "accuracy")
    return figure


def _paint_single(figure: Figure, axes: Sequence[Axes], view: LossView, theme: Theme) -> None:
    drawn.band(axes[0], view.train.steps, view.low, view.high, theme.train)
    for axis, curves in zip(axes, (view.losses, view.accuracies), strict=False):
        for curve in curves:
            _paint_curve(axis, curve, curve.style(theme))
        drawn.marks(axis, view.history, theme)
    _paint_guesses(axes, [view], theme)
    _paint_end(axes[0], view, theme)
    checked = drawn.line_entry(str(view.checked.name), view.checked.style(theme), marker="o", markersize=3.0)
    entries: list[Any] = [
        drawn.line_entry(str(loss.TRAIN_BATCHES), view.train.style(theme)),
        Patch(color=theme.train, alpha=BAND_OPACITY, linewidth=0, label=str(loss.THEIR_RANGE)),
        checked,
        *(drawn.line_entry(str(trial.name), trial.style(theme)) for trial in view.trials),
    ]
    drawn.legend(figure, entries)


def _paint_several(
    figure: Figure, axes: Sequence[Axes], runs: Sequence[ShownRun], views: Sequence[LossView], theme: Theme
) -> None:
    entries: list[Any] = []
    for run, view in zip(runs, views, strict=True):
        style = theme.run_line(run.colour)
        for axis, (train, checked, *_) in zip(axes, (view.losses, view.accuracies), strict=False):
            _paint_curve(axis, train, LineStyle(style.colour), alpha=PALE, linewidth=1.0)
            _paint_curve(axis, checked, style)
        entries.append(drawn.line_entry(run.label, style))
    for view in views:
        _paint_end(axes[0], view, theme)
    _paint_guesses(axes, views, theme)
    ink = LineStyle(theme.muted)
    entries.append(drawn.line_entry(f"strong: {views[0].checked.name}", ink))
    entries.append(drawn.line_entry(f"pale: {loss.TRAIN_BATCHES}", ink, alpha=PALE, linewidth=1.0))
    drawn.legend(figure, entries)


def _paint_curve(axes: Axes, curve: Curve, style: LineStyle, **more: Any) -> None:
    (drawn.trend if curve.noisy else drawn.curve)(axes, curve.steps, curve.values, style, **more)


def _paint_guesses(axes: Sequence[Axes], views: Sequence[LossView], theme: Theme) -> None:
    """What a network gets that looks at nothing."""
    for axis, guesses in zip(axes, loss.guesses([view.history for view in views]), strict=False):
        for guess in guesses:
            drawn.guide(axis, guess, theme)


def _paint_end(axes: Axes, view: LossView, theme: Theme) -> None:
    """Mark where a loss stopped being a number."""
    if view.end is None:
        return
    step, last = view.end
    axes.plot(step, last, "x", color=theme.error, markersize=7, markeredgewidth=2.0)
    side = -8 if step > np.mean(axes.get_xlim()) else 8
    axes.annotate(
        str(loss.lost_after(step)),
        (step, last),
        (side, 0),
        textcoords="offset points",
        ha="right" if side < 0 else "left",
        va="center",
        color=theme.error,
        fontsize=8,
    )


def _spans_decades(views: Sequence[LossView]) -> bool:
    """Whether a linear axis would flatten most of the losses."""
    losses = np.concatenate([curve.values for view in views for curve in view.losses[:2]])
    losses = losses[np.isfinite(losses)]
    return bool(len(losses)) and losses.min() > 0 and losses.max() / losses.min() >= LOG_FROM
