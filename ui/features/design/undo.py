"""One step of undo: the whole design before and after an edit. Designs are small, and nothing can be forgotten."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from relulab.experiment import ExperimentSpec
from ui.widgets.edit import Path

MERGEABLE, SINGLE = 1, -1  # ids of QUndoCommand: -1 is never merged


class SpecCommand(QUndoCommand):
    """Shows ``after`` or ``before``. Edits with the same ``key`` that follow each other become one step.

    ``key`` is None for an edit that is a step of its own.
    """

    def __init__(
        self,
        show: Callable[[ExperimentSpec], None],
        before: ExperimentSpec,
        after: ExperimentSpec,
        text: str,
        key: tuple[Path, int] | None,
    ) -> None:
        super().__init__(text)
        self._show, self._before, self.after, self.key = show, before, after, key

    def id(self) -> int:
        return SINGLE if self.key is None else MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, SpecCommand) or other.key != self.key:
            return False
        self.after = other.after
        self.setObsolete(self.after == self._before)
        return True

    def redo(self) -> None:
        self._show(self.after)

    def undo(self) -> None:
        self._show(self._before)
