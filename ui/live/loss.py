"""Loss and accuracy over the steps: of the training batches, and of samples the network never learned from.

Of several runs that are drawn together, one of the two is shown: a line for each run.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from relulab.catalog.losses import Task
from relulab.session.store import RunHistory, RunInfo
from relulab.text import text
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.views.parts import Reference, change_marks
from ui.live.base import LivePanel
from ui.platform.translation import translate
from ui.plots.curves import Line, Look
from ui.plots.legend import LegendEntry, Sample
from ui.plots.line_plot import LinePlot
from ui.plots.overlay import OverlayCurves, overlay_legend
from ui.plots.plot_pair import PlotPair
from ui.widgets.palette import LineStyle, Palette, mix

TRIALS_SHOWN = 3  # the newest
TRIAL_LINES = (2, 4, 7)  # which colours of the palette trials take turns with: not those of the run's own curves
TRIAL_DASH = (6.0, 4.0)  # pen widths
CROSS_ENTROPIES = ("cross_entropy", "binary_cross_entropy")  # losses whose value for a pure guess is ln C


class LossPanel(LivePanel):
    """Train loss with the band of its batches, validation loss, both accuracies beneath, and trials dashed."""

    name = "loss"
    figures = ("loss",)
    overlays = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Loss and accuracy"), self.tr("Press Train to see the loss here."), parent)
        self.loss = LinePlot(self.tr("loss"), cut_outbursts=True)
        self.accuracy = LinePlot(self.tr("accuracy"), fixed=(0.0, 100.0), say="{:.2f} %".format, tick_unit=" %")
        self.plots = PlotPair(self.loss, self.accuracy)
        self.log_button = QCheckBox()
        self.compared = QComboBox()
        self._losses = OverlayCurves(self.loss, self._loss_of)
        self._accuracies = OverlayCurves(self.accuracy, self._accuracy_of)
        self._trials: tuple[RunHistory, ...] = ()
        self._last_step = 0
        self._penalty = 0.0
        self._sentence = ""
        self._arrange()
        self.set_theme(self.palette_now)

    def begin(self, history: RunHistory) -> None:
        self.compared.setVisible(bool(self.overlay))
        self.loss.set_guides(guess_of_loss(history.info))
        self.accuracy.set_guides(guess_of_accuracy(history.info))
        for curves in (self._losses, self._accuracies):
            curves.begin(self.overlay, self.palette_now)
        if self.overlay:
            self._begin_overlay()
        else:
            self._begin_run(history)

    def _begin_overlay(self) -> None:
        runs = [run for compared in self.overlay for run in compared.runs]
        self.plots.show_bottom(any(run.info.dataset.description.task is Task.CLASSIFICATION for run in runs))
        self.legend.set_entries(overlay_legend(self.overlay, self.palette_now))

    def _begin_run(self, history: RunHistory) -> None:
        self._trials = history.trials[-TRIALS_SHOWN:]
        train = LineStyle(self.palette_now.train)
        validation = LineStyle(self.palette_now.validation)
        lines = [
            Line("train", self.tr("train"), train),
            Line("checked", checked_on(history.info), validation, Look.BOLD),
            *self._trial_lines(),
        ]
        band = LineStyle(mix(self.palette_now.train, self.palette_now.background, 0.3))
        self.loss.set_lines([Line("band", "", band, Look.BAND), *lines])
        self.accuracy.set_lines(lines)
        self.plots.show_bottom(history.info.dataset.description.task is Task.CLASSIFICATION)
        self.legend.set_entries(
            (
                LegendEntry(self.tr("train (batches)"), (train.colour,)),
                LegendEntry(self.tr("their range"), (band.colour,), Sample.CELL),
                LegendEntry(checked_on(history.info), (validation.colour,), Sample.LINE_WITH_POINT),
                *(LegendEntry(line.name, (line.style.colour,), dash=line.style.dash) for line in self._trial_lines()),
            )
        )

    def draw(self, history: RunHistory) -> bool:
        return self._draw_overlay() if self.overlay else self._draw_run(history)

    def _draw_overlay(self) -> bool:
        last = [self._losses.put(), self._accuracies.put()]
        if np.isnan(last).all():
            return False
        self.loss.set_marks([])
        self._last_step = int(np.nanmax(last))
        self.plots.redraw(self._last_step)
        self._sentence = self.tr("Loss without L1/L2 penalty; a line for each run")
        return True

    def _draw_run(self, history: RunHistory) -> bool:
        steps, loss, low, high, accuracy, penalty = history.columns(
            StepRecord, "step", "loss", "loss_low", "loss_high", "accuracy", "penalty"
        )
        checks, checked_loss, checked_accuracy = history.columns(EvaluationRecord, "step", "loss", "accuracy")
        if not len(steps) and not len(checks):
            return False
        if history.trials[-TRIALS_SHOWN:] != self._trials:
            self.begin(history)
        self._penalty = float(penalty[-1]) if len(penalty) else 0.0
        steps = steps.astype(float)  # one array for all curves: they share what is computed from it
        self.loss.set_data("band", np.repeat(steps, 2), np.stack([low, high], axis=-1).ravel())
        self.loss.set_data("train", steps, loss)
        self.loss.set_data("checked", checks, checked_loss)
        self.accuracy.set_data("train", steps, 100 * accuracy)
        self.accuracy.set_data("checked", checks, 100 * checked_accuracy)
        self.loss.set_marks(change_marks(history))
        self.accuracy.set_marks([])
        self._last_step = int(max([*steps[-1:], *checks[-1:], *self._put_trials()]))
        self.plots.redraw(self._last_step)
        self._sentence = self._describe_checks(history, checks)
        return True

    def start_over(self) -> None:
        self._trials = ()
        self.plots.start_over()

    def recolour(self, palette: Palette) -> None:
        self.plots.set_theme(palette)

    def sample_text(self) -> str:
        return self._sentence

    def summary(self) -> str:
        return self.plots.reading.read(self._last_step).text

    @Slot(bool)
    def set_log(self, on: bool) -> None:
        """A logarithmic or a linear loss axis."""
        self.loss.set_log(on)
        self.refresh()

    @Slot()
    def _compared_chosen(self) -> None:
        if self._history is not None:
            self.begin(self._history)
        self.refresh()

    def _loss_of(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        steps, loss = run.columns(self.compared.currentData(), "step", "loss")
        return steps, loss

    def _accuracy_of(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        steps, accuracy = run.columns(self.compared.currentData(), "step", "accuracy")
        return steps, 100 * accuracy

    def _arrange(self) -> None:
        self.log_button.setText(self.tr("log"))
        self.log_button.setToolTip(self.tr("Logarithmic loss axis: equal factors look equally far apart"))
        self.log_button.setAccessibleName(self.tr("Logarithmic loss axis"))
        self.log_button.toggled.connect(self.set_log)
        for title, kind in ((self.tr("validation"), EvaluationRecord), (self.tr("train"), StepRecord)):
            self.compared.addItem(title, kind)
        self.compared.setAccessibleName(self.tr("Which loss of the runs is compared"))
        self.compared.setToolTip(self.tr("Compare the runs on validation samples, or on their training batches"))
        self.compared.currentIndexChanged.connect(self._compared_chosen)
        self.compared.hide()
        self.add_control(self.compared)
        self.add_control(self.log_button)
        self.set_body(self.plots)

    def _trial_lines(self) -> list[Line]:
        """A dashed line for each trial, named after its change."""
        lines = []
        for number, trial in enumerate(self._trials):
            colour = self.palette_now.lines[TRIAL_LINES[number]]
            name = self.tr("trial: {change}").format(change=trial.title)
            lines.append(Line(f"trial {number}", name, LineStyle(colour, TRIAL_DASH), Look.BOLD))
        return lines

    def _put_trials(self) -> list[float]:
        """Give the plots what trials measured on the same samples as the second curve. Returns their last steps."""
        last_steps = []
        for number, trial in enumerate(self._trials):
            steps, loss, accuracy = trial.columns(EvaluationRecord, "step", "loss", "accuracy")
            self.loss.set_data(f"trial {number}", steps, loss)
            self.accuracy.set_data(f"trial {number}", steps, 100 * accuracy)
            last_steps += steps[-1:].tolist()
        return last_steps

    def _describe_checks(self, history: RunHistory, checks: NDArray[np.int64]) -> str:
        """What the numbers are and are not: the penalty, the samples, how often."""
        penalty = self.tr("Loss without L1/L2 penalty")
        if self._penalty > 0:
            penalty = self.tr("Loss without L1/L2 penalty (now {penalty:.4g})").format(penalty=self._penalty)
        train = self.tr("train: means of batches")
        checked = self.tr(
            "{name}: {samples:,} samples, dropout off, measurements: {times:,}, last at step {step:,}"
        ).format(
            name=checked_on(history.info),
            samples=history.info.validation_samples,
            times=len(checks),
            step=int(checks[-1]) if len(checks) else 0,
        )
        return " · ".join([penalty, train, checked] if len(checks) else [penalty, train])


def checked_on(info: RunInfo) -> str:
    """What the second curve is measured on: validation samples, or all training samples where there are none."""
    if len(info.dataset.validation):
        return translate("LossPanel", "validation")
    return translate("LossPanel", "training set")


def guess_of_loss(info: RunInfo) -> list[Reference]:
    """The cross-entropy of a network that calls every class equally likely: ln C."""
    if info.spec.training.loss not in CROSS_ENTROPIES:
        return []
    value = math.log(max(2, info.dataset.description.outputs))
    return [Reference(value, text("guessing: {value:.3f}", value=value))]


def guess_of_accuracy(info: RunInfo) -> list[Reference]:
    """The accuracy of a guess among equally frequent classes, in percent."""
    value = 100 / max(2, info.dataset.description.outputs)
    return [Reference(value, text("guessing: {value:.3g} %", value=value))]
