"""What happens between the design and the run: when a network is built, and what an edit does to a run.

The rules, as a student would expect them:

- Before the first step every edit builds the network again, a moment after the last key, so that the picture
  always shows the design. Data that would have to be downloaded are never touched unasked.
- Once a run has begun it is not thrown away by an edit: the run goes on as it is, the design counts as
  *changed*, and Train starts it as a new run.
- Learning rate, clipping and penalties act on the running network and never reset it.
- A preset, a file or a new seed is a new experiment: it is built at once.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from relulab.data.dataset import Source
from relulab.experiment import ExperimentSpec, TrainingSpec
from relulab.experiment.live_settings import LiveSettings
from relulab.experiment.seeds import with_next_seeds
from relulab.training.state import State, Status
from ui.shell.commands import Command, Controller

if TYPE_CHECKING:
    from relulab.training.requests import Resumption
    from relulab.training.trainer import Trainer

SETTLE_MS = 400  # after the last edit


class RunController(Controller):
    """Sends the commands of the user and the edits of the design to a trainer. ``status`` is that of the run.

    ``availabilityChanged``: which commands make sense may have changed. ``designWanted`` carries the spec that the
    design panel should show; ``loaded``: it shows another experiment now.
    """

    availabilityChanged = Signal()
    designWanted = Signal(object)
    loaded = Signal()

    def __init__(self, source: Callable[[], Source], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.status = Status()
        self._loading = False
        self._waiting: Resumption | None = None  # of a session that was opened before there was a trainer
        self._started: ExperimentSpec | None = None  # what a reset of the trainer goes back to
        self.design: ExperimentSpec | None = None  # None while it is invalid
        self.built: ExperimentSpec | None = None  # what was started, with what was changed live since
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._apply)
        self.commands = self._run_commands()
        self._train = self.commands[0]
        self.availabilityChanged.connect(self.refresh_commands)

    def attach(self, trainer: "Trainer") -> None:
        """Build the design that is there."""
        super().attach(trainer)
        if self._waiting is not None:
            self._go_on(self._waiting)
        else:
            self.build()

    def close(self) -> None:
        """Build nothing any more."""
        self._settle.stop()
        super().close()

    @property
    def changed(self) -> bool:
        """Whether the design differs from the run in something that only a new run can take over."""
        if self.design is None or self.built is None:
            return False
        live = self.status.state.is_under_way
        return _compared(self.design, live) != _compared(self.built, live)

    @property
    def is_longer(self) -> bool:
        """Whether the run ends before the design does, which differs from it in nothing but its length."""
        status, design, built = self.status, self.design, self.built
        live = status.state.is_under_way
        if not (live or status.state is State.FINISHED) or design is None or built is None or not self.changed:
            return False
        length = {"epochs": design.training.epochs, "steps": design.training.steps}
        as_long = built.model_copy(update={"training": built.training.model_copy(update=length)})
        last = length["steps"] or (length["epochs"] or 0) * status.total_steps / max(status.total_epochs, 1e-9)
        end = status.total_steps if live else status.step  # early stopping may have ended it before
        return _compared(design, live) == _compared(as_long, live) and last > end

    @Slot(object)
    def edit(self, design: ExperimentSpec | None) -> None:
        """The design was edited; None while it is invalid."""
        self.design = design
        if not self._loading:
            self._settle.start()
        self.availabilityChanged.emit()

    @Slot(object)
    def load(self, spec: ExperimentSpec) -> None:
        """Show another experiment in the design and build it at once, unless the design finds it invalid."""
        self._waiting = None
        self._show(spec)
        self.build()
        self.loaded.emit()

    def resume(self, design: ExperimentSpec, resumption: "Resumption") -> None:
        """Show ``design`` and go on with a run out of a file, as soon as there is a trainer."""
        self._settle.stop()
        self._show(design)
        self._waiting = resumption
        if self._trainer is not None:
            self._go_on(resumption)
        self.availabilityChanged.emit()

    def branch(self, design: ExperimentSpec, resumption: "Resumption") -> None:
        """Leave the run, once it has come to rest, for a branch with this design."""
        self._command(lambda trainer: trainer.pause())
        self.resume(design, resumption)

    @Slot()
    def build(self) -> None:
        """Build the design: step 0 of a new run. Does nothing while the design is invalid."""
        self._settle.stop()
        if self.design is not None and self._trainer is not None:
            self._started = self.built = self.design
            self._trainer.prepare(self.design, self._source())
        self.availabilityChanged.emit()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """Training can be paused, anything else can be trained on."""
        self.status = status
        running = status.state is State.RUNNING
        self._train.show(self.tr("&Pause") if running else self.tr("&Train"), "pause" if running else "train")
        self.availabilityChanged.emit()

    @Slot()
    def toggle(self) -> None:
        """Train, or pause."""
        if self.status.state is State.RUNNING:
            self._command(lambda trainer: trainer.pause())
        elif self._can_train():
            self._renew_if_needed()
            self._command(lambda trainer: trainer.train())

    @Slot()
    def step_batch(self) -> None:
        """Learn from one batch."""
        if self._can_step():
            self._renew_if_needed()
            self._command(lambda trainer: trainer.step_batch())

    @Slot()
    def step_epoch(self) -> None:
        """Learn from all samples once."""
        if self._can_step():
            self._renew_if_needed()
            self._command(lambda trainer: trainer.step_epoch())

    @Slot()
    def stop(self) -> None:
        """End the run here."""
        self._command(lambda trainer: trainer.stop())

    @Slot()
    def reset(self) -> None:
        """Back to step 0: the design with the same initial weights, or the old run if the design is invalid."""
        same = self.design is None or self.design == self._started
        if same and self.status.state is not State.FAILED:
            self.built = self._started
            self._command(lambda trainer: trainer.reset())
        else:
            self.build()

    @Slot()
    def new_seed(self) -> None:
        """Other initial weights and another order of the batches, on the same data."""
        if self.design is not None:
            self.load(with_next_seeds(self.design))

    def change_training(self, fields: dict[str, Any]) -> None:
        """Change fields of the training part from outside the design panel, which follows. Acts at once."""
        if self.design is not None:
            self.change_design(self.design.replace(training=self.design.training.replace(**fields)))

    @Slot(object)
    def change_design(self, design: ExperimentSpec) -> None:
        """Change the design from outside the design panel, which follows. Acts at once, like an edit."""
        self._show(design)
        self._apply()
        self.availabilityChanged.emit()

    def run_became(self, spec: ExperimentSpec) -> None:
        """The network of the run was made another by hand. A design that was not edited since follows."""
        follows = not self.changed
        self.built = spec
        if follows and self.design is not None:
            self._show(self.design.replace(model=spec.model))
        self.availabilityChanged.emit()

    @Slot()
    def keep_run_design(self) -> None:
        """Take the design back to that of the run."""
        if self.built is not None:
            self._show(self.built)
            self.availabilityChanged.emit()

    def _run_commands(self) -> tuple[Command, ...]:
        """What is done to the run as it is now."""
        return (
            Command("train", self.tr("&Train"), self.tr("Start training, or go on"), self.toggle, "run",
                    keys=("F5", "Ctrl+Return"), picture="train", primary=True, enabled=self._can_train),
            Command("batch", self.tr("One &batch"), self.tr("Learn from one batch, then pause"), self.step_batch, "run",
                    keys=("F6",), picture="step-batch", enabled=self._can_step),
            Command("epoch", self.tr("One &epoch"), self.tr("Learn from all samples once, then pause"),
                    self.step_epoch, "run", keys=("F7",), picture="step-epoch", enabled=self._can_step),
            Command("stop", self.tr("St&op"), self.tr("End this run here"), self.stop, "run",
                    keys=("Shift+F5",), picture="stop", enabled=lambda: self.status.state.is_under_way),
            Command("reset", self.tr("&Reset"), self.tr("Back to step 0 with the same initial weights"),
                    self.reset, "run", keys=("F8",), picture="reset", group=1, enabled=self._can_reset),
            Command("seed", self.tr("New &seed"),
                    self.tr("Back to step 0 with other initial weights and another order of the batches"),
                    self.new_seed, "run", keys=("F9",), picture="seed", group=1, enabled=self._can_build),
        )  # fmt: skip

    def _can_build(self) -> bool:
        return self.design is not None and self._trainer is not None

    def _can_train(self) -> bool:
        return self._can_build() or self.status.state is State.RUNNING

    def _can_step(self) -> bool:
        state = self.status.state
        return self._can_build() and state is not State.RUNNING and (not state.is_over or self.changed)

    def _can_reset(self) -> bool:
        state = self.status.state
        return state.is_under_way or state.is_over or (self._can_build() and (self.changed or state is State.FAILED))

    def _go_on(self, resumption: "Resumption") -> None:
        self._waiting = None
        self._started = resumption.spec
        self.built = resumption.checkpoint.settled_spec()
        if self._trainer is not None:
            self._trainer.resume(resumption, self._source())
        self.availabilityChanged.emit()

    def _show(self, spec: ExperimentSpec) -> None:
        """Make ``spec`` the design. The panel answers with ``edit(None)`` where it finds it invalid."""
        self._loading = True
        self.design = spec
        self.designWanted.emit(spec)
        self._loading = False

    @Slot()
    def _apply(self) -> None:
        """Let the run follow the design as far as that goes without throwing it away."""
        self._settle.stop()
        if self.design is None:
            return
        if self.status.state.is_under_way:
            self._change_live(self.design.training)
        elif not self.status.state.is_over and self.design != self.built:
            self.build()

    def _change_live(self, wanted: TrainingSpec) -> None:
        """Hand the fields that act at once to the running network."""
        if self.built is None or self._trainer is None:
            return
        settings = LiveSettings.of(wanted)
        if settings != LiveSettings.of(self.built.training):
            self.built = settings.settled(self.built)
            self._trainer.change(**settings.as_dict())

    def _renew_if_needed(self) -> None:
        """Before a step: a changed design is built, a run that is over begins again."""
        if self.changed or self.status.state is State.FAILED:
            self.build()
        elif self.status.state.is_over:
            self.reset()
        else:
            self._apply()

    def _command(self, command: Callable[["Trainer"], None]) -> None:
        if self._trainer is not None:
            command(self._trainer)


def _compared(spec: ExperimentSpec, live: bool) -> ExperimentSpec:
    """``spec`` without what a run need not be started again for: its name and, ``live``, the live fields."""
    compared = LiveSettings.of(TrainingSpec()).put_into(spec) if live else spec
    return compared.model_copy(update={"name": ""})
