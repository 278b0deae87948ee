"""What values each layer puts out, or what weights it has: now, and over the steps."""

import numpy as np
from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget

from relulab.formatting import percent, rounded, signed
from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.training.telemetry import ProbeRecord
from relulab.views.histograms import ACTIVATIONS, LEAST_SHARE, WEIGHTS, Values, in_words, layer_values
from relulab.views.parts import NOT_FINITE, probed
from relulab.views.room import ways
from ui.live.base import MARGIN, LivePanel
from ui.platform.translation import said
from ui.plots.fitted_scroll import FittedScroll
from ui.plots.histogram_map import BINS, DrawnLayer, HistogramMap, ValueHistory
from ui.plots.legend import LegendEntry, scale_entry
from ui.plots.readout import Reading, ReadingRow
from ui.widgets.explained import Shown, explained_at
from ui.widgets.palette import Palette, intensity_table

ALL_LAYERS = -1


class HistogramsPanel(LivePanel):
    """A strip per layer: the history of its values as a picture, and their present histogram beside it."""

    name = "histograms"
    measured_by = ProbeRecord
    drawn_from = (ProbeRecord,)
    figures = ("histograms", "weights")
    explains = "activations"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Histograms"), self.tr("Press Train to see what each layer puts out."), parent)
        self.map = HistogramMap(lambda place: self.read(place.strip, *self.map.meaning_of(place)), self)
        self.what = QComboBox()
        self.layer = QComboBox()
        self._names: list[str] = []
        self._histories: list[ValueHistory] = []
        self._shown: tuple[int, int] = (0, -1)  # records, last step
        self._sentence: Text | str = ""
        self._beneath = False  # where the legend is
        explained_at(self.map, self._explained_strip)
        self._fill()
        self.set_theme(self.palette_now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_legend()

    def _place_legend(self) -> None:
        """Beside the choices as long as each of its names has room there, else below them."""
        metrics = QFontMetrics(self.legend.font())
        widest = max((entry.width(metrics) for entry in self.legend.entries), default=0)
        beside = (self.what, self.layer, self._help_button)
        taken = sum(one.sizeHint().width() + self.header.spacing() for one in beside) + 2 * MARGIN
        if self._beneath != (widest > self.width() - taken):
            self._beneath = not self._beneath
            self._move_legend(beneath=self._beneath)

    def show_history(self, history: RunHistory | None) -> None:
        super().show_history(history)
        self.layer.setEnabled(not self.is_empty)

    def start_over(self) -> None:
        self._histories = []
        self._shown = (0, -1)
        self.map.reader.show_cell(None)

    def begin(self, history: RunHistory) -> None:
        names = [layer.title for layer in history.info.layout.layers]
        if names != self._names:
            self._names = names
            self._fill_layers()
        self.legend.set_entries(self._legend())
        self._place_legend()

    def draw(self, history: RunHistory) -> bool:
        record = history.latest(ProbeRecord, glance=True)
        if record is None:
            return False
        shown = (history.rows(ProbeRecord), int(record["step"]))
        if shown != self._shown or not self._histories:
            self._shown = shown
            self._take_in(history)
        return True

    def recolour(self, palette: Palette) -> None:
        self.map.set_theme(palette)

    def _explained_strip(self, at: QPoint | None) -> Shown | None:
        for index, strip in enumerate(self.map.strips):
            if at is None or (strip.area.contains(at) and not strip.picture.contains(at)):
                chosen = self.layer.currentData()
                return Shown("activations", layer=index if chosen is None else chosen, area=strip.area)
        return None

    def sample_text(self) -> Text | str:
        return self._sentence

    def summary(self) -> str:
        (run,) = self.shown_runs()
        return said(in_words(self._values, run))

    def read(self, strip: int, step: float, value: float) -> Reading:
        """The share of values in the bin at ``value``, at the last measurement up to ``step``."""
        layer = self._visible_layers()[strip]
        values = self._histories[layer]
        index = max(0, int(np.searchsorted(values.steps, step, side="right")) - 1)
        low, high = values.axis
        width = (high - low) / BINS
        place = int(np.clip((value - low) / width, 0, BINS - 1))
        share = float(values.shares[index, place])
        text = percent(share, 2) if np.isfinite(share) else said(NOT_FINITE)
        between = self.tr("{low} to {high}").format(
            low=signed(rounded(low + place * width)), high=signed(rounded(low + (place + 1) * width))
        )
        heading = self.tr("{layer}, step {step:,}").format(layer=self._names[layer], step=int(values.steps[index]))
        return Reading(heading, (ReadingRow(between, "", (text,)),))

    @property
    def _values(self) -> Values:
        return WEIGHTS if self.what.currentData() == WEIGHTS.key else ACTIVATIONS

    def _visible_layers(self) -> list[int]:
        chosen = self.layer.currentData()
        return list(range(len(self._names))) if chosen in (None, ALL_LAYERS) else [chosen]

    def _take_in(self, history: RunHistory) -> None:
        """Bring the new records onto the value axes, and draw."""
        if not self._histories:
            self._histories = [ValueHistory() for _ in self._names]
        layers = layer_values(self._values, history)
        drawn = []
        for i in self._visible_layers():
            layer, values = layers[i], self._histories[i]
            values.update(layer.steps, layer.histogram, layer.low, layer.high)
            caption, *shorter = (line.words for line in ways([layer.caption], said))
            drawn.append(DrawnLayer(caption, layer, values, tuple(shorter)))
        self._sentence = probed(history.info, *self._shown)
        self.map.show_layers(drawn, self.axis_end(float(layers[0].steps[-1])))

    @Slot()
    def _chosen(self) -> None:
        self.start_over()
        self.legend.set_entries(self._legend())
        self._place_legend()
        self.refresh()

    def _legend(self) -> tuple[LegendEntry, ...]:
        colours = self.palette_now
        share = f"{100 * LEAST_SHARE:g}–100 %"
        entries = [scale_entry(share, intensity_table(colours))]
        if self._values.has_mean:
            entries.append(LegendEntry(self.tr("mean"), (colours.validation,)))
        return tuple(entries)

    def _fill_layers(self) -> None:
        self.layer.blockSignals(True)
        self.layer.clear()
        self.layer.addItem(self.tr("all layers"), ALL_LAYERS)
        for i, name in enumerate(self._names):
            self.layer.addItem(name, i)
        self.layer.blockSignals(False)

    def _fill(self) -> None:
        self._fill_layers()
        self.layer.setEnabled(False)
        for values in (ACTIVATIONS, WEIGHTS):
            self.what.addItem(said(values.what), values.key)
        self.what.setAccessibleName(self.tr("Which values are counted"))
        self.layer.setAccessibleName(self.tr("Which layers are shown"))
        for control in (self.what, self.layer):
            control.currentIndexChanged.connect(self._chosen)
            self.add_control(control)
        self.map.setAccessibleName(self.tr("Histograms; the arrow keys read them out, the page keys change the layer"))
        self.set_body(FittedScroll(self.map, self.map.fit))
