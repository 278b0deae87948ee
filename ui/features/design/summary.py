"""A layer in a few words: what its card says while it is closed."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from relulab.experiment import ActivationChoice, BiasChoice, InitializationChoice, LayerSpec, OutputSpec
from relulab.model.shapes import LayerShape
from ui.widgets.number_field import number_text

# the parameters that tell layers of one kind apart, written behind its name
HEADLINES: Mapping[str, str] = {
    "dense": "{units}",
    "conv2d": "{channels}, {kernel_size}×{kernel_size}",
    "max_pool2d": "{kernel_size}×{kernel_size}",
    "avg_pool2d": "{kernel_size}×{kernel_size}",
    "dropout": "{rate:g}",
    "alpha_dropout": "{rate:g}",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """The texts of one card. ``spoken`` is all of it as one sentence for screen readers."""

    title: str
    details: str
    shape: str
    count: str

    @property
    def spoken(self) -> str:
        return ", ".join(text for text in (self.title, self.details, self.shape, self.count) if text)


def summarize(layer: LayerSpec, shape: LayerShape | None) -> Summary:
    """The card of a hidden layer; ``shape`` is None where it cannot be told."""
    headline = HEADLINES.get(layer.kind, "").format(**layer.parameters)
    activation = layer.activation if layer.entry.has_weights or _bends(layer.activation) else None
    details = _details(activation, layer.initialization, layer.bias)
    return Summary(f"{layer.entry.title} {headline}".strip(), details, _shape(shape), _count(shape))


def summarize_output(output: OutputSpec, shape: LayerShape | None) -> Summary:
    """The card of the output layer."""
    title = QCoreApplication.translate("Summary", "Output")
    headline = f"{title} {shape.units}" if shape else title
    details = _details(output.activation, output.initialization, output.bias)
    return Summary(headline, details, _shape(shape), _count(shape))


def short(title: str) -> str:
    """A title without what stands in brackets: "Glorot (Xavier) normal" becomes "Glorot normal"."""
    before, bracket, rest = title.partition(" (")
    return before + rest.partition(")")[2] if bracket else title


def _bends(activation: ActivationChoice | None) -> bool:
    return activation is not None and activation.name != "identity"


def _details(
    activation: ActivationChoice | None, initialization: InitializationChoice | None, bias: BiasChoice | None
) -> str:
    words = [short(choice.entry.title) for choice in (activation, initialization) if choice is not None]
    if bias is not None and bias.name == "constant" and bias.parameters["value"]:
        text = QCoreApplication.translate("Summary", "bias {value}")
        words.append(text.format(value=number_text(float(bias.parameters["value"]))))
    return " · ".join(words)


def _shape(shape: LayerShape | None) -> str:
    return "→ " + "×".join(map(str, shape.output_shape)) if shape else ""


def _count(shape: LayerShape | None) -> str:
    if shape is None or not shape.parameter_count:
        return ""
    if shape.parameter_count == 1:
        return QCoreApplication.translate("Summary", "1 parameter")
    text = QCoreApplication.translate("Summary", "{count} parameters")
    return text.format(count=f"{shape.parameter_count:,}")
