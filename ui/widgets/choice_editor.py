"""A choice from a registry with the parameters of what was chosen: what the catalogue gains appears by itself."""

from collections.abc import Collection, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.entry import Entry, Value
from relulab.formatting import mid_sentence
from relulab.registry import Registry
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.curve_picture import ICON, activation_icon, curve_pixmap
from ui.widgets.edit import Edit, Path
from ui.widgets.entry_page import EntryPopup, entry_page, entry_tip
from ui.widgets.field_row import ParameterRow, TitledField
from ui.widgets.focus import tab_through
from ui.widgets.icons import IconButton
from ui.widgets.labels import Label
from ui.widgets.layouts import column
from ui.widgets.sizes import px_size

INDENT = 12  # pixels: parameters stand below what they belong to
GAP = 4  # pixels between parameters
PAGE_PICTURE = QSize(220, 120)


class EntryField(TitledField):
    """Chooses one key of ``registry``; the "i" opens the page of the chosen entry."""

    def __init__(self, title: str, registry: Registry[Any], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.registry = registry
        self.combo = Combo(self._items())
        self.info = IconButton("info", self.tr("About the chosen {field}").format(field=mid_sentence(title)))
        self.notes = QVBoxLayout()
        self.column = column(self, spacing=2)
        self._arrange()
        self.combo.edited.connect(self._chosen)
        self.info.clicked.connect(self.show_page)

    @property
    def entry(self) -> Entry | None:
        """The chosen entry, None before the first ``setValue``."""
        key = self.combo.value()
        return self.registry[key] if key else None

    @property
    def page_entry(self) -> Entry | None:
        """The chosen entry as its page tells of it."""
        return self.entry

    def setValue(self, key: str) -> None:
        """Show the entry ``key`` without a signal."""
        self.combo.setValue(key)
        self._tell()

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Show ``message`` below the choice; an empty one clears the mark."""
        self._problem.set_problem(message, awaits_choice)
        self.combo.setAccessibleDescription(message)

    def refresh_items(self) -> None:
        """Draw the lines anew, after a change of theme."""
        self.combo.set_items(self._items())

    def show_page(self) -> None:
        """Open the page of the chosen entry."""
        if (entry := self.page_entry) is not None:
            EntryPopup(entry, *self.picture(entry), self).show_beside(self.info)

    def _tell(self) -> None:
        if (entry := self.page_entry) is not None:
            self.combo.setWhatsThis(entry_page(entry))

    def item_icon(self, entry: Any) -> QIcon | None:
        """The icon of an entry in the list."""
        return None

    def picture(self, entry: Any) -> tuple[QPixmap | None, str]:
        """A picture for the page of an entry, and its caption."""
        return None, ""

    def _chosen(self, key: str) -> None:
        self.edited.emit(Edit(self.change_text(), {(): key}))

    def _items(self) -> list[Item]:
        return [
            Item(entry.key, entry.title, entry_tip(entry), getattr(entry, "group", ""), self.item_icon(entry))
            for entry in self.registry.values()
        ]

    def _arrange(self) -> None:
        name = Label(self.title)
        name.setBuddy(self.combo)
        self.combo.setAccessibleName(self.title)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.combo, 1)
        head.addWidget(self.info)
        self.column.addWidget(name)
        nest(self.column, head)
        nest(self.column, self.notes)
        self.column.addWidget(self._problem)


class ChoiceEditor(EntryField):
    """Edits a ``spec.Choice``: which entry, and each of its parameters.

    ``name_field`` is the attribute that holds the entry's key ("kind" for layers). The parameters of the entries
    ``elsewhere`` are edited in another place.
    """

    def __init__(
        self, title: str, registry: Registry[Any], name_field: str = "name", parent: QWidget | None = None,
        elsewhere: Collection[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(title, registry, parent)
        self._elsewhere = elsewhere
        self._name_field = name_field
        self._choice: Any = None
        self._rows: dict[str, ParameterRow] = {}
        self._parameters = QVBoxLayout()
        self._parameters.setSpacing(GAP)
        nest(self.column, self._parameters)

    def setValue(self, choice: Any) -> None:
        """Show ``choice`` (its key and ``parameters``) without a signal."""
        key = getattr(choice, self._name_field)
        if self._choice is None or getattr(self._choice, self._name_field) != key:
            super().setValue(key)
            self._build_rows()
        self._choice = choice
        self.combo.setValue(key)
        self._tell()
        for name, row in self._rows.items():
            row.setValue(choice.parameters[name])

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Mark the parameter that ``where`` names, or the choice itself for anything else that is said of it."""
        wrong = self._rows.get(str(where[1])) if where[:1] == ("parameters",) and len(where) > 1 else None
        for row in self._rows.values():
            row.mark((), message if row is wrong else "", awaits_choice)
        super().mark(where, "" if wrong else message, awaits_choice)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        for name, row in self._rows.items():
            for _where, message in row.drafts():
                yield ("parameters", name), message

    def row(self, name: str) -> ParameterRow:
        """The line of the parameter ``name``."""
        return self._rows[name]

    def carried_over(self, entry: Entry) -> dict[str, Value]:
        """Parameters for another entry: those of the same name keep their value where it is allowed there."""
        kept = {}
        for parameter in entry.parameters:
            try:
                kept[parameter.name] = parameter.check(self._choice.parameters.get(parameter.name, parameter.default))
            except ValueError:
                kept[parameter.name] = parameter.default
        return kept

    def _chosen(self, key: str) -> None:
        changes: dict[Path, Any] = {(self._name_field,): key, ("parameters",): self.carried_over(self.registry[key])}
        self.edited.emit(Edit(self.change_text(), changes))

    def _build_rows(self) -> None:
        for row in self._rows.values():
            self._parameters.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        entry = self.entry
        for parameter in entry.parameters if entry is not None and entry.key not in self._elsewhere else ():
            row = ParameterRow(parameter)
            row.edited.connect(lambda edit, name=parameter.name: self.edited.emit(edit.under(("parameters", name))))
            row.drafted.connect(self.drafted)
            self._rows[parameter.name] = row
            self._parameters.addWidget(row)
        self._parameters.setContentsMargins(INDENT, GAP if self._rows else 0, 0, 0)
        tab_through(self)


class ActivationEditor(ChoiceEditor):
    """Edits an ``ActivationChoice``, with the curve of each function beside its name."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title or self.tr("Activation"), ACTIVATIONS, parent=parent)
        self.combo.setIconSize(px_size(QSize(*ICON)))

    @property
    def page_entry(self) -> Entry | None:
        entry = self.entry
        if not isinstance(entry, Activation) or getattr(self._choice, "name", "") != entry.key:
            return entry
        return entry.with_parameters(self._choice.parameters)

    def item_icon(self, entry: Activation) -> QIcon:
        return activation_icon(entry.key, self)

    def picture(self, entry: Activation) -> tuple[QPixmap, str]:
        parameters: dict[str, Value] = self._choice.parameters
        ink = self.palette().color(QPalette.ColorRole.Highlight)
        axes = self.palette().color(QPalette.ColorRole.Mid)
        ratio = self.devicePixelRatioF()
        picture = curve_pixmap(entry, parameters, PAGE_PICTURE, ink, axes, ratio, derivative=True)
        return picture, self.tr("solid: output, dashed: slope")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh_items()
