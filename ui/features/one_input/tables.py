"""Tables of numbers that are as high as their rows, so that what stands below them follows at once."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from relulab.views.one_input.columns import n


class NumberTable(QTableWidget):
    """It can be read, not edited. Columns share the width."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)  # Tab leaves the table; arrows walk in it
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_numbers(self, names: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
        """A row for each of ``names``."""
        self.setRowCount(len(rows))
        self.setColumnCount(len(headings))
        self.setVerticalHeaderLabels(list(names))
        self.setHorizontalHeaderLabels(list(headings))
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                item = QTableWidgetItem(n(float(value)))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(place, column, item)
        high = sum(self.rowHeight(row) for row in range(len(rows)))
        self.setMaximumHeight(high + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth())
