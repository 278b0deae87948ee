"""What can be taken out of the lab, in words: every format of the registry, and why one is not possible now."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from relulab.report.export.formats import Format
from ui.widgets.wrapped import WrappedLabel

WIDTH, HEIGHT = 520, 600  # pixels
INDENT = 26  # pixels: below the words of a radio button, not below its circle


@dataclass(frozen=True, slots=True)
class Offer:
    """A format under its ``heading``; ``reason`` says why it is not possible now, or is empty."""

    format: Format
    heading: str
    reason: str = ""


class ExportDialog(QDialog):
    """``chosen`` carries the key of a format. It blocks nothing but its window; Escape closes it."""

    chosen = Signal(str)

    def __init__(self, offers: Sequence[Offer], last: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("export")
        self.setWindowTitle(self.tr("Export"))
        self.choices = {offer.format.key: self._choice(offer) for offer in offers}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setText(self.tr("&Choose a place…"))
        self._arrange(offers)
        self._choose_first(last)
        self.buttons.accepted.connect(self._tell)
        self.buttons.rejected.connect(self.reject)

    def _choice(self, offer: Offer) -> QRadioButton:
        choice = QRadioButton(offer.format.title.replace("&", "&&"))
        choice.setEnabled(not offer.reason)
        choice.setAccessibleDescription(f"{offer.format.summary} {offer.reason}")
        choice.toggled.connect(self._follow)
        return choice

    def _choose_first(self, last: str) -> None:
        possible = [key for key, choice in self.choices.items() if choice.isEnabled()]
        self._save.setEnabled(False)
        if possible:
            choice = self.choices[last if last in possible else possible[0]]
            choice.setChecked(True)
            choice.setFocus()

    @Slot()
    def _follow(self) -> None:
        self._save.setEnabled(any(choice.isChecked() for choice in self.choices.values()))

    @Slot()
    def _tell(self) -> None:
        key = next(key for key, choice in self.choices.items() if choice.isChecked())
        self.accept()
        self.chosen.emit(key)

    def _arrange(self, offers: Sequence[Offer]) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(2)
        heading = ""
        for offer in offers:
            if offer.heading != heading:
                column.addSpacing(10 if heading else 0)
                heading = offer.heading
                column.addWidget(_heading(heading))
            column.addWidget(self.choices[offer.format.key])
            column.addWidget(_below(offer.format.summary, "muted"))
            if offer.reason:
                column.addWidget(_below(offer.reason, ""))
            column.addSpacing(4)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(self.buttons)
        self.resize(WIDTH, HEIGHT)


def _heading(text: str) -> WrappedLabel:
    label = WrappedLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _below(text: str, role: str) -> WrappedLabel:
    """A line below a choice."""
    label = WrappedLabel(text)
    label.setContentsMargins(INDENT, 0, 0, 0)
    label.setProperty("role", role)
    return label
