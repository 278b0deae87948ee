"""A ready table that tries the cures of a finding on many starts: a button with its words beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from relulab.views.many.ready import ReadyTable
from ui.platform.translation import said
from ui.widgets.labels import as_entry, set_tip
from ui.widgets.wrapped import WrappedLabel


class TableButton(QWidget):
    """``wanted`` carries the table when its button is pressed."""

    wanted = Signal(object)

    def __init__(self, table: ReadyTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.button = QPushButton(as_entry(self.tr("Try on {count} starts").format(count=table.starts)))
        words = WrappedLabel(said(table.title))
        self.button.setAccessibleName(
            self.tr("{action}: {table}").format(action=self.button.text(), table=words.text())
        )
        set_tip(self, self.tr("Train this run in variants from the same random starts each, and compare them"))
        self.button.clicked.connect(lambda: self.wanted.emit(self.table))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
