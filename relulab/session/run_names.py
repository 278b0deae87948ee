"""Runs by name: a name and a colour that no other run has, and which run a user means by a name, a number or a key."""

from collections.abc import Iterable
from itertools import count

from relulab.errors import SessionError
from relulab.session.session import RunRecord, Session

LONGEST_NAME = 200  # characters
NAMED = 20  # runs that a message names at most


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


def choose_run(session: Session, text: str) -> RunRecord:
    """The run whose key or name ``text`` is, or that stands at that place, counted from 1.

    Raises SessionError that names the runs where there is none, or more than one of that name.
    """
    by_key = [run for run in session.runs if run.key == text]
    by_name = [run for run in session.runs if run.name == text]
    found = by_key or by_name or _at(session, text)
    if len(found) == 1:
        return found[0]
    if not session.runs:
        raise SessionError("The session holds no run.")
    problem = f"{len(found)} runs are named '{text}'" if found else f"There is no run '{text}'"
    raise SessionError(f"{problem}. Give a number or a key instead: {_list(session)}.")


def _at(session: Session, text: str) -> list[RunRecord]:
    number = int(text) if text.isdecimal() and len(text) < 9 else 0
    return list(session.runs[number - 1 : number]) if number else []


def _list(session: Session) -> str:
    runs = [f"{number} '{run.name}' ({run.key})" for number, run in enumerate(session.runs, start=1)]
    return ", ".join(runs[:NAMED]) + (" …" if len(runs) > NAMED else "")
