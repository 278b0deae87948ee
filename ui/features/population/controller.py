"""Behind every window of many networks: a child process that trains, and runs that are opened out of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Signal, Slot

from relulab.data.untrusted_paths import is_withheld
from relulab.experiment import ExperimentSpec
from relulab.experiment.experiment import LONGEST_NAME
from relulab.formatting import shortened
from relulab.population.told import Asked
from relulab.session.outside_files import files_of
from relulab.training.state import State, Status
from ui.features.population.training import PopulationTraining
from ui.features.training.controller import RunController
from ui.shell.commands import Controller
from ui.shell.window import Window
from ui.widgets.banner import WARNING
from ui.widgets.palette import LIGHT, Palette

if TYPE_CHECKING:  # windows are made when they are asked for
    from ui.features.population.many_window import ManyWindow

W = TypeVar("W", bound="ManyWindow")


class ManyController(Controller, Generic[W]):
    """``dialog`` is its window once it was asked for. ``options``: of the command that trains.

    ``pinned`` carries a picture that is to be kept with the session.
    """

    pinned = Signal(object)

    def __init__(self, window: Window, run: RunController, options: Callable[[], list[str]]) -> None:
        super().__init__(window)
        self.dialog: W | None = None
        self.training = PopulationTraining(options, self)
        self.opened: ExperimentSpec | None = None  # the run of many that was opened last
        self.palette = LIGHT
        self._window = window
        self._run = run
        self._asked: Asked | None = None
        self._to_train: ExperimentSpec | None = None  # as soon as it is built
        run.availabilityChanged.connect(self.refresh_commands)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.palette = palette
        if self.dialog is not None:
            self.dialog.set_theme(palette)

    def close(self) -> None:
        super().close()
        self.training.close()
        if self.dialog is not None:
            self.dialog.close()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A run that was opened out of many is trained as soon as it is built."""
        if self._to_train is not None and status.state is State.READY and self._run.built == self._to_train:
            self._to_train = None
            self._run.toggle()

    @property
    def design(self) -> ExperimentSpec | None:
        """The design as it is now; None where it is not valid, or its data may not be read."""
        spec = self._run.design
        return spec if spec is not None and self.may_read_data_of(spec) else None

    def may_read_data_of(self, spec: ExperimentSpec) -> bool:
        """Whether the data of a design may be read; where not, it is said."""
        if not any(is_withheld(path) for path in files_of(spec)):
            return True
        words = self.tr("Allow the data of this design to be read first: the line at the top asks for it.")
        self._window.banner.show_message(WARNING, words)
        return False

    def bring_to_front(self, make: Callable[[Window, Palette], W]) -> W:
        """Show the window, which ``make`` makes the first time."""
        if self.dialog is None:
            self.dialog = dialog = make(self._window, self.palette)
            dialog.stopWanted.connect(self._stop)
            dialog.openWanted.connect(self._open)
            dialog.finished.connect(self._stop)
            dialog.pinned.connect(self.pinned)
            self.training.told.connect(dialog.take)
            self.training.shown.connect(dialog.refresh)
            self.training.finished.connect(self._show_idle)
            self.training.failed.connect(self._show_failure)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        return self.dialog

    def train(self, asked: Asked) -> None:
        """Train these, and no others any more."""
        self._asked = asked
        if self.dialog is not None:
            self.dialog.show_busy(True)
        self.training.start(asked, self.processes())

    def processes(self) -> int:
        """How many processes may train."""
        return 1

    def can_train(self) -> bool:
        return self._run.design is not None and self._trainer is not None

    @Slot(int)
    def _open(self, run: int) -> None:
        """Train a run of many alone, exactly as it was."""
        if self._asked is None:
            return
        spec = self._asked.sweep.design(run)
        ending = self.tr(", seed {seed}").format(seed=spec.model.seed)
        self._train_alone(spec.replace(name=shortened(spec.name, LONGEST_NAME - len(ending)) + ending))

    @Slot(object)
    def _train_alone(self, spec: ExperimentSpec) -> None:
        """Train one network in the window, as its own run."""
        self._to_train = self.opened = spec
        self._run.load(spec)
        self._window.raise_()
        self._window.activateWindow()

    @Slot()
    def _stop(self) -> None:
        self.training.stop()
        self._show_idle()

    @Slot()
    def _show_idle(self) -> None:
        if self.dialog is not None:
            self.dialog.show_busy(False)

    @Slot(str)
    def _show_failure(self, reason: str) -> None:
        if self.dialog is not None:
            self.dialog.show_problem(reason)
            self.dialog.show_busy(False)
