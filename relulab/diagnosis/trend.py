"""Where the loss stands and where it is heading: what turns a suspicious number into a verdict.

The loss is that of the probe set in eval mode, so dropout and the luck of a batch do not blur it.
"""

import math
from itertools import islice
from statistics import median

import numpy as np

from relulab.catalog.activations import OffState
from relulab.diagnosis.comparison import knows_enough
from relulab.diagnosis.evidence import Evidence, once, once_a_run
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.moment import Floats, Moment
from relulab.diagnosis.stretch import Stretch
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import Text, text

UPDATES = Stretch(steps=20, moments=3, after=20)  # the first steps of any run are large
RATIO_MOMENTS = 3
NORM_MEMORIES = 5.0  # e⁻⁵ of the initial mean and variance are left then
WORSE_THAN_GUESSING = 2.0  # times; a loss above is a bad scale, and coming down from there is progress
LATER_HALF = Stretch(steps=40, moments=3, begins=0.5)  # a younger run has not stalled, it has hardly begun


@once
def excess(evidence: Evidence) -> float:
    """The present loss, 0 at the floor that label noise leaves and 1 at the best constant answer. NaN if unknown."""
    facts, moment = evidence.facts, evidence.moment
    if moment is None or not facts.baseline > facts.floor:
        return math.nan
    return (moment.loss - facts.floor) / (facts.baseline - facts.floor)


@once
def is_high(evidence: Evidence) -> bool:
    """Whether little has been learned yet of what the inputs tell."""
    return costs_much(evidence) and not knows_enough(evidence)


def costs_much(evidence: Evidence) -> bool:
    """Whether the loss is high, whatever the inputs tell: this needs no comparison with simple methods."""
    return excess(evidence) > THRESHOLDS.high_loss.value


def learned_nothing(evidence: Evidence) -> bool:
    """Whether a constant answer would be as good, or better."""
    return excess(evidence) >= 1.0 - THRESHOLDS.chance_margin.value


def graded(evidence: Evidence) -> Severity:
    """How bad it is what holds learning back: an error where nothing was learned, a remark where much was."""
    if not is_high(evidence):
        return Severity.INFO
    return Severity.ERROR if learned_nothing(evidence) else Severity.WARNING


def at_chance(evidence: Evidence) -> bool:
    """Whether the loss is about that of guessing by the frequency of the classes."""
    return learned_nothing(evidence) and excess(evidence) <= THRESHOLDS.loss_growth.value


def recent(evidence: Evidence) -> tuple[Moment, ...]:
    """The moments of the later half of the run so far, the present one last."""
    return LATER_HALF.of(evidence)


@once
def stalled(evidence: Evidence) -> bool:
    """Whether the later half of the run so far has found no loss at least 2 % below the best of the earlier half.

    Best losses are compared, not mean ones: a loss that jumps up and comes back has not improved. Coming down
    to the loss of guessing from just above it is no progress either. What label noise leaves does not count.
    """
    if evidence.moment is None or not LATER_HALF.tells(evidence):
        return False
    late = [moment.loss for moment in recent(evidence)]
    early = [loss for moment in evidence.moments if math.isfinite(loss := moment.loss)][: -len(late)]
    if not early:
        return False
    before = _useful(evidence, min(early)) - evidence.facts.floor
    return _useful(evidence, min(late)) - evidence.facts.floor > (1.0 - THRESHOLDS.stalled_fall.value) * before


def _useful(evidence: Evidence, loss: float) -> float:
    """The loss, where a little worse than guessing counts as guessing. It leaves the order of losses as it is."""
    baseline = evidence.facts.baseline
    return baseline if baseline < loss < WORSE_THAN_GUESSING * baseline else loss


def mostly_dead(evidence: Evidence) -> bool:
    """Whether some hidden layer is dead for the most part: it passes hardly any signal or gradient then."""
    dead = evidence.now.dead
    return bool(dead.size) and any(dead[p] > THRESHOLDS.dead_share.value for p in evidence.hidden)


def passes_signal(evidence: Evidence) -> bool:
    """Whether signal and gradient get through all layers: none is dead, saturated or flat, no gradient has vanished."""
    moment = evidence.now
    flat = moment.std.size and any(not moment.std[p] > THRESHOLDS.weak_std.value for p in evidence.hidden)
    full = moment.saturated.size and any(
        moment.saturated[p] > THRESHOLDS.saturated_share.value for p in evidence.hidden
    )
    return not (flat or full or mostly_dead(evidence) or gradient_ratio(evidence) < THRESHOLDS.vanishing_ratio.value)


def at_flat_end(evidence: Evidence, moment: Moment, position: int) -> float:
    """The share of a layer's outputs at a flat end of its activation, without the zeros of a clipped ReLU: those are
    its sparsity.
    """
    share = float(moment.saturated[position])
    if share > 0.0 and evidence.activation(position).off_state is OffState.DEAD:
        share -= float(moment.sparsity[position])
    return share


@once
def lost_at(evidence: Evidence) -> str:
    """Where a number is no longer finite: the title of the first such layer, "the loss", or empty."""
    moment = evidence.moment
    if moment is None:
        return ""
    if moment.diverged:
        return moment.non_finite or "the loss"
    for values in (moment.std, moment.gradient_norm):
        if not np.isfinite(values).all():
            return evidence.layer(int(np.flatnonzero(~np.isfinite(values))[0])).title
    return "the loss" if math.isinf(moment.loss) or math.isinf(moment.batch_loss) else ""


@once
def gradient_ratio(evidence: Evidence) -> float:
    """RMS gradient of the first layer with weights over the last: median of the last three moments, NaN if unknown."""
    first, last = evidence.weighted[0], evidence.weighted[-1]
    latest = [m.gradient_rms for m in evidence.moments[-RATIO_MOMENTS:] if m.gradient_rms.size]
    ratios = [float(rms[first]) / float(rms[last]) for rms in latest if rms[last] > 0.0 and math.isfinite(rms[first])]
    return median(ratios) if ratios else math.nan


def warmed_up(evidence: Evidence) -> bool:
    """Whether batch norms have seen enough steps for what they do in eval mode to mean anything."""
    return norms_missing(evidence) is None


def norms_missing(evidence: Evidence) -> Text | None:
    """What batch norms lack until they have seen enough steps."""
    step, slowest = evidence.now.step, _slowest_norm(evidence)
    if slowest is None:
        return None
    memory = NORM_MEMORIES / slowest if slowest > 0.0 else math.inf
    least = math.ceil(memory) if math.isfinite(memory) else math.inf
    if step >= least:
        return None
    return text(
        "the run ended after {step:step|steps}, and batch norms take {least:step|steps} to know what they see",
        step=step,
        least=least,
    )


@once_a_run
def _slowest_norm(evidence: Evidence) -> float | None:
    """The least momentum of a batch norm; None where there is none."""
    norms = (layer for layer in evidence.spec.model.layers if layer.kind == "batch_norm")
    return min((float(norm.parameters["momentum"]) for norm in norms), default=None)


@once
def usual_update(evidence: Evidence) -> Floats:
    """Median update : weight ratio (log10) of each layer over the last three moments: (L,), NaN where unknown.

    Empty while the run is too young to tell.
    """
    measured = (m.update_ratio for m in reversed(evidence.moments) if m.update_ratio.size and m.step >= UPDATES.after)
    latest = [np.asarray(ratios, np.float64) for ratios in islice(measured, UPDATES.moments)]
    if len(latest) < UPDATES.moments:
        return np.empty(0)
    one, two, three = latest  # their middle, by comparisons that keep NaN: many times as fast as sorting them
    middle: Floats = np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three))
    return middle


def stuck(evidence: Evidence) -> bool:
    """Stalled while there is still much to learn: what makes dead or saturated units an illness."""
    return costs_much(evidence) and stalled(evidence) and is_high(evidence)  # what costs least to know comes first
