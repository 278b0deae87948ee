"""A run that has come to its end goes on: a branch at its last moment that is longer, trained at once.

It is longer by some epochs, or as long as the design where that differs from the run in its length alone. A run that
waits goes on to the end of such a design as well.
"""

from PySide6.QtCore import Slot

from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.branching import epochs_more, lengthened
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State, Status
from ui.features.timeline.branching import Branching
from ui.features.timeline.controller import TimelineController
from ui.features.training.controller import RunController
from ui.shell.commands import Command, Controller

ENDS = (State.PAUSED, State.FINISHED)  # where a run can go on to another end than its own


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
        self._say_how_far()
        self.commands = (self._command,)
        for change in (timeline.changed, run_controller.availabilityChanged):
            change.connect(self.refresh_commands)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A branch that stands where the run ended is trained."""
        begins = self._begins
        if begins is not None and status.state in (State.PAUSED, State.READY, State.FAILED):
            self._begins = None
            if status.state is State.PAUSED and status.step == begins.step:
                self._run_controller.toggle()

    @Slot()
    def refresh_commands(self) -> None:
        """Say how far it goes on, too."""
        if self._run_controller.status.state in ENDS:
            self._say_how_far()
        super().refresh_commands()

    @Slot()
    def go_on(self) -> None:
        """Train for longer."""
        run = self._store.trained
        if run is not None and self._can_go_on():
            checkpoint, design = run.checkpoints[-1], self._design_to_reach
            longer = lengthened(checkpoint, self._epochs, self._timeline.per_epoch)
            if design is not None and self._run_controller.status.state is State.PAUSED:
                longer = design  # it stops early as it would have, at the rate that was chosen since
            elif design is not None:
                length = {name: getattr(design.training, name) for name in ("epochs", "steps")}
                longer = longer.replace(training=longer.training.replace(**length))
            self._begins = checkpoint if self._branching.begin(run, checkpoint, longer) else None

    def _can_go_on(self) -> bool:
        run, status, longer = self._store.trained, self._run_controller.status, self._run_controller.is_longer
        at_its_end = status.state is State.FINISHED and (longer or not self._run_controller.changed)
        return (
            (at_its_end or (status.state is State.PAUSED and longer))
            and run is not None
            and run is self._timeline.run
            and bool(run.checkpoints)
            and run.checkpoints[-1].is_finite
            and (at_its_end or run.checkpoints[-1].step == status.step)
            and self._timeline.per_epoch > 0
        )

    @property
    def _design_to_reach(self) -> ExperimentSpec | None:
        """The design, where it only has to be trained for longer."""
        return self._run_controller.design if self._run_controller.is_longer else None

    @property
    def _epochs(self) -> int:
        return epochs_more(self._run_controller.status.total_epochs)

    def _say_how_far(self) -> None:
        design = self._design_to_reach
        if design is None:
            text = self.tr("Train {count:,} &more epochs").format(count=self._epochs)
        elif design.training.epochs is not None:
            text = self.tr("Train &on to epoch {epochs:,}").format(epochs=design.training.epochs)
        else:
            text = self.tr("Train &on to step {steps:,}").format(steps=design.training.steps)
        self._command.setText(text)
