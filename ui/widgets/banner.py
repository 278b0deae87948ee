"""A message across the window that blocks nothing and moves nothing: what happened, and buttons for what to do.

It lies over what is below the bar with Train. While the mouse is on it, or the focus in it, it does not go by itself:
who reaches for its button must not hit what lies under it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from relulab.formatting import readable
from ui.widgets.contents import nest
from ui.widgets.icons import IconButton, line_icon
from ui.widgets.labels import Label
from ui.widgets.palette import LIGHT, Palette

INFO, SUCCESS, WARNING, ERROR = "info", "success", "warning", "error"
ICON_SIZE = 20  # pixels, scaled by the screen
BRIEF_MS = 4000
BELOW = 5  # pixels: the edge of the bar above


@dataclass(frozen=True, slots=True)
class BannerButton:
    """A button of the banner: its text, and what it does."""

    text: str
    act: Callable[[], None]


class Banner(QFrame):
    """Shows one message at a time; ``shownChanged`` tells whether there is one. Escape or × closes it.

    ``lie_below`` gives it its place; it keeps itself as high as its words.
    """

    shownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAutoFillBackground(True)
        self.level = INFO
        self.message = ""
        self.buttons: list[QPushButton] = []  # of the message, in order
        self._palette: Palette = LIGHT
        self._bar: QWidget | None = None
        self._picture = Label()
        self._words = Label(wordWrap=True)
        self._row = QHBoxLayout(self)
        self._button_row = QHBoxLayout()
        self._close = IconButton("close", self.tr("Dismiss this message"), self.tr("Dismiss (Esc)"))
        self._away = QTimer(self, singleShot=True, interval=BRIEF_MS)
        self._away.timeout.connect(self._go_away)
        self._arrange()

    def show_message(self, level: str, message: str, buttons: Sequence[BannerButton] = (), brief: bool = False) -> None:
        """Show ``message``; ``level`` is info, success, warning or error. A ``brief`` one goes by itself."""
        self._clear_buttons()
        self._away.stop()
        if brief:
            self._away.start()
        self.level, self.message = level, readable(message)
        self._words.setText(message)
        for wanted in buttons:
            button = QPushButton(wanted.text)
            button.clicked.connect(lambda _checked=False, act=wanted.act: act())
            self._button_row.addWidget(button)
            self.buttons.append(button)
        self.setProperty("level", level)
        self.setAccessibleName(self.message)
        self._repolish()
        self._place()
        self._fit()
        if self._bar is not None:
            self.show()
            self.raise_()
        self.shownChanged.emit(True)

    @Slot()
    def dismiss(self) -> None:
        """Take the message away."""
        if self.message:
            self._away.stop()
            self._clear_buttons()
            self.level, self.message = INFO, ""
            if self._bar is not None:
                self.hide()
            self.shownChanged.emit(False)

    def lie_below(self, bar: QWidget) -> None:
        """Lie right below ``bar`` from now on, as wide as its window, over what is there."""
        self._bar = bar
        self.setParent(bar.window())
        self.hide()
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        if self._bar is not None:
            top = self._bar.mapTo(self._bar.window(), QPoint(0, self._bar.height())).y()
            self.move(0, top + BELOW)
            self.setFixedWidth(self._bar.window().width())

    @Slot()
    def _go_away(self) -> None:
        """Unless somebody is about to use it: then later."""
        focused = self.focusWidget()
        if self.underMouse() or (focused is not None and focused.hasFocus()):
            self._away.start()
        else:
            self.dismiss()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self._repolish()

    def _clear_buttons(self) -> None:
        for button in self.buttons:
            self._button_row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the wrapped text: a tool bar asks no widget how high it is at its width."""
        self.setFixedHeight(max(self._row.heightForWidth(self.width()), self._row.minimumSize().height()))
        self._row.setGeometry(self.contentsRect())  # a layout that is just resizing its widget keeps the old height

    def _repolish(self) -> None:
        colour = {WARNING: self._palette.warning, ERROR: self._palette.error}.get(self.level, self._palette.accent)
        self._picture.setPixmap(line_icon(self.level, colour).pixmap(ICON_SIZE))
        self.style().unpolish(self)
        self.style().polish(self)

    def _arrange(self) -> None:
        self._words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words.setObjectName("banner-text")
        self._close.setShortcut("Esc")
        self._close.clicked.connect(self.dismiss)
        self._row.setContentsMargins(10, 6, 8, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._picture)
        self._row.addWidget(self._words, 1)
        nest(self._row, self._button_row)
        self._row.addWidget(self._close)
