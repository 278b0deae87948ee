"""Every step goes the right way, but so short that the run ends before it gets anywhere."""

import numpy as np

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.diagnosis.trend import UPDATES, costs_much, is_high, mostly_dead, usual_update
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A step changes the weights by the learning rate times the gradient (in Adam by about the rate itself). To get "
    "anywhere within some thousand steps, log₁₀(‖ΔW‖ / ‖W‖) should be about −3; every power of ten below costs "
    "ten times the steps."
)


def _check(evidence: Evidence) -> Findings:
    if not costs_much(evidence):
        return
    ratios = usual_update(evidence)
    if not ratios.size:
        return
    of_weights = ratios[list(evidence.weighted)]
    fastest = float(of_weights.max())
    if not np.isfinite(of_weights).all() or fastest >= THRESHOLDS.update_low.value:
        return
    if not is_high(evidence) or mostly_dead(evidence):
        return
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "Even the fastest layer changes by only {share:percent} of its size per step. At this learning rate of "
            "{rate} the network would need far more steps than it has.",
            share=10.0**fastest,
            rate=evidence.now.learning_rate,
        ),
        WHY,
        measured=fastest,
        against=THRESHOLDS.update_low,
        sample=batch(evidence),
    )


RULE = Rule(
    "learning_rate_too_low",
    "Learning rate far too low",
    _check,
    needs=("update_ratio", "loss"),
    requires=(UPDATES.missing,),
    hold=3,
    cures=(cures.larger_rate, cures.longer),
)
