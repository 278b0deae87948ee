"""A hidden layer too narrow for what the data ask for."""

from relulab.diagnosis import cures
from relulab.diagnosis.comparison import in_words
from relulab.diagnosis.course import LAST_FIFTH, fits_badly, settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.stretch import compared
from relulab.diagnosis.trend import stuck
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU bends the answer along one line; N of them make at most N bends, and a layer of N units passes on N "
    "numbers. Few units also find their places less often: there is no spare one where steps lead astray."
)


def _check(evidence: Evidence) -> Findings:
    narrowest = _narrowest(evidence)
    if narrowest is None or not (settled(evidence) or stuck(evidence)):
        return
    known, (units, position) = evidence.baselines, narrowest
    if known is None or not fits_badly(evidence):
        return
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "Layer {layer} has only {units:unit|units}, and the loss has settled at {loss}. The data tell more than "
            "the network can say: the nearest training samples alone have {known}.",
            layer=evidence.layer(position).title,
            units=units,
            loss=evidence.now.loss,
            known=in_words(evidence, known.neighbours),
        ),
        WHY,
        position=position,
        measured=float(units),
        against=THRESHOLDS.few_units,
    )


def _narrowest(evidence: Evidence) -> tuple[int, int] | None:
    """Units and position of the narrowest hidden layer; None where it has enough."""
    widths = [(evidence.layer(position).units, position) for position in evidence.hidden]
    return min((width for width in widths if width[0] < THRESHOLDS.few_units.value), default=None)


RULE = Rule(
    "too_few_units",
    "Too few units",
    _check,
    needs=("loss",),
    about=lambda evidence: _narrowest(evidence) is not None,
    requires=(LAST_FIFTH.missing, compared),
    cures=(cures.more_units,),
    hold=3,
)
