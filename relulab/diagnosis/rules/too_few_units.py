"""A hidden layer too narrow for what the data ask for."""

from relulab.diagnosis import cures
from relulab.diagnosis.comparison import in_words
from relulab.diagnosis.course import fits_badly, settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import stuck
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU bends the answer along one line; N of them make at most N bends, and a layer of N units passes on N "
    "numbers. Few units also find their places less often: there is no spare one where steps lead astray."
)


def _check(evidence: Evidence) -> Findings:
    known = evidence.baselines
    widths = [(evidence.layer(position).units, position) for position in evidence.hidden]
    units, position = min(widths, default=(0, -1))
    if known is None or not units or not units < THRESHOLDS.few_units.value:
        return
    if not fits_badly(evidence) or not (settled(evidence) or stuck(evidence)):
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


RULE = Rule("too_few_units", "Too few units", _check, needs=("loss",), cures=(cures.more_units,), hold=3)
