"""Every unit of every layer as one cell: which ones live, which are dead, how often each fires.

Of several runs that are drawn together the share of dead units over the steps is shown: a line for each run.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.session.results import dead_shares
from relulab.text import Text, joined, text
from relulab.training.telemetry import ProbeRecord
from relulab.views import units
from relulab.views.layered import DEAD
from relulab.views.room import Leaves, leaving, ways
from ui.live.base import CurvePanel
from ui.live.footer import LOW_PANEL
from ui.platform.translation import said
from ui.plots.legend import LegendEntry, Sample, scale_entry
from ui.plots.line_plot import LinePlot
from ui.plots.overlay import OverlayCurves
from ui.plots.plot_pair import LinkedPlots
from ui.plots.readout import Reading, ReadingRow
from ui.plots.unit_map import RATE_MAP, UnitMap
from ui.widgets.combo import Combo, Item
from ui.widgets.explained import Shown, explained_at
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette, colour_table

ALL = "all"  # layers
EXPLAINED_STATES = {
    UnitStatus.DEAD: "dead_share",
    UnitStatus.DORMANT: "dormant_share",
    UnitStatus.SATURATED: "saturated_share",
}
BY_STATUS, BY_RATE = "status", "rate"
SEVERAL_RUNS = joined(
    (
        text("Dead for every sample of the probe set"),
        leaving(Leaves.CONDITION, text("of the units whose activation can die")),
    ),
    ", ",
)


class UnitsPanel(CurvePanel):
    """The heatmap of units, by status or by firing rate, with counts per layer."""

    name = "units"
    explains = "unit"
    measured_by = ProbeRecord
    drawn_from = (ProbeRecord,)
    figures = ("units", "dead")
    unitClicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Units"), self.tr("Press Train to see which units are alive."), parent)
        self.map = UnitMap(self.read)
        self.dead = LinePlot(said(text(DEAD.axis)), fixed=(0.0, 100.0), say="{:.1f} %".format, tick_unit=" %")
        self.plots = LinkedPlots((self.dead,))
        self.plots.column.addWidget(self.dead)
        self.set_plots(self.plots, OverlayCurves(self.dead, self._share_of))
        self.pages = QStackedWidget()
        self.colouring = QComboBox()
        self.layer = Combo()
        self._view: units.UnitsView | None = None
        self._fill()
        self.set_theme(self.palette_now)

    def begin(self, history: RunHistory) -> None:
        super().begin(history)
        self.colouring.setVisible(not self.overlay)
        self.layer.setVisible(bool(self.overlay))
        self.pages.setCurrentWidget(self.plots if self.overlay else self.map)
        if self.overlay:
            self._offer_layers(history)

    def draw_run(self, history: RunHistory) -> bool:
        self._view = view = units.units_view(history)
        if view is None:
            return False
        self.colouring.setVisible(view.fires)
        self.legend.set_entries(self._legend(view))
        rate = view.firing_rate if self._by_rate else None
        counts = [layer.units for layer in history.info.layout.layers]
        said_so = [[line.words for line in ways([caption], said)] for caption in view.captions]
        self.map.cells.show_units(counts, said_so, view.status, rate)
        return True

    def recolour(self, palette: Palette) -> None:
        super().recolour(palette)
        self.map.cells.set_theme(palette)

    def mark(self, unit: tuple[int, int] | None) -> None:
        """Mark the cell of (layer, unit), or none."""
        self.map.cells.set_chosen(unit)

    def captions(self) -> list[str]:
        """Per layer its name, its units, and how many are in each state but the healthy one."""
        return [] if self._view is None else [said(caption) for caption in self._view.captions]

    def read(self, layer: int, unit: int) -> Reading:
        """What was measured of one unit."""
        assert self._view is not None
        status = self._view.status_of((layer, unit))
        style = self.palette_now.status[status]
        rows = [ReadingRow(f"{style.symbol} {said(status.label)}", style.colour, ())]
        rows += [ReadingRow(said(name), "", (said(value),)) for name, value in self._view.reading((layer, unit))]
        return Reading(said(units.unit_name(self._view.info.layout, (layer, unit))), tuple(rows))

    def explained_entry(self, index: int) -> Shown | None:
        names = {said(status.label): key for status, key in EXPLAINED_STATES.items()}
        return Shown("dead_share" if self.overlay else names.get(self.legend.entries[index].name, "unit"))

    def sample_text(self) -> Text | str:
        if self.overlay:
            return SEVERAL_RUNS
        if self._view is None:
            return ""
        grey = self._by_rate and bool(np.isnan(self._view.firing_rate).any())
        never_off = [self.tr("grey: the activation is never off")] if grey else []
        return joined([*never_off, self._view.sample], " · ")

    def summary(self) -> str:
        if self.overlay:
            return super().summary()
        return said(units.in_words(self.shown_runs()[0]))

    @property
    def _by_rate(self) -> bool:
        return self._view is not None and self._view.fires and bool(self.colouring.currentData() == BY_RATE)

    def _explained_cell(self, at: QPoint | None) -> Shown | None:
        cells = self.map.cells
        cell = (cells.reader.current or (0, 0)) if at is None else cells.cell_at(at)
        return None if cell is None or self._view is None else Shown("unit", *cell, area=cells.rect_of(cell))

    def _offer_layers(self, history: RunHistory) -> None:
        """All layers together, or one of the hidden layers of the run that is shown."""
        hidden = [Item(str(i), layer.title) for i, layer in enumerate(history.info.layout.layers[:-1])]
        self.layer.set_items([Item(ALL, self.tr("all layers")), *hidden])
        if not self.layer.value():
            self.layer.setValue(ALL)

    def _share_of(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        layer = self.layer.value()
        steps, shares = dead_shares(run, None if layer == ALL else int(layer))
        return steps, 100 * shares

    def _legend(self, view: units.UnitsView) -> tuple[LegendEntry, ...]:
        """A symbol and a name for each status (in a low panel: for those that occur); of firing rates, their scale."""
        colours = self.palette_now
        entries = []
        for status in units.occurring(view.status) if self.height() < LOW_PANEL else UnitStatus:
            style = colours.status[status]
            fill, ink = (colours.background, colours.foreground) if self._by_rate else (style.colour, style.ink)
            entries.append(LegendEntry(said(status.label), (fill,), Sample.CELL, symbol=style.symbol, ink=ink))
        if not self._by_rate:
            return tuple(entries)
        return (scale_entry(self.tr("fires on 0 to 100 %"), colour_table(RATE_MAP)), *entries[1:])

    def _fill(self) -> None:
        self.colouring.addItem(self.tr("status"), BY_STATUS)
        self.colouring.addItem(self.tr("firing rate"), BY_RATE)
        self.colouring.setAccessibleName(self.tr("What the colour of a unit tells"))
        set_tip(self.colouring, self.tr("Colour the units by their status, or by how often they fire"))
        self.colouring.currentIndexChanged.connect(self.refresh)
        self.map.cells.setAccessibleName(self.tr("Heatmap of units; the arrow keys walk from unit to unit"))
        self.map.clicked.connect(self.unitClicked)
        self.dead.axes.explain("dead_share")
        explained_at(self.map.cells, self._explained_cell)
        self.layer.setAccessibleName(self.tr("In which layers dead units are counted"))
        set_tip(self.layer, self.tr("Count the dead units of all layers, or of one"))
        self.layer.edited.connect(self.begin_again)
        self.layer.hide()
        self.add_control(self.layer)
        self.add_control(self.colouring)
        self.pages.addWidget(self.map)
        self.pages.addWidget(self.plots)
        self.set_body(self.pages)
