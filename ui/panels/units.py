"""Units."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from relulab.session.store import RunHistory
from relulab.training.telemetry import ProbeRecord
from ui.panels.live import LivePanel


class UnitsPanel(LivePanel):
    """Units."""

    name = "units"
    unitClicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Units"), self.tr("Press Train to see which units are alive."), parent)
        self._label = QLabel()
        self.set_body(self._label)

    def draw(self, history: RunHistory) -> bool:
        latest = history.latest(ProbeRecord)
        if latest is None:
            return False
        self._label.setText(str(latest["dead"]))
        return True
