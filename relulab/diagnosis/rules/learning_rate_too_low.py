"""Every step goes the right way, but so short that the run ends before it gets anywhere."""

from collections.abc import Iterator

import numpy as np

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Rule, batch
from relulab.diagnosis.text import text
from relulab.diagnosis.trend import is_high
from relulab.probes.thresholds import THRESHOLDS

WHY = text(
    "A step changes the weights by η·g (or η times about 1 in Adam). To get anywhere within some thousand steps, "
    "log10(||ΔW|| / ||W||) should be about -3; every power of ten below costs ten times the steps."
)
MOMENTS = 3
SETTLED_STEPS = 20


def _check(evidence: Evidence) -> Iterator[Finding]:
    moment = evidence.now
    measured = [m.update_ratio for m in evidence.moments[-MOMENTS:] if m.update_ratio.size and m.step > 0]
    if len(measured) < MOMENTS or moment.step < SETTLED_STEPS or not is_high(evidence):
        return
    ratios = np.array(measured)[:, list(evidence.weighted)]
    if not np.isfinite(ratios).all():
        return
    fastest = float(np.median(ratios, axis=0).max())
    if fastest >= THRESHOLDS.update_low.value:
        return
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "Even the fastest layer changes by only one part in {parts:.0f} per step. At this learning rate of "
            "{rate:g} the network would need far more steps than it has.",
            parts=10.0**-fastest,
            rate=moment.learning_rate,
        ),
        WHY,
        measured=fastest,
        unit=THRESHOLDS.update_low.unit,
        threshold=THRESHOLDS.update_low.value,
        sample=batch(evidence),
    )


RULE = Rule(
    "learning_rate_too_low",
    "Learning rate far too low",
    _check,
    needs=("update_ratio", "loss"),
    hold=3,
    cures=(cures.larger_rate, cures.longer),
    yields_to=(
        "symmetry",
        "born_dead",
        "dead_layer",
        "negative_bias",
        "vanishing_gradient",
        "vanishing_signal",
        "saturation",
        "softmax_inside",
        "plateau",
        "non_finite",
    ),
)
