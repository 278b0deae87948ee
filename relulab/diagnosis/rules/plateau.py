"""The loss sits where a network sits that looks at nothing: at the entropy of the class frequencies."""

from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import LATER_HALF, at_chance, stalled
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A network that knows only how frequent each class is answers with these shares p and pays the "
    "entropy −Σ p·ln p: 0.693 for two balanced classes, 2.303 for ten. A network whose paths are all cut "
    "can do no better; its output bias learns p."
)
WHY_VALUES = text(
    "A network that looks at nothing does best by always answering with the mean; its mean squared error "
    "is then the variance of the targets. A network whose paths are all cut can do no better; its output "
    "bias learns the mean."
)


def _check(evidence: Evidence) -> Findings:
    moment, baseline = evidence.now, evidence.facts.baseline
    if not at_chance(evidence) or not stalled(evidence):
        return
    classes = evidence.description.task is Task.CLASSIFICATION
    template = (
        "The loss stands at {loss}; guessing by the frequency of the classes costs {baseline}. "
        "The network has learned nothing about the inputs."
        if classes
        else "The loss stands at {loss}; always answering with the mean costs {baseline}. The network "
        "has learned nothing about the inputs."
    )
    yield RULE.finding(
        evidence,
        Severity.ERROR,
        text(template, loss=moment.loss, baseline=baseline),
        WHY if classes else WHY_VALUES,
        measured=moment.loss / baseline,
        unit="times the loss of guessing",
        threshold=1.0 - THRESHOLDS.chance_margin.value,
    )


RULE = Rule(
    "plateau",
    "Stuck at guessing",
    _check,
    needs=("loss",),
    requires=(LATER_HALF.missing,),
    hold=3,
    cures=(cures.fitting_weights, cures.batch_norm),
)
