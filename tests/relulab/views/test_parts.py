"""Curves and marks say themselves in words, in the user's language or as they stand."""

import numpy as np
import pytest

from relulab.text import joined, text
from relulab.training.telemetry import ChangeRecord
from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS
from relulab.views.parts import Curve, change_marks, change_words, last_step
from tests.helpers.histories import history

NAN = float("nan")


def curve(values, role="train"):
    return Curve("key", text("name"), role, np.arange(len(values)) * 1000, np.array(values, float), (2, 1))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5, 0.25, 0.125], "from 0.5 at step 0 to 0.125 at step 2,000"),
        ([NAN, 0.25], "0.25 at step 1,000"),
        ([0.5, 0.25, NAN], "from 0.5 at step 0 to 0.25 at step 1,000, then no longer a finite number"),
        ([NAN, np.inf], "never a finite number"),
        ([], "never a finite number"),
    ],
)
def test_the_course_of_a_curve_in_words(values, words):
    assert str(curve(values).course()) == words


def test_a_curve_has_the_colour_of_its_role_in_every_theme():
    for colours in (LIGHT_COLOURS, DARK_COLOURS):
        assert curve([1]).style(colours).colour == colours.train
        assert curve([1], "line 3").style(colours).colour == colours.lines[3]
        assert curve([1]).style(colours).dash == (2, 1)


def test_the_last_step_is_that_of_the_longest_curve():
    assert last_step([curve([1]), curve([]), curve([1, 2, 3])]) == 2000


def test_changes_by_hand_are_marked_and_told():
    run = history(steps=20)
    assert change_words(run) == ""
    run.append(ChangeRecord(1200, "learning rate", "0.1", "{0.01}"))
    (mark,) = change_marks(run)
    assert (mark.step, str(mark.name)) == (1200, "learning rate 0.1 → {0.01}")
    assert change_words(run) == " Changed by hand: 1: learning rate 0.1 → {0.01} at step 1,200."


def test_sentences_in_a_row_keep_their_own_values():
    row = joined([text("{share:.0%} dead", share=0.5), "as it is {share}", text("{of} units", of=text("no"))], " · ")
    assert str(row) == "50% dead · as it is {share} · no units"
    assert str(joined([], "; ")) == ""
