"""How a run ended, in one word: what a picture of many runs says of each of them.

The keys of rules are no such word: ``dead_layer`` speaks from half a layer on, ``born_dead`` takes its place where the
start was dead, and ``healthy`` may stand where little was learned. So an end is decided by what was measured.
"""

import math
from collections.abc import Sequence
from enum import Enum
from statistics import median

from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.measurements.thresholds import THRESHOLDS

LAST_MOMENTS = 3  # whose median loss counts, so that one jump at the end does not
HEALTHY_RIGHT = 0.9  # share of right classes from which a healthy run has learned, whatever its loss


class End(Enum):
    """The first of these that fits; FAILED and STOPPED are not for a diagnosis to say."""

    DIVERGED = "diverged"
    DEAD = "dead"
    LEARNED = "learned"
    STUCK = "stuck"
    LEARNING = "still learning"
    FAILED = "failed"
    STOPPED = "stopped"


def end_of(evidence: Evidence, findings: Sequence[Finding]) -> End:
    """How the run of this evidence ended. ``findings``: those that stand at its end."""
    if evidence.now.diverged or any(finding.rule == "non_finite" for finding in findings):
        return End.DIVERGED
    if dead_layers(evidence):
        return End.DEAD
    if _has_learned(evidence, findings):
        return End.LEARNED
    if any(finding.severity.is_illness for finding in findings):
        return End.STUCK
    return End.LEARNING


def dead_layers(evidence: Evidence) -> tuple[int, ...]:
    """The hidden layers, by their position, of which every unit is dead on the probe set."""
    dead = evidence.now.dead
    return tuple(place for place in evidence.hidden if dead.size and dead[place] >= THRESHOLDS.dead_layer.value)


def dead_share(evidence: Evidence) -> float:
    """The share of the hidden units that are dead, of those that can die; NaN where none can."""
    dead = evidence.now.dead
    known = [(evidence.layer(p).units, float(dead[p])) for p in evidence.hidden if dead.size and dead[p] == dead[p]]
    units = sum(count for count, _ in known)
    return sum(count * share for count, share in known) / units if units else math.nan


def _has_learned(evidence: Evidence, findings: Sequence[Finding]) -> bool:
    """Whether at most half is left of what guessing costs above the floor, or a healthy network is nearly right."""
    facts, moments = evidence.facts, evidence.moments[-LAST_MOMENTS:]
    whole = facts.baseline - facts.floor
    if whole > 0.0 and (median(moment.loss for moment in moments) - facts.floor) / whole <= THRESHOLDS.high_loss.value:
        return True
    return any(finding.rule == "healthy" for finding in findings) and evidence.now.accuracy >= HEALTHY_RIGHT
