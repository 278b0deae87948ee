"""How times are written."""

import pytest

from relulab.durations import duration, remaining


@pytest.mark.parametrize(
    ("seconds", "passed", "left"),
    [
        (0.2, "0.2 s", "1 s"),
        (59, "59.0 s", "59 s"),
        (200, "3 min 20 s", "4 min"),
        (3599, "59 min 59 s", "60 min"),
        (3700, "1 h 1 min", "1 h 2 min"),
    ],
)
def test_times(seconds, passed, left):
    assert str(duration(seconds)) == passed
    assert str(remaining(seconds)) == left
