"""What views are made of: curves, reference lines and marks, with their words and their role in the palette.

A role names a colour of ``relulab.views.colours``: a field of ``Colours`` (``"train"``, ``"muted"``), or with
``"line 3"`` the fourth of its lines. The window says a ``Text`` in the user's language, a report as it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from relulab.session.store import RunHistory
from relulab.text import Text, text
from relulab.views.colours import Colours


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run with the name that it has beside others. ``colour`` is its index in the palette of runs."""

    label: str
    history: RunHistory
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a view: ``rows`` have a value for each of the ``columns``."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that what is drawn is compared with: a horizontal line with its name."""

    value: float
    name: Text


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a step: a vertical line with its name."""

    step: int
    name: Text


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """``values`` (n,) at ``steps`` (n,); ``key`` names the curve, ``role`` its colour, ``dash`` in pen widths."""

    key: str
    name: Text
    role: str
    steps: NDArray[Any]
    values: NDArray[Any]
    dash: tuple[float, ...] = ()


def colour_of(role: str, colours: Colours) -> str:
    """``#rrggbb`` of a role in one theme."""
    if role.startswith("line "):
        return colours.lines[int(role.removeprefix("line "))]
    colour: str = getattr(colours, role)
    return colour


def change_marks(history: RunHistory) -> tuple[Mark, ...]:
    """What was changed by hand during a run."""
    return tuple(
        Mark(change.step, text("{what} {before} → {after}", what=change.what, before=change.before, after=change.after))
        for change in history.changes
    )


def change_words(history: RunHistory) -> str:
    """The changes of ``change_marks``, numbered, as the end of a caption; empty where nothing was changed."""
    words = [f"{number}: {mark.name} at step {mark.step:,}" for number, mark in enumerate(change_marks(history), 1)]
    return f" Changed by hand: {'; '.join(words)}." if words else ""
