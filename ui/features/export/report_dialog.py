"""The question before a report: whose it is, what it is called, which runs are in it, what kind of file it becomes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from relulab.experiment import ExperimentSpec
from relulab.formatting import one_line
from relulab.report.writers.report_formats import REPORT_FORMATS
from relulab.session.compare import labels
from relulab.session.session import RunRecord, Session
from relulab.text import fill
from ui.features.session.new_files import file_name, with_suffix
from ui.widgets.contents import nest
from ui.widgets.explained import explained
from ui.widgets.file_dialogs import ask_save
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.sizes import px_size

LONGEST_NAME = 200  # letters
SIZE = QSize(560, 560)
LONGEST = 200  # letters of a title or a name
LINES_OF_NOTES, LINES_OF_RUNS = 5, 6
KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What was asked for. ``runs`` are keys of runs; ``path`` ends in the suffix of its kind of file.

    ``network``: with pictures of the networks and of their regions.
    """

    title: str
    author: str
    notes: str
    runs: frozenset[str]
    path: str
    network: bool = True


class ReportDialog(QDialog):
    """Accepted when a file was chosen; ``value`` is the order then."""

    def __init__(
        self, head: Session, runs: Sequence[RunRecord], design: ExperimentSpec | None, author: str,
        ticked: Collection[str] = (), parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report"))
        self._path = ""
        self.title = QLineEdit(head.title or (design.name if design is not None else ""))
        self.author = QLineEdit(head.author or author)
        self.notes = QPlainTextEdit(head.notes)
        self.runs = QListWidget()
        self.all, self.none, self.how_many = QPushButton(self.tr("A&ll")), QPushButton(self.tr("N&one")), Label()
        self.network = QCheckBox(self.tr("The n&etwork: its units, weights and regions"))
        self.network.setChecked(True)
        self.kind = QComboBox()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._fill(runs, {run.key for run in runs if run.key in ticked and not run.hidden})
        self._arrange()
        self.buttons.accepted.connect(self._choose_file)
        self.buttons.rejected.connect(self.reject)

    def value(self) -> ReportOrder:
        """What the fields say now, and the file that was chosen."""
        items = (self.runs.item(row) for row in range(self.runs.count()))
        chosen = frozenset(item.data(KEY) for item in items if item.checkState() is Qt.CheckState.Checked)
        title, author, notes = self.title.text().strip(), self.author.text().strip(), self.notes.toPlainText()
        return ReportOrder(title, author, notes, chosen, self._path, self.network.isChecked())

    @Slot()
    def _choose_file(self) -> None:
        suffix = self.kind.currentData()
        name = f"{file_name(self.title.text() or self.tr('Report'))}{suffix}"
        kinds = f"{REPORT_FORMATS[suffix].title} (*{suffix})"
        path, _kind = ask_save(self, self.tr("Save report"), name, [kinds])
        if path:
            typed = Path(path).suffix
            with_suffix(self, path, typed if typed.lower() == suffix else suffix, self._take)

    def _take(self, path: str) -> None:
        self._path = path
        self.accept()

    def _fill(self, runs: Sequence[RunRecord], ticked: Collection[str]) -> None:
        for field in (self.title, self.author):
            field.setMaxLength(LONGEST)
        self.notes.setPlaceholderText(self.tr("What did you want to know? What did you expect, and what came out?"))
        for run, label in zip(runs, labels(runs), strict=True):
            item = QListWidgetItem(one_line(run.name if label == run.name else f"{run.name} – {label}", LONGEST_NAME))
            set_tip(item, item.text())  # the whole of what is cut at the edge
            item.setData(KEY, run.key)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            proposed = run.key in ticked if ticked else not run.hidden
            item.setCheckState(Qt.CheckState.Checked if proposed else Qt.CheckState.Unchecked)
            self.runs.addItem(item)
        for entry in REPORT_FORMATS.values():
            self.kind.addItem(f"{entry.title} – {entry.summary}", entry.key)
        button = self.buttons.addButton(self.tr("&Save report…"), QDialogButtonBox.ButtonRole.AcceptRole)
        button.setDefault(True)

    def _all_or_none(self) -> QWidget:
        """Two buttons beneath the list, and how many runs are ticked beside them."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        for button, state in ((self.all, Qt.CheckState.Checked), (self.none, Qt.CheckState.Unchecked)):
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._tick, state))
            layout.addWidget(button)
        layout.addWidget(self.how_many, 1)
        explained(self.how_many, "run")
        self.runs.itemChanged.connect(self._count)
        self._count()
        return row

    def _tick(self, state: Qt.CheckState) -> None:
        for row in range(self.runs.count()):
            self.runs.item(row).setCheckState(state)

    @Slot()
    def _count(self) -> None:
        words = self.tr("{chosen} of {count:run|runs} in the report")
        self.how_many.setText(fill(words, {"chosen": len(self.value().runs), "count": self.runs.count()}))

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Title"), self.title)
        form.addRow(self.tr("&Author"), self.author)
        form.addRow(self.tr("&Notes"), self.notes)
        self.runs.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if self.runs.count():
            form.addRow(self.tr("R&uns"), self.runs)
            form.addRow("", self._all_or_none())
            form.addRow(self.tr("Pictures"), self.network)
        else:
            form.addRow(self.tr("Runs"), Label(self.tr("None yet: the report shows the design alone.")))
        form.addRow(self.tr("&Kind of file"), self.kind)
        line = self.fontMetrics().lineSpacing()
        self.notes.setMinimumHeight(LINES_OF_NOTES * line)
        self.notes.setTabChangesFocus(True)
        self.runs.setMinimumHeight(LINES_OF_RUNS * line)
        layout = QVBoxLayout(self)
        nest(layout, form)
        layout.addWidget(self.buttons)
        fit(self, px_size(SIZE), self.buttons)
