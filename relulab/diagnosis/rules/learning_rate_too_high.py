"""Steps so long that the network jumps out of every valley."""

import math
from statistics import median

from relulab.diagnosis import cures
from relulab.diagnosis.course import held_back
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.diagnosis.trend import LATER_HALF, lost_at
from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.updates import change_in_words
from relulab.text import text

WHY = text(
    "A step of plain descent makes the loss smaller only while the learning rate η is below 2/λ, λ the steepest "
    "curvature. Beyond that every step overshoots the valley and lands higher; ReLUs are thrown to "
    "where they are off for every sample."
)


def _check(evidence: Evidence) -> Findings:
    moment, peak = evidence.now, evidence.peak_update
    if not peak.size or moment.step == 0:
        return
    peaks = [float(peak[position]) for position in evidence.weighted if not math.isnan(peak[position])]
    wildest = median(peaks) if peaks else -math.inf  # of one layer it may be large because its weights went to 0
    if not (wildest > THRESHOLDS.update_wild.value and (lost_at(evidence) or held_back(evidence))):
        return
    yield RULE.finding(
        evidence,
        Severity.ERROR,
        text(
            "With a learning rate of {rate}, single steps changed the weights of most layers by {change} "
            "and more. Little or nothing was learned since, or the loss is no number at all.",
            rate=evidence.spec.training.learning_rate,
            change=change_in_words(wildest),
        ),
        WHY,
        measured=wildest,
        against=THRESHOLDS.update_wild,
        sample=batch(evidence),
    )


RULE = Rule(
    "learning_rate_too_high",
    "Learning rate far too high",
    _check,
    needs=("step",),
    requires=(LATER_HALF.missing,),
    cures=(cures.smaller_rate, cures.clip),
    hold=2,
)
