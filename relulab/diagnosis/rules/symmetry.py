"""Weights that are all the same: every unit of a layer computes, and learns, exactly the same."""

import math

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.moment import Moment
from relulab.diagnosis.propagation import weight_of
from relulab.diagnosis.rule import DESIGN, Findings, Rule, probe_set
from relulab.diagnosis.trend import is_high, warmed_up
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Units with equal incoming and outgoing weights get equal gradients ∂L/∂w = δ·x, so they stay equal for ever. With "
    "all weights 0 even δ = Wᵀδ' is 0, and nothing but the output bias can learn."
)
MANY_UNITS = 5  # fewer may be alike by chance


def _check(evidence: Evidence) -> Findings:
    for position in evidence.hidden:
        if position not in evidence.weighted or evidence.layer(position).units < 2:
            continue
        measured = _measured(evidence, position)
        if measured is not None and not measured >= THRESHOLDS.duplicate_share.value:
            continue
        value = _constant(evidence, position)
        if value is not None or (measured is not None and _cannot_be_chance(evidence, position)):
            yield _finding(evidence, position, value, measured)


def _cannot_be_chance(evidence: Evidence, position: int) -> bool:
    """Units that get one number must say the same, few units soon do, and so do units at their flat ends; a norm
    that is still cold says nothing.
    """
    if evidence.now.saturated.size and evidence.now.saturated[position] > THRESHOLDS.saturated_share.value:
        return False
    if position > 0 and evidence.now.effective_rank.size:
        varied = bool(evidence.now.effective_rank[position - 1] > THRESHOLDS.collapsed_rank.value)
    else:
        varied = math.prod(evidence.description.input_shape) > 1
    if not varied or evidence.layer(position).units < MANY_UNITS or not warmed_up(evidence) or not is_high(evidence):
        return False
    first = evidence.first
    return first is None or not first.duplicates.size or _alike(first, position) >= THRESHOLDS.duplicate_share.value


def _constant(evidence: Evidence, position: int) -> float | None:
    """The one value that all weights of the layer start with, None where they differ."""
    index = evidence.layer(position).index
    assert index is not None
    layer = evidence.spec.model.layers[index]
    if layer.initialization is None or layer.bias is None or layer.initialization.name == "identity":
        return None
    weight = weight_of(layer.initialization, layer.bias, evidence.plan.shapes[index])
    return weight.mean if weight.std == 0.0 else None


def _measured(evidence: Evidence, position: int) -> float | None:
    """Share of units with a twin; a layer that is silent altogether since a constant start counts as all twins."""
    moment = evidence.moment
    if moment is None or not moment.duplicates.size:
        return None
    silent = moment.std.size and moment.std[position] == 0.0
    return 1.0 if silent and _constant(evidence, position) is not None else _alike(moment, position)


def _alike(moment: Moment, position: int) -> float:
    """Share of units with a twin, where there are any; dead units all say the same."""
    share = float(moment.duplicates[position])
    dead = float(moment.dead[position]) if moment.dead.size else 0.0
    return share + dead if share > 0.0 and dead > 0.0 else share


def _finding(evidence: Evidence, position: int, value: float | None, share: float | None) -> Finding:
    layer = evidence.layer(position)
    template = (
        "All weights of layer {layer} start at {value}, so its {units:unit|units} are copies of one unit. They "
        "get the same gradients and stay the same: the layer acts like a single unit, or like none."
        if value is not None
        else "Every one of the {units:unit|units} of layer {layer} has a twin that says the same. The layer acts like "
        "a far narrower one."
    )
    ill = share is not None and value is not None and is_high(evidence)
    return RULE.finding(
        evidence,
        Severity.ERROR if ill else Severity.WARNING,
        text(template, layer=layer.title, value=value, units=layer.units),
        WHY,
        position=position,
        measured=1.0 if share is None else share,
        against=THRESHOLDS.duplicate_share,
        sample=DESIGN if share is None else probe_set(evidence),
    )


RULE = Rule("symmetry", "Symmetry not broken", _check, cures=(cures.fitting_weights,), hold=2)
