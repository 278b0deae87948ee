"""That something stands in the way of a design, at the foot of its panel, with a way to the field that says what."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from ui.widgets.labels import set_tip
from ui.widgets.messages import ProblemLine


class ProblemBanner(QFrame):
    """Takes no room while there is no problem. ``showRequested`` asks to go to the field."""

    showRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ProblemLine()
        self._button = QPushButton(self.tr("Show"))
        self._button.setAccessibleName(self.tr("Show the field that has to be changed"))
        set_tip(self._button, self._button.accessibleName())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self._button.clicked.connect(self.showRequested)
        self.hide()

    def set_problem(self, message: str, awaits_choice: bool = False, said_under: str = "") -> None:
        """Only point to the page ``said_under`` whose field says ``message``; where none does, say it here.

        Of a long message the first sentence is said, the whole of it in the tip. An empty one hides all.
        ``awaits_choice``: nothing is wrong, there is only something to choose yet, and the field says what.
        """
        first, stop, _rest = message.partition(". ")
        words = first + stop.rstrip()
        if awaits_choice:
            words = self.tr("Something is still to be chosen.")
        elif said_under:
            words = self.tr("Something under {page} has to be changed.").format(page=said_under)
        self._line.set_problem(words if message else "", awaits_choice)
        set_tip(self._line, message)
        self.setAccessibleName(message)
        self.setVisible(bool(message))

    @property
    def awaits_choice(self) -> bool:
        """Whether nothing is wrong, and there is only something to choose yet."""
        return self._line.awaits_choice

    def text(self) -> str:
        """What is said at the moment."""
        return self._line.text()
