"""What the network computes."""

from PySide6.QtWidgets import QLabel, QWidget

from relulab.session.store import RunHistory
from ui.panels.live import LivePanel


class OutputPanel(LivePanel):
    """What the network computes."""

    name = "output"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Output"), self.tr("Press Train to see what the network computes."), parent)
        self._label = QLabel()
        self.set_body(self._label)

    def draw(self, history: RunHistory) -> bool:
        picture = history.picture
        if picture is None:
            return False
        self._label.setText(type(picture).__name__)
        return True
