"""A penalty that holds the weights near zero more strongly than the data pull them away."""

from relulab.diagnosis import cures
from relulab.diagnosis.course import held_back
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.diagnosis.trend import LATER_HALF, learned_nothing, lost_at
from relulab.measurements.thresholds import THRESHOLDS, Threshold
from relulab.text import text

WHY = text(
    "L2 of strength λ adds 2λ·w to the gradient of each weight, L1 adds λ·sign(w), and AdamW takes η·λ·w off in each "
    "step, η the learning rate. Where that is more than the gradient of the data, weights go to 0, layer by layer, "
    "and signal and gradient with them."
)


def _check(evidence: Evidence) -> Findings:
    penalty = _strongest(evidence)
    if penalty is None or not (held_back(evidence) or lost_at(evidence)):
        return
    name, strength, against = penalty
    yield RULE.finding(
        evidence,
        Severity.ERROR if learned_nothing(evidence) else Severity.WARNING,
        text(
            "{name} of {strength} pulls all weights to 0 more strongly than the data pull them away. With such "
            "small weights hardly any signal or gradient gets through the network.",
            name=text(name),
            strength=strength,
        ),
        WHY,
        measured=strength,
        against=against,
        sample=DESIGN,
    )


def _strongest(evidence: Evidence) -> tuple[str, float, Threshold] | None:
    """The first penalty that is strong: its name, its strength, and from where on it is."""
    training = evidence.spec.training
    penalties = (
        ("L2", training.l2, THRESHOLDS.strong_l2),
        ("L1", training.l1, THRESHOLDS.strong_l1),
        ("Weight decay", float(training.optimizer.parameters.get("weight_decay", 0.0)), THRESHOLDS.strong_decay),
    )
    return next((penalty for penalty in penalties if penalty[1] > penalty[2].value), None)


RULE = Rule(
    "strong_penalty",
    "Penalty too strong",
    _check,
    needs=("loss",),
    about=lambda evidence: _strongest(evidence) is not None,
    requires=(LATER_HALF.missing,),
    cures=(cures.smaller_penalty,),
    hold=2,
)
