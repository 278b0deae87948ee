"""A label that wraps its text instead of widening what it stands in."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.formatting import readable
from ui.widgets.labels import Label


class WrappedLabel(Label):
    """Plain text on as many lines as it needs. Nothing happens where the text stays the same."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._reserved = 0
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def reserve(self, lines: int) -> None:
        """Keep room for so many lines whatever is said, so that what stands below stays where it is."""
        self._reserved = lines
        self.setMinimumHeight(lines * self.fontMetrics().lineSpacing())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self._reserved:
            self.reserve(self._reserved)

    def setText(self, text: str) -> None:
        if readable(text) != self.text():
            super().setText(text)
