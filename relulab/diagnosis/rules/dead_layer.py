"""A layer that is dead altogether is an illness; most of a layer is one only where the loss is stuck."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Findings, Rule, units_with
from relulab.diagnosis.trend import LATER_HALF, learned_nothing, norms_missing, stuck, warmed_up
from relulab.measurements.status import UnitStatus
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU gives max(0, z). If a large step or a bias makes z negative for every sample, output and "
    "gradient are exactly 0, so no later step can bring the unit back. A layer without any other unit "
    "passes a constant on and no gradient back."
)


def _check(evidence: Evidence) -> Findings:
    for position in evidence.hidden:
        share = float(evidence.now.dead[position])
        whole = share >= THRESHOLDS.dead_layer.value and warmed_up(evidence)
        if whole or (share > THRESHOLDS.dead_share.value and stuck(evidence)):
            yield _finding(evidence, position, share)
        if whole:
            return  # the layers behind it get a constant


def _finding(evidence: Evidence, position: int, share: float) -> Finding:
    layer = evidence.layer(position)
    whole = share >= THRESHOLDS.dead_layer.value
    template = (
        "All of layer {layer} ({units:unit|units}) is dead: it gives 0 for every sample, so the network gives the same "
        "answer to all of them. Nothing in front of this layer, towards the input, can learn any more."
        if whole
        else "{share:percent} of the units of layer {layer} are dead: they give 0 for every sample. The loss no "
        "longer falls; it is stuck at {loss}."
    )
    values = {"units": layer.units, "layer": layer.title, "share": share}
    return RULE.finding(
        evidence,
        Severity.ERROR if whole or learned_nothing(evidence) else Severity.WARNING,
        text(template, **values, loss=evidence.now.loss),
        WHY,
        position=position,
        units=units_with(evidence, position, UnitStatus.DEAD),
        measured=share,
        against=THRESHOLDS.dead_layer if whole else THRESHOLDS.dead_share,
    )


RULE = Rule(
    "dead_layer",
    "Dead layer",
    _check,
    needs=("dead", "loss"),
    requires=(norms_missing, LATER_HALF.missing),
    cures=(cures.smaller_rate, cures.batch_norm, cures.clip, cures.leaky),
    hold=3,
)
