"""The best lines of targets, each worked out once, beside the window."""

from PySide6.QtCore import QObject, Signal

from relulab.data.dataset import Progress
from relulab.introspection.best_pieces import PiecewiseLine, best_pieces
from relulab.views.hand_built import Target
from ui.platform.jobs import Job

Wanted = tuple[str, float, float, int]  # formula, ends, pieces
KEPT = 200  # lines


class BestFinder(QObject):
    """``found``: a line that was asked for is there now."""

    found = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: dict[Wanted, PiecewiseLine] = {}
        self._job: Job | None = None
        self._next: tuple[Target, int] | None = None

    def line(self, target: Target, pieces: int) -> PiecewiseLine | None:
        """The best line of so many pieces; None where it is only being worked out now."""
        known = self._lines.get(_wanted(target, pieces))
        if known is None:
            self._next = target, pieces
            self._begin()
        return known

    def stop(self) -> None:
        """Work nothing out any more."""
        self._next = None
        if self._job is not None:
            self._job.close()
            self._job = None

    def _begin(self) -> None:
        """One after another, and only what was asked for last: whoever drags passes many numbers of pieces by."""
        if self._job is not None or self._next is None:
            return
        (target, pieces), self._next = self._next, None
        lines: list[PiecewiseLine] = []

        def work(_progress: Progress) -> None:
            lines.append(best_pieces(target.x, target.curve, pieces))

        self._job = Job.begin(work, self, lambda: self._keep(target, pieces, lines[0]), self._fail)

    def _keep(self, target: Target, pieces: int, line: PiecewiseLine) -> None:
        self._job = None
        if len(self._lines) >= KEPT:
            self._lines.pop(next(iter(self._lines)))
        self._lines[_wanted(target, pieces)] = line
        self.found.emit()
        self._begin()

    def _fail(self, _error: Exception) -> None:
        """The job has written it into the log; the table keeps its dashes."""
        self._job = None


def _wanted(target: Target, pieces: int) -> Wanted:
    return target.formula, target.low, target.high, pieces
