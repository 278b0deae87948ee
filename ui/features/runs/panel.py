"""The run list: rename, hide, delete, duplicate and sort runs, look at one, draw several together.

The panel decides nothing: what somebody wants goes out by signals, and what there is comes in as rows.
"""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.views.runs import ORDERS, RunRow, what_numbers_are
from ui.features.runs.list import RunList
from ui.features.runs.model import RunModel
from ui.live.base import LivePanel
from ui.platform.translation import said, translate
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette

LINES = 3
FRAME = 12  # pixels around the lines


class NotesBox(QWidget):
    """The notes of one run. ``written`` carries its key and the text, at every key: nothing waits to be lost."""

    written = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.text = QPlainTextEdit()
        self._key = ""
        self.text.textChanged.connect(self._write)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("What did you see? Notes are kept with the run."))
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + FRAME)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        self.hide()

    def show_run(self, row: RunRow | None) -> None:
        """The notes of ``row``; None puts the box away."""
        self._key = "" if row is None else row.key
        self.setVisible(row is not None)
        if row is None:
            return
        title = self.tr("Notes on {name}").format(name=row.name)
        if title != self.title.text():
            self.title.setText(title)
            self.text.setAccessibleName(title)
        if row.notes != self.text.toPlainText():
            self.text.blockSignals(True)
            self.text.setPlainText(row.notes)
            self.text.blockSignals(False)

    @Slot()
    def _write(self) -> None:
        if self._key:
            self.written.emit(self._key, self.text.toPlainText())


CONTEXT = "RunMenu"


def fill_menu(menu: QMenu, rows: tuple[RunRow, ...], panel: "RunsPanel") -> None:
    """Entries for ``rows``, at least one."""
    menu.setToolTipsVisible(True)
    keys = tuple(row.key for row in rows)
    one = rows[0]
    if len(rows) == 1:
        _add(menu, translate(CONTEXT, "Show in all panels"), "Return", panel.showWanted, one.key)
        if one.reference:
            nearest = translate(CONTEXT, "Compare each run with its nearest again")
            _add(menu, nearest, "", panel.referenceChosen, "")
        else:
            _add(menu, translate(CONTEXT, "Compare the others with it"), "", panel.referenceChosen, one.key)
    together = not all(row.overlaid for row in rows)
    text = translate(CONTEXT, "Draw together") if together else translate(CONTEXT, "Do not draw together")
    _add(menu, text, "Space" if len(rows) == 1 else "", panel.overlaid, keys, together)
    _add(menu, translate(CONTEXT, "Compare side by side with the ticked runs"), "", panel.compareWanted, keys)
    menu.addSeparator()
    if len(rows) == 1:
        rename = menu.addAction(translate(CONTEXT, "Rename"))
        rename.setShortcut(QKeySequence("F2"))
        rename.triggered.connect(panel.rename_current)
        _add(menu, translate(CONTEXT, "Train this design again"), "", panel.duplicateWanted, one.key, False)
        _add(menu, translate(CONTEXT, "… with a new seed"), "", panel.duplicateWanted, one.key, True)
    hide = not all(row.hidden for row in rows)
    _add(menu, translate(CONTEXT, "Hide") if hide else translate(CONTEXT, "Show again"), "", panel.hidden, keys, hide)
    _add_delete(menu, rows, panel)


def _add_delete(menu: QMenu, rows: tuple[RunRow, ...], panel: "RunsPanel") -> None:
    keys = tuple(row.key for row in rows if not row.under_way)
    delete = _add(menu, translate(CONTEXT, "Delete"), "Delete", panel.deleteWanted, keys)
    if len(keys) < len(rows):
        reason = translate(CONTEXT, "A run that is being trained cannot be deleted: stop it first.")
        set_tip(delete, reason)
        delete.setEnabled(bool(keys))
        if not keys:
            delete.setText(translate(CONTEXT, "Delete (stop it first)"))


def _add(menu: QMenu, text: str, shortcut: str, signal: SignalInstance, *values: object) -> QAction:
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(shortcut))
    action.triggered.connect(lambda: signal.emit(*values))
    return action


class RunsPanel(LivePanel):
    """``showWanted`` carries the key of a run, ``renamed`` key and name, ``notesWritten`` key and text.

    ``overlaid`` carries keys and whether they are drawn together, ``hidden`` keys and whether they stay out of the
    list, ``deleteWanted`` and ``compareWanted`` keys, ``duplicateWanted`` a key and whether with a new seed,
    ``referenceChosen`` a key, or none. ``bandsChosen``: whether seeds of one design are one line in a band.
    """

    name = "runs"
    footer_explains = "run"
    showWanted = Signal(str)
    renamed = Signal(str, str)
    notesWritten = Signal(str, str)
    overlaid = Signal(tuple, bool)
    hidden = Signal(tuple, bool)
    deleteWanted = Signal(tuple)
    compareWanted = Signal(tuple)
    duplicateWanted = Signal(str, bool)
    referenceChosen = Signal(str)
    bandsChosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = self.tr("No runs yet. Press Train: every run is kept here, to be compared with the next ones.")
        super().__init__(self.tr("Runs"), empty, parent)
        self.order = Combo()
        self.show_hidden = QCheckBox(self.tr("Hidden"))
        self.all_together = QCheckBox(self.tr("Draw all together"))
        self.bands = QCheckBox(self.tr("Seeds as a band"))
        self.model = RunModel(self)
        self.list = RunList(self.model)
        self.notes = NotesBox()
        self._rows: tuple[RunRow, ...] = ()
        self._arrange()
        self._connect()
        self.set_theme(self.palette_now)

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs, of which hidden ones are left out unless they are wanted."""
        self._rows = tuple(rows)
        self._show_rows()
        self.refresh()

    @property
    def selected(self) -> tuple[RunRow, ...]:
        """The selected runs, in the order of the list."""
        numbers = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        return tuple(self.model.rows[number] for number in numbers)

    @property
    def current(self) -> RunRow | None:
        """The run that the keys act on."""
        number = self.list.currentIndex().row()
        return self.model.rows[number] if 0 <= number < len(self.model.rows) else None

    def choose(self, key: str) -> None:
        """Make a run the current one of the list."""
        index = self.model.index_of(key)
        if index.isValid() and index != self.list.currentIndex():
            self.list.setCurrentIndex(index)

    def rename_current(self) -> None:
        """Edit the name of the current run in its place."""
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    def menu_for(self, rows: tuple[RunRow, ...]) -> QMenu:
        """What can be done with these runs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_menu(menu, rows, self)
        return menu

    def draw(self, history: RunHistory) -> bool:
        return bool(self._rows)

    def draw_without_run(self) -> bool:
        return bool(self._rows)

    def recolour(self, palette: Palette) -> None:
        self.list.delegate.colours = palette
        self.list.viewport().update()

    def sample_text(self) -> Text:
        return what_numbers_are(self._rows)

    def summary(self) -> str:
        return "; ".join(f"{row.name}, {said(row.standing)}" for row in self.model.rows)

    @Slot()
    def _show_rows(self) -> None:
        count = sum(row.hidden for row in self._rows)
        self.show_hidden.setVisible(bool(count))
        self.show_hidden.setText(self.tr("Hidden ({count})").format(count=count))
        wanted = [row for row in self._rows if self.show_hidden.isChecked() or not row.hidden]
        self.model.set_rows(sorted(wanted, key=ORDERS[self.order.value()].key))
        shown = [row for row in self._rows if not row.hidden]
        self.all_together.blockSignals(True)
        self.all_together.setCheckState(_state_of([row.overlaid for row in shown]))
        self.all_together.blockSignals(False)
        self.notes.show_run(self.current)

    @Slot(bool)
    def _draw_together(self, _checked: bool) -> None:
        """From some or none to all, from all to none."""
        shown = [row for row in self._rows if not row.hidden]
        every = all(row.overlaid for row in shown)
        self.overlaid.emit(tuple(row.key for row in shown), not every)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if len(self.selected) == 1 and 0 <= index.row() < len(self.model.rows):
            self.showWanted.emit(self.model.rows[index.row()].key)

    @Slot(object)
    def _keyed(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Delete and self.selected:
            self.deleteWanted.emit(tuple(row.key for row in self.selected))
        elif key != Qt.Key.Key_Delete and self.current is not None:
            self.showWanted.emit(self.current.key)

    @Slot(str, bool)
    def _box_clicked(self, key: str, on: bool) -> None:
        self.overlaid.emit((key,), on)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        rows = self.selected
        if rows:
            self.menu_for(rows).popup(self.list.viewport().mapToGlobal(place))

    @Slot()
    def _show_notes(self) -> None:
        self.notes.show_run(self.current)

    def _connect(self) -> None:
        self.order.edited.connect(self._show_rows)
        self.show_hidden.toggled.connect(self._show_rows)
        self.all_together.clicked.connect(self._draw_together)
        self.bands.toggled.connect(self.bandsChosen)
        self.model.renamed.connect(self.renamed)
        self.model.overlaid.connect(self._box_clicked)
        self.list.clicked.connect(self._clicked)
        self.list.keyed.connect(self._keyed)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.selectionModel().currentChanged.connect(self._show_notes)
        self.notes.written.connect(self.notesWritten)

    def _arrange(self) -> None:
        self.order.set_items(Item(key, said(order.title)) for key, order in ORDERS.items())
        self.order.setValue("newest")
        self.order.setAccessibleName(self.tr("Order of the runs"))
        self.legend.hide()
        self.header.insertWidget(0, self.order, 1)
        self.add_control(self.show_hidden)
        set_tip(self.show_hidden, self.tr("Show the runs that were hidden, too"))
        set_tip(self.all_together, self.tr("Draw every run of the list in the loss, gradient and unit panels"))
        set_tip(
            self.bands,
            self.tr("Runs that differ by their seeds alone become one line, the median, with the quartiles around it"),
        )
        boxes = QHBoxLayout()
        boxes.addWidget(self.all_together)
        boxes.addWidget(self.bands)
        boxes.addStretch()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        nest(layout, boxes)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.notes)
        self.set_body(body)


def _state_of(marks: Sequence[bool]) -> Qt.CheckState:
    """Of a box that stands for many."""
    if not any(marks):
        return Qt.CheckState.Unchecked
    return Qt.CheckState.Checked if all(marks) else Qt.CheckState.PartiallyChecked
