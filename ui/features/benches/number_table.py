"""A table of numbers to be read and copied, as wide and as high as it needs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PADDING = 10  # pixels in a row, above and below its text together
NARROWEST = 64  # pixels of a column


class NumberTable(QTableWidget):
    """``rows`` of texts, the first of each a name. Ctrl+C copies what is selected, cells apart by tabs.

    It is as high as its rows, but at least ``least_rows``.
    """

    def __init__(self, title: str, least_rows: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_rows = least_rows
        self.setAccessibleName(title)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)  # no white where there are no cells
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(NARROWEST)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]], colours: Sequence[str] = ()) -> None:
        """Show these and nothing else; ``colours`` stand before the names, where there are any."""
        self.setColumnCount(len(columns))
        for place, title in enumerate(columns):
            head = QTableWidgetItem(title)
            head.setTextAlignment(RIGHT if place else LEFT)
            self.setHorizontalHeaderItem(place, head)
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = self._cell(place, column)
                cell.setText(text)
                if column == 0 and place < len(colours):
                    cell.setData(Qt.ItemDataRole.DecorationRole, QColor(colours[place]))
        self._fit()

    def texts(self) -> list[list[str]]:
        """What is shown, row by row."""
        return [
            [self._cell(row, column).text() for column in range(self.columnCount())] for row in range(self.rowCount())
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        """Cells are kept: a selection stays while the numbers change under it."""
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column:
                item.setTextAlignment(RIGHT)
            self.setItem(row, column, item)
        return item

    def _fit(self) -> None:
        height = self.fontMetrics().height() + PADDING
        self.verticalHeader().setDefaultSectionSize(height)
        rows = max(self._least_rows, self.rowCount())
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * height + 1)

    def _copy(self) -> None:
        """Spreadsheets read a hyphen as the sign of a number, and not the minus that is shown."""
        cells = {(index.row(), index.column()): index.data().replace("−", "-") for index in self.selectedIndexes()}
        rows = sorted({row for row, _ in cells})
        columns = sorted({column for _, column in cells})
        lines = ("\t".join(cells.get((row, column), "") for column in columns) for row in rows)
        QGuiApplication.clipboard().setText("\n".join(lines))
