"""Starts as rows of numbers."""

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.views.many.seeds import Starts
from relulab.views.many.starts_table import COLUMNS, starts_row
from tests.relulab.population.designs import design


def test_a_row_has_what_is_known():
    starts = Starts(design(), 2)
    end = End.STUCK.value
    starts.take(Standing(0, seed=4, end=end, step=1200, loss=0.25, test_loss=0.5, accuracy=0.75, dead_share=0.1))
    row = dict(zip(map(str, COLUMNS), map(str, starts_row(starts, 0)), strict=True))
    assert row == {
        "seed": "4", "how it ended": "stuck", "steps": "1,200", "training loss": "0.25", "test loss": "0.5",
        "training accuracy": "75 %", "test accuracy": "–", "hidden units dead": "10 %",
    }  # fmt: skip
    assert list(map(str, starts_row(starts, 1)))[:3] == ["1", "not yet", "0"]
