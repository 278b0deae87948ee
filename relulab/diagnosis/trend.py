"""Where the loss stands and where it is heading: what turns a suspicious number into a verdict.

The loss is that of the probe set in eval mode, so dropout and the luck of a batch do not blur it.
"""

import math
from statistics import median

from relulab.diagnosis.evidence import Evidence, Moment
from relulab.diagnosis.thresholds import LIMITS
from relulab.probes.thresholds import THRESHOLDS

STALL_STEPS = 40  # a run this young has not stalled, it has hardly begun
STALL_MOMENTS = 4


def excess(evidence: Evidence) -> float:
    """The present loss, 0 at the floor that label noise leaves and 1 at the best constant answer. NaN if unknown."""
    facts, moment = evidence.facts, evidence.moment
    if moment is None or not facts.baseline > facts.floor:
        return math.nan
    return (moment.loss - facts.floor) / (facts.baseline - facts.floor)


def is_high(evidence: Evidence) -> bool:
    """Whether little has been learned yet."""
    return excess(evidence) > LIMITS.high_loss.value


def learned_nothing(evidence: Evidence) -> bool:
    """Whether a constant answer would be as good, or better."""
    return excess(evidence) >= 1.0 - THRESHOLDS.chance_margin.value


def at_chance(evidence: Evidence) -> bool:
    """Whether the loss is about that of guessing by the frequency of the classes."""
    return learned_nothing(evidence) and excess(evidence) <= LIMITS.loss_growth.value


def recent(evidence: Evidence) -> tuple[Moment, ...]:
    """The moments of the later half of the run so far, the present one last."""
    moment = evidence.moment
    if moment is None:
        return ()
    return tuple(m for m in evidence.moments if 2 * m.step >= moment.step and math.isfinite(m.loss))


def stalled(evidence: Evidence) -> bool:
    """Whether the loss has not fallen by more than 2 % over the later half of the run so far.

    Medians of the first and the last third of that half are compared, above the floor.
    """
    moments, moment = recent(evidence), evidence.moment
    if moment is None or moment.step < STALL_STEPS or len(moments) < STALL_MOMENTS:
        return False
    third = max(1, len(moments) // 3)
    before = median(m.loss for m in moments[:third]) - evidence.facts.floor
    after = median(m.loss for m in moments[-third:]) - evidence.facts.floor
    return before - after <= LIMITS.stalled_fall.value * abs(before)


def stuck(evidence: Evidence) -> bool:
    """Stalled while there is still much to learn: what makes dead or saturated units an illness."""
    return is_high(evidence) and stalled(evidence)
