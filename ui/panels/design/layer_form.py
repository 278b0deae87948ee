"""The details of one layer: its kind, activation, initialization and bias, each with its parameters."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.model.shapes import LayerShape
from relulab.spec import InitializationChoice, LayerSpec, OutputSpec
from ui.panels.design.edits import of_kind
from ui.panels.design.pairing import NOMINAL, better_initialization
from ui.widgets.activation_editor import ActivationEditor
from ui.widgets.choice_editor import ChoiceEditor
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
        self._hint = QToolButton()
        if not is_output:
            self.add_field((), ChoiceEditor(self.tr("Kind"), LAYERS, name_field="kind"))
        for name, editor in self._parts.items():
            self.add_field((name,), editor)
        self._arrange_hint()

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

    def _arrange_hint(self) -> None:
        self._hint.setAutoRaise(True)
        self._hint.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._hint.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._hint.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._hint.clicked.connect(self._take_recommended)
        self._parts["initialization"].notes.addWidget(self._hint)
        self._hint.hide()

    def _update_hint(self) -> None:
        layer = self._layer
        better = (
            better_initialization(layer.activation, layer.initialization, self._shape)
            if layer is not None and layer.activation and layer.initialization
            else None
        )
        self._hint.setVisible(better is not None)
        if better is not None:
            activation = layer.activation.entry.title
            text = self.tr("For {activation}, use {initialization}")
            self._hint.setText(text.format(activation=activation, initialization=better.title))
            self._hint.setProperty("key", better.key)
            tip = self.tr("Recommended for {activation}: {summary}")
            self._hint.setToolTip(tip.format(activation=activation, summary=better.summary))

    def _take_recommended(self) -> None:
        choice = InitializationChoice(name=self._hint.property("key"))
        self.edited.emit(Edit(self.tr("Change initialization"), {("initialization",): choice}))
