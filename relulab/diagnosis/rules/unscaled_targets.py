"""Targets of a size that the outputs of a fresh network, about 1, have to grow to first."""

from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DATA, Findings, Rule
from relulab.diagnosis.trend import is_high, learned_nothing, lost_at
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The squared error of an output that is off by r is r², its gradient 2r: targets of size s make the loss s² and "
    "the gradient s times as large as the rates that networks are usually trained with are made for. The first step "
    "throws the weights away, or the loss is infinite soon."
)


def _is_unscaled(evidence: Evidence) -> bool:
    return evidence.description.task is Task.REGRESSION and evidence.facts.target_rms > THRESHOLDS.target_rms.value


def _check(evidence: Evidence) -> Findings:
    size = evidence.facts.target_rms
    harmful = evidence.moment is not None and (learned_nothing(evidence) or bool(lost_at(evidence)))
    template = (
        "The targets have a typical size of {size}; a fresh network answers with about 1. Subtract their mean and "
        "divide by their standard deviation before they are learned."
    )
    yield RULE.finding(
        evidence,
        Severity.ERROR if harmful else Severity.INFO if _learned(evidence) else Severity.WARNING,
        text(template, size=size),
        WHY,
        measured=size,
        against=THRESHOLDS.target_rms,
        sample=DATA,
    )


def _learned(evidence: Evidence) -> bool:
    """Whether they were learned all the same, by gradients of a sane size."""
    moment = evidence.moment
    if moment is None or moment.step == 0 or is_high(evidence):
        return False
    return not (moment.gradient_norm > THRESHOLDS.exploding_norm.value).any()


RULE = Rule("unscaled_targets", "Unscaled targets", _check, about=_is_unscaled, cures=(cures.scale_targets,))
