"""What shape every layer gives and how many weights it has, from the design alone: no torch, no memory.

The design panel, the memory estimate and the builder all read the same numbers, so a design that does
not fit is refused here, with the layer's name, before anything is allocated.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relulab.catalog.losses import LOSSES, Loss, Target
from relulab.data.dataset import Description
from relulab.errors import ShapeError, SpecError
from relulab.experiment import ActivationChoice, BiasChoice, LayerSpec, ModelSpec

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LayerShape:
    """``output_shape`` without the batch: (units,) or (channels, height, width).

    ``fan_in`` and ``fan_out`` as torch.nn.init counts them, 0 for layers without a weight matrix.
    ``parameter_count`` includes biases, norms' scales and a learned slope.
    """

    output_shape: Shape
    parameter_count: int = 0
    fan_in: int = 0
    fan_out: int = 0

    @property
    def units(self) -> int:
        """Units, or channels of an image."""
        return self.output_shape[0]

    @property
    def size(self) -> int:
        """Numbers per sample."""
        return math.prod(self.output_shape)


def infer_shapes(model: ModelSpec, description: Description, loss: Loss) -> tuple[LayerShape, ...]:
    """The shape of every layer in order, the output layer last.

    Raises ShapeError for a layer that does not fit what comes before it, SpecError for a loss that does not
    suit the task.
    """
    units = output_units(description, loss)
    shape = description.input_shape
    shapes = []
    for index, layer in enumerate(model.layers):
        shapes.append(_RULES[layer.kind](layer, shape, index))
        shape = shapes[-1].output_shape
    if len(shape) == 3:
        raise ShapeError(
            f"The output layer gets an image ({show(shape)}) but needs a row of numbers. Add a Flatten layer before.",
            None,
        )
    output = model.output
    return (*shapes, _matrix(shape[0], units, output.activation, output.bias))


def output_units(description: Description, loss: Loss) -> int:
    """How many units the output layer has for this data and loss. Raises SpecError where they do not go together."""
    where = ("training", "loss")
    if description.task not in loss.tasks:
        fitting = ", ".join(entry.title for entry in LOSSES.values() if description.task in entry.tasks)
        raise SpecError(f"{loss.title} is not for {description.task.value}. Losses that are: {fitting}.", where)
    if loss.target is not Target.BINARY:
        return description.outputs
    if description.outputs != 2:
        raise SpecError(
            f"{loss.title} is for two classes, but the data have {description.outputs}. "
            f"Choose {LOSSES['cross_entropy'].title}.",
            where,
        )
    return 1


def show(shape: Shape) -> str:
    """A shape for people: "32 numbers" or "8 channels of 26 × 26 pixels"."""
    if len(shape) == 1:
        return f"{shape[0]} numbers"
    channels, height, width = shape
    return f"{channels} {'channel' if channels == 1 else 'channels'} of {height} × {width} pixels"


def _matrix(inputs: int, units: int, activation: ActivationChoice | None, bias: BiasChoice | None) -> LayerShape:
    weights = inputs * units
    return LayerShape((units,), weights + _extras(units, activation, bias), inputs, units)


def _extras(units: int, activation: ActivationChoice | None, bias: BiasChoice | None) -> int:
    """Parameters beside the weights: biases and the learned slope of a PReLU."""
    biases = units if bias is not None and bias.name != "none" else 0
    return biases + int(activation is not None and activation.name == "prelu")


def _dense(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    if len(shape) == 3:
        raise ShapeError(
            f"{title(layer, index)} gets an image ({show(shape)}) but needs a row of numbers. "
            "Add a Flatten layer before it.",
            index,
        )
    return _matrix(shape[0], int(layer.parameters["units"]), layer.activation, layer.bias)


def _conv2d(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    inputs, *_ = _image(layer, shape, index)
    if layer.initialization is not None and layer.initialization.entry.dense_only:
        raise ShapeError(
            f"{title(layer, index)}: {layer.initialization.entry.title} weights are only for Dense layers. "
            "Choose another initialization.",
            index,
            ("initialization",),
        )
    height, width = _slide(layer, shape, index, padding=int(layer.parameters["padding"]))
    channels = int(layer.parameters["channels"])
    window = int(layer.parameters["kernel_size"]) ** 2
    parameters = inputs * window * channels + _extras(channels, layer.activation, layer.bias)
    return LayerShape((channels, height, width), parameters, inputs * window, channels * window)


def _pool(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    channels, *_ = _image(layer, shape, index)
    return LayerShape((channels, *_slide(layer, shape, index)))


def _flatten(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    """On a row of numbers it changes nothing, so it is allowed: presets stay valid when the data change."""
    return LayerShape((math.prod(shape),))


def _unchanged(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    return LayerShape(shape)


def _batch_norm(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    return LayerShape(shape, 2 * shape[0] + _extras(0, layer.activation, None))


def _layer_norm(layer: LayerSpec, shape: Shape, index: int) -> LayerShape:
    return LayerShape(shape, 2 * math.prod(shape) + _extras(0, layer.activation, None))


_RULES: Mapping[str, Callable[[LayerSpec, Shape, int], LayerShape]] = {
    "dense": _dense,
    "conv2d": _conv2d,
    "max_pool2d": _pool,
    "avg_pool2d": _pool,
    "flatten": _flatten,
    "dropout": _unchanged,
    "alpha_dropout": _unchanged,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
}


def title(layer: LayerSpec, index: int) -> str:
    """How a layer is called in messages: "Layer 3 (Conv2d)", counted from 1 like the cards."""
    return f"Layer {index + 1} ({layer.entry.title})"


def _image(layer: LayerSpec, shape: Shape, index: int) -> Shape:
    if len(shape) != 3:
        raise ShapeError(
            f"{title(layer, index)} needs an image but gets {show(shape)}. "
            "Use image data, and keep it before any Flatten or Dense layer.",
            index,
        )
    return shape


def _slide(layer: LayerSpec, shape: Shape, index: int, padding: int = 0) -> tuple[int, int]:
    """Height and width after sliding the layer's window over the image."""
    window, stride = int(layer.parameters["kernel_size"]), int(layer.parameters["stride"])
    height, width = shape[1] + 2 * padding, shape[2] + 2 * padding
    if window > min(height, width):
        padded = " (with padding)" if padding else ""
        raise ShapeError(
            f"{title(layer, index)} looks at {window} × {window} pixels, but the image that reaches it is only "
            f"{height} × {width}{padded}. Make the window smaller or remove a layer that shrinks the image.",
            index,
            ("parameters", "kernel_size"),
        )
    return (height - window) // stride + 1, (width - window) // stride + 1
