"""Accuracy, or loss, that jumps up and down and gets nowhere."""

import math
from itertools import pairwise

from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.comparison import falls_short, worse_than_neighbours
from relulab.diagnosis.course import settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import recent
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Steps that are longer than the valley is wide land on its other side, now higher, now lower; batches that differ "
    "push to and fro as well. The mean of many steps may be right and no single one of them good."
)
LEAST = 8  # measurements


def _check(evidence: Evidence) -> Findings:
    course = _course(evidence)
    classes = evidence.description.task is Task.CLASSIFICATION
    # on a smooth curve neighbours leave next to no loss: five hundredths of it are soon lost, of accuracy not
    harmed = worse_than_neighbours(evidence) if classes else falls_short(evidence)
    if len(course) < LEAST or not settled(evidence) or not harmed:
        return
    jumps = [after - before for before, after in pairwise(course)]
    least = THRESHOLDS.swing.value
    back = [min(abs(one), abs(other)) for one, other in pairwise(jumps) if one * other < 0.0]
    share = sum(size >= least for size in back) / (len(course) - 2)
    if not share > THRESHOLDS.swings.value:
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


RULE = Rule("oscillation", "Oscillation", _check, needs=("loss",), cures=(cures.smaller_rate, cures.clip), hold=3)
