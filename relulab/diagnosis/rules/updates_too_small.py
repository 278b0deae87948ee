"""A layer whose weights hardly move while there is still much to learn."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.diagnosis.trend import UPDATES, costs_much, is_high, mostly_dead, usual_update
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The ratio is log₁₀(‖ΔW‖ / ‖W‖) of the step that was really made; −3 is a good aim. At −5 it takes a "
    "hundred thousand steps to replace the weights once."
)


def _check(evidence: Evidence) -> Findings:
    if not costs_much(evidence):
        return
    ratios = usual_update(evidence)
    low = ratios < THRESHOLDS.update_low.value
    if not low.any() or not is_high(evidence) or mostly_dead(evidence):
        return
    for position in evidence.weighted:
        if low[position]:
            yield RULE.finding(
                evidence,
                Severity.WARNING,
                text(
                    "A step changes the weights of layer {layer} by only {share:percent} of their size. This layer "
                    "stays almost as it was at the start.",
                    layer=evidence.layer(position).title,
                    share=10.0 ** float(ratios[position]),
                ),
                WHY,
                position=position,
                measured=float(ratios[position]),
                against=THRESHOLDS.update_low,
                sample=batch(evidence),
            )


RULE = Rule(
    "updates_too_small",
    "Updates too small",
    _check,
    needs=("update_ratio", "loss"),
    requires=(UPDATES.missing,),
    cures=(cures.larger_rate, cures.batch_norm),
    hold=3,
)
