"""A column of fields that together edit one part of a design: values go in by path, edits come out by path."""

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.experiment import ExperimentSpec
from ui.widgets.edit import Edit, Path
from ui.widgets.field_row import Field
from ui.widgets.layouts import column

SPACING = 8  # pixels between two fields


class Form(QWidget):
    """``edited`` carries an ``Edit`` whose paths begin at the value that ``setValue`` shows.

    ``drafted`` says that a text stands in a field that is no value, or no longer does.
    """

    edited = Signal(object)
    drafted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[tuple[Path, Field]] = []
        self.column = column(self, spacing=SPACING)

    def add_field(self, path: Path, field: Any, column: QVBoxLayout | None = None) -> None:
        """Let ``field`` edit what lies at ``path``; it goes to the end of ``column``, the form's own by default."""
        self._fields.append((path, field))
        (column or self.column).addWidget(field)
        field.edited.connect(lambda edit: self.edited.emit(self.relay(edit.under(path))))
        field.drafted.connect(self.drafted)

    def relay(self, edit: Edit) -> Edit:
        """What a subclass makes of an edit on its way out."""
        return edit

    def setValue(self, value: Any) -> None:
        """Show ``value`` without a signal."""
        with QSignalBlocker(self):
            for path, field in self._fields:
                field.setValue(part(value, path))

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Mark the field nearest to ``where`` with ``message`` and clear all others; an empty message clears all."""
        around = [path for path, _field in self._fields if message and where and where[: len(path)] == path]
        nearest = max(around, key=len, default=None)
        for path, field in self._fields:
            hit = path == nearest
            field.mark(where[len(path) :] if hit else (), message if hit else "", awaits_choice)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        """Where a text stands that is no value, and why."""
        for path, field in self._fields:
            for where, message in field.drafts():
                yield path + where, message

    def fields(self) -> list[tuple[Path, Any]]:
        """Every field with the path that it edits, from top to bottom."""
        return list(self._fields)

    def field(self, path: Path) -> Any:
        """The field that edits ``path``."""
        return dict(self._fields)[path]


def part(value: Any, path: Path) -> Any:
    """What lies at ``path`` inside ``value``: attributes by name, items of lists and tables by key."""
    for step in path:
        value = value[step] if hasattr(value, "__getitem__") else getattr(value, str(step))
    return value


def with_values(spec: ExperimentSpec, changes: Mapping[Path, Any]) -> ExperimentSpec:
    """``spec`` with new values at some paths. Raises SpecError."""
    data: Any = spec.model_dump()
    for path, value in changes.items():
        data = replaced(data, path, value)
    return ExperimentSpec.parse(data)


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of the plain tables and lists in ``value`` with ``new`` at ``path``."""
    if not path:
        return new
    step, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = replaced(value[step], tuple(rest), new)
    return copy
