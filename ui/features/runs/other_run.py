"""A line across the window while the panels show another run than the one that is trained; it leads back."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from relulab.session.session import RunRecord
from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from ui.features.runs.controller import RunsController
from ui.live.polling import Polling
from ui.shell.commands import Controller
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import explained
from ui.widgets.sizes import px

LONGEST_BUTTON = 300  # pixels: names of runs can be long


class OtherRunBar(QFrame):
    """``backWanted``: the user wants to see the training again. ``shownChanged``: whether there is anything to say."""

    backWanted = Signal()
    shownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("looking")
        self.words = ElidedLabel()
        explained(self.words, "run")
        self.back = QPushButton()
        self.back.setMaximumWidth(px(LONGEST_BUTTON))
        self.back.clicked.connect(self.backWanted)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 3, 8, 3)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.back)

    def say(self, text: str, back: str) -> None:
        """Say ``text``, with ``back`` on the button; nothing at all where it is empty."""
        before = self.words.text()
        self.words.setText(text)
        self.back.setText(back)
        self.setAccessibleName(text)
        if bool(text) != bool(before):
            self.shownChanged.emit(bool(text))


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
        if record is not None and self._shown.is_empty:
            words = self.tr("You are looking at {name}. The experiment in the design has no run yet.")
            self._bar.say(words.format(name=record.name), self.tr("Back to the experiment"))
            return
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
