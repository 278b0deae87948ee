"""T10: one paired comparison over seeds; the headline states sign and size of that difference."""

import itertools
import math

import pytest

from relulab.training.jobs.comparison import LEAST_GAIN, LEAST_RATIO, compare
from relulab.training.requests import Outcome
from tests.helpers.sentences import complaints

NAN = math.nan
GUESS = Outcome(2.303, 0.1)
LOST = Outcome(NAN, NAN, diverged=True, steps=7)


def arm(*outcomes: tuple[float, float] | Outcome, steps: int = 400) -> list[Outcome]:
    return [o if isinstance(o, Outcome) else Outcome(*o, steps=steps) for o in outcomes]


def losses(*values: float) -> list[Outcome]:
    return arm(*((value, NAN) for value in values))


def test_t10_the_size_of_the_difference_is_said():
    found = compare(arm((0.6, 0.812)), arm((0.3, 0.935)), GUESS)
    assert found.helped
    assert found.verdict == (
        "It helped: validation accuracy 81 % → 94 % (+12.3 points), after 400 steps. "
        "Differences of 2 points and more count. One seed: chance may decide."
    )
    found = compare(arm(*[(0.6, 0.5)] * 3), arm(*[(0.6, 0.98)] * 3), GUESS)
    assert found.verdict == (
        "It helped: validation accuracy +48 points in each of 3 seeds, after 400 steps. "
        "Differences of 2 points and more count."
    )
    found = compare(arm((0.6, 0.8), (0.6, 0.5), (0.6, 0.7)), arm((0.5, 0.85), (0.5, 0.62), (0.5, 0.8)), GUESS)
    assert found.verdict.startswith(
        "It helped: validation accuracy +10 points (+5 to +12 over 3 seeds), after 400 steps. "
    )


@pytest.mark.parametrize(
    ("before", "after", "says", "helped"),
    [
        # the four of the faults
        ((0.439, 0.5, 0.4), (0.439, 0.5, 0.3), "It made no clear difference: validation loss ±0 %", False),
        ((3.61, 3.0, 9.0), (5.6, 4.9, 8.9), "It made things worse: validation loss +55 % (−1.1 % to +63 %", False),
        ((1.0, 1.0, 1.0), (0.5, 0.5, 1.9), "It depends on the seed: validation loss −50 % (−50 % to +90 %", False),
        ((1.0, 1.0, 1.0), (0.5, 0.5, 1.05), "It helped: validation loss −50 % (−50 % to +5 %", True),
        ((1e-30,), (1e30,), "It made things worse: validation loss 1e-30 → 1e30 (1e60 times as large)", False),
        ((0.0,), (0.0,), "It made no clear difference: validation loss 0 → 0 (±0 %)", False),
        ((0.0,), (1.0,), "It made things worse: validation loss 0 → 1 (infinitely many times as large)", False),
    ],
)
def test_t10_losses(before, after, says, helped):
    found = compare(losses(*before), losses(*after), Outcome(1e9, NAN))
    assert found.verdict.startswith(says)
    assert found.helped is helped


def test_t10_the_median_of_the_differences_decides_and_not_that_of_the_arms():
    """The medians of the arms rise from 50 % to 61 %, but two of three seeds lost."""
    before, after = arm((1, 0.5), (1, 0.9), (1, 0.3)), arm((1, 0.61), (1, 0.8), (1, 0.2))
    found = compare(before, after, GUESS)
    assert found.verdict.startswith("It depends on the seed: validation accuracy −10 points (−10 to +11 over 3 seeds)")
    assert not found.helped


def test_t10_the_loss_decides_where_the_accuracy_cannot():
    assert compare(arm((2.7, 0.82)), arm((0.6, 0.83)), GUESS).helped
    assert "validation loss" in compare(arm((2.7, 0.82)), arm((0.6, 0.83)), GUESS).verdict
    assert not compare(arm((0.63, 0.82)), arm((0.6, 0.83)), GUESS).helped
    assert compare(arm((0.6, 0.82)), arm((2.7, 0.9)), GUESS).helped


def test_t10_from_diverged_to_guessing_is_no_help_and_to_learning_is():
    for guessing in ((2.303, 0.1), (2.31, 0.09), (1e9, 0.11), (2.29, 0.1)):
        found = compare(arm(LOST), arm(guessing), GUESS)
        assert not found.helped
        assert found.verdict.startswith("It made no clear difference")
        assert "1 of 1 run diverged before, 0 after; that counts as guessing." in found.verdict
        assert compare(arm(guessing), arm(LOST), GUESS).verdict.startswith("It made no clear difference")
    found = compare(arm(LOST), arm((0.4, 0.9)), GUESS)
    assert found.helped
    assert "validation accuracy diverged → 90 % (+80 points)" in found.verdict
    assert compare(arm((0.4, 0.9)), arm(LOST), GUESS).verdict.startswith("It made things worse")
    assert compare(losses(0.4), arm(LOST), Outcome(1.0, NAN)).verdict.startswith("It made things worse")
    assert compare(arm(LOST), losses(5.0), Outcome(1.0, NAN)).verdict.startswith("It made no clear difference")


@pytest.mark.parametrize("seeds", [1, 3, 5])
@pytest.mark.parametrize("gain", [-0.3, -LEAST_GAIN, -0.019, 0.0, 0.019, LEAST_GAIN, 0.3])
def test_t10_sign_and_headline_agree(gain, seeds):
    found = compare(arm(*[(1.0, 0.5)] * seeds), arm(*[(1.0, 0.5 + gain)] * seeds), GUESS)
    wanted = "no clear difference" if abs(gain) < LEAST_GAIN else "helped" if gain > 0 else "things worse"
    assert wanted in found.verdict
    assert ("−" in found.verdict.replace("→", "")) == (round(gain, 3) < 0)


def test_t10_every_headline_says_from_where_on_a_difference_counts():
    assert (LEAST_GAIN, LEAST_RATIO) == (0.02, 0.1)
    found = compare(arm((1.0, 0.5)), arm((0.95, 0.51)), GUESS)
    assert "accuracy +1 point, after 400 steps. Differences of 10 % of the loss, or 2 points, and more" in found.verdict
    for before, after in ((1.0, 0.95), (1.0, 0.2), (0.2, 1.0)):
        assert "Differences of 10 % and more count." in compare(losses(before), losses(after), GUESS).verdict
    for before, after in ((0.5, 0.9), (0.9, 0.5)):
        assert "Differences of 2 points and more count." in compare(arm((1, before)), arm((1, after)), GUESS).verdict


def test_t11_verdicts_at_every_magnitude():
    values = (0.0, 1e-30, 0.123456, 1.0, 12345.678, 1e30)
    outcomes = [Outcome(value, share, steps=400) for value in values for share in (0.0, 0.123456, 1.0, NAN)] + [LOST]
    for one, other in itertools.product(outcomes, outcomes):
        if math.isnan(one.accuracy) == math.isnan(other.accuracy) or one.diverged or other.diverged:
            for count in (1, 3):
                found = compare([one] * count, [other] * count, GUESS)
                assert not complaints(found.verdict, zero=True), found.verdict
