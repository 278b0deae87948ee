"""A bias so far below zero that almost no input can switch the unit on."""

from collections.abc import Iterator

from relulab.catalog.activations import OffState
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule, probe_set
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "z = W·x + b fires when W·x > −b. W·x is about normal with standard deviation σ, so a unit fires for a share of "
    "only Φ(b/σ) of the inputs; for b = −3σ that is 0.1 %."
)


def _check(evidence: Evidence) -> Findings:
    for position, index, value in _negative(evidence):
        if not _still_off(evidence, position):
            continue
        spread = evidence.forecast.at(index).pre_std
        if value < THRESHOLDS.bias_shift.value * spread:
            yield _finding(evidence, position, value, value / spread if spread > 0.0 else float("-inf"))


def _negative(evidence: Evidence) -> Iterator[tuple[int, int, float]]:
    """Position, place in the model and bias of each layer that can be off and starts with one below zero."""
    for position in evidence.hidden:
        layer = evidence.layer(position)
        if layer.index is None or evidence.activation(position).off_state is OffState.NONE:
            continue
        bias = evidence.spec.model.layers[layer.index].bias
        if bias is not None and bias.name == "constant" and float(bias.parameters["value"]) < 0.0:
            yield position, layer.index, float(bias.parameters["value"])


def _has_negative(evidence: Evidence) -> bool:
    return any(True for _ in _negative(evidence))


def _off_share(evidence: Evidence, position: int) -> float | None:
    """Share of units that are dead or never active; None before anything was measured."""
    moment = evidence.moment
    if moment is None or not moment.dead.size:
        return None
    dead = evidence.activation(position).off_state is OffState.DEAD
    return float((moment.dead if dead else moment.never_active)[position])


def _still_off(evidence: Evidence, position: int) -> bool:
    share = _off_share(evidence, position)
    return share is None or share > THRESHOLDS.dead_share.value


def _finding(evidence: Evidence, position: int, value: float, shift: float) -> Finding:
    share = _off_share(evidence, position)
    template = (
        "The units of layer {layer} start with a bias of {bias}, {shift:standard deviation|standard deviations} of "
        "their input below zero. Most of them will be off for every sample."
        if share is None
        else "The units of layer {layer} started with a bias of {bias}, {shift:standard deviation|standard deviations} "
        "of their input below zero. {share:percent} of them are off for every sample."
    )
    return RULE.finding(
        evidence,
        Severity.WARNING if share is None else Severity.ERROR,
        text(template, layer=evidence.layer(position).title, bias=value, shift=-shift, share=share),
        WHY,
        position=position,
        measured=shift,
        against=THRESHOLDS.bias_shift,
        sample=DESIGN if share is None else probe_set(evidence),
    )


RULE = Rule(
    "negative_bias", "Large negative bias", _check, about=_has_negative, cures=(cures.zero_bias, cures.batch_norm)
)
