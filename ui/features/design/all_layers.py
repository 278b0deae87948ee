"""One activation and one initialization for all hidden layers at once."""

from typing import Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.experiment import ActivationChoice, InitializationChoice
from ui.features.design.edits import Layers, with_all
from ui.widgets.combo import Combo, Item
from ui.widgets.curve_picture import ICON, activation_icon
from ui.widgets.edit import Edit
from ui.widgets.entry_page import entry_tip
from ui.widgets.field_row import FieldRow
from ui.widgets.form import SPACING


class AllLayers(QWidget):
    """Shows what the layers with weights have in common. ``edited`` carries the new tuple of layers at path ()."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: Layers = ()
        self.activation = Combo(self._activations())
        self.initialization = Combo(
            Item(entry.key, entry.title, entry_tip(entry)) for entry in INITIALIZATIONS.values()
        )
        self._arrange()
        self.activation.edited.connect(self._set_activation)
        self.initialization.edited.connect(self._set_initialization)

    def setValue(self, layers: Layers) -> None:
        """Show what is common to ``layers``, "Mixed" where they differ."""
        self._layers = layers
        weighted = [layer for layer in layers if layer.entry.has_weights]
        self.setEnabled(bool(weighted))
        self.activation.setValue(_common([layer.activation for layer in weighted]))
        self.initialization.setValue(_common([layer.initialization for layer in weighted]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.activation.set_items(self._activations())

    def _set_activation(self, name: str) -> None:
        layers = with_all(self._layers, activation=ActivationChoice(name=name))
        self.edited.emit(Edit(self.tr("Set all activations"), {(): layers}))

    def _set_initialization(self, name: str) -> None:
        layers = with_all(self._layers, initialization=InitializationChoice(name=name))
        self.edited.emit(Edit(self.tr("Set all initializations"), {(): layers}))

    def _activations(self) -> list[Item]:
        return [
            Item(entry.key, entry.title, entry_tip(entry), icon=activation_icon(entry.key, self))
            for entry in ACTIVATIONS.values()
        ]

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        for title, combo, help in (
            (
                self.tr("Activation"),
                self.activation,
                self.tr("Gives all layers with weights this activation function."),
            ),
            (
                self.tr("Initialization"),
                self.initialization,
                self.tr("Gives all layers with weights this initialization."),
            ),
        ):
            combo.setIconSize(QSize(*ICON))
            combo.setPlaceholderText(self.tr("Mixed"))
            column.addWidget(FieldRow(title, combo, help))
            combo.setAccessibleName(self.tr("{field} of all hidden layers").format(field=title))


def _common(choices: list[Any]) -> str:
    names = {choice.name for choice in choices if choice is not None}
    return names.pop() if len(names) == 1 else ""
