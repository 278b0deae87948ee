"""Many starts as a table of numbers, in the place of their pictures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from relulab.views.many.seeds import Starts
from relulab.views.many.starts_table import COLUMNS, starts_row
from ui.platform.translation import said
from ui.widgets.sizes import px

HEAD = 40  # pixels: room for two lines


class StartsTable(QTableWidget):
    """``pointed`` carries the run of the row that has the focus, -1 for none; ``chosen`` one that is to be opened,
    ``otherWanted`` asks for the pictures again.
    """

    pointed = Signal(int)
    chosen = Signal(int)
    otherWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.order: tuple[int, ...] = ()
        self.setHorizontalHeaderLabels([said(title) for title in COLUMNS])
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap))
        header.setMinimumHeight(px(HEAD))
        self.verticalHeader().setVisible(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.currentCellChanged.connect(lambda *_cells: self.pointed.emit(self.current))
        self.cellDoubleClicked.connect(lambda *_cell: self._choose())

    @property
    def current(self) -> int:
        """The run that has the focus, -1 for none."""
        return self.order[self.currentRow()] if 0 <= self.currentRow() < len(self.order) else -1

    def show_starts(self, starts: Starts, order: Sequence[int]) -> None:
        """Show these runs in this order."""
        self.order = tuple(order)
        self.setRowCount(len(self.order))
        for row, run in enumerate(self.order):
            for column, words in enumerate(starts_row(starts, run)):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    self.setItem(row, column, item)
                item.setText(said(words))
        self.setAccessibleName(said(starts.summary))

    def point(self, run: int) -> None:
        """Give the row of this run the focus."""
        if run in self.order:
            self.setCurrentCell(self.order.index(run), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, T shows the pictures."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() == Qt.Key.Key_T:
            self.otherWanted.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _choose(self) -> None:
        if self.current >= 0:
            self.chosen.emit(self.current)
