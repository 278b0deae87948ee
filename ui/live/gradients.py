"""Size of the gradient in every layer over the steps, and how far each step really moved the weights.

Of several runs that are drawn together one layer is shown, or how much smaller the gradient of the first layer is
than that of the output: a line for each run.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from relulab.session.history import RunHistory
from relulab.text import text
from relulab.training.telemetry import StepRecord
from relulab.views.parts import Reference, change_marks
from ui.live.base import LivePanel
from ui.platform.translation import translate
from ui.plots.curves import Line, Look
from ui.plots.legend import LegendEntry, Sample
from ui.plots.line_plot import LinePlot
from ui.plots.overlay import OverlayCurves, overlay_legend
from ui.plots.plot_pair import PlotPair
from ui.widgets.combo import Combo, Item
from ui.widgets.palette import SEQUENCE_FROM, LineStyle, Palette

HEALTHY_RATIO = (-4.0, -2.0)  # log10(||ΔW|| / ||W||)
TARGET_RATIO = -3.0
FIRST, OUTPUT, SHARE = "first", "output", "share"  # what of the layers is compared; or the index of a hidden layer

Columns = tuple[NDArray[Any], NDArray[Any]]


class GradientsPanel(LivePanel):
    """Gradient RMS or norm per layer on a log axis, and update : weight beneath."""

    name = "gradients"
    figures = ("gradients", "updates")
    overlays = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Gradients"), self.tr("Press Train to see how large the gradients are."), parent)
        self.gradients = LinePlot(self.tr("gradient"), say="{:.4g}".format)
        self.updates = LinePlot(self.tr("log₁₀ ΔW/W"), say="{:.3f}".format, missing=self.tr("no update"))
        self.plots = PlotPair(self.gradients, self.updates)
        self.measure = QComboBox()
        self.layer = Combo()
        self._sizes = OverlayCurves(self.gradients, self._size_of)
        self._ratios = OverlayCurves(self.updates, self._ratio_of)
        self._names: list[str] = []
        self._silent: list[str] = []
        self._moments = 0
        self._last_step = 0
        self._fill()
        self.set_theme(self.palette_now)

    def start_over(self) -> None:
        self.plots.start_over()

    def begin(self, history: RunHistory) -> None:
        self._names = [layer.title for layer in history.info.layout.layers]
        self._silent = []
        self.layer.setVisible(bool(self.overlay))
        for curves in (self._sizes, self._ratios):
            curves.begin(self.overlay, self.palette_now)
        if self.overlay:
            self._begin_overlay()
        else:
            self._begin_run()

    def _begin_run(self) -> None:
        self.plots.show_bottom(True)
        styles = self.palette_now.layer_lines(len(self._names))
        # the raw values of many layers would only hide each other
        look = Look.TREND if len(self._names) <= SEQUENCE_FROM else Look.TREND_ALONE
        lines = [
            Line(str(i), name, style, look) for i, (name, style) in enumerate(zip(self._names, styles, strict=True))
        ]
        self.gradients.set_lines(lines)
        self.updates.set_lines(lines)
        self.legend.set_entries(layer_legend(self._names, styles))

    def _begin_overlay(self) -> None:
        self._offer_layers()
        self.plots.show_bottom(self.layer.value() != SHARE)
        self.gradients.set_guides([])
        self.gradients.set_marks([])
        self.legend.set_entries(overlay_legend(self.overlay, self.palette_now))

    def draw(self, history: RunHistory) -> bool:
        return self._draw_overlay() if self.overlay else self._draw_run(history)

    def _draw_overlay(self) -> bool:
        last = [self._sizes.put(), self._ratios.put()]
        if np.isnan(last).all():
            return False
        self._last_step = int(np.nanmax(last))
        self.plots.redraw(self._last_step)
        return True

    def _draw_run(self, history: RunHistory) -> bool:
        steps, sizes, ratios = history.columns(StepRecord, "step", self.measure.currentData(), "update_ratio")
        if not len(steps):
            return False
        steps = steps.astype(float)  # one array for all curves: they share what is computed from it
        for i in range(len(self._names)):
            self.gradients.set_data(str(i), steps, sizes[:, i])
            self.updates.set_data(str(i), steps, ratios[:, i])
        self._silent = [name for name, size in zip(self._names, sizes[-1], strict=True) if size == 0]
        silent_ever = bool((sizes == 0).any())
        self.gradients.set_guides([Reference(0.0, text("0: no gradient reaches this layer"))] if silent_ever else [])
        self.gradients.set_marks(change_marks(history))
        self._moments, self._last_step = len(steps), int(steps[-1])
        self.plots.redraw(self._last_step)
        return True

    def recolour(self, palette: Palette) -> None:
        self.plots.set_theme(palette)

    def sample_text(self) -> str:
        if self.overlay:
            return self.tr("Over the training batch of a step, before penalty and clipping; a line for each run")
        sample = self.tr(
            "Over the training batch of a step, before penalty and clipping · points: {times:,}, last at step {step:,}"
        ).format(times=self._moments, step=self._last_step)
        if not self._silent:
            return sample
        return (
            self.tr("Exactly 0: no gradient reaches {layers}").format(layers=", ".join(self._silent)) + " · " + sample
        )

    def summary(self) -> str:
        return self.plots.reading.read(self._last_step).text

    @Slot()
    def _measure_chosen(self) -> None:
        self.gradients.start_over()
        if self._history is not None:
            self.begin(self._history)
        self.refresh()

    @Slot()
    def _layer_chosen(self) -> None:
        self.plots.start_over()
        if self._history is not None:
            self.begin(self._history)
        self.refresh()

    def _offer_layers(self) -> None:
        """The layers of the run that is shown; in a run with fewer layers some of them are missing."""
        hidden = [Item(str(i), name) for i, name in enumerate(self._names[1:-1], 1)]
        ends = [Item(FIRST, self.tr("first layer")), Item(OUTPUT, self.tr("output layer"))]
        self.layer.set_items([*ends, Item(SHARE, self.tr("first : output")), *hidden])
        if not self.layer.value():
            self.layer.setValue(FIRST)

    def _size_of(self, run: RunHistory) -> Columns:
        return self._layer_of(run, self.measure.currentData())

    def _ratio_of(self, run: RunHistory) -> Columns:
        return self._layer_of(run, "update_ratio")

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
        self.updates.set_guides([Reference(TARGET_RATIO, text("good: −3"))])
        self.updates.annotations.set_band(*HEALTHY_RATIO)
        for title, field in ((self.tr("RMS"), "gradient_rms"), (self.tr("norm"), "gradient_norm")):
            self.measure.addItem(title, field)
        self.measure.setAccessibleName(self.tr("How the size of a gradient is measured"))
        self.measure.setToolTip(self.tr("RMS: size per weight, comparable between layers. Norm: of the whole layer"))
        self.measure.currentIndexChanged.connect(self._measure_chosen)
        self.layer.setAccessibleName(self.tr("Which layer of the runs is compared"))
        self.layer.setToolTip(
            self.tr("Compare the runs in one layer, or by how small the first gradient is beside the last: vanishing")
        )
        self.layer.edited.connect(self._layer_chosen)
        self.layer.hide()
        self.add_control(self.layer)
        self.add_control(self.measure)
        self.set_body(self.plots)


def layer_legend(names: Sequence[str], styles: Sequence[LineStyle]) -> tuple[LegendEntry, ...]:
    """A name per layer; a scale from input to output where there are too many."""
    if len(names) <= SEQUENCE_FROM:
        return tuple(LegendEntry(n, (s.colour,), dash=s.dash) for n, s in zip(names, styles, strict=True))
    ends = translate("GradientsPanel", "{first} → {last}").format(first=names[0], last=names[-1])
    return (LegendEntry(ends, tuple(style.colour for style in styles), Sample.SCALE),)
