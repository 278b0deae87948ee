"""Sentences made from counts: nothing is typed for a case."""

import pytest

from relulab.diagnosis.ends import End
from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS, contrast
from relulab.views.many.counts import Counts
from relulab.views.many.ends import ENDS, ORDER


def counts(learned=0, stuck=0, dead=0, diverged=0, learning=0, failed=0, steps=500):
    often = {
        End.LEARNED: learned, End.STUCK: stuck, End.DEAD: dead, End.DIVERGED: diverged, End.LEARNING: learning,
        End.FAILED: failed,
    }  # fmt: skip
    return Counts([end for end, times in often.items() for _ in range(times)], steps)


def said(found, subject=None):
    """All that is said, in one line."""
    chosen = subject or found.subject
    parts = (found.headline(chosen), found.rest(chosen), found.all_starts(chosen), found.verdict)
    return " ".join(str(part) for part in parts if str(part))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            counts(learned=4, stuck=5, dead=10, learning=1),
            "10 of 20 died; 5 got stuck, 4 learned, 1 was still learning. "
            "Of all starts, 30 to 70 % die (95 % interval): most starts do not learn in 500 steps.",
        ),
        (
            counts(learned=20),
            "20 of 20 learned; no other end was seen. Of all starts, 84 to 100 % learn (95 % interval): "
            "most starts learn.",
        ),
        (
            counts(learned=9, dead=3, stuck=8),
            "9 of 20 learned; 8 got stuck, 3 died. "
            "Of all starts, 26 to 66 % learn (95 % interval): whether it learns depends on the start.",
        ),
        (counts(learned=2, dead=2), "2 of 4 died; 2 learned. Too few starts to speak of all of them."),
        (
            counts(learned=5, stuck=3, dead=5, learning=7, steps=1),
            "5 of 20 learned; 7 were still learning, 5 died, 3 got stuck. "
            "Of all starts, 11 to 47 % learn (95 % interval): most starts do not learn in 1 step.",
        ),
    ],
)
def test_a_title_says_what_was_counted_and_what_it_means(found, words):
    assert said(found) == words


def test_another_end_can_be_spoken_of():
    found = counts(learned=4, stuck=5, dead=10, learning=1)
    assert said(found, End.STUCK).startswith("5 of 20 got stuck; 10 died, 4 learned, 1 was still learning.")
    assert "Of all starts, 11 to 47 % get stuck" in said(found, End.STUCK)


def test_twenty_starts_decide_from_fifteen_on():
    assert counts(learned=14, stuck=6).share(End.LEARNED).is_most is None
    assert counts(learned=15, stuck=5).share(End.LEARNED).is_most is True
    assert counts(learned=5, stuck=15).share(End.LEARNED).is_most is False


def test_every_end_has_a_word_a_sign_and_a_colour_that_can_be_seen():
    assert {style.sign for style in ENDS.values()} == {ENDS[end].sign for end in ORDER}
    assert len({style.sign for style in ENDS.values()}) == len(ENDS)
    assert {End.STOPPED} == set(End) - set(ENDS)
    for style in ENDS.values():
        if style.keeps_picture:
            assert contrast(style.light, LIGHT_COLOURS.background) >= 3
            assert contrast(style.dark, DARK_COLOURS.background) >= 3
