"""A number that is infinite or no number at all: from here on nothing can be computed."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import lost_at
from relulab.text import text

WHY = text(
    "Numbers above 3.4·10³⁸ do not fit into 32 bits and become infinite; infinite minus infinite, or 0 times "
    "infinite, is not a number, and every sum with it is not a number either. Too long steps or too large "
    "weights lead there."
)


def _check(evidence: Evidence) -> Findings:
    moment = evidence.now
    place = lost_at(evidence)
    if not place:
        return
    yield RULE.finding(
        evidence,
        Severity.ERROR,
        text(
            "At step {step} a value became infinite or not a number; the first place is {place}. The network is "
            "lost: reset it and start differently.",
            step=moment.step,
            place=place,
        ),
        WHY,
        measured=moment.batch_loss,
        unit="loss",
    )


RULE = Rule(
    "non_finite",
    "Not a number",
    _check,
    needs=("step",),
    cures=(cures.fitting_weights, cures.smaller_rate, cures.clip, cures.batch_norm),
)
