"""A cure that can be tried: a button with its words beside it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from relulab.diagnosis.cure import Cure
from ui.widgets.labels import as_entry, set_tip
from ui.widgets.wrapped import WrappedLabel


@dataclass(frozen=True, slots=True)
class ShownCure:
    """A cure in words: ``changes`` are the fields it changes, one line each."""

    cure: Cure
    title: str
    changes: tuple[str, ...]


class CureButton(QWidget):
    """``wanted`` carries the offer when its button is pressed. The tip shows what would change."""

    wanted = Signal(object)

    def __init__(self, offer: ShownCure, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = offer
        self.button = QPushButton(as_entry(action))
        self._words = WrappedLabel(offer.title)
        self._arrange()
        self.button.clicked.connect(self._press)

    @Slot()
    def _press(self) -> None:
        self.wanted.emit(self.offer)

    def _arrange(self) -> None:
        changes = "\n".join(self.offer.changes)
        name = self.tr("{action}: {cure}").format(action=self.button.text(), cure=self.offer.title)
        self.button.setAccessibleName(name)
        self.button.setAccessibleDescription(changes)
        set_tip(self, changes)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
