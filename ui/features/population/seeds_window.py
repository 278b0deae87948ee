"""Many starts of one design in a window of their own: all pictures at once, what became of them, what it means."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from relulab.diagnosis.ends import End
from relulab.population.standing import Told
from relulab.session.session import PinnedPicture
from relulab.views.many.ends import ENDS
from relulab.views.many.kept import seeds_title, seeds_words
from relulab.views.many.seeds import ORDERS, SEEDS, SEEDS_TITLE, Starts
from ui.features.population.chips import EndChips
from ui.features.population.final_losses import FinalLosses
from ui.features.population.grid import SeedGrid
from ui.features.population.interval_scale import IntervalScale
from ui.features.population.loss_curves import LossCurves
from ui.features.population.many_window import ManyWindow, bold_font, headline_font, rule
from ui.features.population.saving import png_of
from ui.features.population.starts_table import StartsTable
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px

MOST_SEEDS = 200
KEPT_SIDE = 360  # pixels of the picture of one start that is kept


class SeedsWindow(ManyWindow):
    """``trainWanted`` carries how many starts, and whether on the same data."""

    trainWanted = Signal(int, bool)

    def __init__(self, parent: QWidget, palette: Palette = LIGHT) -> None:
        super().__init__(parent, SEEDS_TITLE)
        self.starts: Starts | None = None
        self.headline, self.headline_rest = Label(), Label(wordWrap=True)
        self.conclusion, self.conclusion_rest = Label(), Label(wordWrap=True)
        self.how, self.strip = Label(wordWrap=True), Label(wordWrap=True)
        self.scale = IntervalScale()
        self.chips = EndChips()
        self.count = QSpinBox(minimum=1, maximum=MOST_SEEDS, value=SEEDS)
        self.same_data = QCheckBox(self.tr("same &data"))
        self.again, self.stop = QPushButton(), QPushButton(self.tr("&Stop"))
        self.order = Combo([Item(key, said(order.title)) for key, order in ORDERS.items()])
        self.grid, self.table, self.places = SeedGrid(), StartsTable(), QStackedWidget()
        self.as_table = QPushButton(self.tr("Ta&ble"))
        self.losses, self.curves = FinalLosses(), LossCurves()
        self._colours = palette
        self.order.setValue(next(iter(ORDERS)))
        self._describe()
        all_explained(
            "starts", self.headline, self.headline_rest, self.conclusion, self.conclusion_rest, self.how, self.strip,
            self.scale, self.chips, self.count, self.grid, self.table, self.losses, self.curves,
        )  # fmt: skip
        self._arrange()
        self._connect()
        self.set_theme(palette)
        self.show_busy(False)

    def begin(self, starts: Starts) -> None:
        """Show other starts, of which nothing is known yet."""
        self.starts = starts
        self.order.setValue(next(iter(ORDERS)))
        self.chips.clear()
        self.problem.set_text("")
        self.grid.setFocus(Qt.FocusReason.MouseFocusReason)
        self.name_after(starts.spec.name)
        self.refresh()

    def take(self, told: Told) -> None:
        if self.starts is not None:
            self.starts.take(told)

    @Slot()
    def refresh(self) -> None:
        starts = self.starts
        if starts is None:
            return
        subject = self.chips.value
        for labels, words in (
            ((self.headline, self.headline_rest), starts.headline(subject)),
            ((self.conclusion, self.conclusion_rest), starts.conclusion(subject)),
        ):
            for label, text in zip(labels, words, strict=True):
                label.setText(said(text))
        self.how.setText(said(starts.how))
        self.setAccessibleDescription(said(starts.summary))
        self.offer_to_keep(possible=starts.is_complete)
        counts = starts.counts
        self.chips.show_counts(counts)
        if starts.is_complete:
            told = subject or counts.subject
            title = self.tr("share of starts that {end}").format(end=said(ENDS[told].will))
            said_before = starts.forecast(subject)
            place = None if said_before is None else said_before[0]
            self.scale.show_share(counts.share(told), title, ENDS[told].colour(self._colours.dark), place)
            if said_before is not None:
                self.how.setText(f"{said(starts.how)} {said(said_before[1])}")
        else:
            self.scale.show_share(None)
        order = starts.in_order(self.order.value(), () if subject is None else (subject,))
        self.grid.show_starts(starts, order)
        if self.as_table.isChecked():
            self.table.show_starts(starts, order)
        self.losses.show_starts(starts)
        self.curves.show_starts(starts)
        self._say(self.table.current if self.as_table.isChecked() else self.grid.current)
        self._tell_failure(starts)

    def show_busy(self, busy: bool) -> None:
        self.stop.setVisible(busy)
        self.again.setVisible(not busy)

    def set_theme(self, palette: Palette) -> None:
        self._colours = palette
        for part in (self.scale, self.chips, self.grid, self.losses, self.curves):
            part.set_theme(palette)
        self.refresh()

    @Slot(int)
    def _say(self, run: int) -> None:
        """The strip speaks of what is under the mouse."""
        if self.starts is not None and run >= 0:
            self.strip.setText(said(self.starts.in_words(run)))
        else:
            self.strip.setText(
                self.tr(
                    "Point at a picture: its numbers stand here. Click: it opens as a run of its own. "
                    "Keys: F those that ended alike, O order, T table, Space keeps it."
                )
            )

    def _tell_failure(self, starts: Starts) -> None:
        failed = [run for run in starts.runs.values() if run.end == End.FAILED.value]
        if failed:
            self.problem.set_text(failed[0].reason)

    @Slot(int)
    def _point(self, run: int) -> None:
        self._say(run)
        self.losses.point(run)
        self.curves.point(run)

    @Slot(int)
    def _open(self, run: int) -> None:
        if self.starts is not None and run in self.starts.runs and self.starts.runs[run].end != End.FAILED.value:
            self.openWanted.emit(run)

    @Slot(bool)
    def show_as_table(self, is_table: bool) -> None:
        """Show the starts as rows of numbers, or as pictures again; the one that is spoken of stays so."""
        if self.starts is None:
            return
        run, shown = (self.grid.current, self.table) if is_table else (self.table.current, self.grid)
        self.as_table.setChecked(is_table)
        self.refresh()
        self.places.setCurrentWidget(shown)
        shown.point(run)
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _filter(self, run: int) -> None:
        """Show those alone that ended as this one did; all again, where that is so already."""
        found = None if self.starts is None else self.starts.runs.get(run)
        if found is not None and found.end and self.chips.value is None:
            self.chips.buttons[End(found.end)].click()
        else:
            self.chips.clear()
            self.refresh()

    @Slot()
    def _order_otherwise(self) -> None:
        keys = list(ORDERS)
        self.order.setValue(keys[(keys.index(self.order.value()) + 1) % len(keys)])
        self.refresh()

    @Slot(int)
    def _keep_one(self, run: int) -> None:
        """Keep the picture of a start for the report, without opening it."""
        if self.starts is not None and run in self.starts.runs and self.starts.runs[run].end:
            title = self.tr("{design}, seed {seed}")
            title = title.format(design=self.starts.spec.name, seed=self.starts.seed_of(run))
            words = said(self.starts.in_words(run))
            self.pinned.emit(PinnedPicture(title, png_of(self.grid.picture_of(run, KEPT_SIDE)), words))
            self.strip.setText(self.tr("Kept for the report: {what}").format(what=title))

    @Slot()
    def _keep(self) -> None:
        if self.starts is not None:
            parts = [self.headline, self.conclusion, self.places, self.losses]
            self.pin(seeds_title(self.starts), seeds_words(self.starts), parts, self._colours.background)

    def _describe(self) -> None:
        for label in (self.headline, self.headline_rest):
            label.setFont(headline_font(label.font(), bold=label is self.headline))
        self.conclusion.setFont(bold_font(self.conclusion.font()))
        self.how.setProperty("role", "muted")
        self.count.setAccessibleName(self.tr("How many starts"))
        self.order.setAccessibleName(self.tr("Order of the pictures"))
        set_tip(self.same_data, self.tr("All starts learn from the same samples: only weights and order differ"))
        self.again.setText(self.tr("&Train again"))
        set_tip(self.again, self.tr("Train so many starts of the design as it is now"))
        set_tip(self.as_table, self.tr("The same starts as rows of numbers (T)"))
        self.again.setAutoDefault(False)
        self.as_table.setCheckable(True)
        self.as_table.setAutoDefault(False)
        self.stop.setAutoDefault(False)
        self.strip.setMinimumHeight(px(38))

    def _connect(self) -> None:
        self.chips.chosen.connect(self.refresh)
        self.order.edited.connect(self.refresh)
        self.grid.pointed.connect(self._point)
        self.grid.chosen.connect(self._open)
        self.grid.filterWanted.connect(self._filter)
        self.grid.orderWanted.connect(self._order_otherwise)
        self.grid.otherWanted.connect(lambda: self.show_as_table(True))
        self.grid.keepWanted.connect(self._keep_one)
        self.table.pointed.connect(self._point)
        self.table.chosen.connect(self._open)
        self.table.otherWanted.connect(lambda: self.show_as_table(False))
        self.as_table.clicked.connect(self.show_as_table)
        self.again.clicked.connect(lambda: self.trainWanted.emit(self.count.value(), self.same_data.isChecked()))
        self.stop.clicked.connect(self.stopWanted)
        self.keep.clicked.connect(self._keep)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        for left, right in ((self.headline, self.headline_rest), (self.conclusion, self.conclusion_rest)):
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(left)
            row.addWidget(right, 1)
            nest(words, row)
        words.addWidget(self.how)
        head = QHBoxLayout()
        nest(head, words, 1)
        head.addWidget(self.scale)
        tools = QHBoxLayout()
        tools.addWidget(self.chips)
        tools.addStretch()
        main = QVBoxLayout()
        nest(main, tools)
        main.addWidget(self.problem)
        for shown in (self.grid, self.table):
            self.places.addWidget(shown)
        main.addWidget(self.places, 1)
        beneath = QWidget()
        foot = QHBoxLayout(beneath)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.strip, 1)
        foot.addWidget(self.order)
        foot.addWidget(self.as_table)
        foot.addWidget(self.keep)
        plots, wanted = QVBoxLayout(), QHBoxLayout()
        for widget in (self.count, self.same_data, self.again, self.stop):
            wanted.addWidget(widget)
        nest(plots, wanted)
        plots.addWidget(self.losses, 2)
        plots.addWidget(self.curves, 3)
        side = QWidget()
        side.setLayout(plots)
        side.setFixedWidth(self.side_width)
        body = QHBoxLayout()
        body.setSpacing(12)
        nest(body, main, 1)
        body.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 10)
        layout.setSpacing(8)
        nest(layout, head)
        layout.addWidget(rule())
        nest(layout, body, 1)
        layout.addWidget(beneath)  # over the whole width: beside the plots words have no room where letters are large
        self.fit(beneath)
