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


def _check(evidence: Evidence) -> Findings:
    if _normed_early(evidence):
        return
    facts = evidence.facts
    severity = Severity.ERROR if learned_nothing(evidence) and stalled(evidence) else Severity.WARNING
    if facts.input_rms > THRESHOLDS.input_rms.value:
        yield RULE.finding(
            evidence,
            severity,
            text(
                "The inputs have a typical size of {rms:.3g}; networks are made for about 1. The first steps are "
                "then far too long.",
                rms=facts.input_rms,
            ),
            WHY,
            measured=facts.input_rms,
            against=THRESHOLDS.input_rms,
            sample=DATA,
        )
    elif facts.spread_ratio > THRESHOLDS.spread_ratio.value:
        yield RULE.finding(
            evidence,
            severity,
            text(
                "One feature varies {ratio:.0f} times as much as another. The network hears the large one and is "
                "almost deaf to the small one.",
                ratio=facts.spread_ratio,
            ),
            WHY,
            measured=facts.spread_ratio,
            against=THRESHOLDS.spread_ratio,
            sample=DATA,
        )


def _normed_early(evidence: Evidence) -> bool:
    """Whether a norm scales the signal before anything bends it."""
    for layer in evidence.spec.model.layers:
        if layer.kind in cures.NORMS:
            return True
        if layer.activation is not None and layer.activation.name != "identity":
            return False
    return False


RULE = Rule("unscaled_input", "Unscaled input", _check, cures=(cures.scale_inputs, cures.batch_norm))
