"""More weights than samples: common and often harmless, but it is what overfitting needs."""

from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.text import text

WHY = text(
    "A model with at least as many free numbers as samples can in principle learn each sample by heart. Whether "
    "it does is another question: watch the validation loss beside the training loss."
)


def _has_more(evidence: Evidence) -> bool:
    return evidence.plan.parameter_count > evidence.facts.samples


def _check(evidence: Evidence) -> Findings:
    parameters = evidence.plan.parameter_count
    samples = evidence.facts.samples
    yield RULE.finding(
        evidence,
        Severity.INFO,
        text(
            "The network has {parameters:parameter|parameters} for {samples:training sample|training samples}. "
            "That is common and no harm by itself; compare training and validation loss.",
            parameters=parameters,
            samples=samples,
        ),
        WHY,
        measured=parameters / samples,
        unit="parameters per sample",
        threshold=1.0,
        sample=DESIGN,
    )


RULE = Rule("more_parameters", "More parameters than samples", _check, about=_has_more)
