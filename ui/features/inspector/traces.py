"""How a unit came here: its bias, its weights, its gradient and its firing rate over the steps."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.formatting import percent
from relulab.text import text
from relulab.views.parts import Mark, Reference
from ui.features.inspector.facts import UnitTraces
from ui.plots.curves import Line, Look
from ui.plots.line_plot import LinePlot
from ui.plots.plot_stack import NamedPlot, PlotStack
from ui.widgets.palette import LineStyle, Palette

CURVE = "unit"


class Traces(QWidget):
    """Four plots with one curve each. A unit without a bias has three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bias, self.weight_norm, self.gradient_norm = (
            NamedPlot(name, LinePlot("", say="{:.4g}".format))
            for name in (self.tr("bias"), self.tr("weight norm"), self.tr("gradient norm"))
        )
        rate = LinePlot("", fixed=(0.0, 100.0), say="{:.1f} %".format, tick_unit=" %")
        self.firing = NamedPlot(self.tr("fires on"), rate)
        self.stack = PlotStack((self.bias, self.weight_norm, self.gradient_norm, self.firing))
        self.gradient_norm.plot.set_log(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def start_over(self) -> None:
        """Another unit or another run follows."""
        self.stack.start_over()

    def show_traces(self, traces: UnitTraces, marks: Sequence[Mark], last_step: float) -> None:
        """Draw ``traces``, with marks where something happened."""
        steps = traces.trace_steps
        for part, values in (
            (self.bias, traces.bias),
            (self.weight_norm, traces.weight_norm),
            (self.gradient_norm, traces.gradient_norm),
        ):
            part.plot.set_data(CURVE, steps, values)
            part.say(_latest(values))
        self.firing.plot.set_data(CURVE, traces.steps, 100 * traces.firing_rate)
        self.firing.say(percent(float(traces.firing_rate[-1]), 1))
        self.bias.setVisible(bool(np.isfinite(traces.bias).any()))
        silent = bool((traces.gradient_norm == 0).any())
        self.gradient_norm.plot.set_guides([Reference(0.0, text("0: no gradient"))] if silent else [])
        for part in self.stack.parts:
            part.plot.set_marks(marks)
        self.stack.redraw(last_step)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.stack.set_theme(palette)
        for part in self.stack.parts:
            part.plot.set_lines([Line(CURVE, part.name, LineStyle(palette.train), Look.BOLD)])


def _latest(values: NDArray[np.float32]) -> str:
    return f"{values[-1]:.4g}" if len(values) and math.isfinite(values[-1]) else "–"
