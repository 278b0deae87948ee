"""Inputs of a size, or of sizes so different, that one learning rate cannot suit all weights."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DATA, Findings, Rule
from relulab.diagnosis.trend import learned_nothing, stalled
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "∂L/∂W = δ·xᵀ: the gradient of the first layer grows with the inputs, and so do all activations. Pixels from "
    "0 to 255 make first steps hundreds of times too long, and the biases land far below zero."
)


def _is_unscaled(evidence: Evidence) -> bool:
    """Whether the inputs are large, or features differ in size, and no norm comes first."""
    facts = evidence.facts
    large = facts.input_rms > THRESHOLDS.input_rms.value or facts.spread_ratio > THRESHOLDS.spread_ratio.value
    return large and not _normed_early(evidence)


def _check(evidence: Evidence) -> Findings:
    facts = evidence.facts
    severity = Severity.ERROR if learned_nothing(evidence) and stalled(evidence) else Severity.WARNING
    for measured, against, template in (
        (
            facts.input_rms,
            THRESHOLDS.input_rms,
            "The inputs have a typical size of {rms}; networks are made for about 1. The first steps are "
            "then far too long.",
        ),
        (
            facts.spread_ratio,
            THRESHOLDS.spread_ratio,
            "One feature varies {ratio:times} as much as another. The network hears the large one and is "
            "almost deaf to the small one.",
        ),
    ):
        if measured > against.value:
            said = text(template, rms=facts.input_rms, ratio=facts.spread_ratio)
            yield RULE.finding(evidence, severity, said, WHY, measured=measured, against=against, sample=DATA)
            return


def _normed_early(evidence: Evidence) -> bool:
    """Whether a norm scales the signal before anything bends it."""
    for layer in evidence.spec.model.layers:
        if layer.kind in cures.NORMS:
            return True
        if layer.activation is not None and layer.activation.name != "identity":
            return False
    return False


RULE = Rule(
    "unscaled_input", "Unscaled input", _check, about=_is_unscaled, cures=(cures.scale_inputs, cures.batch_norm)
)
