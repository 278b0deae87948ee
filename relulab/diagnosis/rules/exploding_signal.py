"""The outputs grow from layer to layer until the loss is astronomically large."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.moment import Moment
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import is_high, lost_at, norms_missing, warmed_up
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU layer multiplies the mean square of its input by n·σ²/2, n the number of its inputs and σ the "
    "standard deviation of its weights. With σ = 1 and 64 inputs that is 32 per layer; He initialization, σ² = 2/n, "
    "makes it 1."
)


def _check(evidence: Evidence) -> Findings:
    first = evidence.first
    if first is None or not first.std.size or not warmed_up(evidence):
        return
    for position in evidence.bent:
        began = _growth(first, evidence.bent[0], position)
        if not began > THRESHOLDS.signal_growth.value:
            continue
        now = began if lost_at(evidence) else _growth(evidence.now, evidence.bent[0], position)
        if not now <= THRESHOLDS.signal_growth.value:
            yield RULE.finding(
                evidence,
                Severity.ERROR if is_high(evidence) or lost_at(evidence) else Severity.WARNING,
                text(
                    "The outputs of layer {layer} vary {growth:times} as much as those of the first layer. The "
                    "network starts out wildly sure of random answers, and its gradients are as large.",
                    layer=evidence.layer(position).title,
                    growth=now,
                ),
                WHY,
                position=position,
                measured=now,
                against=THRESHOLDS.signal_growth,
            )
            return  # what grows later is the work of the steps, and has findings of its own


def _growth(moment: Moment, start: int, position: int) -> float:
    first = float(moment.std[start])
    return float(moment.std[position]) / first if first > 0.0 else 0.0


RULE = Rule(
    "exploding_signal",
    "Exploding signal",
    _check,
    needs=("std",),
    requires=(norms_missing,),
    cures=(cures.fitting_weights, cures.batch_norm),
)
