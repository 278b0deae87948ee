"""The present numbers of a unit, one line each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from relulab.training.telemetry import ChangeRecord
from relulab.views.parts import finite
from relulab.views.unit import UnitFacts, change_line
from relulab.views.units import FIRES_ON, GREATEST_INPUT
from ui.platform.translation import said
from ui.widgets.wrapped import WrappedLabel

CHANGES_SHOWN = 3  # the newest ones


class Numbers(QWidget):
    """Names on the left, values on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fires = WrappedLabel()
        self.greatest = WrappedLabel()
        self.fired_last = WrappedLabel()
        self.changed = WrappedLabel()
        self._changed_name = QLabel(self.tr("changed by hand"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, value, tip) in enumerate(
            (
                (QLabel(said(FIRES_ON)), self.fires, self.tr("Share of samples (and positions) with h above 0")),
                (QLabel(said(GREATEST_INPUT)), self.greatest, self.tr("Over the probe set, now")),
                (QLabel(self.tr("fired last")), self.fired_last, self.tr("As far as the measurements tell")),
                (self._changed_name, self.changed, self.tr("The newest changes to this unit or its layer")),
            )
        ):
            name.setProperty("role", "muted")
            name.setToolTip(tip)
            value.setToolTip(tip)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)

    def show_numbers(self, facts: UnitFacts, changes: Sequence[ChangeRecord], samples: int) -> None:
        """Over ``samples`` probe samples."""
        self.fires.setText(said(facts.firing_words(samples)))
        self.greatest.setText(said(finite(facts.greatest)))
        self.fired_last.setText(said(facts.fired_words))
        self.changed.setText("\n".join(said(change_line(change)) for change in changes[-CHANGES_SHOWN:]))
        for part in (self._changed_name, self.changed):
            part.setVisible(bool(changes))
