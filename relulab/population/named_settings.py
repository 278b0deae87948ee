"""Settings with names of their own for sweeps and maps: those of all hidden layers together, and the textbooks' cures.

hidden.units=4,8,16        hidden.depth=1,2,4,8        hidden.activation=relu,tanh
hidden.bias=lin:-2:0.5:16  hidden.initialization=he_normal,glorot_normal   hidden.noise=lin:0:1:6   hidden.gain=0.5,1,2
cure=none,smaller_rate,prelu,batch_norm                                   cure=none,more_data,l2,dropout
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from relulab.diagnosis.cure import Cure
from relulab.diagnosis.cures import batch_norm, dropout, more_data, smaller_rate
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.setting_paths import SettingPath
from relulab.formatting import quoted
from relulab.model.plan import DesignPlan

Setting = tuple[SettingPath, Any]
Settings = Callable[[ExperimentSpec, Any], Iterator[Setting]]
Treatment = Callable[[ExperimentSpec], Iterator[Setting]]

DEPTH: SettingPath = ("hidden", "depth")
NOISE: SettingPath = ("hidden", "noise")
GAIN: SettingPath = ("hidden", "gain")
CURE: SettingPath = ("cure",)
NO_CURE = "none"
DEEPEST = 200  # layers
EQUAL = 0.1  # what all weights begin as where a design says nothing else
L1, L2 = 1e-3, 3e-3  # penalties that networks which learn by heart can feel


def _units(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    for index, layer in enumerate(spec.model.layers):
        if "units" in layer.parameters:
            yield ("model", "layers", str(index), "parameters", "units"), value


def _depth(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    """The first layers stay, and the last of them is repeated as often as is needed."""
    layers = spec.model_dump(mode="json")["model"]["layers"]
    before = [layer for layer in layers if layer["kind"] == "flatten"]
    dense = [layer for layer in layers if layer["kind"] == "dense"]
    if not dense or len(before) + len(dense) != len(layers):
        raise SpecError("hidden.depth: only networks whose hidden layers are all dense can be made deeper here.", DEPTH)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= DEEPEST:
        raise SpecError(f"hidden.depth: {quoted(value)} is no number of layers from 1 to {DEEPEST}.", DEPTH)
    yield ("model", "layers"), [*before, *(dense[min(place, len(dense) - 1)] for place in range(value))]


def _bias(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    for path in _parts(spec, "bias"):
        yield path, {"name": "constant", "parameters": {"value": value}}


def _noise(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    """Weights that begin as one number, those of a layer that has no such start as ``EQUAL``, and so much noise."""
    for path in _parts(spec, "initialization"):
        start = spec.model.layers[int(path[2])].initialization
        equal = start.parameters["value"] if start is not None and start.name == "constant" else EQUAL
        yield path, {"name": "constant", "parameters": {"value": equal, "noise": value}}


def _gain(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    """Glorot's weights, so many times as wide."""
    for path in _parts(spec, "initialization"):
        yield path, {"name": "glorot_normal", "parameters": {"gain": value}}


def _part(name: str) -> Settings:
    def settings(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
        for path in _parts(spec, name):
            yield path, value

    return settings


def _parts(spec: ExperimentSpec, name: str) -> Iterator[SettingPath]:
    """Where a part of every hidden layer with weights stands."""
    for index, layer in enumerate(spec.model.layers):
        if layer.entry.has_weights and getattr(layer, name) is not None:
            yield ("model", "layers", str(index), name)


def _of_doctor(cure: Callable[[DesignPlan], Cure | None]) -> Treatment:
    """What the doctor would change of a design."""

    def settings(spec: ExperimentSpec) -> Iterator[Setting]:
        found = cure(DesignPlan.of(spec))
        if found is None:
            raise SpecError("cure: this design has no place for it.", CURE)
        for change in found.changes:
            yield tuple(map(str, change.path)), change.value

    return settings


def _penalty(name: str, size: float) -> Treatment:
    return lambda spec: iter([(("training", name), size)])


def _norm(kind: str) -> Treatment:
    def settings(spec: ExperimentSpec) -> Iterator[Setting]:
        cure = batch_norm(DesignPlan.of(spec))
        if cure is None:
            raise SpecError(f"cure: there is no place for another {kind}.", CURE)
        layers = cure.changes[0].value
        yield (
            ("model", "layers"),
            [layer | {"kind": kind} if layer["kind"] == "batch_norm" else layer for layer in layers],
        )

    return settings


def _activation(name: str, **parameters: float) -> Treatment:
    return lambda spec: _part("activation")(spec, {"name": name, "parameters": parameters})


def _clip(spec: ExperimentSpec) -> Iterator[Setting]:
    yield ("training", "clipping"), {"name": "norm", "parameters": {"max_norm": 1.0}}


def _warm_up(spec: ExperimentSpec) -> Iterator[Setting]:
    yield ("training", "schedule"), "warm_up"


OF_DEATH: Mapping[str, Treatment] = {
    "smaller_rate": _of_doctor(smaller_rate),
    "prelu": _activation("prelu"),
    "leaky_0.1": _activation("leaky_relu", negative_slope=0.1),
    "leaky_0.01": _activation("leaky_relu", negative_slope=0.01),
    "batch_norm": _norm("batch_norm"),
    "layer_norm": _norm("layer_norm"),
    "gelu": _activation("gelu"),
    "elu": _activation("elu"),
    "selu": _activation("selu"),
    "clip_to_1": _clip,
    "rai": lambda spec: _part("initialization")(spec, "rai"),
    "warm_up": _warm_up,
}
OF_OVERFITTING: Mapping[str, Treatment] = {
    "more_data": _of_doctor(more_data),
    "one_layer": lambda spec: _depth(spec, 1),
    "l1": _penalty("l1", L1),
    "l2": _penalty("l2", L2),
    "dropout": _of_doctor(dropout),
}
CURES: Mapping[str, Treatment] = {NO_CURE: lambda spec: iter(()), **OF_DEATH, **OF_OVERFITTING}


def _cure(spec: ExperimentSpec, value: Any) -> Iterator[Setting]:
    if value not in CURES:
        raise SpecError(f"cure: {quoted(value)} is none. Known: {', '.join(CURES)}.", CURE)
    return CURES[value](spec)


NAMED: Mapping[SettingPath, Settings] = {  # in the order in which they are applied
    DEPTH: _depth,
    ("hidden", "units"): _units,
    ("hidden", "bias"): _bias,
    ("hidden", "activation"): _part("activation"),
    ("hidden", "initialization"): _part("initialization"),
    NOISE: _noise,
    GAIN: _gain,
    CURE: _cure,
}


def present(spec: ExperimentSpec, path: SettingPath) -> Any:
    """What an experiment has at a path of a setting, a choice by its name; None where it has no such thing."""
    if path == CURE:
        return NO_CURE
    if path == DEPTH:
        return sum(layer.kind == "dense" for layer in spec.model.layers)
    if path == NOISE:
        starts = [layer.initialization for layer in spec.model.layers if layer.initialization is not None]
        return next((start.parameters["noise"] for start in starts if start.name == "constant"), None)
    if path == GAIN:
        starts = [layer.initialization for layer in spec.model.layers if layer.initialization is not None]
        return next((start.parameters["gain"] for start in starts if start.name == "glorot_normal"), None)
    if path in NAMED:
        first = next(NAMED[path](spec, None), None)
        return None if first is None else present(spec, first[0])
    found: Any = spec.model_dump(mode="json")
    for step in path:
        if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict) and step in found:
            found = found[step]
        else:
            return None
    if path[-1] == "bias" and isinstance(found, dict) and found.get("name") == "constant":
        return found["parameters"]["value"]
    return found.get("name") if isinstance(found, dict) else found
