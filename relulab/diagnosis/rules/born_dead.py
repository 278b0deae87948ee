"""A layer that was dead before the first step: bad luck that depth and narrow layers make likely."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "With symmetric random weights a ReLU is off for a given input with chance 1/2, so all N units of a layer "
    "are off with chance 2⁻ᴺ. Over L layers the chance of a network that is born dead grows up to 1 - Π(1 - 2⁻ᴺ) "
    "(Lu et al. 2019)."
)
WORTH_SAYING = 0.01  # chance


def _check(evidence: Evidence) -> Findings:
    first, moment = evidence.first, evidence.now
    if first is None or first.step != 0 or not first.dead.size:
        return
    for position in evidence.hidden:
        whole = THRESHOLDS.dead_layer.value
        if first.dead[position] >= whole and moment.dead[position] >= whole:
            yield _finding(evidence, position)
            return  # every layer behind it gets a constant: one finding is enough


def _finding(evidence: Evidence, position: int) -> Finding:
    layer = evidence.layer(position)
    chance = evidence.forecast.born_dead.likely if evidence.forecast.born_dead else 0.0
    template = (
        "All of layer {layer} ({units:unit|units}) was dead before the first step. Whatever the input, the network "
        "gives the same answer, and no gradient reaches the layers in front."
        if chance < WORTH_SAYING
        else "All of layer {layer} ({units:unit|units}) was dead before the first step; for this design the chance of "
        "that is about {chance:percent}. Whatever the input, the network gives the same answer, and nothing in "
        "front of the layer learns."
    )
    return RULE.finding(
        evidence,
        Severity.ERROR,
        text(template, units=layer.units, layer=layer.title, chance=chance),
        WHY,
        position=position,
        units=tuple(range(layer.units)),
        measured=1.0,
        against=THRESHOLDS.dead_layer,
    )


RULE = Rule(
    "born_dead",
    "Born dead",
    _check,
    needs=("dead",),
    cures=(cures.wider, cures.asymmetric_weights, cures.batch_norm, cures.fewer_layers),
)
