"""The run ends while the loss is still falling and much is left to learn."""

from relulab.diagnosis import cures
from relulab.diagnosis.comparison import falls_short
from relulab.diagnosis.course import LAST_FIFTH, gain_of_last_fifth, planned_steps
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import is_high, learned_nothing
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Each step moves the weights by the learning rate times the gradient, so they get about as far as the sum of all "
    "rates allows. A loss that is falling still shows that the way is right and not yet at its end."
)


def _check(evidence: Evidence) -> Findings:
    steps = planned_steps(evidence)
    if evidence.now.step < steps:
        return
    gain = gain_of_last_fifth(evidence)
    if not gain > THRESHOLDS.settled_fall.value:
        return
    if learned_nothing(evidence) or not (is_high(evidence) or falls_short(evidence)):
        return  # coming down from an outburst is no learning
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "The run ends after {steps:step|steps}, and the loss is still falling: the last fifth of them took away "
            "{gain:percent} of what guessing costs. The network has not had the time to learn what it could.",
            steps=steps,
            gain=gain,
        ),
        WHY,
        measured=gain,
        against=THRESHOLDS.settled_fall,
    )


RULE = Rule(
    "too_few_steps",
    "Too few steps",
    _check,
    needs=("loss",),
    requires=(LAST_FIFTH.missing,),
    cures=(cures.longer, cures.larger_rate),
)
