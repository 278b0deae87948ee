"""Says so while the panels show another run than the one that is trained, and leads back."""

from PySide6.QtCore import Slot

from relulab.session.session import RunRecord
from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from ui.features.runs.controller import RunsController
from ui.features.runs.other_run_bar import OtherRunBar
from ui.live.polling import Polling
from ui.shell.controller import Controller


class OtherRunController(Controller):
    """Keeps ``bar`` up to date."""

    def __init__(self, bar: OtherRunBar, runs: RunsController, polling: Polling, store: SessionStore) -> None:
        super().__init__(polling)
        self._bar = bar
        self._runs = runs
        self._shown = polling.shown
        self._store = store
        self._status = Status()
        bar.backWanted.connect(self._shown.follow)
        self._shown.changed.connect(self.refresh)
        polling.runChanged.connect(self.refresh)
        runs.edited.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Say where the panels look and where the training is, unless that is the same."""
        shown, trained = self._shown.run, self._store.trained
        record = self._runs.record_of(shown)
        if record is None or shown is trained or trained not in self._store.runs:
            self._bar.say("", "")
            return
        self._bar.say(*self._words(record.name, self._runs.record_of(trained)))

    @Slot(object)
    def show_state(self, status: Status) -> None:
        self._status = status
        self.refresh()

    def _words(self, name: str, trained: RunRecord | None) -> tuple[str, str]:
        if trained is None:
            words = self.tr("You are looking at {name}. Behind it stands a new network, not trained yet.")
            return words.format(name=name), self.tr("Show the new network")
        if self._status.state is State.RUNNING:
            words = self.tr("You are looking at {name}. The training goes on in {other}.")
        elif self._status.state is State.PAUSED:
            words = self.tr("You are looking at {name}. {other} is paused and waits to go on.")
        else:
            words = self.tr("You are looking at {name}. The newest run is {other}.")
        return words.format(name=name, other=trained.name), self.tr("Back to {other}").format(other=trained.name)
