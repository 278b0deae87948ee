"""Histograms."""

from PySide6.QtWidgets import QLabel, QWidget

from relulab.session.store import RunHistory
from relulab.training.telemetry import ProbeRecord
from ui.panels.live import LivePanel


class HistogramsPanel(LivePanel):
    """Histograms."""

    name = "histograms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Histograms"), self.tr("Press Train to see what each layer puts out."), parent)
        self._label = QLabel()
        self.set_body(self._label)

    def draw(self, history: RunHistory) -> bool:
        latest = history.latest(ProbeRecord)
        if latest is None:
            return False
        self._label.setText(str(latest["mean"]))
        return True
