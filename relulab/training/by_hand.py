"""Changes by hand to a run that waits, each with its way back until the run goes on.

Importing this file does not import torch: the window asks for changes by name, the worker makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import ChangeRecord

if TYPE_CHECKING:
    from relulab.training.run import TrainingRun

Change = Callable[["TrainingRun"], "TrainingRun"]  # a run -> the run that goes on
MOST_UNDONE = 50


@dataclass(frozen=True, slots=True, eq=False)
class _WayBack:
    """Where the run stood ``before``, and what was ``noted`` of the change since."""

    before: Checkpoint
    noted: tuple[ChangeRecord, ...]


class HandChanges:
    """Makes changes and takes them back. A run that has learned since, or another one, has nothing to take back."""

    def __init__(self) -> None:
        self._run: TrainingRun | None = None
        self._ways_back: list[_WayBack] = []

    def to_undo(self, run: TrainingRun | None) -> int:
        """How many changes of this run can be taken back."""
        if run is not self._run or not self._ways_back or run is None:
            return 0
        return len(self._ways_back) if self._ways_back[-1].before.step == run.step_index else 0

    def make(self, run: TrainingRun, change: Change) -> TrainingRun:
        """Change a run. Returns the run that goes on, which is to be measured again."""
        if not self.to_undo(run):
            self._ways_back.clear()
        before, noted_before = run.checkpoint(), len(run.changes)
        self._run = changed = change(run)
        noted = changed.changes if changed is not run else changed.changes[noted_before:]
        if not noted:  # there was nothing to change
            return changed
        self._ways_back = [*self._ways_back, _WayBack(before, tuple(noted))][-MOST_UNDONE:]
        return changed

    def undo(self, run: TrainingRun) -> TrainingRun:
        """Take the last change back, and note that. Returns the run that goes on, which is to be measured again."""
        if not self.to_undo(run):
            return run
        way_back = self._ways_back.pop()
        if way_back.before.spec == run.spec:
            run.restore(way_back.before)
        else:
            run = run.successor(way_back.before.spec, way_back.before)
        self._run = run
        for change in reversed(way_back.noted):
            run.note_undone(change)
        return run


def operation(key: str, layer: int, unit: int, amount: float) -> Change:
    """A change of a unit: ``key`` is one of ``surgery.OPERATIONS``."""

    def change(run: TrainingRun) -> TrainingRun:
        from relulab.training.surgery import OPERATIONS

        return OPERATIONS[key](run, layer, unit, amount)

    return change


def weight_change(layer: int, unit: int, source: int | None, value: float) -> Change:
    """The weight of a unit from ``source``, an input of its layer, becomes ``value``; without a source its bias."""

    def change(run: TrainingRun) -> TrainingRun:
        from relulab.training.surgery import set_bias, set_weight

        if source is None:
            set_bias(run, layer, unit, value)
        else:
            set_weight(run, layer, unit, source, value)
        return run

    return change
