"""How a unit came here: its bias, its weights, its gradient and its firing rate over the steps."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.views.colours import LineStyle
from relulab.views.parts import Curve, Mark, Reference
from relulab.views.unit import FIRING, NO_GRADIENT, TRACES, latest
from relulab.views.units import FIRES_ON
from ui.platform.translation import said
from ui.plots.curves import Line, Look
from ui.plots.line_plot import LinePlot
from ui.plots.plot_pair import NamedPlot, PlotStack
from ui.widgets.palette import Palette

CURVE = "unit"


class Traces(QWidget):
    """Four plots with one curve each. A unit without a bias has three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bias, self.weight_norm, self.gradient_norm = (
            NamedPlot(said(name), LinePlot("", say="{:.4g}".format)) for _, name in TRACES
        )
        rate = LinePlot("", fixed=(0.0, 100.0), say="{:.1f} %".format, tick_unit=" %")
        self.firing = NamedPlot(said(FIRES_ON), rate)
        self.stack = PlotStack((self.bias, self.weight_norm, self.gradient_norm, self.firing))
        self.gradient_norm.plot.set_log(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def start_over(self) -> None:
        """Another unit or another run follows."""
        self.stack.start_over()

    def show_curves(self, curves: Sequence[Curve], marks: Sequence[Mark], last_step: float) -> None:
        """Draw the ``curves`` of a unit, with marks where something happened."""
        for part, curve in zip(self.stack.parts, curves, strict=True):
            part.plot.set_data(CURVE, curve.steps, 100 * curve.values if curve.key == FIRING else curve.values)
            part.say(said(latest(curve)))
            part.plot.set_marks(marks)
        bias, _, gradient, _ = curves
        self.bias.setVisible(bias.is_number)
        silent = bool((gradient.values == 0).any())
        self.gradient_norm.plot.set_guides([Reference(0.0, NO_GRADIENT)] if silent else [])
        self.stack.redraw(last_step)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.stack.set_theme(palette)
        for part in self.stack.parts:
            part.plot.set_lines([Line(CURVE, part.name, LineStyle(palette.train), Look.BOLD)])
