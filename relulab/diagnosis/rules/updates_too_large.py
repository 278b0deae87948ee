"""Steps that change a layer's weights by more than a hundredth, again and again."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.diagnosis.trend import UPDATES, stuck, usual_update
from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.updates import change_in_words
from relulab.text import text

WHY = text(
    "The ratio is log₁₀(‖ΔW‖ / ‖W‖) of the step that was really made; −3 is a good aim. At −1 a tenth "
    "of the weights is replaced in every step, so what was learned is overwritten."
)


def _check(evidence: Evidence) -> Findings:
    ratios = usual_update(evidence)
    if not (ratios > THRESHOLDS.update_high.value).any():
        return
    harmful = stuck(evidence)
    template = (
        "Each step changes the weights of layer {layer} by {change}. The loss no longer falls, because "
        "every step overwrites what the last one learned."
        if harmful
        else "Each step changes the weights of layer {layer} by {change}, more than is usual. The network "
        "learns all the same."
    )
    for position in evidence.weighted:
        ratio = float(ratios[position])
        if ratio > THRESHOLDS.update_high.value:
            yield RULE.finding(
                evidence,
                Severity.WARNING if harmful else Severity.INFO,
                text(template, layer=evidence.layer(position).title, change=change_in_words(ratio)),
                WHY,
                position=position,
                measured=ratio,
                against=THRESHOLDS.update_high,
                sample=batch(evidence),
            )


RULE = Rule(
    "updates_too_large",
    "Updates too large",
    _check,
    needs=("update_ratio", "loss"),
    requires=(UPDATES.missing,),
    cures=(cures.smaller_rate, cures.clip),
    hold=3,
)
