"""The name of the unit, and the way to its neighbours."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ui.widgets.elided import ElidedLabel


class Heading(QWidget):
    """``stepped`` carries -1 or 1: to the unit before or after. The keys work everywhere in ``scope``."""

    stepped = Signal(int)

    def __init__(self, scope: QWidget) -> None:
        super().__init__(scope)
        self.name = ElidedLabel()
        self.before, self.after = QToolButton(), QToolButton()
        bold = self.name.font()
        bold.setBold(True)
        self.name.setFont(bold)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.name, 1)
        for button, arrow, by, key, text in (
            (self.before, Qt.ArrowType.LeftArrow, -1, "Alt+Left", self.tr("Unit before ({key})")),
            (self.after, Qt.ArrowType.RightArrow, 1, "Alt+Right", self.tr("Next unit ({key})")),
        ):
            shortcut = QShortcut(QKeySequence(key), scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            tip = text.format(key=QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText))
            button.setArrowType(arrow)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            for signal in (shortcut.activated, button.clicked):
                signal.connect(lambda _checked=False, by=by: self.stepped.emit(by))
            layout.addWidget(button)

    def show_name(self, name: str) -> None:
        """Of a unit; nothing where none is chosen."""
        self.name.setText(name)
        self.before.setVisible(bool(name))
        self.after.setVisible(bool(name))
