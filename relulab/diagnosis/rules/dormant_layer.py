"""Most units of a layer contribute next to nothing, though they are not dead."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, units_with
from relulab.diagnosis.trend import LATER_HALF, stuck
from relulab.measurements.status import UnitStatus
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The score of a unit is s = E|h| / mean of E|h| over its layer; at s ≤ 0.025 the unit is dormant (Sokar et "
    "al. 2023). A few units carry the layer then, and the rest of its capacity is lost."
)


def _check(evidence: Evidence) -> Findings:
    moment = evidence.now
    if not stuck(evidence):
        return
    for position in evidence.hidden:
        share = float(moment.dormant[position])
        dead = 0.0 if not moment.dead.size else float(moment.dead[position])
        if share <= THRESHOLDS.dormant_share.value or dead > THRESHOLDS.dead_share.value:
            continue  # dead units are dormant too, and have a finding of their own
        yield RULE.finding(
            evidence,
            Severity.WARNING,
            text(
                "{share:percent} of the units of layer {layer} are dormant: they give next to nothing compared with "
                "the others. The loss has stopped falling.",
                share=share,
                layer=evidence.layer(position).title,
            ),
            WHY,
            position=position,
            units=units_with(evidence, position, UnitStatus.DORMANT),
            measured=share,
            against=THRESHOLDS.dormant_share,
        )


RULE = Rule(
    "dormant_layer",
    "Dormant layer",
    _check,
    needs=("dormant", "loss"),
    requires=(LATER_HALF.missing,),
    cures=(cures.smaller_rate, cures.batch_norm, cures.leaky),
    hold=3,
)
