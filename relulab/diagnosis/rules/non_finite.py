"""A number that is infinite or no number at all: from here on nothing can be computed."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import lost_at
from relulab.formatting import reason
from relulab.text import text

WHY = text(
    "Numbers above 3.4·10³⁸ do not fit into 32 bits and become infinite; infinite minus infinite, or 0 times "
    "infinite, is not a number, and every sum with it is not a number either. Too long steps or too large "
    "weights lead there."
)


def _check(evidence: Evidence) -> Findings:
    moment, place = evidence.now, lost_at(evidence)
    if moment.diverged:
        template = (
            "The loss became {loss} in step {step}; the first layer with such values is {place}. The network is lost: "
            "reset it and start differently."
            if moment.non_finite
            else "The loss became {loss} in step {step}, because the outputs are too large for it: they and all "
            "weights are still finite. The network is lost: reset it and start differently."
        )
        explanation = text(template, loss=reason(moment.batch_loss), step=moment.step, place=place)
        yield RULE.finding(evidence, Severity.ERROR, explanation, WHY, measured=moment.batch_loss, unit="loss")
    elif place:
        template = (
            "At step {step} a value of {place} is infinite or not a number. The network is lost, unless the next steps "
            "lead back: reset it and start differently."
        )
        yield RULE.finding(evidence, Severity.ERROR, text(template, step=moment.step, place=place), WHY)


RULE = Rule(
    "non_finite",
    "Not a number",
    _check,
    needs=("step",),
    ends_run=True,
    cures=(cures.fitting_weights, cures.smaller_rate, cures.clip, cures.batch_norm),
)
