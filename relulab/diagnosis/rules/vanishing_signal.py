"""The outputs of a layer hardly differ: what was in the data does not reach the layers behind."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.trend import graded, norms_missing, warmed_up
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "A ReLU layer multiplies the mean square of its input by n·σ²/2, n the number of its inputs and σ the "
    "standard deviation of its weights. He initialization makes that 1; smaller weights multiply by less than 1 at "
    "every layer, and depth does the rest."
)


def _check(evidence: Evidence) -> Findings:
    moment = evidence.now
    hidden = [p for p in evidence.bent if not moment.dead.size or not moment.dead[p] > THRESHOLDS.dead_share.value]
    if not hidden or not warmed_up(evidence):
        return
    first = float(moment.std[hidden[0]])
    for position in hidden:
        std = float(moment.std[position])
        weak, fallen = std < THRESHOLDS.weak_std.value, std * THRESHOLDS.std_fall.value < first
        if not (weak or fallen):
            continue
        yield RULE.finding(
            evidence,
            graded(evidence),
            text(
                "The outputs of layer {layer} vary by only {std}; those of the first layer vary by {first}. "
                "The layers behind it see almost the same for every sample.",
                layer=evidence.layer(position).title,
                std=std,
                first=first,
            ),
            WHY,
            position=position,
            measured=std if weak else first / std,
            against=THRESHOLDS.weak_std if weak else THRESHOLDS.std_fall,
        )
        return  # the layers behind it can only say the same


RULE = Rule(
    "vanishing_signal",
    "Vanishing signal",
    _check,
    needs=("std", "loss"),
    requires=(norms_missing,),
    cures=(cures.fitting_weights, cures.batch_norm, cures.fewer_layers),
    hold=2,
)
