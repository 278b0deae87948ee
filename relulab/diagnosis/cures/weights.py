"""Cures that change what the network starts from."""

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.cures.treatment import Design, acting, layer_path
from relulab.text import text


def fitting_weights(design: Design) -> Cure | None:
    """The initialization that suits each hidden activation: He for ReLU, Glorot for tanh, LeCun for SELU."""
    changes, used = [], []
    for index, layer in enumerate(design.spec.model.layers):
        activation = acting(design.spec, index)
        if layer.initialization is None or activation is None:
            continue
        name = ACTIVATIONS[activation].recommended_initialization
        if layer.initialization.name != name:
            changes.append(Change(layer_path(index, "initialization"), {"name": name}))
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
    changes = tuple(
        Change(layer_path(index, "initialization"), {"name": "rai"})
        for index, layer in enumerate(design.spec.model.layers)
        if layer.initialization is not None and acting(design.spec, index) == "relu"
    )
    return Cure("rai", text("Start with randomized asymmetric weights (RAI)"), changes) if changes else None


def lecun_for_selu(design: Design) -> Cure | None:
    """LeCun normal for SELU layers, alpha dropout behind them."""
    changes = [
        Change(layer_path(index, "initialization"), {"name": "lecun_normal"})
        for index, layer in enumerate(design.spec.model.layers)
        if layer.initialization is not None and acting(design.spec, index) == "selu"
    ]
    return Cure("lecun", text("Start SELU layers with LeCun normal weights"), tuple(changes)) if changes else None


def zero_bias(design: Design) -> Cure | None:
    """Biases that start at zero."""
    zero = {"name": "constant", "parameters": {"value": 0.0}}
    changes = tuple(
        Change(layer_path(index, "bias"), zero)
        for index, layer in enumerate(design.spec.model.layers)
        if layer.bias is not None and layer.bias.name == "constant"
    )
    return Cure("zero_bias", text("Start all biases at 0"), changes) if changes else None
