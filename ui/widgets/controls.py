"""One control per kind of parameter, so that every parameter of the catalogue can be edited without a line of its own.

All of them speak alike: ``value()``, ``setValue(value)`` without a signal, ``edited`` with each value that a user
enters, and, where a text can be senseless, ``problem`` with ``problemChanged``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from relulab.catalog.entry import LONGEST_NUMBERS, Kind, Parameter, Value
from relulab.data.untrusted_paths import release
from ui.widgets.combo import Combo, Item
from ui.widgets.file_dialogs import ask_open
from ui.widgets.icons import IconButton
from ui.widgets.labels import set_tip
from ui.widgets.number_field import NumberField, field_height, is_undo_or_redo

TYPED = frozenset({Kind.INTEGER, Kind.REAL, Kind.TEXT})  # edited letter by letter: one step of undo per visit


class TextField(QLineEdit):
    """A line of text. Undo and redo are left to the window."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST_NUMBERS)  # Qt's own 32,767 would cut off what a design holds
        self.textEdited.connect(self.edited.emit)

    def value(self) -> str:
        return self.text()

    def setValue(self, text: str) -> None:
        """Show ``text``, leaving the cursor alone where nothing changes."""
        if text != self.text():
            self.setText(text)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), field_height(self))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_undo_or_redo(event):
            event.ignore()
            return False
        return super().event(event)


class FlagField(QCheckBox):
    """A box to tick."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(lambda: self.edited.emit(self.isChecked()))

    def value(self) -> bool:
        return self.isChecked()

    def setValue(self, value: bool) -> None:
        self.setChecked(value)


class FileField(QWidget):
    """The path of a file, typed or picked."""

    edited = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._text = TextField()
        self._browse = IconButton("folder", self.tr("Browse for {title}").format(title=title))
        self._browse.setObjectName("browse")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._browse)
        self.setFocusProxy(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text.edited.connect(self._choose)
        self._browse.clicked.connect(self._pick)

    def value(self) -> str:
        return self._text.text()

    def setValue(self, path: str) -> None:
        self._text.setValue(path)
        set_tip(self._text, path)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._text.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self._text.setAccessibleDescription(description)

    def _pick(self) -> None:
        title = self.tr("Choose a file: {title}").format(title=self._title)
        path = ask_open(self, title, [], beside=self.value())
        if path:
            self.setValue(path)
            self._choose(path)

    def _choose(self, path: str) -> None:
        """What somebody types or picks may be read, even where an opened file named it before."""
        release([path])
        self.edited.emit(path)


class Control(Protocol):
    """What every control below and ``NumberField`` can do."""

    edited: Any  # Signal(value)

    def value(self) -> Value | None: ...
    def setValue(self, value: Any) -> None: ...


_BUILDERS: Mapping[Kind, Callable[[Parameter], Any]] = {
    Kind.INTEGER: NumberField,
    Kind.REAL: NumberField,
    Kind.FLAG: lambda parameter: FlagField(),
    Kind.CHOICE: lambda parameter: Combo(Item(choice, choice) for choice in parameter.choices),
    Kind.TEXT: lambda parameter: TextField(),
    Kind.FILE: lambda parameter: FileField(parameter.title),
}


def control_for(parameter: Parameter) -> Any:
    """The control (a widget that is a ``Control``) that edits ``parameter``, showing its default."""
    control = _BUILDERS[parameter.kind](parameter)
    control.setValue(parameter.default)
    return control
