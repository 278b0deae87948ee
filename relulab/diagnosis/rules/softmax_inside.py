"""A softmax between layers shares a sum of 1 among all units and leaves next to nothing for each."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.diagnosis.trend import stuck
from relulab.text import text

WHY = text(
    "softmax(z)ᵢ = e^zᵢ / Σ e^zₖ: the outputs of n units add up to 1, so each is about 1/n and its slope s·(1 - s) is "
    "about 1/n as well. Two such layers of 100 units shrink the gradient by about ten thousand."
)


def _has_softmax(evidence: Evidence) -> bool:
    return any(evidence.layer(position).activation == "softmax" for position in evidence.hidden)


def _check(evidence: Evidence) -> Findings:
    for position in evidence.hidden:
        layer = evidence.layer(position)
        if layer.activation != "softmax":
            continue
        yield RULE.finding(
            evidence,
            Severity.ERROR if stuck(evidence) else Severity.WARNING,
            text(
                "Layer {layer} has a softmax, so its {units:unit|units} share a sum of 1 and each gives about {share}. "
                "Signal and gradient get tiny behind it; softmax belongs behind the last layer, where the loss "
                "already has it.",
                layer=layer.title,
                units=layer.units,
                share=1.0 / layer.units,
            ),
            WHY,
            position=position,
            measured=1.0 / layer.units,
            unit="mean output of a unit",
            sample=DESIGN,
        )


RULE = Rule("softmax_inside", "Softmax inside the network", _check, about=_has_softmax, cures=(cures.rectify,))
