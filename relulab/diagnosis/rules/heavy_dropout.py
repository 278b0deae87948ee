"""Dropout that leaves too few units to learn with."""

from relulab.diagnosis import cures
from relulab.diagnosis.course import held_back
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.diagnosis.trend import LATER_HALF, learned_nothing
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "At rate p each step trains a random share 1 - p of the units and scales it by 1/(1 - p), so the variance of the "
    "signal grows by that factor at each dropout. Around p = 0.5 hidden units help each other least and learn most "
    "(Srivastava et al. 2014); far above, steps are noise."
)


def _check(evidence: Evidence) -> Findings:
    heaviest = _heaviest(evidence)
    if heaviest is None or not held_back(evidence):
        return
    rate, index = heaviest
    yield RULE.finding(
        evidence,
        Severity.ERROR if learned_nothing(evidence) else Severity.WARNING,
        text(
            "Layer {layer} takes {rate:percent} of its units away in each step, each time others. What is left is too "
            "little to learn from, and what it says is mostly noise.",
            layer=f"{index + 1} {evidence.spec.model.layers[index].entry.title}",
            rate=rate,
        ),
        WHY,
        measured=rate,
        against=THRESHOLDS.heavy_dropout,
        sample=DESIGN,
    )


def _heaviest(evidence: Evidence) -> tuple[float, int] | None:
    """Rate and place of the layer that takes most units away; None where that is no more than is usual."""
    rates = [
        (float(layer.parameters["rate"]), index)
        for index, layer in enumerate(evidence.spec.model.layers)
        if layer.kind in ("dropout", "alpha_dropout")
    ]
    return max((rate for rate in rates if rate[0] > THRESHOLDS.heavy_dropout.value), default=None)


RULE = Rule(
    "heavy_dropout",
    "Too much dropout",
    _check,
    needs=("loss",),
    about=lambda evidence: _heaviest(evidence) is not None,
    requires=(LATER_HALF.missing,),
    cures=(cures.less_dropout,),
    hold=2,
)
