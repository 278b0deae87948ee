"""The runs that a report is about, with the names that they have beside each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from relulab.report.content.comparison import unique_names
from relulab.report.figures.figure import ShownRun
from relulab.session.records import RunRecord, Session

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A run as the report tells of it."""

    name: str
    run: RunRecord
    shown: ShownRun


def told(session: Session) -> tuple[Told, ...]:
    """The trained runs that are not hidden, in their order."""
    runs = [run for run in session.runs if not run.hidden]
    return tuple(
        Told(name, run, ShownRun(name, run.history, run.colour))
        for name, run in zip(unique_names(runs), runs, strict=True)
    )


def alike(runs: Sequence[Told], key: Callable[[Told], Key]) -> list[list[Told]]:
    """The runs in groups of equal ``key``, in the order in which each first appears."""
    groups: list[tuple[Key, list[Told]]] = []
    for one in runs:
        own = key(one)
        group = next((members for known, members in groups if known == own), None)
        if group is None:
            groups.append((own, [one]))
        else:
            group.append(one)
    return [members for _, members in groups]
