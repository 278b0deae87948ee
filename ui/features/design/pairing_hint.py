"""The quiet hint that another initialization suits the activation better, with one click to take it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from relulab.catalog.initializations import Initialization
from ui.widgets.messages import MessageLine


class PairingHint(QWidget):
    """Takes no room while there is nothing to recommend. ``taken`` carries the key of the initialization."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._line = MessageLine("info", QPalette.ColorRole.Link)
        self.button = QPushButton(self.tr("Use it"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(lambda: self.taken.emit(self._key))
        self.hide()

    def recommend(self, better: Initialization | None, activation: str) -> None:
        """Recommend ``better`` for the activation of that title; None hides the hint."""
        self.setVisible(better is not None)
        if better is None:
            return
        self._key = better.key
        text = self.tr("Recommended for {activation}: {initialization}")
        self._line.set_text(text.format(activation=activation, initialization=better.title))
        self.button.setAccessibleName(self.tr("Use {initialization}").format(initialization=better.title))
        self.button.setToolTip(better.summary)

    def text(self) -> str:
        """What is recommended at the moment."""
        return self._line.text()
