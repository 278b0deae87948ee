"""Gradients."""

from PySide6.QtWidgets import QLabel, QWidget

from relulab.session.store import RunHistory
from relulab.training.telemetry import StepRecord
from ui.panels.live import LivePanel


class GradientsPanel(LivePanel):
    """Gradients."""

    name = "gradients"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Gradients"), self.tr("Press Train to see how large the gradients are."), parent)
        self._label = QLabel()
        self.set_body(self._label)

    def draw(self, history: RunHistory) -> bool:
        latest = history.latest(StepRecord)
        if latest is None:
            return False
        self._label.setText(str(latest["gradient_rms"]))
        return True
