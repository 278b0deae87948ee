"""The details of one layer: its kind, activation, initialization and bias, each with its parameters."""

from typing import Any

from PySide6.QtWidgets import QWidget

from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.experiment import InitializationChoice, LayerSpec, OutputSpec
from relulab.model.shapes import LayerShape
from ui.features.design.edits import of_kind
from ui.features.design.pairing import NOMINAL, better_initialization
from ui.features.design.pairing_hint import PairingHint
from ui.widgets.choice_editor import ActivationEditor, ChoiceEditor
from ui.widgets.edit import Edit
from ui.widgets.form import Form


class LayerForm(Form):
    """Edits a ``LayerSpec``, or the ``OutputSpec`` when it ``is_output``: that one has no kind to choose."""

    def __init__(self, is_output: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer: Any = None
        self._shape = NOMINAL
        self._parts: dict[str, ChoiceEditor] = {
            "activation": ActivationEditor(),
            "initialization": ChoiceEditor(self.tr("Initialization"), INITIALIZATIONS),
            "bias": ChoiceEditor(self.tr("Bias"), BIASES),
        }
        self.hint = PairingHint()
        if not is_output:
            self.add_field((), ChoiceEditor(self.tr("Kind"), LAYERS, name_field="kind"))
        for name, editor in self._parts.items():
            self.add_field((name,), editor)
        self._parts["initialization"].notes.addWidget(self.hint)
        self.hint.taken.connect(self._take_recommended)

    def setValue(self, layer: LayerSpec | OutputSpec) -> None:
        """Show ``layer``; what its kind does not have is hidden."""
        self._layer = layer
        for path, field in self.fields():
            part = getattr(layer, str(path[0])) if path else layer
            field.setVisible(part is not None)
            if part is not None:
                field.setValue(part)
        self._update_hint()

    def set_shape(self, shape: LayerShape | None) -> None:
        """Tell the number of inputs and outputs, on which the recommended scale depends."""
        self._shape = shape if shape is not None and shape.fan_in else NOMINAL
        self._update_hint()

    def relay(self, edit: Edit) -> Edit:
        """Another kind of layer keeps the parts that both kinds have."""
        if ("kind",) not in edit.changes:
            return edit
        layer = of_kind(self._layer, edit.changes[("kind",)], edit.changes[("parameters",)])
        return Edit(edit.text, {(): layer})

    def _update_hint(self) -> None:
        layer = self._layer
        if layer is None or layer.activation is None or layer.initialization is None:
            self.hint.recommend(None, "")
        else:
            better = better_initialization(layer.activation, layer.initialization, self._shape)
            self.hint.recommend(better, layer.activation.entry.title)

    def _take_recommended(self, name: str) -> None:
        choice = InitializationChoice(name=name)
        self.edited.emit(Edit(self.tr("Change initialization"), {("initialization",): choice}))
