"""What a screen reader is told of widgets that paint themselves, and of boxes that Qt does not name.

Qt knows a role, a name and a value of its own controls only. Here what paints itself is a picture, a plot a chart, a
painted line a text; the value is what it describes itself with, else what the panel around it says of all it shows.
"""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QFrame, QLabel, QScrollArea, QWidget

from ui.widgets.labels import Label

Role = QAccessible.Role
SPOKEN_AS = "spoken_as"  # the attribute of a class that names its role, where it is no picture
SPOKEN_VALUE = "spoken_value"  # the method that says what it shows now, where its description may be older

_installed: list[Any] = []


def speak() -> None:
    """Answer screen readers from now on, in the whole program. Does nothing the second time."""
    if not _installed:
        _installed.append(_interface)
        QAccessible.installFactory(_interface)


def role_of(widget: QWidget) -> QAccessible.Role | None:
    """The role of a widget of ours; None where Qt's own does."""
    role: QAccessible.Role | None = getattr(type(widget), SPOKEN_AS, None)
    if role is None and _paints_itself(type(widget)):
        return Role.Graphic if widget.layout() is None else Role.Grouping  # a card with a border, say
    return Role.Pane if role is None and isinstance(widget, QScrollArea) and widget.accessibleName() else role


class SpokenWidget(QAccessibleWidget):
    """A widget with a role of ours. It has what Qt's has: name, states, children."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role)
        self._shows_something = role not in (Role.StaticText, Role.Grouping, Role.Pane)

    def text(self, kind: QAccessible.Text) -> str:
        widget = self.object()
        if isinstance(widget, QWidget):
            if kind is QAccessible.Text.Value and self._shows_something:
                return value_of(widget)
            if kind is QAccessible.Text.Description and hasattr(widget, SPOKEN_VALUE):
                return value_of(widget)
        return super().text(kind)


def value_of(widget: QWidget) -> str:
    """What it shows: its own description, else that of the first thing around it that has one."""
    around: QWidget | None = widget
    while around is not None:
        asked = getattr(around, SPOKEN_VALUE, around.accessibleDescription)
        if words := str(asked()):
            return words
        around = around.parentWidget()
    return ""


def _interface(_name: str, thing: QObject) -> QAccessibleInterface | None:
    """Called by Qt once for each object that a screen reader asks about."""
    if not isinstance(thing, QWidget):
        return None
    if isinstance(thing, QComboBox):
        _name_box(thing)
        return None
    role = role_of(thing)
    return None if role is None else SpokenWidget(thing, role)


def _name_box(box: QComboBox) -> None:
    """On Linux Qt takes the chosen line for the name of a box, and its name from the label beside it alone."""
    beside = box.parentWidget()
    if beside is None or not box.accessibleName():
        return
    if any(label.buddy() is box for label in beside.findChildren(QLabel)):
        return
    label = Label(box.accessibleName(), beside)
    label.setBuddy(box)
    label.hide()


def _paints_itself(kind: type) -> bool:
    """Whether the class is painted by a method of ours on what is nothing to Qt."""
    ours = [one for one in kind.__mro__ if one.__module__.partition(".")[0] == "ui"]
    base = next(one for one in kind.__mro__ if one.__module__.startswith("PySide6"))
    return base in (QWidget, QFrame) and any("paintEvent" in vars(one) for one in ours)
