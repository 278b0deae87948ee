"""The gradient gets so small on its way back that the first layers do not learn."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.rule import Findings, Rule, batch
from relulab.diagnosis.trend import graded, gradient_ratio, mostly_dead
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "Going back through a layer multiplies the gradient by W and by the slope φ'(z). A sigmoid's slope is at "
    "most 0.25, so with weights of the usual size n layers leave about 0.25ⁿ of it."
)


def _check(evidence: Evidence) -> Findings:
    first, ratio = evidence.weighted[0], gradient_ratio(evidence)
    if not ratio < THRESHOLDS.vanishing_ratio.value or mostly_dead(evidence):
        return
    yield RULE.finding(
        evidence,
        graded(evidence),
        text(
            "The gradient of layer {first} is {ratio:times} that of the output layer. The first layers "
            "hardly change while the last ones learn.",
            first=evidence.layer(first).title,
            ratio=ratio,
        ),
        WHY,
        position=first,
        measured=ratio,
        against=THRESHOLDS.vanishing_ratio,
        sample=batch(evidence),
    )


RULE = Rule(
    "vanishing_gradient",
    "Vanishing gradient",
    _check,
    needs=("gradient_rms", "loss"),
    cures=(cures.rectify, cures.batch_norm, cures.fitting_weights, cures.fewer_layers),
    hold=2,
)
