"""Cures that change what the network is made of."""

from collections.abc import Callable
from typing import Any

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.cures.treatment import NORMS, Design, acting, all_layers, layer_data, layer_path
from relulab.experiment import ExperimentSpec
from relulab.text import text

FEWER_UNITS = 4
SAFE_WIDTH = 16  # wide enough that a layer is hardly ever born dead: 2⁻¹⁶
DROP_RATE = 0.5


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
    data = layer_data(design.spec)
    for index, layer in enumerate(design.spec.model.layers):
        follows = design.spec.model.layers[index + 1].kind if index + 1 < len(data) else ""
        if not layer.entry.has_weights or follows in NORMS:
            layers.append(data[index])
            continue
        layers.append(data[index] | {"activation": "identity"})
        layers.append({"kind": "batch_norm", "activation": data[index]["activation"]})
    if len(layers) == len(data):
        return None
    return Cure("batch_norm", text("Add batch norm before each activation"), (all_layers(layers),))


def plain_output(design: Design) -> Cure:
    """No activation on the output layer."""
    change = Change(("model", "output", "activation"), {"name": "identity"})
    return Cure("plain_output", text("Leave the output layer without an activation"), (change,))


def dropout(design: Design) -> Cure | None:
    """Dropout behind every hidden dense layer, unless there is some already."""
    spec = design.spec
    if any(layer.kind in ("dropout", "alpha_dropout") for layer in spec.model.layers):
        return None
    drop = {"kind": "dropout", "parameters": {"rate": DROP_RATE}}
    layers = [
        part
        for layer, data in zip(spec.model.layers, layer_data(spec), strict=True)
        for part in ([data, drop] if layer.kind == "dense" else [data])
    ]
    if len(layers) == len(spec.model.layers):
        return None
    return Cure(
        "dropout", text("Add dropout of {rate:.0%} behind the dense layers", rate=DROP_RATE), (all_layers(layers),)
    )


def dropout_last(design: Design) -> Cure | None:
    """All dropout behind the last batch norm that it stands before."""
    layers = layer_data(design.spec)
    norms = [index for index, data in enumerate(layers) if data["kind"] == "batch_norm"]
    if not norms:
        return None
    early = [data for data in layers[: norms[-1]] if data["kind"] == "dropout"]
    if not early:
        return None
    rest = [data for data in layers[: norms[-1]] if data["kind"] != "dropout"]
    moved = [*rest, layers[norms[-1]], early[-1], *layers[norms[-1] + 1 :]]
    return Cure("dropout_last", text("Put dropout behind the last batch norm"), (all_layers(moved),))


def fewer_units(design: Design) -> Cure | None:
    """A quarter of the units in every layer."""
    changes = _size_changes(design.spec, lambda units: max(4, units // FEWER_UNITS))
    return Cure("fewer_units", text("Use a quarter of the units"), changes) if changes else None


def more_units(design: Design) -> Cure | None:
    """Four times the units in every layer; a first hidden layer where there is none."""
    if not any(layer.entry.has_weights for layer in design.spec.model.layers):
        layers = [*layer_data(design.spec), "dense"]
        return Cure("hidden_layer", text("Add a hidden layer with ReLU"), (all_layers(layers),))
    changes = _size_changes(design.spec, lambda units: units * FEWER_UNITS)
    return Cure("more_units", text("Use four times the units"), changes)


def wider(design: Design) -> Cure | None:
    """At least 16 units in every layer."""
    changes = _size_changes(design.spec, lambda units: max(SAFE_WIDTH, units))
    return Cure("wider", text("Use at least {units} units per layer", units=SAFE_WIDTH), changes) if changes else None


def fewer_layers(design: Design) -> Cure | None:
    """Every second of the hidden dense layers."""
    dense = [index for index, layer in enumerate(design.spec.model.layers) if layer.kind == "dense"]
    if len(dense) < 4:
        return None
    dropped = set(dense[1::2])
    layers = [data for index, data in enumerate(layer_data(design.spec)) if index not in dropped]
    return Cure("fewer_layers", text("Use half as many layers"), (all_layers(layers),))


def _activation_changes(
    spec: ExperimentSpec, name: str, wanted: Callable[[str], bool], weights: str = ""
) -> tuple[Change, ...]:
    """Put ``name`` where ``wanted`` says so; a dense layer in front of a norm keeps its identity."""
    changes = []
    for index, layer in enumerate(spec.model.layers):
        present = acting(spec, index)
        if layer.activation is None or present != layer.activation.name or not wanted(present):
            continue
        if layer.kind in NORMS and present == "identity":
            continue
        changes.append(Change(layer_path(index, "activation"), {"name": name}))
        if weights and layer.initialization is not None:
            changes.append(Change(layer_path(index, "initialization"), {"name": weights}))
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
