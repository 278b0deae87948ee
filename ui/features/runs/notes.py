"""A place to write down what one thought of a run."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from relulab.views.runs import RunRow
from ui.widgets.elided import ElidedLabel

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
