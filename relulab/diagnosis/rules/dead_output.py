"""An output that is off for every sample: the network gives 0 whatever it is asked."""

from relulab.catalog.activations import OffState
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The output is max(0, z). Where z is negative for every sample, output and gradient are exactly 0: neither the "
    "output layer nor any layer in front of it gets a gradient, so no step can bring the output back."
)


def _check(evidence: Evidence) -> Findings:
    position = len(evidence.layout.layers) - 1
    share = float(evidence.now.dead[position])
    if evidence.activation(position).off_state is not OffState.DEAD or not share > 0.0:
        return
    whole = share >= THRESHOLDS.dead_layer.value
    template = (
        "{activation} switches the output off for every sample, so the network answers 0 to all of them. No gradient "
        "passes an output that is off: nothing learns any more."
        if whole
        else "{share:percent} of the outputs are off for every sample: {activation} makes them 0, and no gradient "
        "passes. The network can never give these answers."
    )
    activation = evidence.activation(position).title
    yield RULE.finding(
        evidence,
        Severity.ERROR if whole else Severity.WARNING,
        text(template, activation=activation, share=share),
        WHY,
        position=position,
        measured=share,
        against=THRESHOLDS.dead_layer,
    )


RULE = Rule("dead_output", "Dead output", _check, needs=("dead",), cures=(cures.plain_output,), hold=3)
