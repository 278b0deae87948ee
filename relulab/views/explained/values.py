"""The numbers of a run as explanations show them: the value, what its formula is made of, and of what it is.

All are read off a history as it stands, so they follow a run, and a moment that is looked back at.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.losses import LOSSES
from relulab.diagnosis.data_statistics import guessing
from relulab.session.history import RunHistory
from relulab.text import text
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord, UnitTraceRecord
from relulab.views.explained.entry import Value
from relulab.views.units import unit_name, units_view


@dataclass(frozen=True, slots=True)
class Place:
    """Of what a number is: a layer of the layout, one of its units; without both of the whole network."""

    layer: int | None = None
    unit: int | None = None


WHOLE = Place()


def value_of(key: str, history: RunHistory | None, place: Place = WHOLE) -> Value | None:
    """What ``history`` says of the quantity ``key`` now; None where it says nothing, or not yet."""
    read = _READERS.get(key)
    return None if history is None or read is None else read(history, place)


def _step_loss(history: RunHistory, _place: Place) -> Value | None:
    record = history.latest(StepRecord, glance=True)
    return None if record is None else _loss(history, float(record["loss"]), int(record["step"]))


def _checked_loss(history: RunHistory, _place: Place) -> Value | None:
    record = history.latest(EvaluationRecord, glance=True)
    return None if record is None else _loss(history, float(record["loss"]), int(record["step"]))


def _loss(history: RunHistory, loss: float, step: int) -> Value:
    info = history.info
    guess, _share = guessing(info.spec.training, info.dataset)
    facts: dict[str, float | str] = {"guess": float(guess)}
    if info.spec.training.loss == "cross_entropy":
        return Value(loss, facts={**facts, "loss": loss, "sure": math.exp(-loss)}, step=step)
    formula = text("loss = {formula}", formula=LOSSES[info.spec.training.loss].formula)
    return Value(loss, facts=facts, step=step, formula=formula)


def _accuracy(history: RunHistory, _place: Place) -> Value | None:
    record = history.latest(EvaluationRecord, glance=True)
    if record is None or not math.isfinite(record["accuracy"]):
        return None
    _loss, share = guessing(history.info.spec.training, history.info.dataset)
    accuracy = float(record["accuracy"])
    return Value(accuracy, facts={"accuracy": accuracy, "guess_accuracy": share}, step=int(record["step"]))


def _guess(history: RunHistory, _place: Place) -> Value:
    return Value(float(guessing(history.info.spec.training, history.info.dataset)[0]))


def _moment(history: RunHistory, _place: Place) -> Value | None:
    record = history.latest(StepRecord, glance=True)
    if record is None:
        return None
    step, batch, train = int(record["step"]), history.info.spec.training.batch_size, history.info.training_samples
    facts = {"step": step, "batch": batch, "train": train, "epoch": float(record["epoch"])}
    return Value(words=text("step {step:,}", step=step), facts=facts, step=step)


def _rate(history: RunHistory, _place: Place) -> Value | None:
    record = history.latest(StepRecord)
    return None if record is None else Value(float(record["learning_rate"]), step=int(record["step"]))


def _unit(history: RunHistory, place: Place) -> Value | None:
    view = units_view(history)
    if view is None or place.layer is None or place.unit is None:
        return None
    unit = place.layer, place.unit
    status = view.status_of(unit)
    facts = _unit_facts(history, place)
    relu = history.info.layout.layers[place.layer].activation == "relu"
    if not relu or not math.isfinite(float(facts.get("rate", math.nan))):
        facts.pop("output", None)
    return Value(
        words=status.label,
        facts=facts,
        place=unit_name(history.info.layout, unit),
        step=int(view.record["step"]),
        unit=unit,
        formula=None if relu else text("h = φ(w · x + b), φ: {name}", name=_activation(history, place.layer)),
    )


def _activation(history: RunHistory, layer: int) -> str:
    return ACTIVATIONS[history.info.layout.layers[layer].activation].title


def _unit_facts(history: RunHistory, place: Place) -> dict[str, float]:
    view = units_view(history)
    if view is None or place.layer is None or place.unit is None:
        return {}
    index = history.info.layout.offsets[place.layer] + place.unit
    greatest = float(view.record["max_pre_activation"][index])
    return {
        "rate": float(view.firing_rate[index]),
        "greatest": greatest,
        "output": max(0.0, greatest),
        "score": float(view.record["dormancy"][index]),
        "samples": history.info.probe_samples,
    }


def _of_unit(fact: str) -> "Reader":
    """One of the facts of a unit."""

    def read(history: RunHistory, place: Place) -> Value | None:
        facts = _unit_facts(history, place)
        if fact not in facts or place.layer is None or place.unit is None:
            return None
        unit = place.layer, place.unit
        name = unit_name(history.info.layout, unit)
        return Value(facts[fact], facts=facts, place=name, step=_probed_at(history), unit=unit)

    return read


def _traced(field: str) -> "Reader":
    """A number of the weights of a unit."""

    def read(history: RunHistory, place: Place) -> Value | None:
        record = history.latest(UnitTraceRecord)
        if record is None or place.layer is None or place.unit is None:
            return None
        unit = place.layer, place.unit
        value = float(record[field][history.info.layout.offsets[place.layer] + place.unit])
        return Value(value, place=unit_name(history.info.layout, unit), step=int(record["step"]), unit=unit)

    return read


def _probed_at(history: RunHistory) -> int | None:
    record = history.latest(ProbeRecord, glance=True)
    return None if record is None else int(record["step"])


def _share(field: str) -> "Reader":
    """A share of a layer; of the network that of the layer where it is greatest."""

    def read(history: RunHistory, place: Place) -> Value | None:
        record = history.latest(ProbeRecord, glance=True)
        if record is None:
            return None
        shares = np.asarray(record[field], dtype=float)
        if not np.isfinite(shares).any():
            return None
        layer = int(np.nanargmax(shares)) if place.layer is None else place.layer
        found = history.info.layout.layers[layer]
        share = float(shares[layer])
        facts = {"share": share, "units": found.units}
        if math.isfinite(share):
            facts["dead"] = round(share * found.units)
        return Value(share, facts=facts, place=text("{layer}", layer=found.title), step=int(record["step"]))

    return read


def _gradient(history: RunHistory, place: Place) -> Value | None:
    record = history.latest(StepRecord)
    if record is None:
        return None
    sizes = np.asarray(record["gradient_rms"], dtype=float)
    weighted = history.info.layout.weighted
    first, last = float(sizes[weighted[0]]), float(sizes[weighted[-1]])
    layer = weighted[0] if place.layer is None else place.layer
    facts = {"first": first, "last": last}
    ratio = first / last if last > 0 and math.isfinite(first) and len(weighted) > 1 else math.nan
    if math.isfinite(ratio):
        facts["ratio"] = ratio
    name = text("{layer}", layer=history.info.layout.layers[layer].title)
    return Value(float(sizes[layer]), facts=facts, along=ratio, place=name, step=int(record["step"]))


def _update(history: RunHistory, place: Place) -> Value | None:
    steps, ratios = history.columns(StepRecord, "step", "update_ratio")
    if not len(steps):
        return None
    known = np.flatnonzero(np.isfinite(ratios).any(axis=1))
    if not len(known):
        return None
    layers = np.asarray(ratios[known[-1]], dtype=float)
    layer = int(np.nanargmax(layers)) if place.layer is None else place.layer
    ratio = float(layers[layer])
    facts = {"ratio": ratio, "moved": 10**ratio} if math.isfinite(ratio) else {}
    name = text("{layer}", layer=history.info.layout.layers[layer].title)
    return Value(ratio, facts=facts, place=name, step=int(steps[known[-1]]))


def _spread(history: RunHistory, place: Place) -> Value | None:
    record = history.latest(ProbeRecord, glance=True)
    if record is None:
        return None
    spreads = np.asarray(record["std"], dtype=float)
    hidden = history.info.layout.hidden
    layer = (hidden[-1] if hidden else 0) if place.layer is None else place.layer
    spread, first = float(spreads[layer]), float(spreads[0])
    facts = {"spread": spread, "first": first}
    ratio = spread / first if first > 0 and math.isfinite(spread) and layer in hidden else math.nan
    if math.isfinite(ratio):
        facts["ratio"] = ratio
    name = text("{layer}", layer=history.info.layout.layers[layer].title)
    return Value(spread, facts=facts, along=ratio, place=name, step=int(record["step"]))


Reader = Callable[[RunHistory, Place], Value | None]

_READERS: Mapping[str, Reader] = {
    "loss": _step_loss,
    "validation_loss": _checked_loss,
    "accuracy": _accuracy,
    "guessing": _guess,
    "moment": _moment,
    "progress": _moment,
    "learning_rate": _rate,
    "unit": _unit,
    "dead_share": _share("dead"),
    "dormant_share": _share("dormant"),
    "saturated_share": _share("saturated"),
    "exactly_zero": _share("sparsity"),
    "firing_rate": _of_unit("rate"),
    "greatest_input": _of_unit("greatest"),
    "dormancy_score": _of_unit("score"),
    "bias": _traced("bias"),
    "weight_norm": _traced("weight_norm"),
    "unit_gradient": _traced("gradient_norm"),
    "gradient": _gradient,
    "update_ratio": _update,
    "activations": _spread,
}
