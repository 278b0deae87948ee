"""The details of one layer: its kind, activation, initialization and bias, each with its parameters."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import BIASES, INITIALIZATIONS, Initialization
from relulab.catalog.layers import LAYERS
from relulab.experiment import ActivationChoice, InitializationChoice, LayerSpec, OutputSpec
from relulab.model.shapes import LayerShape
from ui.features.design.edits import of_kind
from ui.widgets.choice_editor import ActivationEditor, ChoiceEditor
from ui.widgets.edit import Edit
from ui.widgets.form import Form
from ui.widgets.labels import set_tip
from ui.widgets.messages import MessageLine


class PairingHint(QWidget):
    """Takes no room while there is nothing to recommend. ``taken`` carries the key of the initialization."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._line = MessageLine("info", QPalette.ColorRole.Link)
        self.button = QPushButton(self.tr("Use it"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(lambda: self.taken.emit(self._key))
        self.hide()

    def recommend(self, better: Initialization | None, activation: str) -> None:
        """Recommend ``better`` for the activation of that title; None hides the hint."""
        self.setVisible(better is not None)
        if better is None:
            return
        self._key = better.key
        text = self.tr("Recommended for {activation}: {initialization}")
        self._line.set_text(text.format(activation=activation, initialization=better.title))
        self.button.setAccessibleName(self.tr("Use {initialization}").format(initialization=better.title))
        set_tip(self.button, better.summary)

    def text(self) -> str:
        """What is recommended at the moment."""
        return self._line.text()


TOLERANCE = 1.25  # a standard deviation that is off by more than this factor is worth a hint
NOMINAL = LayerShape((64,), fan_in=64, fan_out=64)  # while the shapes are not known
OWN_SCALE = frozenset({"lsuv", "rai"})  # they measure the data, or were made to differ from He
SCALE_FREE = frozenset({"identity"})  # goes with a norm layer, or is a lesson: no scale is wrong for it


def better_initialization(
    activation: ActivationChoice, chosen: InitializationChoice, shape: LayerShape = NOMINAL
) -> Initialization | None:
    """The initialization to recommend instead of ``chosen``, None where its scale is right already."""
    if activation.name in SCALE_FREE or chosen.name in OWN_SCALE:
        return None
    wanted = INITIALIZATIONS[ACTIVATIONS[activation.name].recommended_initialization]
    target = wanted.weight_std(shape.fan_in, shape.fan_out, wanted.complete({}))
    std = INITIALIZATIONS[chosen.name].weight_std(shape.fan_in, shape.fan_out, chosen.parameters)
    return None if target / TOLERANCE <= std <= target * TOLERANCE else wanted


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
