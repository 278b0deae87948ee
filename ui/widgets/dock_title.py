"""The title of a dock, with buttons that follow the theme, have names and can be reached by Tab.

The buttons that Qt draws itself stay dark on a dark theme and cannot be focused.
"""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMenu, QToolButton, QWidget

from ui.widgets.icons import IconButton
from ui.widgets.labels import Label
from ui.widgets.sizes import px_size

ICON_PIXELS = 14


class DockTitle(QWidget):
    """Drag it to move the panel, double-click it to show it alone; the buttons float and hide.

    ``menu``: what can be done with what the panel shows; it gets a button of its own.
    """

    doubleClicked = Signal()

    def __init__(self, dock: QDockWidget, menu: QMenu | None = None) -> None:
        super().__init__(dock)
        self.setObjectName("dock-title")
        self.title = Label(dock.windowTitle())
        self.title.setObjectName("dock-title-text")
        self.float_button, self.menu_button = IconButton("float", ""), IconButton("save", "")
        self.close_button = IconButton("close", "", self.tr("Hide; the View menu brings it back"))
        self._say_title(dock.windowTitle())
        dock.windowTitleChanged.connect(self._say_title)
        if dock.widget() is not None:  # what it shows may change
            dock.widget().windowTitleChanged.connect(dock.setWindowTitle)
        self.menu_button.setObjectName("dock-title-menu")
        self.menu_button.setVisible(menu is not None)
        if menu is not None:
            self.menu_button.setMenu(menu)
            self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 4, 3)
        layout.setSpacing(2)
        layout.addWidget(self.title, 1)
        for button in (self.menu_button, self.float_button, self.close_button):
            button.setIconSize(px_size(QSize(ICON_PIXELS, ICON_PIXELS)))
            layout.addWidget(button)
        self.float_button.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self.close_button.clicked.connect(dock.close)

    @Slot(str)
    def _say_title(self, name: str) -> None:
        self.title.setText(name)
        for button, words in (
            (self.float_button, self.tr("Float or dock {panel}")),
            (self.close_button, self.tr("Hide {panel}")),
            (self.menu_button, self.tr("Copy or save {panel}")),
        ):
            button.say(words.format(panel=name))

    def fold(self, folded: bool) -> None:
        """Take no room while the panel is a tab of the only stack: the tab says what it is."""
        self.setVisible(not folded)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), 0) if self.isHidden() else hint

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Taken here: the dock itself would float."""
        self.doubleClicked.emit()
