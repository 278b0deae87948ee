"""Lines of words that scroll: formulas with their numbers."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from relulab.text import Text
from ui.platform.translation import said
from ui.widgets.labels import Label


class Lines(QScrollArea):
    """As many lines as there are, each in one line; the text can be selected."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(wordWrap=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setContentsMargins(6, 4, 6, 4)
        self.setWidget(self.label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)

    def show_lines(self, lines: Iterable[Text]) -> None:
        """Show these, from the first one on where they are others."""
        words = "\n".join(map(said, lines))
        if words != self.label.text():
            self.label.setText(words)
            self.verticalScrollBar().setValue(0)

    def text(self) -> str:
        """What is shown."""
        return self.label.text()
