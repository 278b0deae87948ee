"""The runs that a report is about, with the names that they have beside each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from relulab.experiment import ExperimentSpec
from relulab.formatting import listed, shortened
from relulab.report.content.blocks import printable
from relulab.session.compare import labels
from relulab.session.session import RunRecord, Session, unique_name
from relulab.views.parts import ShownRun

LONGEST_LABEL = 60  # letters that have room in a legend

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, eq=False)
class ReportRun:
    """A run as the report tells of it. ``shown`` is what figures draw: its label says what differs from the others."""

    name: str
    run: RunRecord
    shown: ShownRun

    @property
    def label(self) -> str:
        """What differs from the other runs; empty where the name has to do."""
        return "" if self.shown.label == shortened(self.name, LONGEST_LABEL) else self.shown.label


def told(session: Session) -> tuple[ReportRun, ...]:
    """The runs that are not hidden, in their order."""
    runs = [run for run in session.runs if not run.hidden]
    names = unique_names(runs)
    legends = [printable(label) for label in labels(runs)]
    if any(len(legend) > LONGEST_LABEL for legend in legends):  # the runs have hardly anything in common
        legends = [shortened(name, LONGEST_LABEL) for name in names]
    return tuple(
        ReportRun(name, run, ShownRun(legend, run.history, run.colour))
        for name, legend, run in zip(names, legends, runs, strict=True)
    )


def experiments(session: Session, runs: Sequence[ReportRun]) -> tuple[list[ExperimentSpec], list[str]]:
    """What was run, or where nothing was, the first design of the session; with the names."""
    specs = [one.run.spec for one in runs] or list(session.experiments[:1])
    return specs, [one.name for one in runs] or [spec.name for spec in specs]


def unique_names(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """The names of the runs; where a file gives several runs one name, the later ones get a number."""
    names: list[str] = []
    for run in runs:
        names.append(unique_name(printable(run.name or run.spec.name), names))
    return tuple(names)


def named(runs: Sequence[ReportRun]) -> str:
    """The names of runs in a sentence: “With ReLU” and “Without ReLU”."""
    return listed(f"“{one.name}”" for one in runs)


def alike(runs: Sequence[ReportRun], key: Callable[[ReportRun], Key]) -> list[list[ReportRun]]:
    """The runs in groups of equal ``key``, in the order in which each first appears."""
    groups: list[tuple[Key, list[ReportRun]]] = []
    for one in runs:
        own = key(one)
        group = next((members for known, members in groups if known == own), None)
        if group is None:
            groups.append((own, [one]))
        else:
            group.append(one)
    return [members for _, members in groups]
