"""The outputs grow from layer to layer until the loss is astronomically large."""

from collections.abc import Iterator

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Rule, probe_set
from relulab.diagnosis.text import text
from relulab.diagnosis.thresholds import LIMITS
from relulab.diagnosis.trend import is_high

WHY = text(
    "A ReLU layer multiplies the mean square of its input by fan_in·σ²/2, σ the deviation of its weights. With σ "
    "= 1 and 64 inputs that is 32 per layer; He initialization, σ² = 2/fan_in, makes it 1."
)


def _check(evidence: Evidence) -> Iterator[Finding]:
    moment = evidence.now
    first = float(moment.std[0])
    for position in evidence.hidden:
        growth = float(moment.std[position]) / first if first > 0.0 else 0.0
        if growth > LIMITS.signal_growth.value:
            yield RULE.finding(
                evidence,
                Severity.ERROR if is_high(evidence) else Severity.WARNING,
                text(
                    "The outputs of {layer} vary {growth:.0f} times as much as those of the first layer. The "
                    "network starts out wildly sure of random answers, and its gradients are as large.",
                    layer=evidence.layer(position).title,
                    growth=growth,
                ),
                WHY,
                position=position,
                measured=growth,
                unit=LIMITS.signal_growth.unit,
                threshold=LIMITS.signal_growth.value,
                sample=probe_set(evidence),
            )
            return


RULE = Rule(
    "exploding_signal",
    "Exploding signal",
    _check,
    needs=("std", "loss"),
    cures=(cures.fitting_weights, cures.batch_norm),
)
