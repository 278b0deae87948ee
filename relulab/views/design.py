"""The layers of a design and its settings in words: for the cards of the editor, the tables and the drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relulab.catalog.entry import Parameter, Value
from relulab.experiment import LayerSpec, OutputSpec
from relulab.experiment.described_fields import choice_text
from relulab.formatting import mid_sentence, value_text
from relulab.model.plan import DesignPlan
from relulab.model.shapes import LayerShape
from relulab.text import NOTHING, Text, joined, text

INPUT, OUTPUT = text("Input"), text("Output")
IN_THE_SHAPE = ("units", "channels")  # settings that the shape of the output tells, too
ALWAYS_SAID = ("kernel_size",)  # even where it has its usual value

# how inputs can be scaled: what it is called, and what it does
SCALINGS: Mapping[str, tuple[Text, Text]] = {
    "raw": (text("Raw values"), text("As they are in the files: pixels run from 0 to 255.")),
    "unit": (text("0 to 1"), text("Divided by the largest pixel value, or fitted into 0 to 1.")),
    "standardized": (text("Standardized"), text("Mean 0 and standard deviation 1.")),
}


# how target numbers can be scaled
TARGET_SCALINGS: Mapping[str, tuple[Text, Text]] = {
    "": (text("Auto"), text("Standardized for tables, as they are for others.")),
    "raw": (text("As they are"), text("The network learns the numbers of the data.")),
    "standardized": (text("Standardized"), text("The network learns numbers of mean 0 and standard deviation 1.")),
}


def scaling_text(name: str) -> str:
    """``Standardized: mean 0 and standard deviation 1``."""
    title, meaning = (str(part) for part in SCALINGS[name])
    return f"{title}: {mid_sentence(meaning).rstrip('.')}"


@dataclass(frozen=True, slots=True)
class LayerView:
    """A layer in words: a hidden one (``number`` counts from 1), the output, or the input (which has no ``layer``).

    ``shape`` is what it puts out, (units,) or (channels, height, width); empty where it cannot be told.
    """

    layer: LayerSpec | OutputSpec | None
    number: int = 0
    shape: tuple[int, ...] = ()
    parameters: int = 0

    @classmethod
    def of(cls, layer: LayerSpec | OutputSpec, number: int = 0, shape: LayerShape | None = None) -> "LayerView":
        """``shape`` is None where it cannot be told."""
        return cls(layer, number, shape.output_shape, shape.parameter_count) if shape else cls(layer, number)

    @property
    def kind(self) -> Text:
        """``Dense``."""
        if isinstance(self.layer, LayerSpec):
            return text(self.layer.entry.title)
        return OUTPUT if self.layer else INPUT

    @property
    def heading(self) -> str:
        """Its kind with its number: ``1 Dense``."""
        return f"{self.number} {self.kind}" if self.number else str(self.kind)

    @property
    def headline(self) -> Text:
        """Its kind with what tells layers of one kind apart: ``Dense 64``, ``Conv2d 8, 3×3``, ``Output 10``."""
        size = self.shape[0] if self.shape else ""
        if isinstance(self.layer, LayerSpec):
            size = self.layer.entry.headline.format(**self.layer.parameters)
        return text("{kind} {size}", kind=self.kind, size=size) if size else self.kind

    @property
    def details(self) -> Text:
        """In short how it bends and begins: ``ReLU · He normal · bias -3``."""
        layer = self.layer
        if layer is None:
            return NOTHING
        bends = layer.activation is not None and layer.activation.name != "identity"
        shown = bends or isinstance(layer, OutputSpec) or layer.entry.has_weights
        choices = (layer.activation if shown else None, layer.initialization)
        words: list[Text | str] = [without_brackets(choice.entry.title) for choice in choices if choice is not None]
        if layer.bias is not None and layer.bias.name == "constant" and layer.bias.parameters["value"]:
            words.append(text("bias {value}", value=value_text(layer.bias.parameters["value"])))
        elif layer.bias is not None and layer.bias.name == "spread":
            words.append(text("spread biases"))
        return joined(words, " · ")

    @property
    def activation(self) -> str:
        """With all its parameters; a dash for none, as for the others below."""
        return choice_text(self.layer.activation if self.layer else None, printed=True)

    @property
    def initialization(self) -> str:
        return choice_text(self.layer.initialization if self.layer else None, defaults=False, printed=True)

    @property
    def bias(self) -> str:
        """A constant bias by its value alone."""
        bias = self.layer.bias if self.layer else None
        if bias is not None and bias.name == "constant":
            return value_text(bias.parameters["value"], printed=True)
        return choice_text(bias, printed=True).lower()

    @property
    def output(self) -> str:
        """``8×26×26``."""
        return "×".join(f"{side:,}" for side in self.shape)

    @property
    def arrow(self) -> Text:
        """``→ 8×26×26``."""
        return text("→ {output}", output=self.output) if self.shape else NOTHING

    @property
    def parameter_count(self) -> Text:
        """``8,320 parameters``; empty for none."""
        if self.parameters == 1:
            return text("1 parameter")
        return text("{count:parameter|parameters}", count=self.parameters) if self.parameters else NOTHING

    @property
    def settings(self) -> str:
        """All of them: ``channels 8, filter size 3, step 1``."""
        return self._settings(lambda parameter, value: True)

    @property
    def special_settings(self) -> str:
        """Those that are not usual, and that nothing else tells."""
        return self._settings(
            lambda parameter, value: (
                parameter.name not in IN_THE_SHAPE and (value != parameter.default or parameter.name in ALWAYS_SAID)
            )
        )

    @property
    def spoken(self) -> Text:
        """All that a card says, as one sentence for screen readers."""
        parts = (self.headline, self.details, self.arrow, self.parameter_count)
        return joined([part for part in parts if part.template], ", ")

    def _settings(self, told: Callable[[Parameter, Value], bool]) -> str:
        if not isinstance(self.layer, LayerSpec):
            return ""
        values = ((parameter, self.layer.parameters[parameter.name]) for parameter in self.layer.entry.parameters)
        return ", ".join(
            f"{mid_sentence(parameter.title)} {value_text(value, printed=True)}"
            for parameter, value in values
            if told(parameter, value)
        )


def layer_views(plan: DesignPlan) -> list[LayerView]:
    """The input, every hidden layer, and the output."""
    hidden = [LayerView.of(layer, index + 1, shape) for index, layer, _, shape in plan.hidden]
    inputs = LayerView(None, shape=plan.description.input_shape)
    return [inputs, *hidden, LayerView.of(plan.spec.model.output, shape=plan.shapes[-1])]


def without_brackets(title: str) -> str:
    """ "Glorot (Xavier) normal" becomes "Glorot normal"."""
    before, bracket, rest = title.partition(" (")
    return before + rest.partition(")")[2] if bracket else title
