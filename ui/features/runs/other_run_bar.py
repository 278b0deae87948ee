"""One line across the window that says which run is looked at, with a button that leads back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.widgets.elided import ElidedLabel

LONGEST_BUTTON = 300  # pixels: names of runs can be long


class OtherRunBar(QFrame):
    """``backWanted``: the user wants to see the training again. ``shownChanged``: whether there is anything to say."""

    backWanted = Signal()
    shownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("looking")
        self.words = ElidedLabel()
        self.back = QPushButton()
        self.back.setMaximumWidth(LONGEST_BUTTON)
        self.back.clicked.connect(self.backWanted)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 3, 8, 3)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.back)

    def say(self, text: str, back: str) -> None:
        """Say ``text``, with ``back`` on the button; nothing at all where it is empty."""
        before = self.words.text()
        self.words.setText(text)
        self.back.setText(back)
        self.setAccessibleName(text)
        if bool(text) != bool(before):
            self.shownChanged.emit(bool(text))
