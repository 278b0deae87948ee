"""How good a network is, beside what simple methods reach on the same data."""

import math
from collections.abc import Iterable
from statistics import median

from relulab.catalog.losses import Task
from relulab.diagnosis.baselines import Score, standard_error
from relulab.diagnosis.evidence import Evidence, once
from relulab.diagnosis.moment import Moment
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import Text, text

CERTAIN = 2.0  # standard errors


@once
def own_score(evidence: Evidence) -> Score | None:
    """Of the network on the validation samples, when they were looked at last; None where that is not known."""
    latest = next((m for m in reversed(evidence.moments) if m.has("validation_loss")), None)
    return None if latest is None else usual_score(evidence, [latest])


def usual_score(evidence: Evidence, moments: Iterable[Moment]) -> Score | None:
    """The median of these moments: where a network jumps up and down, how it does at one of them is luck."""
    known, seen = evidence.baselines, [moment for moment in moments if moment.has("validation_loss")]
    if known is None or not seen or weighs_classes(evidence):
        return None
    if evidence.description.task is Task.CLASSIFICATION:
        share = median(moment.validation_accuracy for moment in seen)
        return Score(share, standard_error(share, known.samples)) if share == share else None
    loss = median(moment.validation_loss for moment in seen)
    return Score(1.0 - loss / known.constant_loss, 0.0) if known.constant_loss > 0.0 else None


def weighs_classes(evidence: Evidence) -> bool:
    """Whether classes of any size count alike in what is trained: the share of right answers is no measure of it."""
    return evidence.spec.training.class_weights != "none"


def in_words(evidence: Evidence, score: Score) -> Text:
    """A score as what one has."""
    if evidence.description.task is Task.CLASSIFICATION:
        return text("{share:percent} of the validation samples right", share=score.value)
    return text("{share:percent} of the validation loss explained", share=max(0.0, score.value))


def compared_in_words(evidence: Evidence) -> Text:
    """The network beside the better of the simple methods: a sentence."""
    own, known = own_score(evidence), evidence.baselines
    if weighs_classes(evidence):
        return text("Its classes count alike, so the share of right answers is not compared with simple methods.")
    if own is None or known is None:
        return text("There are no validation samples, so how it does on new ones is not known.")
    classes = evidence.description.task is Task.CLASSIFICATION
    if known.simple is not known.line:
        name = text("always naming the largest class") if classes else text("always answering with the mean")
    else:
        name = text("a straight line (softmax regression)") if classes else text("a straight line (least squares)")
    template = (
        "It has {own}; {name} has {mark:percent}."
        if own.value > known.simple.value + math.hypot(own.error, known.simple.error)
        else "It has {own}; {name} does as well here: {mark:percent}."
        if reaches(evidence, known.simple)
        else "It has {own}; {name} does better: {mark:percent}."
    )
    return text(template, own=in_words(evidence, own), name=name, mark=max(0.0, known.simple.value))


def is_good(evidence: Evidence) -> bool:
    """Whether the network is at least as good as the simple methods, and knows most of what the inputs tell.

    True where there is nothing to compare it with.
    """
    known = evidence.baselines
    if known is None or own_score(evidence) is None:
        return True
    return reaches(evidence, known.simple) and not falls_short(evidence)


def reaches(evidence: Evidence, mark: Score) -> bool:
    """Whether the network is as good, or within a standard error of it."""
    own = own_score(evidence)
    return own is not None and own.value >= mark.value - math.hypot(own.error, mark.error)


def is_below(own: Score | None, mark: Score, certain: float = CERTAIN) -> bool:
    """Whether a score is worse, by more standard errors than chance would make it."""
    return own is not None and own.value < mark.value - certain * math.hypot(own.error, mark.error)


def worse_than_neighbours(evidence: Evidence, own: Score | None) -> bool:
    """Whether the inputs tell more than a network with this score knows: their nearest neighbours do clearly better."""
    known = evidence.baselines
    if known is None or not is_below(own, known.neighbours):
        return False
    return is_below(own, Score(known.neighbours.value - THRESHOLDS.known_gap.value, 0.0), certain=0.0)


def falls_short(evidence: Evidence, own: Score | None = None) -> bool:
    """Whether the network knows much less than the inputs tell, as far as the simple methods find it.

    On the validation samples that is certain, or, as these may be few, it seems so there and is certain on the samples
    that the network learns from. ``own``: its score, by default the latest.
    """
    mark, own = enough(evidence), own or own_score(evidence)
    if mark is None or not is_below(own, mark, certain=0.0):
        return False
    return is_below(own, mark) or is_below(_on_training(evidence), mark)


def _on_training(evidence: Evidence) -> Score | None:
    """The network's score on the samples that it learns from, with the error of a share of so many."""
    moment = evidence.now
    if evidence.description.task is not Task.CLASSIFICATION or not moment.has("accuracy") or not evidence.probe_samples:
        return None
    return Score(moment.accuracy, standard_error(moment.accuracy, evidence.probe_samples))


def knows_enough(evidence: Evidence) -> bool:
    """Whether the network knows most of what the inputs tell, however much they leave open."""
    return enough(evidence) is not None and own_score(evidence) is not None and not falls_short(evidence)


@once
def enough(evidence: Evidence) -> Score | None:
    """Most of what the best of the simple methods finds in the inputs; None where it finds nothing, or is not known."""
    known = evidence.baselines
    if known is None:
        return None
    constant, best = known.constant, max(known.line, known.neighbours, key=lambda score: score.value)
    if best.value <= constant.value + CERTAIN * math.hypot(constant.error, best.error):
        return None
    return Score(constant.value + THRESHOLDS.known_share.value * (best.value - constant.value), best.error)
