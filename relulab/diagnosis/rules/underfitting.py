"""The network has learned something and stops, far from knowing even its training samples."""

from relulab.diagnosis import cures
from relulab.diagnosis.course import LAST_FIFTH, fits_badly, settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import excess, learned_nothing, stuck
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A network can only draw what its units can bend: few units, strong penalties or heavy dropout leave it too "
    "stiff for the data. A learning rate that does not fit stops it early as well."
)


def _check(evidence: Evidence) -> Findings:
    moment = evidence.now
    if learned_nothing(evidence) or not (stuck(evidence) or (settled(evidence) and fits_badly(evidence))):
        return
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "The loss on the training samples has stopped falling at {loss}, and guessing would cost "
            "{baseline}. The network does not even fit what it has seen.",
            loss=moment.loss,
            baseline=evidence.facts.baseline,
        ),
        WHY,
        measured=excess(evidence),
        against=THRESHOLDS.high_loss,
    )


RULE = Rule(
    "underfitting",
    "Underfitting",
    _check,
    needs=("loss",),
    requires=(LAST_FIFTH.missing,),
    hold=3,
    cures=(cures.less_regularization, cures.more_units, cures.longer),
)
