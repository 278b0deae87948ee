"""A gradient so large that one step throws the weights far away."""

import math

import numpy as np

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Going back through a layer multiplies the gradient by W and by the slope φ'(z). Where that is a "
    "factor f > 1 per layer, n layers make it fⁿ; large inputs enlarge it too, because ∂L/∂W = δ·xᵀ."
)


def _check(evidence: Evidence) -> Findings:
    norms, limit = evidence.now.gradient_norm, THRESHOLDS.exploding_norm.value
    if norms.max() <= limit:
        return
    norms = np.where(np.isfinite(norms), norms, np.inf)
    position = int(norms.argmax())
    norm = float(norms[position])
    template = (
        "The gradient of layer {layer} has a norm of {norm}. One step with a learning rate of "
        "{rate} throws the weights far from where they were."
        if math.isfinite(norm)
        else "The gradient of layer {layer} is no longer a finite number. Any step from here, at any learning "
        "rate, ruins the weights."
    )
    yield RULE.finding(
        evidence,
        Severity.ERROR,
        text(template, layer=evidence.layer(position).title, norm=norm, rate=evidence.spec.training.learning_rate),
        WHY,
        measured=norm,
        against=THRESHOLDS.exploding_norm,
        sample=batch(evidence),
    )


RULE = Rule(
    "exploding_gradient",
    "Exploding gradient",
    _check,
    needs=("gradient_norm",),
    cures=(cures.fitting_weights, cures.scale_inputs, cures.smaller_rate, cures.clip, cures.batch_norm),
)
