"""Loss and accuracy over the steps: of the training batches, and of samples the network never learned from.

Of several runs that are drawn together, one of the two is shown: a line for each run.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.views import loss
from relulab.views.colours import LineStyle, mix
from relulab.views.parts import ShownRun, last_step
from ui.live.base import CurvePanel
from ui.platform.translation import said
from ui.plots.curves import Line, Look, lines_of
from ui.plots.legend import LegendEntry, Sample, entry_of
from ui.plots.line_plot import LinePlot
from ui.plots.overlay import OverlayCurves
from ui.plots.plot_pair import PlotPair
from ui.widgets.explained import Shown
from ui.widgets.labels import set_tip

CHECKED = 2  # entries of the batches, before those of the samples that are checked
BAND_TINT = 0.3  # strength of the range of the batches behind their mean


class LossPanel(CurvePanel):
    """Train loss with the band of its batches, validation loss, both accuracies beneath, and trials dashed."""

    name = "loss"
    explains = "loss"
    measured_by = EvaluationRecord
    drawn_from = (StepRecord, EvaluationRecord)
    interval = 0.15  # a loss is at most .2 s old
    figures = ("loss",)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(said(loss.TITLE), self.tr("Press Train to see the loss here."), parent)
        self.loss = LinePlot(self.tr("loss"), cut_outbursts=True)
        self.accuracy = LinePlot(self.tr("accuracy"), fixed=(0.0, 100.0), say="{:.2f} %".format, tick_unit=" %")
        self.plots = PlotPair(self.loss, self.accuracy)
        self.log_button = QCheckBox()
        self.compared = QComboBox()
        compared = (OverlayCurves(self.loss, self._loss_of), OverlayCurves(self.accuracy, self._accuracy_of))
        self.set_plots(self.plots, *compared)
        self._sentence: Text | str = ""
        self.loss.axes.explain("validation_loss")
        self.accuracy.axes.explain("accuracy")
        self._arrange()
        self.set_theme(self.palette_now)

    def begin(self, history: RunHistory) -> None:
        super().begin(history)
        runs = [run for compared in self.overlay for run in compared.runs] or [history]
        self.plots.show_bottom(loss.is_classification(runs))
        self._say_title(said(loss.title([ShownRun("", run) for run in runs])))
        self.compared.setVisible(bool(self.overlay))
        unit = loss.unit_of(runs)
        self.loss.axes.set_titles(self.tr("step"), said(loss.axis_title(runs)))
        self.loss.set_say(lambda value: said(loss.reading(value, unit)))
        for plot, references in zip((self.loss, self.accuracy), loss.guesses(runs), strict=True):
            plot.set_guides(references)
        self.loss.set_marks([])

    def draw_run(self, history: RunHistory) -> bool:
        view = loss.loss_view(history)
        if view.is_empty:
            return False
        band = LineStyle(mix(self.palette_now.train, self.palette_now.background, BAND_TINT))
        lines = lines_of(view.losses, self.palette_now)
        self.legend.set_entries(_legend(lines, band.colour))
        self.loss.set_lines([Line("band", "", band, Look.BAND), *lines])
        self.loss.set_data("band", np.repeat(view.train.steps, 2), np.stack([view.low, view.high], axis=-1).ravel())
        self.loss.set_curves(view.losses)
        self.accuracy.set_lines(lines)
        self.accuracy.set_curves(view.accuracies)
        self.loss.set_marks(view.marks)
        self.plots.redraw(self.axis_end(last_step(view.losses)))
        self._sentence = view.sample
        return True

    def draw_without_run(self) -> bool:
        self._say_title(said(loss.TITLE))
        return False

    def explained_entry(self, index: int) -> Shown | None:
        of_runs = "validation_loss" if self.compared.currentData() is EvaluationRecord else "loss"
        return Shown(of_runs if self.overlay else "loss" if index < CHECKED else "validation_loss")

    def sample_text(self) -> Text | str:
        return loss.SEVERAL_RUNS if self.overlay else self._sentence

    def summary(self) -> str:
        return said(loss.in_words(self.shown_runs()))

    @Slot(bool)
    def set_log(self, on: bool) -> None:
        """A logarithmic or a linear loss axis."""
        self.loss.set_log(on)
        self.refresh()

    def _say_title(self, title: str) -> None:
        """What is drawn; the dock takes it over."""
        self.title = title
        self.setAccessibleName(title)
        self.setWindowTitle(title)

    def _loss_of(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        steps, losses = run.columns(self.compared.currentData(), "step", "loss")
        return steps, losses

    def _accuracy_of(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        steps, accuracy = run.columns(self.compared.currentData(), "step", "accuracy")
        return steps, 100 * accuracy

    def _arrange(self) -> None:
        self.log_button.setText(self.tr("log"))
        set_tip(self.log_button, self.tr("Logarithmic loss axis: equal factors look equally far apart"))
        self.log_button.setAccessibleName(self.tr("Logarithmic loss axis"))
        self.log_button.toggled.connect(self.set_log)
        for title, kind in ((self.tr("validation"), EvaluationRecord), (self.tr("train"), StepRecord)):
            self.compared.addItem(title, kind)
        self.compared.setAccessibleName(self.tr("Which loss of the runs is compared"))
        set_tip(self.compared, self.tr("Compare the runs on validation samples, or on their training batches"))
        self.compared.currentIndexChanged.connect(self.begin_again)
        self.compared.hide()
        self.add_control(self.compared)
        self.add_control(self.log_button)
        self.set_body(self.plots)


def _legend(lines: Sequence[Line], band: str) -> tuple[LegendEntry, ...]:
    train, checked, *trials = map(entry_of, lines)
    return (
        replace(train, name=said(loss.TRAIN_BATCHES)),
        LegendEntry(said(loss.THEIR_RANGE), (band,), Sample.CELL),
        replace(checked, sample=Sample.LINE_WITH_POINT),
        *trials,
    )
