"""The best lines of targets, each worked out once, beside the window."""

from PySide6.QtCore import QObject, Signal

from relulab.data.dataset import Progress
from relulab.introspection.best_pieces import PiecewiseLine, best_pieces
from relulab.views.hand_built import Target
from ui.platform.jobs import Job


class BestFinder(QObject):
    """``found``: a line is there now; whoever still misses one asks again, for whatever is wanted by then."""

    found = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: dict[tuple[str, float, float, int], PiecewiseLine] = {}
        self._job: Job | None = None

    def line(self, target: Target, pieces: int) -> PiecewiseLine | None:
        """The best line of so many pieces; None while it, or another one, is being worked out."""
        wanted = (target.formula, target.low, target.high, pieces)
        if wanted not in self._lines and self._job is None:
            lines: list[PiecewiseLine] = []

            def work(_progress: Progress) -> None:
                lines.append(best_pieces(target.x, target.curve, pieces))

            def keep() -> None:
                self._job = None
                self._lines[wanted] = lines[0]
                self.found.emit()

            self._job = Job.begin(work, self, keep, self._fail)
        return self._lines.get(wanted)

    def stop(self) -> None:
        """Work nothing out any more."""
        if self._job is not None:
            self._job.close()
            self._job = None

    def _fail(self, _error: Exception) -> None:
        """The job has written it into the log; the table keeps its dashes."""
        self._job = None
