"""Slopes multiply: slope × weights = gain of each layer, and the running product beside the measured gradient."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.slopes import CAPTION, HEADINGS, OVER, WHY_NONE, slope_rows, slopes_alone
from ui.features.one_input.tables import NumberTable
from ui.platform.translation import said
from ui.widgets.palette import Palette
from ui.widgets.wrapped import WrappedLabel


class SlopesPage(QWidget):
    """A row for each hidden layer, input first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.alone, self.caption = WrappedLabel(), WrappedLabel()
        self.table = NumberTable(self.tr("Slope, weights, gain, product and gradient of each layer"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        for part in (self.alone, self.table, self.caption):
            layout.addWidget(part, int(part is self.table))
        layout.addStretch()

    def show_look(self, info: RunStarted, look: OneInput) -> None:
        """Show the slopes, or say why there are none."""
        found = look.slopes
        self.table.setVisible(found is not None)
        self.caption.setVisible(found is not None)
        if found is None:
            self.alone.setText(said(WHY_NONE))
            return
        self.alone.setText(said(slopes_alone(info, found)))
        self.caption.setText(f"{said(CAPTION)} {said(OVER.filled(samples=look.slope_samples))}")
        self.table.show_numbers(found.titles, [said(heading) for heading in HEADINGS], slope_rows(found))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.caption.setStyleSheet(f"color: {palette.muted};")
