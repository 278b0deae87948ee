"""Which run the panels show, and at which moment of it.

By itself the window follows the newest run, live. A run of the list, or an earlier moment, is shown until
the user goes back or a new run begins. The run of a file that cannot go on is kept in view until there is training.
"""

from PySide6.QtCore import QObject, Signal

from relulab.session.history import RunHistory
from relulab.session.store import SessionStore


class ViewSelection(QObject):
    """What the panels draw: ``history``. ``changed`` is emitted when another run or moment was chosen."""

    changed = Signal()

    def __init__(self, store: SessionStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._chosen: RunHistory | None = None
        self._step: int | None = None
        self._kept = False
        self._moment: RunHistory | None = None  # the chosen run as it was after ``_step`` steps

    @property
    def run(self) -> RunHistory | None:
        """The run that is shown, whole: the chosen one while the store has it, else the current one."""
        return self._chosen if self._chosen in self._store.runs else self._store.current

    @property
    def step(self) -> int | None:
        """The moment that is shown, in finished steps; None is the newest state."""
        return self._step if self._moment is not None and self.run is self._chosen else None

    @property
    def history(self) -> RunHistory | None:
        """What the panels draw: the run, or what it had measured at the chosen moment."""
        return self.run if self.step is None else self._moment

    @property
    def live(self) -> bool:
        """Whether the newest state of the run that the trainer works on is shown."""
        return self.history is (self._store.trained or self._store.current)

    def follow(self) -> None:
        """Show the newest state of the current run, whichever that will be."""
        self._choose(None, None)

    def show_run(self, run: RunHistory) -> None:
        """Show the newest state of ``run``."""
        self._choose(None if run is self._store.current else run, None)

    def keep_run(self, run: RunHistory) -> None:
        """Show ``run`` although another network is built meanwhile, until the user trains or chooses another run."""
        self._choose(run, None)
        self._kept = True

    def follow_new_run(self) -> None:
        """A new run has begun: it is followed, unless a run is kept in view and the new one was not trained yet."""
        current = self._store.current
        if not (self._kept and self.run is self._chosen and (current is self._chosen or not _trained(current))):
            self.follow()

    def show_moment(self, run: RunHistory, step: int, moment: RunHistory | None = None) -> None:
        """Show ``run`` as it was after ``step`` finished steps; ``moment`` is what it was, where that is at hand."""
        self._choose(run, step, moment)

    def _choose(self, run: RunHistory | None, step: int | None, moment: RunHistory | None = None) -> None:
        self._kept = False
        if (run, step) == (self._chosen, self._step) and moment is None:
            return
        self._chosen, self._step = run, step
        self._moment = None if run is None or step is None else moment or run.up_to(step)
        self.changed.emit()


def _trained(run: RunHistory | None) -> bool:
    return run is not None and run.trained
