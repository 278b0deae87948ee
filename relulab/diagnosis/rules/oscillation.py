"""Accuracy, or loss, that jumps up and down and gets nowhere."""

import math
from dataclasses import replace

from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.comparison import falls_short, usual_score, worse_than_neighbours
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.stretch import compared
from relulab.diagnosis.trend import LATER_HALF, recent
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Steps that are longer than the valley is wide land on its other side, now higher, now lower; batches that differ "
    "push to and fro as well. The mean of many steps may be right and no single one of them good."
)
SWINGING = replace(LATER_HALF, moments=7)  # of fewer, a single turn would be more than a fifth


def _check(evidence: Evidence) -> Findings:
    course, least = _course(evidence), THRESHOLDS.swing.value
    classes = evidence.description.task is Task.CLASSIFICATION
    if len(course) < SWINGING.moments:
        return
    share = _turns(course, least) / (len(course) - 2)
    if not share > THRESHOLDS.swings.value or _gets_on(course, classes):
        return
    usual = usual_score(evidence, recent(evidence))
    # on a smooth curve neighbours leave next to no loss: five hundredths of it are soon lost, of accuracy not
    harmed = worse_than_neighbours(evidence, usual) if classes else falls_short(evidence, usual)
    if not harmed:
        return
    template = (
        "The accuracy on the training samples jumps up and down, between {low:percent} and {high:percent}: in "
        "{share:percent} of the measurements it turns back by {least:percent} or more. Where the run ends is luck."
        if classes
        else "The loss jumps up and down: in {share:percent} of the measurements it turns back by {least:percent} of "
        "what guessing costs, or more. Where the run ends is luck."
    )
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(template, low=min(course), high=max(course), share=share, least=least),
        WHY,
        measured=share,
        against=THRESHOLDS.swings,
    )


def _course(evidence: Evidence) -> list[float]:
    """Accuracy, or loss in units of guessing's, over the later half of the run."""
    if evidence.description.task is Task.CLASSIFICATION:
        course = [moment.accuracy for moment in recent(evidence)]
    else:
        course = [moment.loss / evidence.facts.baseline for moment in recent(evidence)]
    return [value for value in course if math.isfinite(value)]


def _turns(course: list[float], least: float) -> int:
    """How often it turns back by ``least`` or more; what is smaller does not end its way up or down."""
    turns, direction, furthest = 0, 0, course[0]
    for value in course:
        way = value - furthest
        if direction * way > 0.0:
            furthest = value
        elif abs(way) >= least:
            turns += direction != 0
            direction, furthest = (1 if way > 0.0 else -1), value
    return turns


def _gets_on(course: list[float], classes: bool) -> bool:
    """Whether values of the second half are better than values of the first, more often than not by far."""
    first, second = course[: len(course) // 2], course[len(course) // 2 :]
    higher = sum((late > early) + (late == early) / 2 for late in second for early in first) / (
        len(first) * len(second)
    )
    return (higher if classes else 1.0 - higher) > THRESHOLDS.clear_rise.value


RULE = Rule(
    "oscillation",
    "Oscillation",
    _check,
    needs=("loss",),
    requires=(SWINGING.missing, compared),
    cures=(cures.smaller_rate, cures.clip),
    hold=2,
)
