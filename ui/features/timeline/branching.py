"""Branches between the timeline and the engine: what is asked before one begins, and what comes of the answer."""

from PySide6.QtCore import Slot

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import changes, in_words
from relulab.session.history import RunHistory
from relulab.session.model import SessionModel
from relulab.training.branching import last_sound
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State, Status
from ui.features.timeline.bar import TimelineBar
from ui.features.timeline.branch_dialog import RATE, BranchDialog
from ui.features.timeline.controller import TimelineController
from ui.features.training.controller import RunController
from ui.shell.commands import Command
from ui.shell.controller import Controller
from ui.shell.window import Window
from ui.widgets.banner import ERROR, SUCCESS

GENTLER = 0.1  # of the learning rate, proposed where a run has come to harm


class Branching(Controller):
    """Asks for a change in a dialog over ``window`` and lets ``run_controller`` begin the branch."""

    def __init__(
        self, window: Window, bar: TimelineBar, timeline_controller: TimelineController, model: SessionModel,
        run_controller: RunController,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window = window
        self._timeline_controller = timeline_controller
        self._model = model
        self._run_controller = run_controller
        self._said = ""  # of the branch that waits for its first step
        tip = self.tr("A new run from this moment on, with one change; this run stays as it is")
        branch = Command("branch", self.tr("Branc&h from here…"), tip, self.ask, "run", keys=("Ctrl+B",), group=2,
                         enabled=self._can_branch)  # fmt: skip
        branch.setIconText(self.tr("Branch from here…"))  # Qt would leave out the dots
        bar.add_button(branch)
        self.commands = (branch,)
        timeline_controller.changed.connect(self.refresh_commands)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """The branch is on its way: nobody has to be told to press Train."""
        if status.state is State.RUNNING and self._said and self._window.banner.message == self._said:
            self._window.banner.dismiss()

    @Slot()
    def ask(self) -> None:
        """Ask for the change of a branch that begins at the moment that is shown."""
        run, checkpoint = self._timeline_controller.run, self._timeline_controller.checkpoint
        if self._timeline_controller.ended_diverged:
            self.ask_before_divergence()
        elif run is not None and checkpoint is not None:
            self._ask(run, checkpoint)

    @Slot()
    def ask_before_divergence(self) -> None:
        """Go back to the last checkpoint from which a run that diverged may be saved, and propose smaller steps."""
        run = self._timeline_controller.run
        checkpoint = last_sound(run.checkpoints) if run is not None else None
        if run is None or checkpoint is None:
            words = self.tr(
                "This run has no checkpoint from before it came to harm. Reset it with a smaller learning rate."
            )
            self._window.banner.show_message(ERROR, words)
            return
        self._timeline_controller.look_at(checkpoint.step)
        dialog = self._ask(run, checkpoint)
        dialog.choose(RATE)
        dialog.propose_rate(float(f"{GENTLER * checkpoint.settings.learning_rate:.3g}"))

    def _can_branch(self) -> bool:
        run = self._timeline_controller.run
        return self._timeline_controller.checkpoint is not None and run is not None and run.trained

    def _ask(self, run: RunHistory, checkpoint: Checkpoint) -> BranchDialog:
        dialog = BranchDialog(run.info, checkpoint, self._timeline_controller.per_epoch, self._window)
        dialog.chosen.connect(lambda spec: self._begin(run, checkpoint, spec))
        dialog.open()
        return dialog

    def _begin(self, run: RunHistory, checkpoint: Checkpoint, spec: ExperimentSpec) -> None:
        try:
            resumption = self._model.branch(run, checkpoint, spec)
        except SpecError as error:
            self._window.banner.show_message(ERROR, str(error))
            return
        words = self.tr("Branch at step {step:,}: {change}. Press Train to go on from here; the run it left is kept.")
        change = in_words(changes(checkpoint.settled_spec(), spec))
        self._timeline_controller.go_to_now()
        self._run_controller.branch(spec, resumption)
        self._said = words.format(step=checkpoint.step, change=change)
        self._window.banner.show_message(SUCCESS, self._said)
