"""Outputs at the flat ends of their activation: there the slope, and with it the gradient, is next to nothing."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import at_flat_end, graded, norms_missing, warmed_up
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The gradient passes an activation multiplied by its slope φ'(z). At the flat ends the slope is close to 0 "
    "(for the sigmoid σ·(1 - σ) < 0.03 where σ > 0.97), so the layers in front get almost no gradient."
)


def _check(evidence: Evidence) -> Findings:
    if not warmed_up(evidence):
        return
    for position in evidence.hidden:
        share = at_flat_end(evidence, evidence.now, position)
        if share > THRESHOLDS.saturated_share.value:
            yield _finding(evidence, position, share)


def _finding(evidence: Evidence, position: int, share: float) -> Finding:
    severity = graded(evidence)
    template = (
        "{share:percent} of the outputs of layer {layer} sit at a flat end of {activation}. Hardly any gradient "
        "passes there, so the layers in front learn slowly or not at all."
        if severity is not Severity.INFO
        else "{share:percent} of the outputs of layer {layer} sit at a flat end of {activation}. The loss is low, so "
        "this network is only very sure of itself."
    )
    return RULE.finding(
        evidence,
        severity,
        text(
            template,
            share=share,
            layer=evidence.layer(position).title,
            activation=evidence.activation(position).title,
        ),
        WHY,
        position=position,
        measured=share,
        against=THRESHOLDS.saturated_share,
    )


RULE = Rule(
    "saturation",
    "Saturated layer",
    _check,
    needs=("saturated", "sparsity", "loss"),
    requires=(norms_missing,),
    cures=(cures.fitting_weights, cures.batch_norm, cures.rectify, cures.scale_inputs),
    hold=2,
)
