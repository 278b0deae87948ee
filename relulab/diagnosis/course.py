"""How far a run has come on its way, and whether it gets on."""

import math
from statistics import median

from relulab.catalog.losses import Task
from relulab.diagnosis.comparison import enough, falls_short
from relulab.diagnosis.evidence import Evidence, once, once_a_run
from relulab.diagnosis.stretch import Stretch
from relulab.diagnosis.trend import LATER_HALF, excess, is_high, stuck
from relulab.measurements.thresholds import THRESHOLDS

LAST_FIFTH = Stretch(steps=40, moments=3, begins=0.8)


def settled(evidence: Evidence) -> bool:
    """Whether the last fifth of the run so far brought less than 2 % of what guessing costs."""
    return bool(gain_of_last_fifth(evidence) < THRESHOLDS.settled_fall.value)


@once
def gain_of_last_fifth(evidence: Evidence) -> float:
    """By what share of guessing's loss the loss fell over the last fifth of the run so far.

    From the median of its first half to that of its second, so that single moments do not count. NaN where the run is
    too young.
    """
    whole = evidence.facts.baseline - evidence.facts.floor
    if not LAST_FIFTH.tells(evidence) or not whole > 0.0:
        return math.nan
    losses = [moment.loss for moment in LAST_FIFTH.of(evidence)]
    half = len(losses) // 2
    return (median(losses[:half]) - median(losses[half:])) / whole


@once_a_run
def planned_steps(evidence: Evidence) -> int:
    """How many steps the run is to take."""
    training = evidence.spec.training
    if training.steps is not None:
        return training.steps
    return (training.epochs or 1) * -(-evidence.facts.samples // training.batch_size)


def held_back(evidence: Evidence) -> bool:
    """Whether little was learned although there was time for it: what makes penalties and dropout an illness."""
    late = 2 * evidence.now.step >= planned_steps(evidence) and evidence.now.step >= LATER_HALF.steps
    return stuck(evidence) or (late and is_high(evidence)) or (settled(evidence) and fits_badly(evidence))


def fits_badly(evidence: Evidence) -> bool:
    """Whether the network falls short, and already on the samples that it learns from."""
    mark = enough(evidence)
    classes = evidence.description.task is Task.CLASSIFICATION
    own = evidence.now.accuracy if classes else 1.0 - excess(evidence)
    return mark is not None and falls_short(evidence) and bool(own < mark.value)
