"""Weights so large at the start that most outputs sit at a flat end before the first step, and stay there."""

from relulab.diagnosis import cures
from relulab.diagnosis.comparison import falls_short, own_score, worse_than_neighbours
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import at_flat_end, graded, norms_missing, warmed_up
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "At a flat end the slope φ'(z) is close to 0, so hardly any gradient reaches the weights that made z so large: "
    "the layer stays the random one that it was, and only the layers behind it learn. Glorot weights start with |z| "
    "of about 1."
)


def _check(evidence: Evidence) -> Findings:
    first = evidence.first
    if first is None or first.step != 0 or not first.saturated.size or not warmed_up(evidence):
        return
    for position in evidence.hidden:
        share = at_flat_end(evidence, evidence.now, position)
        if not share > THRESHOLDS.saturated_share.value:
            continue
        if not at_flat_end(evidence, first, position) <= THRESHOLDS.saturated_share.value:
            behind = falls_short(evidence) or worse_than_neighbours(evidence, own_score(evidence))
            severity = graded(evidence)
            severity = Severity.WARNING if severity is Severity.INFO and behind else severity
            yield RULE.finding(
                evidence,
                severity,
                text(
                    "{share:percent} of the outputs of layer {layer} have sat at a flat end of {activation} since "
                    "before the first step: its weights started too large. Hardly any gradient passes, so this layer "
                    "stays as random as it began.",
                    share=share,
                    layer=evidence.layer(position).title,
                    activation=evidence.activation(position).title,
                ),
                WHY,
                position=position,
                measured=share,
                against=THRESHOLDS.saturated_share,
            )


RULE = Rule(
    "saturated_from_start",
    "Saturated from the start",
    _check,
    needs=("saturated", "sparsity", "loss"),
    requires=(norms_missing,),
    cures=(cures.fitting_weights, cures.batch_norm, cures.scale_inputs),
    hold=2,
)
