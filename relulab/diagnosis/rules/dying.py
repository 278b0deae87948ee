"""The dead share is rising while the loss has stopped falling: the layer is on its way to be lost."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import LATER_HALF, recent, stuck
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Each step moves the bias by −η·∂L/∂b, η the learning rate. While it is too large, steps throw ever more units "
    "to where z < 0 for every sample; there the gradient is 0, so units go and none comes back."
)


def _check(evidence: Evidence) -> Findings:
    if not any(evidence.now.dead[position] >= THRESHOLDS.dying_rise.value for position in evidence.hidden):
        return  # a share that is smaller than the rise has not risen so far
    if not stuck(evidence):
        return
    earlier = [m.dead for m in recent(evidence) if m.dead.size]
    if len(earlier) < 2:
        return
    for position in evidence.hidden:
        now, before = float(evidence.now.dead[position]), float(earlier[0][position])
        if not now - before >= THRESHOLDS.dying_rise.value or now >= THRESHOLDS.dead_layer.value:
            continue
        yield RULE.finding(
            evidence,
            Severity.WARNING,
            text(
                "The share of dead units in layer {layer} has risen from {before:percent} to {now:percent}. At the "
                "same time the loss has stopped falling.",
                layer=evidence.layer(position).title,
                before=before,
                now=now,
            ),
            WHY,
            position=position,
            measured=now - before,
            against=THRESHOLDS.dying_rise,
        )


RULE = Rule(
    "dying",
    "Units are dying",
    _check,
    needs=("dead", "loss"),
    requires=(LATER_HALF.missing,),
    cures=(cures.smaller_rate, cures.clip, cures.leaky),
    hold=2,
)
