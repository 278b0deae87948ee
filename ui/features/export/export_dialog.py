"""What can be taken out of the lab, in words: every format of the registry, and why one is not possible now."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from relulab.export.formats import Format
from ui.widgets.wrapped import WrappedLabel

WIDTH = 520  # pixels
INDENT = 22  # pixels: below the words of a radio button, not below its circle
GAP = 10  # pixels between two groups


@dataclass(frozen=True, slots=True)
class FormatOffer:
    """A format; ``reason`` says why it is not possible now, or is empty."""

    format: Format
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Formats that are made of the same; ``reason`` is one for all of them, or empty."""

    heading: str
    offers: tuple[FormatOffer, ...]
    reason: str = ""


class ExportDialog(QDialog):
    """``chosen`` carries the key of a format. Escape closes the dialog."""

    chosen = Signal(str)

    def __init__(self, groups: Sequence[Group], last: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export")
        self.setWindowTitle(self.tr("Export"))
        self.choices: dict[str, QRadioButton] = {}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setText(self.tr("&Choose a place…"))
        self._arrange(groups)
        self._choose_first(last)
        self.buttons.accepted.connect(self._tell)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self.deleteLater)

    def _choose_first(self, last: str) -> None:
        possible = [key for key, choice in self.choices.items() if choice.isEnabled()]
        self._save.setEnabled(bool(possible))
        if possible:
            choice = self.choices[last if last in possible else possible[0]]
            choice.setChecked(True)
            choice.setFocus()

    @Slot()
    def _tell(self) -> None:
        key = next(key for key, choice in self.choices.items() if choice.isChecked())
        self.accept()
        self.chosen.emit(key)

    def _arrange(self, groups: Sequence[Group]) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(2)
        for group in groups:
            layout.addWidget(_heading(group.heading))
            if group.reason:
                layout.addWidget(_line(group.reason))
            for offer in group.offers:
                self._add(offer, group.reason, layout)
            layout.addSpacing(GAP)
        layout.addStretch()
        layout.addWidget(self.buttons)
        self.resize(WIDTH, layout.heightForWidth(WIDTH))

    def _add(self, offer: FormatOffer, group_reason: str, layout: QVBoxLayout) -> None:
        choice = QRadioButton(offer.format.title.replace("&", "&&"))
        choice.setEnabled(not (offer.reason or group_reason))
        choice.setAccessibleDescription(" ".join((offer.format.summary, offer.reason or group_reason)))
        self.choices[offer.format.key] = choice
        layout.addSpacing(GAP // 2)
        layout.addWidget(choice)
        layout.addWidget(_line(offer.format.summary, INDENT, "muted"))
        if offer.reason:
            layout.addWidget(_line(offer.reason, INDENT))


def _heading(text: str) -> QLabel:
    label = _line(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _line(text: str, indent: int = 0, role: str = "") -> QLabel:
    """A text that wraps, and asks for no more height than it needs at the width of the dialog."""
    label = WrappedLabel(text)
    policy = label.sizePolicy()
    policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
    label.setSizePolicy(policy)
    label.setContentsMargins(indent, 0, 0, 0)
    label.setProperty("role", role)
    return label
