"""Dead units are an illness only where learning has stopped: most of a layer dead, and the loss stuck."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Findings, Rule, units_with
from relulab.diagnosis.trend import learned_nothing, stuck
from relulab.measurements.status import UnitStatus
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU gives max(0, z). If a large step or a bias makes z negative for every sample, output and "
    "gradient are exactly 0, so no later step can bring the unit back."
)


def _check(evidence: Evidence) -> Findings:
    if not stuck(evidence):
        return
    for position in evidence.hidden:
        share = float(evidence.now.dead[position])
        if share > THRESHOLDS.dead_share.value:
            yield _finding(evidence, position, share)
        if share >= THRESHOLDS.dead_layer.value:
            return  # the layers behind it get a constant


def _finding(evidence: Evidence, position: int, share: float) -> Finding:
    layer = evidence.layer(position)
    whole = share >= THRESHOLDS.dead_layer.value
    template = (
        "All of layer {layer} ({units:unit|units}) is dead: it gives 0 for every sample. Nothing in front of "
        "this layer can learn any more, and the loss is stuck at {loss}."
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
        against=THRESHOLDS.dead_share,
    )


RULE = Rule(
    "dead_layer",
    "Dead layer",
    _check,
    needs=("dead", "loss"),
    cures=(cures.smaller_rate, cures.batch_norm, cures.clip, cures.leaky),
    hold=3,
)
