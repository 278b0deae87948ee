"""How long many networks will still take, by those that are done."""

from relulab.durations import remaining
from relulab.text import NOTHING, Text, text

LEAST_SHARE, LEAST_SECONDS = 0.05, 1.0  # of what is to be done; before that nobody knows


def left_words(done: int, missing: int, seconds: float) -> Text:
    """``done`` of them took ``seconds``, and so many are ``missing``."""
    if not done or not missing or done < LEAST_SHARE * (done + missing) or seconds < LEAST_SECONDS:
        return NOTHING
    return text("About {time} left.", time=remaining(seconds / done * missing))
