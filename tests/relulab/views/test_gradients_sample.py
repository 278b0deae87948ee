"""The line below the gradients."""

from relulab.views.gradients import OVER, sample


def test_before_anything_was_measured_it_says_over_what_alone():
    assert sample([]) == OVER
