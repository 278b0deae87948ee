"""The first loss tells whether the outputs start at a sane scale: knowing nothing costs ln C."""

from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A network that gives all C classes the same share has a cross-entropy of ln C: 0.693 for two classes, 2.303 "
    "for ten. A first loss far above means large random outputs: the weights or the inputs have a bad scale."
)


def _check(evidence: Evidence) -> Findings:
    first, moment, baseline = evidence.first, evidence.now, evidence.facts.baseline
    if first is None or first.step != 0 or evidence.description.task is not Task.CLASSIFICATION:
        return
    limit = THRESHOLDS.first_loss_factor.value * baseline
    if not first.batch_loss > limit or moment.loss < baseline:
        return  # as soon as it has learned more than guessing, the start is forgotten
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "The first loss was {loss}, but a network that only guesses has {baseline}. It started out sure of "
            "wrong answers and spends its first steps unlearning them.",
            loss=first.batch_loss,
            baseline=baseline,
        ),
        WHY,
        measured=first.batch_loss / baseline,
        against=THRESHOLDS.first_loss_factor,
        sample=batch(evidence),
    )


RULE = Rule(
    "first_loss",
    "Bad first loss",
    _check,
    needs=("loss",),
    cures=(cures.fitting_weights, cures.scale_inputs, cures.batch_norm),
)
