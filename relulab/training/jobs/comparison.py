"""What came of a trial, in one paired comparison over its seeds.

Each seed trains both arms, and only their difference counts: seeds that are hard for both say nothing. The verdict
follows the median of the differences and needs a least size. Where some seeds say the opposite, it says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from relulab.formatting import count, percentage, rounded, times
from relulab.text import Text, text
from relulab.training.requests import Outcome

LEAST_GAIN = 0.02  # differences of the accuracy below are none
LEAST_RATIO = 0.1  # … and of the loss, as a share of it
TIMES_FROM = 10.0  # a loss that grew more is so many times as large

HELPED = text("It helped")
WORSE = text("It made things worse")
SAME = text("It made no clear difference")
MIXED = text("It depends on the seed")
UNKNOWN = text("It cannot be compared")

# from where on a difference counts
POINTS = text("Differences of {gain:point|points} and more count.")
SHARE = text("Differences of {ratio:percent} and more count.")
EITHER = text("Differences of {ratio:percent} of the loss, or {gain:point|points}, and more count.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """``verdict`` is one line; ``helped`` only where the median says so clearly and no seed clearly the opposite."""

    verdict: str
    helped: bool


def compare(
    before: Sequence[Outcome], after: Sequence[Outcome], guess: Outcome, *, classes_alike: bool = False
) -> Comparison:
    """Compare the arms, a pair for each seed. ``guess``: what an answer gets that knows nothing of the inputs.

    A run that diverged has learned nothing, so it counts as guessing, and beside it so does what is worse than that.
    The loss decides where the accuracy cannot: overfitting hardly moves the share of right answers, but it makes the
    wrong ones ever more certain. ``classes_alike``: the outcomes count every class alike, whatever its size.
    """
    pairs = [_fair(one, other, guess) for one, other in zip(before, after, strict=True)]
    gains = [other.accuracy - one.accuracy for one, other in pairs]
    ratios = [_ratio(one.loss, other.loss) for one, other in pairs]
    found, size, least = _judged(gains, LEAST_GAIN), _gain(before, after, gains), POINTS
    if found is SAME or found is UNKNOWN:
        by_loss = _judged([_fall(ratio) for ratio in ratios], _fall(1.0 - LEAST_RATIO))
        if by_loss is not UNKNOWN:
            found, size, least = by_loss, _change(before, after, ratios), SHARE
            if found is SAME and not any(math.isnan(gain) for gain in gains):
                size, least = text("{loss}, accuracy {gain}", loss=size, gain=_points(median(gains))), EITHER
    words = text(
        "{found}: {size}, after {length}. {least}{alike}{divergence}{caution}",
        found=found,
        size=size,
        length=_length(before, after),
        least=least.filled(gain=100 * LEAST_GAIN, ratio=LEAST_RATIO),
        alike=" Every class counts alike here, whatever its size." if classes_alike else "",
        divergence=_divergence(before, after),
        caution="" if len(pairs) > 1 else " One seed: chance may decide.",
    )
    return Comparison(str(words), found is HELPED)


def _fair(one: Outcome, other: Outcome, guess: Outcome) -> tuple[Outcome, Outcome]:
    """The pair as it is compared."""
    if not (one.diverged or other.diverged):
        return one, other
    return _no_worse(one, guess), _no_worse(other, guess)


def _no_worse(outcome: Outcome, guess: Outcome) -> Outcome:
    if outcome.diverged:
        return guess
    loss = min(outcome.loss, guess.loss) if guess.loss == guess.loss else outcome.loss
    return Outcome(loss, max(outcome.accuracy, guess.accuracy))


def _ratio(before: float, after: float) -> float:
    """The loss as a multiple of what it was; NaN where there is none."""
    if before == after:
        return 1.0
    return after / before if before > 0.0 else math.inf


def _fall(ratio: float) -> float:
    """How far the loss fell, so that halving and doubling are as far; negative where it rose."""
    if ratio == 0.0:
        return math.inf
    return -math.log(ratio)


def _judged(gains: Sequence[float], least: float) -> Text:
    """What the differences say, larger ones being better."""
    if any(math.isnan(gain) for gain in gains):
        return UNKNOWN
    middle = median(gains)
    if abs(middle) < least:
        return SAME
    if any(gain * middle < 0.0 and abs(gain) >= least for gain in gains):
        return MIXED
    return HELPED if middle > 0.0 else WORSE


def _gain(before: Sequence[Outcome], after: Sequence[Outcome], gains: Sequence[float]) -> Text:
    middle = _points(median(gains))
    if len(gains) > 1 and _signed(min(gains)) == _signed(max(gains)):
        return text("validation accuracy {middle} in each of {seeds:seed|seeds}", middle=middle, seeds=len(gains))
    if len(gains) > 1:
        return text(
            "validation accuracy {middle} ({least} to {most} over {seeds:seed|seeds})",
            middle=middle, least=_signed(min(gains)), most=_signed(max(gains)), seeds=len(gains),
        )  # fmt: skip
    one, other = (_accuracy(outcomes[0]) for outcomes in (before, after))
    return text("validation accuracy {before} → {after} ({change})", before=one, after=other, change=middle)


def _change(before: Sequence[Outcome], after: Sequence[Outcome], ratios: Sequence[float]) -> Text:
    said = [_relative(ratio) for ratio in (median(ratios), min(ratios), max(ratios))]
    if len(ratios) > 1:
        return text(
            "validation loss {middle} ({least} to {most} over {seeds:seed|seeds})",
            middle=said[0], least=said[1], most=said[2], seeds=len(ratios),
        )  # fmt: skip
    one, other = ("diverged" if o[0].diverged else rounded(o[0].loss) for o in (before, after))
    return text("validation loss {before} → {after} ({change})", before=one, after=other, change=said[0])


def _accuracy(outcome: Outcome) -> str:
    return "diverged" if outcome.diverged else percentage(outcome.accuracy)


def _signed(gain: float) -> str:
    """A difference of accuracies in points with its sign, to a tenth."""
    written = rounded(round(abs(100 * gain), 1))
    return "±0" if written == "0" else f"{'+' if gain > 0 else '−'}{written}"


def _points(gain: float) -> str:
    written = _signed(gain)
    return f"{written} {'point' if written[1:] == '1' else 'points'}"


def _relative(ratio: float) -> str:
    """By how much of itself a loss changed: −34 %, +120 %, 15 times as large."""
    if math.isnan(ratio):
        return "unknown"
    if ratio > TIMES_FROM:
        return f"{times(ratio)} as large"
    written = percentage(round(abs(ratio - 1.0), 4))
    return "±0 %" if written == "0 %" else f"{'+' if ratio > 1.0 else '−'}{written}"


def _length(before: Sequence[Outcome], after: Sequence[Outcome]) -> Text:
    """How long both arms learned; an arm that diverged ended early."""
    one, other = (max(outcome.steps for outcome in outcomes) for outcomes in (before, after))
    if one == other or any(outcome.diverged for outcome in (*before, *after)):
        return text("{steps:step|steps}", steps=max(one, other))
    return text("{after:step|steps} instead of {before:,}", before=one, after=other)


def _divergence(before: Sequence[Outcome], after: Sequence[Outcome]) -> str:
    """How many runs diverged, and what they counted as; empty for none."""
    lost = [sum(outcome.diverged for outcome in outcomes) for outcomes in (before, after)]
    if not any(lost):
        return ""
    of = count(len(before), "run")
    return f" {lost[0]} of {of} diverged before, {lost[1]} after; that counts as guessing."
