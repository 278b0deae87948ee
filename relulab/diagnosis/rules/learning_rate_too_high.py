"""Steps so long that the network jumps out of every valley."""

import math
from collections.abc import Iterator

import numpy as np

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Rule, batch
from relulab.diagnosis.text import text
from relulab.diagnosis.thresholds import LIMITS
from relulab.diagnosis.trend import learned_nothing, stalled

WHY = text(
    "A step of plain descent makes the loss smaller only while η < 2/λ, λ the steepest curvature. Beyond that "
    "every step overshoots the valley and lands higher; ReLUs are thrown to where they are off for every sample."
)


def _check(evidence: Evidence) -> Iterator[Finding]:
    moment, peak = evidence.now, evidence.peak_update
    if not peak.size or moment.step == 0:
        return
    wildest = float(np.nanmax(peak[list(evidence.weighted)], initial=-math.inf))
    broken = not math.isfinite(moment.batch_loss) or (learned_nothing(evidence) and stalled(evidence))
    if not (broken and wildest > LIMITS.update_wild.value):
        return
    yield RULE.finding(
        evidence,
        Severity.ERROR,
        text(
            "With a learning rate of {rate:g} a single step changed the weights of a layer by {share:.0%}. The "
            "loss is now no better than guessing, or no number at all.",
            rate=evidence.spec.training.learning_rate,
            share=10.0 ** min(wildest, 9.0),
        ),
        WHY,
        measured=wildest,
        unit=LIMITS.update_wild.unit,
        threshold=LIMITS.update_wild.value,
        sample=batch(evidence),
    )


RULE = Rule(
    "learning_rate_too_high",
    "Learning rate far too high",
    _check,
    needs=("batch_loss",),
    cures=(cures.smaller_rate, cures.clip),
    yields_to=("exploding_signal", "unscaled_input", "symmetry", "born_dead", "negative_bias"),
)
