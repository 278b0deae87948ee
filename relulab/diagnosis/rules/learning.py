"""Nothing is wrong, and the loss is on its way: no verdict yet."""

from relulab.diagnosis.comparison import compared_in_words, is_good
from relulab.diagnosis.course import gain_of_last_fifth, settled
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import excess
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "How good a network is shows where its loss has settled. Until then a falling loss says that gradient and steps "
    "have a sane size, and no more than that."
)


def _check(evidence: Evidence) -> Findings:
    if not excess(evidence) < THRESHOLDS.learning_loss.value or (settled(evidence) and is_good(evidence)):
        return
    gain, losses = gain_of_last_fifth(evidence), {"loss": evidence.now.loss, "baseline": evidence.facts.baseline}
    explanation = (
        text(
            "The network learns: its loss is {loss}, and guessing would cost {baseline}. That has settled, but the "
            "network is not good. {compared}",
            **losses,
            compared=compared_in_words(evidence),
        )
        if settled(evidence)
        else text(
            "The network learns: its loss is {loss}, and guessing would cost {baseline}. It has not settled yet, so "
            "nothing can be said of how good it is.",
            **losses,
        )
    )
    yield RULE.finding(evidence, Severity.LEARNING, explanation, WHY, measured=gain, against=THRESHOLDS.settled_fall)


RULE = Rule("learning", "Learning", _check, needs=("loss",), hold=2, when_clear=True)
