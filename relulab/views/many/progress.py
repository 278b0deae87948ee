"""How long many networks take: roughly before they are trained, and by those that are done."""

import math

from relulab.durations import remaining
from relulab.text import NOTHING, Text, text

LEAST_SHARE, LEAST_SECONDS = 0.05, 1.0  # of what is to be done; before that nobody knows

# What is counted before is known to a factor of three: seconds at most, and what is said of as many
ROUGHLY = (
    (20, text("some seconds")),
    (150, text("a minute or two")),
    (1_500, text("some minutes")),
    (10_000, text("an hour or two")),
    (86_400, text("many hours")),
    (math.inf, text("days")),
)


def rough_words(seconds: float) -> Text:
    """``seconds`` of one core, as they are counted before anything is timed; nothing where there are none."""
    return next(words for most, words in ROUGHLY if seconds <= most) if seconds > 0 else NOTHING


def left_words(done: int, missing: int, seconds: float) -> Text:
    """``done`` of them took ``seconds``, and so many are ``missing``."""
    if not done or not missing or done < LEAST_SHARE * (done + missing) or seconds < LEAST_SECONDS:
        return NOTHING
    return text("About {time} left.", time=remaining(seconds / done * missing))
