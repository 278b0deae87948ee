"""A line with an icon that says what is wrong or would be better; it takes no room while there is nothing to say."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.widgets.icons import sharp_pixmap
from ui.widgets.labels import Label

ICON = 16  # pixels


class MessageLine(QWidget):
    """An icon and a wrapped text. ``role`` is the palette role that colours the icon."""

    def __init__(
        self, icon: str, role: QPalette.ColorRole = QPalette.ColorRole.Text, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._role = icon, role
        self._picture = Label()
        self._label = Label(wordWrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        self.setVisible(False)

    def text(self) -> str:
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Say ``text``; nothing at all when it is empty."""
        if text == self._label.text():
            return
        self._label.setText(text)
        self._draw_icon()
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self.text():
            self._draw_icon()

    def _draw_icon(self) -> None:
        colour = self.palette().color(self._role).name()
        self._picture.setPixmap(sharp_pixmap(self._icon, colour, ICON, self))


class ProblemLine(MessageLine):
    """Why something cannot be used: the sign of an error in the colour of errors, and words.

    Where it only ``awaits_choice`` nothing is wrong: then it is a hint, in the colour of hints.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("error", QPalette.ColorRole.BrightText, parent)
        self.awaits_choice = False

    def set_problem(self, text: str, awaits_choice: bool) -> None:
        """Say ``text``; nothing at all when it is empty."""
        if text and awaits_choice != self.awaits_choice:
            self.awaits_choice = awaits_choice
            role = QPalette.ColorRole
            self._icon, self._role = ("info", role.PlaceholderText) if awaits_choice else ("error", role.BrightText)
            self._draw_icon()
        self.set_text(text)
