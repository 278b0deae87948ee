"""A column of fields that together edit one part of a design: values go in by path, edits come out by path."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.edit import Path
from ui.widgets.field_row import Field

SPACING = 6  # pixels between two fields


class Form(QWidget):
    """``edited`` carries an ``Edit`` whose paths begin at the value that ``setValue`` shows."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[tuple[Path, Field]] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACING)

    def add_field(self, path: Path, field: Any, column: QVBoxLayout | None = None) -> None:
        """Let ``field`` edit what lies at ``path``; it goes to the end of ``column``, the form's own by default."""
        self._fields.append((path, field))
        (column or self.column).addWidget(field)
        field.edited.connect(lambda edit: self.edited.emit(edit.under(path)))

    def setValue(self, value: Any) -> None:
        """Show ``value`` without a signal."""
        with QSignalBlocker(self):
            for path, field in self._fields:
                field.setValue(part(value, path))

    def mark(self, where: Path, message: str) -> None:
        """Mark the field at ``where`` with ``message`` and clear all others; an empty message clears all."""
        for path, field in self._fields:
            inside = bool(message) and where[: len(path)] == path
            field.mark(where[len(path) :], message if inside else "")

    def field(self, path: Path) -> Any:
        """The field that edits ``path``."""
        return dict(self._fields)[path]


def part(value: Any, path: Path) -> Any:
    """What lies at ``path`` inside ``value``: attributes by name, items of lists and tables by key."""
    for step in path:
        value = value[step] if hasattr(value, "__getitem__") else getattr(value, str(step))
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of the plain tables and lists in ``value`` with ``new`` at ``path``."""
    if not path:
        return new
    step, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = replaced(value[step], tuple(rest), new)
    return copy
