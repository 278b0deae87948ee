"""A map of one or two settings in a window of its own: trained from coarse to fine, read cell by cell, exported."""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.experiment import ExperimentSpec
from relulab.population.standing import Standing, Told
from relulab.population.sweep import Sweep
from relulab.views.many.born_dead import born_dead_words
from relulab.views.many.ends import ENDS
from relulab.views.many.groups import with_groups
from relulab.views.many.kept import map_title, map_words
from relulab.views.many.map import FAILING, MAP_TITLE, MEASURES, YOURS, Cell, MapView
from relulab.views.many.progress import left_words
from relulab.views.many.ready import Ready
from relulab.views.many.seeds import Starts
from relulab.views.many.strips import against, design_of, start_words, what_changes
from ui.features.population.grid import SeedGrid
from ui.features.population.interval_scale import IntervalScale
from ui.features.population.many_window import ManyWindow, bold_font, headline_font
from ui.features.population.map_controls import MapControls
from ui.features.population.map_table import MapTable
from ui.features.population.row_pictures import StripLegend
from ui.features.population.saving import save_numbers, save_picture
from ui.platform.translation import said
from ui.plots.snapshot import snapshot
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained, all_within
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px


class MapWindow(ManyWindow):
    """``trainWanted`` carries a sweep, ``keptWanted`` the place of a kept map that is to be shown; ``goOnWanted``
    trains what is missing in the one that is shown; ``tryWanted`` carries the design of a row of a table,
    ``moreWanted`` that of a cell of which many starts are wanted.
    """

    trainWanted = Signal(object)
    keptWanted = Signal(int)
    goOnWanted = Signal()
    tryWanted = Signal(object)
    moreWanted = Signal(object)

    def __init__(self, parent: QWidget, palette: Palette = LIGHT) -> None:
        super().__init__(parent, MAP_TITLE)
        self.view: MapView | None = None
        self.headline, self.how = Label(wordWrap=True), Label(wordWrap=True)
        self.controls = MapControls()
        self.measure = Combo([Item(key, said(measure.title)) for key, measure in MEASURES.items()])
        self.kept_label, self.kept = Label(self.tr("&Maps")), Combo()
        self.numbers = QPushButton(self.tr("Save &numbers…"))
        self.picture = QPushButton(self.tr("Save &picture…"))
        self.map, self.empty = MapTable(), Label(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.cell_title, self.cell_scale, self.cell_starts = Label(wordWrap=True), IntervalScale(), SeedGrid()
        self.legend, self.cell_legend = StripLegend(), StripLegend(FAILING)
        self.strip, self.side = Label(wordWrap=True), QWidget()
        self._colours = palette
        self._began = monotonic(), 0  # when, and with how many runs that were there before
        self._describe()
        all_explained("map_cell", self.headline, self.how, self.map, self.strip, self.legend, self.cell_legend)
        all_explained("map_cell", self.cell_title, self.cell_scale, self.cell_starts)
        all_within("map_cell", self.controls)
        self._arrange()
        self._connect()
        self.measure.setValue(next(iter(MEASURES)))
        self.set_theme(palette)
        self._point(None)
        self.show_kept((), 0)

    def set_spec(self, spec: ExperimentSpec) -> None:
        """The design that the next map is of."""
        self.controls.set_spec(spec)

    def train_ready(self, ready: Ready) -> None:
        """Train what is ready, and show first what it is asked for."""
        self.measure.setValue(ready.measure)
        self.controls.choose(ready.over, ready.starts)
        self.controls.start()

    def begin(self, sweep: Sweep, runs: dict[int, Standing] | None = None) -> None:
        """Show another map, of which nothing is known yet, or these ``runs``; it grows with what is told."""
        self.view = MapView(sweep, runs)
        self._began = monotonic(), len(self.view.runs)
        self.name_after(sweep.spec.name)
        self.show_busy(True)
        self.map.setFocus(Qt.FocusReason.MouseFocusReason)
        self.refresh()

    def show_kept(self, titles: Sequence[str], place: int) -> None:
        """The maps that the session keeps, and which of them is shown."""
        self.kept.set_items(Item(str(number), title) for number, title in enumerate(titles))
        self.kept.setValue(str(place))
        for part in (self.kept_label, self.kept):
            part.setVisible(len(titles) > 1)

    def clear(self) -> None:
        """Show no map."""
        self.view = None
        self.show_busy(False)
        self.refresh()

    def take(self, told: Told) -> None:
        if self.view is not None:
            self.view.take(told)

    @Slot()
    def refresh(self) -> None:
        view = self.view
        for button in (self.numbers, self.picture):
            button.setEnabled(view is not None and bool(view.runs))
        self.offer_to_keep(possible=view is not None and view.is_complete)
        self.legend.setVisible(view is not None and view.up is None)
        failing = view is not None and any(view.failing(cell, MEASURES[self.measure.value()]) for cell in view.cells())
        self.cell_legend.setVisible(failing and view is not None and view.up is not None)
        self.empty.setVisible(view is None)
        if view is None:
            for part in (self.map, self.side):
                part.setVisible(False)
            self._point(None)
            self.headline.setText(self.tr("What becomes of this design at other settings?"))
            self.how.setText(self.tr("Choose one or two settings: every cell is trained from fresh random starts."))
            return
        measure = MEASURES[self.measure.value()]
        self.headline.setText(f"{said(view.title(measure))} {self._left(view)}".strip())
        self.how.setText(said(view.how()))
        self.setAccessibleDescription(f"{self.headline.text()} {self.how.text()}")
        self.map.setVisible(True)
        self.side.setVisible(view.up is not None)  # the rows of a table show their starts, and need the room
        self.map.show_map(view, measure)
        self._point(self.map.current)

    def _left(self, view: MapView) -> str:
        """How long it will still take, while it is trained."""
        at, before = self._began
        missing = len(view.sweep) - len(view.runs)
        if not self.controls.busy:
            return ""
        return said(left_words(len(view.runs) - before, missing, monotonic() - at))

    def set_theme(self, palette: Palette) -> None:
        self._colours = palette
        for part in (self.map, self.legend, self.cell_legend, self.cell_scale, self.cell_starts):
            part.set_theme(palette)
        self.refresh()

    @Slot(object)
    def _point(self, cell: Cell | None) -> None:
        """Speak of a cell: in the strip, and at the right with its interval and its starts."""
        view = self.view
        if view is None or cell is None:
            words = self.tr(
                "Point at a cell: its numbers stand here. A click opens its first start as a run, 1 to 4 the others, "
                "+ trains more. {mark}"
            )
            if view is None:
                words = ""
            elif view.up is None:
                words = self.tr("Point at a row or a sign: its numbers stand here. A click on a sign opens its start.")
            self.strip.setText(words.format(mark=f"● {said(YOURS)}"))
            self.cell_title.setText("")
            self.cell_scale.show_share(None)
            self.cell_starts.setVisible(False)
            return
        self.strip.setText(self._words(view, cell))
        self.cell_title.setText(said(view.where(cell)))
        measure = MEASURES[self.measure.value()]
        share = view.share(cell, measure)
        if share is None:
            self.cell_scale.show_share(None)
        else:
            title = self.tr("{found} of {of}: share of starts that {end}")
            told = title.format(found=share.found, of=share.of, end=said(measure.will))
            self.cell_scale.show_share(share, told, ENDS[measure.end].colour(self._colours.dark))
        self._show_starts(view, cell)

    def _words(self, view: MapView, cell: Cell) -> str:
        """What is said of a cell; of a row of a table also what it changes, and how the one beside it did."""
        parts = [said(view.in_words(cell))]
        other = self.map.beside(cell) if view.up is None else None
        parts.append(said(born_dead_words(view, cell)))
        if view.up is None and view.ended(cell):
            parts.append(what_changes(view, cell))
        if other is not None and view.is_complete:
            parts.append(said(against(view, cell, other, self.map.deciding)))
        return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)

    @Slot(int)
    def _point_at_start(self, run: int) -> None:
        """Speak of a start whose sign is under the mouse; of its row where there is none."""
        if self.view is not None and run in self.view.runs:
            self.strip.setText(said(start_words(self.view, self.view.runs[run])))
        else:
            self._point(self.map.current)

    @Slot(object)
    def _try(self, cell: Cell) -> None:
        if self.view is not None:
            self.tryWanted.emit(design_of(self.view, cell))

    @Slot(object)
    def _want_more(self, cell: Cell) -> None:
        if self.view is not None and not self.view.problem(cell):
            self.moreWanted.emit(design_of(self.view, cell))

    @Slot(str)
    def _choose_measure(self, key: str) -> None:
        self.measure.setValue(key)
        self.refresh()

    def _show_starts(self, view: MapView, cell: Cell) -> None:
        """The starts of a cell, the first with what they compute."""
        starts = Starts(view.sweep.spec, view.starts)
        for place, run in enumerate(view.runs_of(cell)):
            if run in view.runs:
                starts.runs[place] = view.runs[run]
        self.cell_starts.setVisible(bool(starts.runs))
        self.cell_starts.show_starts(starts, range(view.starts))

    @Slot(object)
    def _open(self, cell: Cell) -> None:
        if self.view is not None and self.view.ended(cell):
            self.openWanted.emit(self.view.ended(cell)[0].run)

    @Slot(int)
    def _open_start(self, place: int) -> None:
        if self.view is not None and self.map.current is not None:
            run = self.view.runs_of(self.map.current)[place]
            if run in self.view.runs and not self.view.problem(self.map.current):
                self.openWanted.emit(run)

    @property
    def _pictured(self) -> list[QWidget]:
        """What is saved as a picture."""
        legends = [legend for legend in (self.legend, self.cell_legend) if not legend.isHidden()]
        return [self.headline, self.how, self.map, *legends]

    @Slot()
    def _save_numbers(self) -> None:
        if self.view is not None:
            save_numbers(self, said(MAP_TITLE), with_groups(self.view), self.strip.setText)

    @Slot()
    def _save_picture(self) -> None:
        shown = snapshot(self._pictured, self._colours.background)
        save_picture(self, said(MAP_TITLE), shown, self.strip.setText)

    @Slot()
    def _keep(self) -> None:
        if self.view is not None:
            words = map_words(self.view, MEASURES[self.measure.value()])
            self.pin(map_title(self.view), words, self._pictured, self._colours.background)

    def show_busy(self, busy: bool) -> None:
        missing = 0 if self.view is None else len(self.view.sweep) - len(self.view.runs)
        self.controls.show_busy(busy, missing=missing)
        self.kept.setEnabled(not busy)

    def show_problem(self, reason: str) -> None:
        self.controls.problem.set_text(reason)

    def _connect(self) -> None:
        self.controls.trainWanted.connect(self.trainWanted)
        self.controls.stopWanted.connect(self.stopWanted)
        self.controls.goOnWanted.connect(self.goOnWanted)
        self.kept.edited.connect(lambda place: self.keptWanted.emit(int(place)))
        self.measure.edited.connect(self.refresh)
        self.map.pointed.connect(self._point)
        self.map.chosen.connect(self._open)
        self.map.startPointed.connect(self._point_at_start)
        self.map.startChosen.connect(self.openWanted)
        self.map.tryWanted.connect(self._try)
        self.map.moreWanted.connect(self._want_more)
        self.map.measureChosen.connect(self._choose_measure)
        self.cell_starts.chosen.connect(self._open_start)
        self.numbers.clicked.connect(self._save_numbers)
        self.picture.clicked.connect(self._save_picture)
        self.keep.clicked.connect(self._keep)

    def _describe(self) -> None:
        self.headline.setFont(headline_font(self.headline.font()))
        for label in (self.how, self.empty):
            label.setProperty("role", "muted")
        words = self.tr(
            "The map comes here. In every cell the design is trained anew, and what became of it gives the colour."
        )
        self.empty.setText(words)
        self.measure.setAccessibleName(self.tr("What the colours show"))
        self.kept.setAccessibleName(self.tr("Maps of this session"))
        set_tip(self.kept, self.tr("Maps that were trained, or begun, in this session; they are saved with it"))
        self.cell_title.setFont(bold_font(self.cell_title.font()))
        self.strip.setMinimumHeight(px(38))
        for button in (self.numbers, self.picture):
            button.setAutoDefault(False)

    def _arrange(self) -> None:
        tools = QHBoxLayout()
        label = Label(self.tr("S&how"))
        label.setBuddy(self.measure)
        self.kept_label.setBuddy(self.kept)
        for widget in (label, self.measure, self.kept_label, self.kept):
            tools.addWidget(widget)
        tools.addStretch()
        beneath = QWidget()
        foot = QHBoxLayout(beneath)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.strip, 1)
        for button in (self.numbers, self.picture, self.keep):
            foot.addWidget(button)
        main = QVBoxLayout()
        main.addWidget(self.map, 1)
        main.addWidget(self.empty, 1)
        main.addWidget(self.legend)
        main.addWidget(self.cell_legend)
        cell = QVBoxLayout()
        cell.addWidget(self.cell_title)
        cell.addWidget(self.cell_scale)
        cell.addWidget(self.cell_starts, 100)
        cell.addStretch(1)
        self.side.setLayout(cell)
        self.side.setFixedWidth(self.side_width)
        body = QHBoxLayout()
        nest(body, main, 1)
        body.addWidget(self.side, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 10)
        layout.addWidget(self.headline)
        layout.addWidget(self.how)
        layout.addWidget(self.controls)
        nest(layout, tools)  # over the whole width, as the foot: beside the cell both are too wide for large letters
        nest(layout, body, 1)
        layout.addWidget(beneath)
        self.fit(beneath)
