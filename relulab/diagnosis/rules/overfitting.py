"""The network gets better on what it has seen and worse on what it has not."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.diagnosis.stretch import compared
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "With many weights for few samples a network can learn each sample by heart, its noise included. The training loss "
    "falls on, while the loss on fresh samples has its lowest point behind it."
)

RECENT_MOMENTS = 3


def _check(evidence: Evidence) -> Findings:
    moment, best = evidence.now, evidence.best
    if best is None or best.loss < moment.loss:
        return  # both losses have got worse: that is no overfitting
    lowest = best.validation_loss
    latest = [m.validation_loss for m in evidence.moments[-RECENT_MOMENTS:] if m.has("validation_loss")]
    present = min(latest)  # a bump that passes is no trend
    rise = present / lowest if lowest > 0.0 else 1.0
    gap = (present - moment.loss) / evidence.facts.baseline
    if not (rise > THRESHOLDS.validation_rise.value and gap > THRESHOLDS.validation_gap.value):
        return
    yield RULE.finding(
        evidence,
        Severity.WARNING,
        text(
            "The validation loss is {now}; it was best with {lowest} at step {step} and has risen since, "
            "while the training loss fell to {loss}. The network is learning its samples by heart.",
            now=moment.validation_loss,
            lowest=lowest,
            step=best.step,
            loss=moment.loss,
        ),
        WHY,
        measured=rise,
        against=THRESHOLDS.validation_rise,
        sample=text("validation samples, with dropout off"),
    )


RULE = Rule(
    "overfitting",
    "Overfitting",
    _check,
    needs=("loss", "validation_loss"),
    requires=(compared,),
    hold=3,
    cures=(cures.more_data, cures.weight_decay, cures.stop_early, cures.dropout, cures.fewer_units),
)
