"""How runs are told apart before anybody names them: a name that no other run has, a colour that no other run has."""

from collections.abc import Iterable
from itertools import count

LONGEST_NAME = 200  # characters


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or ``wanted #2``, ``wanted #3``, … where others have that name. Never empty."""
    wanted = " ".join(wanted.split())[:LONGEST_NAME] or "Run"
    names = set(taken)
    if wanted not in names:
        return wanted
    return next(name for number in count(2) if (name := f"{wanted} #{number}") not in names)


def free_colour(taken: Iterable[int]) -> int:
    """The first place in the palette of runs that no other run has."""
    places = set(taken)
    return next(place for place in count() if place not in places)
