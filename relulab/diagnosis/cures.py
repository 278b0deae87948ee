"""What can be tried: each function looks at a design and proposes one change of it, or None where it has no place.

The values are the ones that the recipes of the documentation were measured with.
"""

from collections.abc import Callable
from typing import Any, Protocol

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.optimizers import OPTIMIZERS
from relulab.data.dataset import Description
from relulab.diagnosis.fixes import Change, Fix
from relulab.diagnosis.text import text
from relulab.spec import ExperimentSpec

RATE_STEP = 10.0
LONGER = 3
MORE_SAMPLES = 10
FEWER_UNITS = 4
SAFE_WIDTH = 16  # wide enough that a layer is hardly ever born dead: 2⁻¹⁶
DROP_RATE = 0.5
WEIGHT_DECAY = 1e-3
ADAMW_DECAY = 1.0
PATIENCE_EPOCHS = 10
STEP_LENGTH = 1.0  # longest step that clipping leaves, in weight units
NORMS = ("batch_norm", "layer_norm")

_RATE = ("training", "learning_rate")


class Design(Protocol):
    """What a cure looks at; an Evidence is one."""

    @property
    def spec(self) -> ExperimentSpec: ...
    @property
    def description(self) -> Description: ...


Cure = Callable[[Design], Fix | None]


def smaller_rate(design: Design) -> Fix:
    """A tenth, or the optimizer's usual rate where the present one is far above it."""
    spec = design.spec
    return _rate(spec, min(spec.training.learning_rate / RATE_STEP, _usual_rate(spec)))


def larger_rate(design: Design) -> Fix:
    """Ten times, or the optimizer's usual rate where the present one is far below it."""
    spec = design.spec
    return _rate(spec, max(spec.training.learning_rate * RATE_STEP, _usual_rate(spec)))


def _usual_rate(spec: ExperimentSpec) -> float:
    return OPTIMIZERS[spec.training.optimizer.name].typical_learning_rate


def _rate(spec: ExperimentSpec, rate: float) -> Fix:
    rate = float(f"{rate:.3g}")
    direction = "smaller" if rate < spec.training.learning_rate else "larger"
    titles = {
        "smaller": "Use a smaller learning rate: {rate:g}",
        "larger": "Use a larger learning rate: {rate:g}",
    }
    return Fix(f"{direction}_rate", text(titles[direction], rate=rate), (Change(_RATE, rate),))


def clip(design: Design) -> Fix | None:
    """Gradients cut to a norm that keeps a step no longer than 1."""
    spec = design.spec
    if spec.training.clipping.name != "none":
        return None
    norm = float(f"{min(1.0, STEP_LENGTH / spec.training.learning_rate):.3g}")
    choice = {"name": "norm", "parameters": {"max_norm": norm}}
    return Fix(
        "clip", text("Clip the gradient to a norm of {norm:g}", norm=norm), (Change(("training", "clipping"), choice),)
    )


def leaky(design: Design) -> Fix | None:
    """Leaky ReLU wherever there is a ReLU."""
    spec = design.spec
    changes = _activation_changes(spec, "leaky_relu", lambda name: name in ("relu", "relu6"))
    return Fix("leaky", text("Replace ReLU by leaky ReLU"), changes) if changes else None


def rectify(design: Design) -> Fix | None:
    """ReLU with He weights in hidden layers that squash or do nothing."""
    spec = design.spec
    replaced = ("identity", "sigmoid", "tanh", "softsign", "hardtanh", "softmax")
    changes = _activation_changes(spec, "relu", lambda name: name in replaced, "he_normal")
    return Fix("rectify", text("Use ReLU with He weights in the hidden layers"), changes) if changes else None


def batch_norm(design: Design) -> Fix | None:
    """A batch norm between every hidden layer with weights and its activation."""
    spec = design.spec
    layers: list[Any] = []
    data = _layer_data(spec)
    for index, layer in enumerate(spec.model.layers):
        follows = spec.model.layers[index + 1].kind if index + 1 < len(data) else ""
        if not layer.entry.has_weights or follows in NORMS:
            layers.append(data[index])
            continue
        layers.append(data[index] | {"activation": "identity"})
        layers.append({"kind": "batch_norm", "activation": data[index]["activation"]})
    if len(layers) == len(data):
        return None
    return Fix("batch_norm", text("Add batch norm before each activation"), (_layers(layers),))


def scale_inputs(design: Design) -> Fix | None:
    """Pixels to 0…1, other features to mean 0 and deviation 1."""
    if design.spec.data.scaling != "raw":
        return None
    scaling = "unit" if design.description.is_image else "standardized"
    titles = {"unit": "Scale the pixels to 0…1", "standardized": "Standardize the inputs"}
    return Fix("scale_inputs", text(titles[scaling]), (Change(("data", "scaling"), scaling),))


def fitting_weights(design: Design) -> Fix | None:
    """The initialization that suits each hidden activation: He for ReLU, Glorot for tanh, LeCun for SELU."""
    spec = design.spec
    changes, used = [], []
    for index, layer in enumerate(spec.model.layers):
        activation = _acting(spec, index)
        if layer.initialization is None or activation is None:
            continue
        name = ACTIVATIONS[activation].recommended_initialization
        if layer.initialization.name != name:
            changes.append(Change(_path(index, "initialization"), {"name": name}))
            used.append(INITIALIZATIONS[name].title)
    if not changes:
        return None
    names = ", ".join(dict.fromkeys(used))
    output = spec.model.output.initialization
    if output.name in ("zeros", "constant", "normal", "uniform"):
        changes.append(Change(("model", "output", "initialization"), {"name": "lecun_normal"}))
    return Fix(
        "fitting_weights", text("Start with weights that suit the activation: {names}", names=names), tuple(changes)
    )


def asymmetric_weights(design: Design) -> Fix | None:
    """RAI in the hidden ReLU layers."""
    spec = design.spec
    changes = tuple(
        Change(_path(index, "initialization"), {"name": "rai"})
        for index, layer in enumerate(spec.model.layers)
        if layer.initialization is not None and _acting(spec, index) == "relu"
    )
    return Fix("rai", text("Start with randomized asymmetric weights (RAI)"), changes) if changes else None


def lecun_for_selu(design: Design) -> Fix | None:
    """LeCun normal for SELU layers, alpha dropout behind them."""
    spec = design.spec
    changes = [
        Change(_path(index, "initialization"), {"name": "lecun_normal"})
        for index, layer in enumerate(spec.model.layers)
        if layer.initialization is not None and _acting(spec, index) == "selu"
    ]
    return Fix("lecun", text("Start SELU layers with LeCun normal weights"), tuple(changes)) if changes else None


def zero_bias(design: Design) -> Fix | None:
    """Biases that start at zero."""
    spec = design.spec
    zero = {"name": "constant", "parameters": {"value": 0.0}}
    changes = tuple(
        Change(_path(index, "bias"), zero)
        for index, layer in enumerate(spec.model.layers)
        if layer.bias is not None and layer.bias.name == "constant"
    )
    return Fix("zero_bias", text("Start all biases at 0"), changes) if changes else None


def plain_output(design: Design) -> Fix:
    """No activation on the output layer."""
    change = Change(("model", "output", "activation"), {"name": "identity"})
    return Fix("plain_output", text("Leave the output layer without an activation"), (change,))


def weight_decay(design: Design) -> Fix:
    """AdamW's own decay, or an L2 penalty for other optimizers."""
    spec = design.spec
    if spec.training.optimizer.name == "adamw":
        path: tuple[str | int, ...] = ("training", "optimizer", "parameters", "weight_decay")
        value = max(ADAMW_DECAY, 10.0 * float(spec.training.optimizer.parameters["weight_decay"]))
        value = min(value, 10.0)
    else:
        path, value = ("training", "l2"), max(WEIGHT_DECAY, 10.0 * spec.training.l2)
    return Fix(
        "weight_decay", text("Pull the weights towards 0: weight decay {value:g}", value=value), (Change(path, value),)
    )


def dropout(design: Design) -> Fix | None:
    """Dropout behind every hidden dense layer, unless there is some already."""
    spec = design.spec
    if any(layer.kind in ("dropout", "alpha_dropout") for layer in spec.model.layers):
        return None
    drop = {"kind": "dropout", "parameters": {"rate": DROP_RATE}}
    layers = [
        part
        for layer, data in zip(spec.model.layers, _layer_data(spec), strict=True)
        for part in ([data, drop] if layer.kind == "dense" else [data])
    ]
    if len(layers) == len(spec.model.layers):
        return None
    return Fix("dropout", text("Add dropout of {rate:.0%} behind the dense layers", rate=DROP_RATE), (_layers(layers),))


def fewer_units(design: Design) -> Fix | None:
    """A quarter of the units in every layer."""
    spec = design.spec
    changes = _size_changes(spec, lambda units: max(4, units // FEWER_UNITS))
    return Fix("fewer_units", text("Use a quarter of the units"), changes) if changes else None


def more_units(design: Design) -> Fix | None:
    """Four times the units in every layer; a first hidden layer where there is none."""
    spec = design.spec
    if not any(layer.entry.has_weights for layer in spec.model.layers):
        layers = [*_layer_data(spec), "dense"]
        return Fix("hidden_layer", text("Add a hidden layer with ReLU"), (_layers(layers),))
    changes = _size_changes(spec, lambda units: units * FEWER_UNITS)
    return Fix("more_units", text("Use four times the units"), changes)


def wider(design: Design) -> Fix | None:
    """At least 16 units in every layer."""
    spec = design.spec
    changes = _size_changes(spec, lambda units: max(SAFE_WIDTH, units))
    return Fix("wider", text("Use at least {units} units per layer", units=SAFE_WIDTH), changes) if changes else None


def more_data(design: Design) -> Fix | None:
    """Ten times the training samples, as far as there are any."""
    spec = design.spec
    present = spec.data.train_size or design.description.train_size
    size = present * MORE_SAMPLES
    if design.description.available is not None:
        taken = (spec.data.validation_size or design.description.validation_size) + (
            spec.data.test_size or design.description.test_size
        )
        size = min(size, design.description.available - taken)
    if size <= present:
        return None
    return Fix("more_data", text("Learn from more samples: {size}", size=size), (Change(("data", "train_size"), size),))


def stop_early(design: Design) -> Fix | None:
    """End when the validation loss gets no better."""
    spec = design.spec
    if spec.training.early_stopping:
        return None
    change = Change(("training", "early_stopping"), PATIENCE_EPOCHS)
    return Fix("stop_early", text("Stop when the validation loss gets no better"), (change,))


def longer(design: Design) -> Fix:
    """Three times the steps or epochs."""
    spec = design.spec
    unit = "steps" if spec.training.steps is not None else "epochs"
    length = LONGER * int(spec.training.steps or spec.training.epochs or 1)
    return Fix("longer", text("Train longer: {length} " + unit, length=length), (Change(("training", unit), length),))


def less_regularization(design: Design) -> Fix | None:
    """No L1, no L2, no dropout."""
    spec = design.spec
    kept = [data for data in _layer_data(spec) if data["kind"] not in ("dropout", "alpha_dropout")]
    changes = [Change(("training", name), 0.0) for name in ("l1", "l2") if getattr(spec.training, name)]
    if len(kept) < len(spec.model.layers):
        changes.append(_layers(kept))
    return Fix("less_regularization", text("Remove penalties and dropout"), tuple(changes)) if changes else None


def dropout_last(design: Design) -> Fix | None:
    """All dropout behind the last batch norm that it stands before."""
    spec = design.spec
    layers = _layer_data(spec)
    norms = [index for index, data in enumerate(layers) if data["kind"] == "batch_norm"]
    if not norms:
        return None
    early = [data for data in layers[: norms[-1]] if data["kind"] == "dropout"]
    if not early:
        return None
    rest = [data for data in layers[: norms[-1]] if data["kind"] != "dropout"]
    moved = [*rest, layers[norms[-1]], early[-1], *layers[norms[-1] + 1 :]]
    return Fix("dropout_last", text("Put dropout behind the last batch norm"), (_layers(moved),))


def fewer_layers(design: Design) -> Fix | None:
    """Every second of the hidden dense layers."""
    spec = design.spec
    dense = [index for index, layer in enumerate(spec.model.layers) if layer.kind == "dense"]
    if len(dense) < 4:
        return None
    dropped = set(dense[1::2])
    layers = [data for index, data in enumerate(_layer_data(spec)) if index not in dropped]
    return Fix("fewer_layers", text("Use half as many layers"), (_layers(layers),))


def _acting(spec: ExperimentSpec, index: int) -> str | None:
    """The activation that the weights of the layer at ``index`` meet: its own, or that of the norm behind it."""
    layer = spec.model.layers[index]
    if layer.activation is None:
        return None
    behind = spec.model.layers[index + 1] if index + 1 < len(spec.model.layers) else None
    if layer.activation.name == "identity" and behind is not None and behind.kind in NORMS:
        assert behind.activation is not None
        return behind.activation.name
    return layer.activation.name


def _activation_changes(
    spec: ExperimentSpec, name: str, wanted: Callable[[str], bool], weights: str = ""
) -> tuple[Change, ...]:
    """Put ``name`` where ``wanted`` says so; a dense layer in front of a norm keeps its identity."""
    changes = []
    for index, layer in enumerate(spec.model.layers):
        acting = _acting(spec, index)
        if layer.activation is None or acting != layer.activation.name or not wanted(acting):
            continue
        if layer.kind in NORMS and acting == "identity":
            continue
        changes.append(Change(_path(index, "activation"), {"name": name}))
        if weights and layer.initialization is not None:
            changes.append(Change(_path(index, "initialization"), {"name": weights}))
    return tuple(changes)


def _size_changes(spec: ExperimentSpec, resize: Callable[[int], int]) -> tuple[Change, ...]:
    changes = []
    for index, layer in enumerate(spec.model.layers):
        for name in ("units", "channels"):
            if name in layer.parameters:
                before = int(layer.parameters[name])
                after = resize(before)
                if after != before:
                    changes.append(Change(("model", "layers", index, "parameters", name), after))
    return tuple(changes)


def _path(index: int, part: str) -> tuple[str | int, ...]:
    return ("model", "layers", index, part)


def _layers(layers: list[Any]) -> Change:
    return Change(("model", "layers"), layers)


def _layer_data(spec: ExperimentSpec) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = spec.model_dump(mode="json")["model"]["layers"]
    return data
