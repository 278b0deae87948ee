"""How a time is written: as a sentence, because its units are words."""

import math

from relulab.text import Text, text


def duration(seconds: float) -> Text:
    """A time that has passed: 8.2 s, 3 min 20 s, 1 h 5 min."""
    if seconds < 60:
        return text("{seconds} s", seconds=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 3600:
        return text("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return text("{hours} h {minutes} min", hours=whole // 3600, minutes=whole // 60 % 60)


def remaining(seconds: float) -> Text:
    """A time that is still to come, roughly and never too little: 9 s, 2 min, 1 h 2 min."""
    if seconds < 60:
        return text("{seconds} s", seconds=math.ceil(seconds))
    minutes = math.ceil(seconds / 60)
    if seconds < 3600:
        return text("{minutes} min", minutes=minutes)
    return text("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
