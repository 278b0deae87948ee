"""A run that has come to its end goes on: a branch at its last moment that is some epochs longer, trained at once."""

from PySide6.QtCore import Slot

from relulab.session.store import SessionStore
from relulab.training.branching import epochs_more, lengthened
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State, Status
from ui.features.timeline.branching import Branching
from ui.features.timeline.controller import TimelineController
from ui.features.training.controller import RunController
from ui.shell.commands import Command, Controller


class GoingOn(Controller):
    """``store`` has the run that ended, ``branching`` begins where it did."""

    def __init__(
        self, store: SessionStore, timeline: TimelineController, branching: Branching, run_controller: RunController
    ) -> None:
        super().__init__(run_controller)
        self._store = store
        self._timeline = timeline
        self._branching = branching
        self._run_controller = run_controller
        self._begins: Checkpoint | None = None  # where the branch that is on its way goes on
        tip = self.tr("Go on from the last step with what the optimizer remembers; early stopping is off from there")
        self._command = Command("go-on", "", tip, self.go_on, "run", keys=("Ctrl+M",), group=2, enabled=self._can_go_on)
        self._say_epochs()
        self.commands = (self._command,)
        for change in (timeline.changed, run_controller.availabilityChanged):
            change.connect(self.refresh_commands)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A branch that stands where the run ended is trained."""
        if status.state is State.FINISHED:
            self._say_epochs()
        begins = self._begins
        if begins is not None and status.state in (State.PAUSED, State.READY, State.FAILED):
            self._begins = None
            if status.state is State.PAUSED and status.step == begins.step:
                self._run_controller.toggle()

    @Slot()
    def go_on(self) -> None:
        """Train some epochs more."""
        run = self._store.trained
        if run is not None and self._can_go_on():
            checkpoint = run.checkpoints[-1]
            longer = lengthened(checkpoint, self._epochs, self._timeline.per_epoch)
            self._begins = checkpoint if self._branching.begin(run, checkpoint, longer) else None

    def _can_go_on(self) -> bool:
        run = self._store.trained
        return (
            self._run_controller.status.state is State.FINISHED
            and not self._run_controller.changed
            and run is not None
            and run is self._timeline.run
            and bool(run.checkpoints)
            and run.checkpoints[-1].is_finite
            and self._timeline.per_epoch > 0
        )

    @property
    def _epochs(self) -> int:
        return epochs_more(self._run_controller.status.total_epochs)

    def _say_epochs(self) -> None:
        self._command.setText(self.tr("Train {count:,} &more epochs").format(count=self._epochs))
