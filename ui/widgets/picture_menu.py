"""The menu of a picture: copy it, save it, save its numbers."""

from enum import Enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.widgets.labels import set_tip


class Wish(Enum):
    """What somebody wants of a picture."""

    COPY = "copy"
    PICTURE = "picture"
    NUMBERS = "numbers"
    FILM = "film"


class PictureMenu(QMenu):
    """``wished`` carries a ``Wish``."""

    wished = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        texts = {
            Wish.COPY: (self.tr("&Copy picture"), self.tr("The picture as it is on the screen, to paste elsewhere")),
            Wish.PICTURE: (self.tr("Save &picture…"), self.tr("As on the screen, or as a drawing that stays sharp")),
            Wish.NUMBERS: (self.tr("Save &numbers…"), self.tr("The numbers that are drawn, as a table")),
            Wish.FILM: (self.tr("Save &film…"), self.tr("The picture at every kept moment of the run, as a film")),
        }
        self.by_wish: dict[Wish, QAction] = {}
        for wish, (text, tip) in texts.items():
            action = self.by_wish[wish] = QAction(text, self)
            set_tip(action, tip)
            action.setData(wish)
            self.addAction(action)
        self.setToolTipsVisible(True)
        self.triggered.connect(self._tell)

    def allow(self, picture: bool, numbers: bool, film: bool = False) -> None:
        """Whether there is a picture at the moment, whether it has numbers, and whether it goes through a run."""
        lacking = {wish for wish, there in ((Wish.NUMBERS, numbers), (Wish.FILM, film)) if not there}
        for wish, action in self.by_wish.items():
            action.setEnabled(picture and wish not in lacking)

    @Slot(QAction)
    def _tell(self, action: QAction) -> None:
        self.wished.emit(action.data())
