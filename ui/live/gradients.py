"""Size of the gradient in every layer over the steps, and how far each step really moved the weights.

Of several runs that are drawn together one layer is shown, or how much smaller the gradient of the first layer is
than that of the output: a line for each run.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from relulab.formatting import number
from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.training.telemetry import StepRecord
from relulab.views import gradients
from relulab.views.colours import SEQUENCE_FROM
from relulab.views.layered import Quantity, in_words, layer_curves, measured
from relulab.views.parts import Curve, change_marks, last_step
from ui.live.base import CurvePanel
from ui.platform.translation import said, translate
from ui.plots.curves import Line, Look
from ui.plots.legend import LegendEntry, Sample, entry_of
from ui.plots.line_plot import LinePlot
from ui.plots.overlay import OverlayCurves
from ui.plots.plot_pair import PlotPair
from ui.widgets.combo import Combo, Item
from ui.widgets.explained import Shown
from ui.widgets.labels import set_tip

FIRST, OUTPUT, SHARE = "first", "output", "share"  # what of the layers is compared; or the index of a hidden layer

Columns = tuple[NDArray[Any], NDArray[Any]]


class GradientsPanel(CurvePanel):
    """Gradient RMS or norm per layer on a log axis, and update : weight beneath."""

    name = "gradients"
    explains = "gradient"
    drawn_from = (StepRecord,)
    glances = False  # a glance at the loss holds nothing of the layers
    figures = ("gradients", "updates")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            said(gradients.GRADIENTS.title), self.tr("Press Train to see how large the gradients are."), parent
        )
        self.gradients = LinePlot(self.tr("gradient"), say=number)
        self.updates = LinePlot(self.tr("log₁₀ ΔW/W"), say="{:.3f}".format, missing=self.tr("no update"))
        self.plots = PlotPair(self.gradients, self.updates)
        self.measure = QComboBox()
        self.layer = Combo()
        self.set_plots(
            self.plots,
            OverlayCurves(self.gradients, lambda run: self._layer_of(run, self.measure.currentData())),
            OverlayCurves(self.updates, lambda run: self._layer_of(run, "update_ratio")),
        )
        self._curves: list[Curve] = []
        self.gradients.axes.explain("gradient")
        self.updates.axes.explain("update_ratio")
        self._fill()
        self.set_theme(self.palette_now)

    def begin(self, history: RunHistory) -> None:
        super().begin(history)
        self.layer.setVisible(bool(self.overlay))
        if self.overlay:
            self._begin_overlay(history)
        else:
            self._begin_run(history)

    def _begin_run(self, history: RunHistory) -> None:
        self.plots.show_bottom(True)
        layers = history.info.layout.layers
        styles = self.palette_now.layer_lines(len(layers))
        # the raw values of many layers would only hide each other
        look = Look.TREND if len(layers) <= SEQUENCE_FROM else Look.TREND_ALONE
        lines = [Line(layer.name, layer.title, style, look) for layer, style in zip(layers, styles, strict=True)]
        self.gradients.set_lines(lines)
        self.updates.set_lines(lines)
        self.legend.set_entries(layer_legend(lines))

    def _begin_overlay(self, history: RunHistory) -> None:
        self._offer_layers([layer.title for layer in history.info.layout.layers])
        self.plots.show_bottom(self.layer.value() != SHARE)
        self.gradients.set_guides([])
        self.gradients.set_marks([])

    def draw_run(self, history: RunHistory) -> bool:
        sizes, ratios = layer_curves(self._quantity, history), layer_curves(gradients.UPDATES, history)
        if not len(sizes[0].steps):
            return False
        self.gradients.set_curves(sizes)
        self.updates.set_curves(ratios)
        self.gradients.set_guides(gradients.zero(sizes))
        self.gradients.set_marks(change_marks(history))
        self._curves = sizes
        self.plots.redraw(self.axis_end(last_step(sizes)))
        return True

    def explained_entry(self, index: int) -> Shown | None:
        each = not self.overlay and len(self._curves) == len(self.legend.entries)
        return Shown("gradient", layer=index if each else None)

    def sample_text(self) -> Text:
        return gradients.SEVERAL_RUNS if self.overlay else gradients.sample(self._curves)

    def summary(self) -> str:
        if self.overlay:
            return super().summary()
        shown = self.shown_runs()
        quantities = (self._quantity, gradients.UPDATES)
        return " ".join(said(in_words(quantity, measured(quantity, shown))) for quantity in quantities)

    @Slot()
    def _measure_chosen(self) -> None:
        self.gradients.start_over()
        self.begin_again()

    @Slot()
    def _layer_chosen(self) -> None:
        self.plots.start_over()
        self.begin_again()

    @property
    def _quantity(self) -> Quantity:
        """The gradients, measured as is chosen."""
        return replace(gradients.GRADIENTS, fields=(self.measure.currentData(),))

    def _offer_layers(self, names: Sequence[str]) -> None:
        """The layers of the run that is shown; in a run with fewer layers some of them are missing."""
        hidden = [Item(str(i), name) for i, name in enumerate(names[1:-1], 1)]
        ends = [Item(FIRST, self.tr("first layer")), Item(OUTPUT, self.tr("output layer"))]
        self.layer.set_items([*ends, Item(SHARE, self.tr("first : output")), *hidden])
        if not self.layer.value():
            self.layer.setValue(FIRST)

    def _layer_of(self, run: RunHistory, field: str) -> Columns:
        """Steps and the field of the chosen layer; empty where the run has no such layer, or nothing measured."""
        steps, values = run.columns(StepRecord, "step", field)
        key = self.layer.value()
        if not len(steps) or (key.isdecimal() and int(key) >= values.shape[1] - 1):
            return np.empty(0), np.empty(0)
        if key == SHARE:
            with np.errstate(divide="ignore", invalid="ignore"):
                return steps, values[:, 0] / values[:, -1]
        return steps, values[:, {FIRST: 0, OUTPUT: -1}[key] if key in (FIRST, OUTPUT) else int(key)]

    def _fill(self) -> None:
        self.gradients.set_log(True)
        self.updates.set_guides(gradients.UPDATES.references)
        self.updates.annotations.set_band(gradients.UPDATES.healthy)
        for title, field in ((self.tr("RMS"), "gradient_rms"), (self.tr("norm"), "gradient_norm")):
            self.measure.addItem(title, field)
        self.measure.setAccessibleName(self.tr("How the size of a gradient is measured"))
        set_tip(self.measure, self.tr("RMS: size per weight, comparable between layers. Norm: of the whole layer"))
        self.measure.currentIndexChanged.connect(self._measure_chosen)
        self.layer.setAccessibleName(self.tr("Which layer of the runs is compared"))
        set_tip(
            self.layer,
            self.tr("Compare the runs in one layer, or by how small the first gradient is beside the last: vanishing"),
        )
        self.layer.edited.connect(self._layer_chosen)
        self.layer.hide()
        self.add_control(self.layer)
        self.add_control(self.measure)
        self.set_body(self.plots)


def layer_legend(lines: Sequence[Line]) -> tuple[LegendEntry, ...]:
    """A name per layer; a scale from input to output where there are too many."""
    if len(lines) <= SEQUENCE_FROM:
        return tuple(map(entry_of, lines))
    ends = translate("GradientsPanel", "{first} → {last}").format(first=lines[0].name, last=lines[-1].name)
    return (LegendEntry(ends, tuple(line.style.colour for line in lines), Sample.SCALE),)
