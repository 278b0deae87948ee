"""What can be tried: each cure looks at a design and proposes one change of it, or None where it has no place.

The values are the ones that the recipes were measured with.
"""

from collections.abc import Callable
from typing import Any, Protocol

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.losses import Task
from relulab.catalog.optimizers import OPTIMIZERS
from relulab.data.dataset import Description
from relulab.data.loading import sizes_of, target_scaling
from relulab.diagnosis.cure import Change, Cure
from relulab.experiment import ExperimentSpec
from relulab.experiment.described_fields import Path
from relulab.text import Text, text

NORMS = ("batch_norm", "layer_norm")
FEWER_UNITS = 4
SAFE_WIDTH = 16  # wide enough that a layer is hardly ever born dead: 2⁻¹⁶
DROP_RATE = 0.5
MILD_DROP_RATE = 0.2
USUAL_L1, USUAL_L2, USUAL_DECAY = 1e-5, 1e-4, 0.01
RATE_STEP = 10.0
LONGER = 3
MORE_SAMPLES = 20
WEIGHT_DECAY = 3e-3  # a third of either leaves half of the runs of the overfitting recipe ill
ADAMW_DECAY = 3.0
PATIENCE_EPOCHS = 10
# whose steps are as long as the gradient is; the others divide by its size, so that clipping changes next to nothing
STEPS_GROW = ("sgd", "momentum", "nesterov")
STEP_LENGTH = 1.0  # longest step that clipping leaves, in weight units

_LAYERS = ("model", "layers")
_RATE = ("training", "learning_rate")


class Design(Protocol):
    """What a cure looks at; an Evidence is one."""

    @property
    def spec(self) -> ExperimentSpec: ...
    @property
    def description(self) -> Description: ...


Treatment = Callable[[Design], Cure | None]


def leaky(design: Design) -> Cure | None:
    """Leaky ReLU wherever there is a ReLU."""
    changes = _activation_changes(design.spec, "leaky_relu", lambda name: name in ("relu", "relu6"))
    return Cure("leaky", text("Replace ReLU by leaky ReLU"), changes) if changes else None


def rectify(design: Design) -> Cure | None:
    """ReLU with He weights in hidden layers that squash or do nothing."""
    replaced = ("identity", "sigmoid", "tanh", "softsign", "hardtanh", "softmax")
    changes = _activation_changes(design.spec, "relu", lambda name: name in replaced, "he_normal")
    return Cure("rectify", text("Use ReLU with He weights in the hidden layers"), changes) if changes else None


def batch_norm(design: Design) -> Cure | None:
    """A batch norm between every hidden layer with weights and its activation."""
    layers: list[Any] = []
    data = _layer_data(design.spec)
    for index, layer in enumerate(design.spec.model.layers):
        follows = design.spec.model.layers[index + 1].kind if index + 1 < len(data) else ""
        if not layer.entry.has_weights or follows in NORMS:
            layers.append(data[index])
            continue
        layers.append(data[index] | {"activation": "identity"})
        layers.append({"kind": "batch_norm", "activation": data[index]["activation"]})
    if len(layers) == len(data):
        return None
    return _set("batch_norm", text("Add batch norm before each activation"), _LAYERS, layers)


def plain_output(design: Design) -> Cure:
    """No activation on the output layer."""
    title = text("Leave the output layer without an activation")
    return _set("plain_output", title, ("model", "output", "activation"), {"name": "identity"})


def dropout(design: Design) -> Cure | None:
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
    return _set(
        "dropout", text("Add dropout of {rate:percent} behind the dense layers", rate=DROP_RATE), _LAYERS, layers
    )


def dropout_last(design: Design) -> Cure | None:
    """All dropout behind the last batch norm that it stands before."""
    layers = _layer_data(design.spec)
    norms = [index for index, data in enumerate(layers) if data["kind"] == "batch_norm"]
    if not norms:
        return None
    early = [data for data in layers[: norms[-1]] if data["kind"] == "dropout"]
    if not early:
        return None
    rest = [data for data in layers[: norms[-1]] if data["kind"] != "dropout"]
    moved = [*rest, layers[norms[-1]], early[-1], *layers[norms[-1] + 1 :]]
    return _set("dropout_last", text("Put dropout behind the last batch norm"), _LAYERS, moved)


def fewer_units(design: Design) -> Cure | None:
    """A quarter of the units in every layer."""
    changes = _size_changes(design.spec, lambda units: max(4, units // FEWER_UNITS))
    return Cure("fewer_units", text("Use a quarter of the units"), changes) if changes else None


def hidden_layer(design: Design) -> Cure | None:
    """A first hidden layer where there is none."""
    if any(layer.entry.has_weights for layer in design.spec.model.layers):
        return None
    return _set("hidden_layer", text("Add a hidden layer with ReLU"), _LAYERS, [*_layer_data(design.spec), "dense"])


def more_units(design: Design) -> Cure | None:
    """Four times the units in every layer; a first hidden layer where there is none."""
    if (first := hidden_layer(design)) is not None:
        return first
    changes = _size_changes(design.spec, lambda units: units * FEWER_UNITS)
    return Cure("more_units", text("Use four times the units"), changes)


def wider(design: Design) -> Cure | None:
    """At least 16 units in every layer."""
    changes = _size_changes(design.spec, lambda units: max(SAFE_WIDTH, units))
    return (
        Cure("wider", text("Use at least {units:unit|units} per layer", units=SAFE_WIDTH), changes) if changes else None
    )


def fewer_layers(design: Design) -> Cure | None:
    """Every second of the hidden dense layers."""
    dense = [index for index, layer in enumerate(design.spec.model.layers) if layer.kind == "dense"]
    if len(dense) < 4:
        return None
    dropped = set(dense[1::2])
    layers = [data for index, data in enumerate(_layer_data(design.spec)) if index not in dropped]
    return _set("fewer_layers", text("Use half as many layers"), _LAYERS, layers)


def _activation_changes(
    spec: ExperimentSpec, name: str, wanted: Callable[[str], bool], weights: str = ""
) -> tuple[Change, ...]:
    """Put ``name`` where ``wanted`` says so; a dense layer in front of a norm keeps its identity."""
    changes = []
    for index, layer in enumerate(spec.model.layers):
        present = _acting(spec, index)
        if layer.activation is None or present != layer.activation.name or not wanted(present):
            continue
        if layer.kind in NORMS and present == "identity":
            continue
        changes.append(Change(_layer_path(index, "activation"), {"name": name}))
        if weights and layer.initialization is not None:
            changes.append(Change(_layer_path(index, "initialization"), {"name": weights}))
    return tuple(changes)


def _weight_changes(spec: ExperimentSpec, activation: str, weights: str) -> tuple[Change, ...]:
    """These ``weights`` in every layer that meets this activation."""
    return tuple(
        Change(_layer_path(index, "initialization"), {"name": weights})
        for index, layer in enumerate(spec.model.layers)
        if layer.initialization is not None and _acting(spec, index) == activation
    )


def _size_changes(spec: ExperimentSpec, resize: Callable[[int], int]) -> tuple[Change, ...]:
    return tuple(
        Change((*_LAYERS, index, "parameters", name), after)
        for index, layer in enumerate(spec.model.layers)
        for name in ("units", "channels")
        if name in layer.parameters and (after := resize(before := int(layer.parameters[name]))) != before
    )


def fitting_weights(design: Design) -> Cure | None:
    """The initialization that suits each hidden activation: He for ReLU, Glorot for tanh, LeCun for SELU."""
    changes, used = [], []
    for index, layer in enumerate(design.spec.model.layers):
        activation = _acting(design.spec, index)
        if layer.initialization is None or activation is None:
            continue
        name = ACTIVATIONS[activation].recommended_initialization
        if layer.initialization.name != name:
            changes.append(Change(_layer_path(index, "initialization"), {"name": name}))
            used.append(INITIALIZATIONS[name].title)
    if not changes:
        return None
    names = ", ".join(dict.fromkeys(used))
    output = design.spec.model.output.initialization
    if output.name in ("zeros", "constant", "normal", "uniform"):
        changes.append(Change(("model", "output", "initialization"), {"name": "lecun_normal"}))
    return Cure(
        "fitting_weights", text("Start with weights that suit the activation: {names}", names=names), tuple(changes)
    )


def asymmetric_weights(design: Design) -> Cure | None:
    """RAI in the hidden ReLU layers."""
    changes = _weight_changes(design.spec, "relu", "rai")
    return Cure("rai", text("Start with randomized asymmetric weights (RAI)"), changes) if changes else None


def lecun_for_selu(design: Design) -> Cure | None:
    """LeCun normal for SELU layers."""
    changes = _weight_changes(design.spec, "selu", "lecun_normal")
    return Cure("lecun", text("Start SELU layers with LeCun normal weights"), changes) if changes else None


def zero_bias(design: Design) -> Cure | None:
    """Biases that start at zero."""
    zero = {"name": "constant", "parameters": {"value": 0.0}}
    changes = tuple(
        Change(_layer_path(index, "bias"), zero)
        for index, layer in enumerate(design.spec.model.layers)
        if layer.bias is not None and layer.bias.name == "constant"
    )
    return Cure("zero_bias", text("Start all biases at 0"), changes) if changes else None


def smaller_rate(design: Design) -> Cure:
    """A tenth, or the optimizer's usual rate where the present one is far above it."""
    return _rate(design.spec, min(design.spec.training.learning_rate / RATE_STEP, _usual_rate(design.spec)))


def larger_rate(design: Design) -> Cure:
    """Ten times, or the optimizer's usual rate where the present one is far below it."""
    return _rate(design.spec, max(design.spec.training.learning_rate * RATE_STEP, _usual_rate(design.spec)))


def _usual_rate(spec: ExperimentSpec) -> float:
    return OPTIMIZERS[spec.training.optimizer.name].typical_learning_rate


def _rate(spec: ExperimentSpec, rate: float) -> Cure:
    rate = float(f"{rate:.3g}")
    direction = "smaller" if rate < spec.training.learning_rate else "larger"
    titles = {"smaller": "Use a smaller learning rate: {rate}", "larger": "Use a larger learning rate: {rate}"}
    return _set(f"{direction}_rate", text(titles[direction], rate=rate), _RATE, rate)


def clip(design: Design) -> Cure | None:
    """Gradients cut to a norm that keeps a step no longer than 1, where the step grows with the gradient at all."""
    if design.spec.training.clipping.name != "none" or design.spec.training.optimizer.name not in STEPS_GROW:
        return None
    norm = float(f"{min(1.0, STEP_LENGTH / design.spec.training.learning_rate):.3g}")
    choice = {"name": "norm", "parameters": {"max_norm": norm}}
    return _set("clip", text("Clip the gradient to a norm of {norm}", norm=norm), ("training", "clipping"), choice)


def weight_decay(design: Design) -> Cure:
    """AdamW's own decay, or an L2 penalty for other optimizers."""
    if design.spec.training.optimizer.name == "adamw":
        path: Path = ("training", "optimizer", "parameters", "weight_decay")
        value = max(ADAMW_DECAY, 10.0 * float(design.spec.training.optimizer.parameters["weight_decay"]))
        value = min(value, 10.0)
    else:
        path, value = ("training", "l2"), max(WEIGHT_DECAY, 10.0 * design.spec.training.l2)
    return _set("weight_decay", text("Pull the weights towards 0: weight decay {value}", value=value), path, value)


def longer(design: Design) -> Cure:
    """Three times the steps or epochs."""
    training = design.spec.training
    if training.steps is not None:
        steps = LONGER * training.steps
        return _set("longer", text("Train longer: {steps:step|steps}", steps=steps), ("training", "steps"), steps)
    epochs = LONGER * (training.epochs or 1)
    title = text("Train longer: {epochs:epoch|epochs}", epochs=epochs)
    return _set("longer", title, ("training", "epochs"), epochs)


def weigh_classes(design: Design) -> Cure | None:
    """Each class counts alike in what is trained, however many samples it has."""
    if design.description.task is not Task.CLASSIFICATION or design.spec.training.class_weights != "none":
        return None
    title = text("Let every class count alike: balanced class weights")
    return _set("weigh_classes", title, ("training", "class_weights"), "balanced")


def stop_early(design: Design) -> Cure | None:
    """End when the validation loss gets no better."""
    if design.spec.training.early_stopping:
        return None
    title = text("Stop when the validation loss gets no better")
    return _set("stop_early", title, ("training", "early_stopping"), PATIENCE_EPOCHS)


def scale_inputs(design: Design) -> Cure | None:
    """Pixels to 0…1, other features to mean 0 and deviation 1, and no factor that makes them larger again."""
    if design.spec.data.scaling != "raw":
        if design.spec.data.input_factor > 1.0:
            return _set("scale_inputs", text("Set the input factor to 1"), ("data", "input_factor"), 1.0)
        return None
    scaling = "unit" if design.description.is_image else "standardized"
    titles = {"unit": "Scale the pixels to 0…1", "standardized": "Standardize the inputs"}
    return _set("scale_inputs", text(titles[scaling]), ("data", "scaling"), scaling)


def scale_targets(design: Design) -> Cure | None:
    """Numbers to mean 0 and deviation 1."""
    if design.description.task is not Task.REGRESSION or target_scaling(design.spec.data) != "raw":
        return None
    return _set("scale_targets", text("Standardize the targets"), ("data", "target_scaling"), "standardized")


def more_data(design: Design) -> Cure | None:
    """Twenty times the training samples, as far as there are any."""
    usual = design.description
    present, validation, test = sizes_of(design.spec.data, usual)
    size = present * MORE_SAMPLES
    if usual.available is not None:
        size = min(size, usual.available - validation - test)
    if size <= present:
        return None
    return _set("more_data", text("Learn from more samples: {size}", size=size), ("data", "train_size"), size)


def less_regularization(design: Design) -> Cure | None:
    """No L1, no L2, no dropout."""
    kept = [data for data in _layer_data(design.spec) if data["kind"] not in ("dropout", "alpha_dropout")]
    changes = [Change(("training", name), 0.0) for name in ("l1", "l2") if getattr(design.spec.training, name)]
    if len(kept) < len(design.spec.model.layers):
        changes.append(Change(_LAYERS, kept))
    return Cure("less_regularization", text("Remove penalties and dropout"), tuple(changes)) if changes else None


def smaller_penalty(design: Design) -> Cure | None:
    """L1, L2 and decay of at most their usual sizes."""
    training, changes = design.spec.training, []
    if training.l1 > USUAL_L1:
        changes.append(Change(("training", "l1"), USUAL_L1))
    if training.l2 > USUAL_L2:
        changes.append(Change(("training", "l2"), USUAL_L2))
    if float(training.optimizer.parameters.get("weight_decay", 0.0)) > USUAL_DECAY:
        changes.append(Change(("training", "optimizer", "parameters", "weight_decay"), USUAL_DECAY))
    return Cure("smaller_penalty", text("Pull the weights to 0 less strongly"), tuple(changes)) if changes else None


def less_dropout(design: Design) -> Cure | None:
    """A fifth of the units where dropout takes more."""
    changes = tuple(
        Change((*_LAYERS, index, "parameters", "rate"), MILD_DROP_RATE)
        for index, layer in enumerate(design.spec.model.layers)
        if layer.kind in ("dropout", "alpha_dropout") and float(layer.parameters["rate"]) > MILD_DROP_RATE
    )
    title = text("Drop only {rate:percent} of the units", rate=MILD_DROP_RATE)
    return Cure("less_dropout", title, changes) if changes else None


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


def _set(key: str, title: Text, path: Path, value: Any) -> Cure:
    """The cure that changes a single place of the experiment."""
    return Cure(key, title, (Change(path, value),))


def _layer_path(index: int, part: str) -> Path:
    """Where ``part`` of the layer at ``index`` stands in a spec."""
    return (*_LAYERS, index, part)


def _layer_data(spec: ExperimentSpec) -> list[dict[str, Any]]:
    """The layers of a spec as JSON."""
    data: list[dict[str, Any]] = spec.model_dump(mode="json")["model"]["layers"]
    return data
