"""Saying that all is well is a finding too, with the numbers that show it."""

from relulab.diagnosis.comparison import compared_in_words, is_good
from relulab.diagnosis.course import LAST_FIFTH, settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import excess
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A loss well below that of guessing means that the gradient reaches the weights and steps have a sane length; "
    "that it has settled, and beats what needs no network, that this was worth it. Units that are off for every "
    "sample are then spare capacity, not an illness."
)


def _check(evidence: Evidence) -> Findings:
    moment = evidence.now
    if not excess(evidence) < THRESHOLDS.learning_loss.value or not settled(evidence) or not is_good(evidence):
        return
    dead = [] if not moment.dead.size else [(float(moment.dead[p]), p) for p in evidence.hidden]
    share, position = max(((s, p) for s, p in dead if s == s), default=(0.0, -1))
    template = (
        "The network learns: its loss is {loss}, and guessing would cost {baseline}. {compared} {share:percent} of the "
        "units of layer {layer} are dead, which does no harm here."
        if share > 0.0
        else "The network learns: its loss is {loss}, and guessing would cost {baseline}. {compared} No illness was "
        "found."
    )
    compared = compared_in_words(evidence)
    values = {"loss": moment.loss, "baseline": evidence.facts.baseline, "share": share, "compared": compared}
    yield RULE.finding(
        evidence,
        Severity.HEALTHY,
        text(template, **values, layer=evidence.layer(position).title),
        WHY,
        measured=excess(evidence),
        against=THRESHOLDS.learning_loss,
    )


RULE = Rule("healthy", "Healthy", _check, needs=("loss",), requires=(LAST_FIFTH.missing,), hold=2, when_clear=True)
