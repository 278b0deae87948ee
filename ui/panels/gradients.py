"""Size of the gradient in every layer over the steps, and how far each step really moved the weights."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from relulab.session.store import RunHistory
from relulab.training.telemetry import StepRecord
from ui.panels.live import LivePanel
from ui.plots.annotations import Guide, Mark, change_text
from ui.plots.curves import Line, Look
from ui.plots.legend import LegendEntry, Sample
from ui.plots.line_plot import LinePlot
from ui.plots.pair import PlotPair
from ui.text import translate
from ui.widgets.palette import SEQUENCE_FROM, LineStyle, Palette

HEALTHY_RATIO = (-4.0, -2.0)  # log10(||ΔW|| / ||W||)
TARGET_RATIO = -3.0


class GradientsPanel(LivePanel):
    """Gradient RMS or norm per layer on a log axis, and update : weight beneath."""

    name = "gradients"
    figures = ("gradients", "updates")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Gradients"), self.tr("Press Train to see how large the gradients are."), parent)
        self.gradients = LinePlot(self.tr("gradient"), say="{:.4g}".format)
        self.updates = LinePlot(self.tr("log₁₀ ΔW/W"), say="{:.3f}".format, missing=self.tr("no update"))
        self.plots = PlotPair(self.gradients, self.updates)
        self.measure = QComboBox()
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
        styles = self.palette_now.layer_lines(len(self._names))
        # the raw values of many layers would only hide each other
        look = Look.TREND if len(self._names) <= SEQUENCE_FROM else Look.TREND_ALONE
        lines = [
            Line(str(i), name, style, look) for i, (name, style) in enumerate(zip(self._names, styles, strict=True))
        ]
        self.gradients.set_lines(lines)
        self.updates.set_lines(lines)
        self.legend.set_entries(layer_legend(self._names, styles))

    def draw(self, history: RunHistory) -> bool:
        steps, sizes, ratios = history.columns(StepRecord, "step", self.measure.currentData(), "update_ratio")
        if not len(steps):
            return False
        steps = steps.astype(float)  # one array for all curves: they share what is computed from it
        for i in range(len(self._names)):
            self.gradients.set_data(str(i), steps, sizes[:, i])
            self.updates.set_data(str(i), steps, ratios[:, i])
        self._silent = [name for name, size in zip(self._names, sizes[-1], strict=True) if size == 0]
        silent_ever = bool((sizes == 0).any())
        self.gradients.set_guides([Guide(0.0, self.tr("0: no gradient reaches this layer"))] if silent_ever else [])
        self.gradients.set_marks([Mark(change.step, change_text(change)) for change in history.changes])
        self._moments, self._last_step = len(steps), int(steps[-1])
        self.plots.redraw(self._last_step)
        return True

    def recolour(self, palette: Palette) -> None:
        self.plots.set_theme(palette)

    def sample_text(self) -> str:
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
        self.refresh()

    def _fill(self) -> None:
        self.gradients.set_log(True)
        self.updates.set_guides([Guide(TARGET_RATIO, self.tr("good: −3"))])
        self.updates.annotations.set_band(*HEALTHY_RATIO)
        for text, field in ((self.tr("RMS"), "gradient_rms"), (self.tr("norm"), "gradient_norm")):
            self.measure.addItem(text, field)
        self.measure.setAccessibleName(self.tr("How the size of a gradient is measured"))
        self.measure.setToolTip(self.tr("RMS: size per weight, comparable between layers. Norm: of the whole layer"))
        self.measure.currentIndexChanged.connect(self._measure_chosen)
        self.add_control(self.measure)
        self.set_body(self.plots)


def layer_legend(names: Sequence[str], styles: Sequence[LineStyle]) -> tuple[LegendEntry, ...]:
    """A name per layer; a scale from input to output where there are too many."""
    if len(names) <= SEQUENCE_FROM:
        return tuple(LegendEntry(n, (s.colour,), dash=s.dash) for n, s in zip(names, styles, strict=True))
    ends = translate("GradientsPanel", "{first} → {last}").format(first=names[0], last=names[-1])
    return (LegendEntry(ends, tuple(style.colour for style in styles), Sample.SCALE),)
