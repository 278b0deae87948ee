"""Many networks at once, between their windows and the run: what is trained, what is opened as a run of its own."""

from collections.abc import Callable

from PySide6.QtCore import Slot

from relulab.data.untrusted_paths import is_withheld
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.experiment.experiment import LONGEST_NAME
from relulab.formatting import shortened
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.session.outside_files import files_of
from relulab.training.state import State, Status
from relulab.views.many.seeds import Starts
from ui.features.population.seeds_window import SEEDS, SeedsWindow
from ui.features.population.training import PopulationTraining
from ui.features.training.controller import RunController
from ui.shell.commands import Command, Controller
from ui.shell.window import Window
from ui.widgets.banner import WARNING
from ui.widgets.palette import LIGHT, Palette


class PopulationController(Controller):
    """``seeds`` is the window of many starts once it was asked for. ``data_root``: the user's folder of data sets."""

    def __init__(self, window: Window, run: RunController, data_root: Callable[[], str]) -> None:
        super().__init__(window)
        self.seeds: SeedsWindow | None = None
        self.training = PopulationTraining(data_root, self)
        self._window = window
        self._run = run
        self._palette = LIGHT
        self._asked: Asked | None = None
        self._shown: ExperimentSpec | None = None  # the design whose starts are shown
        self._opened: ExperimentSpec | None = None  # a run of many that is trained as soon as it is built
        tip = self.tr("Train this design from {count} random starts at once: does it always end like this?")
        self.commands = (
            Command("seeds", self.tr("{count} s&eeds").format(count=SEEDS), tip.format(count=SEEDS), self.show_seeds,
                    "run", keys=("Shift+F9",), picture="seed", group=5, enabled=self._can_train),
        )  # fmt: skip
        run.availabilityChanged.connect(self.refresh_commands)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        if self.seeds is not None:
            self.seeds.set_theme(palette)

    def close(self) -> None:
        super().close()
        self.training.close()
        if self.seeds is not None:
            self.seeds.close()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A run that was opened out of many is trained as soon as it is built."""
        if self._opened is not None and status.state is State.READY and self._run.built == self._opened:
            self._opened = None
            self._run.toggle()

    @Slot()
    def show_seeds(self) -> None:
        """Show the starts of this design, and train them where that has not been done."""
        if self.seeds is None:
            self.seeds = seeds = SeedsWindow(self._window, self._palette)
            seeds.trainWanted.connect(self._train_seeds)
            seeds.stopWanted.connect(self._stop)
            seeds.openWanted.connect(self._open_seed)
            seeds.finished.connect(self._stop)
            self.training.told.connect(seeds.take)
            self.training.shown.connect(seeds.refresh)
            self.training.finished.connect(self._show_idle)
            self.training.failed.connect(self._show_failure)
        self.seeds.show()
        self.seeds.raise_()
        self.seeds.activateWindow()
        if self._run.design != self._shown:
            self._train_seeds(self.seeds.count.value(), self.seeds.same_data.isChecked())

    @Slot(int, bool)
    def _train_seeds(self, count: int, same_data: bool) -> None:
        spec = self._run.design
        if spec is None or self.seeds is None:
            return
        if any(is_withheld(path) for path in files_of(spec)):
            words = self.tr("Allow the data of this design to be read first: the line at the top asks for it.")
            self._window.banner.show_message(WARNING, words)
            return
        try:
            self._asked = Asked((Sweep.of(spec, {}, count, same_data=same_data),))
        except ReluLabError as error:
            self.seeds.problem.set_text(str(error))
            return
        self._shown = spec
        self.seeds.begin(Starts(spec, count, same_data))
        self.seeds.show_busy(True)
        self.training.start(self._asked)

    @Slot(int)
    def _open_seed(self, run: int) -> None:
        """Train a run of many alone, exactly as it was."""
        if self._asked is None or self.seeds is None or self.seeds.starts is None:
            return
        spec = self._asked.design(run)
        ending = self.tr(", seed {seed}").format(seed=self.seeds.starts.seed_of(run))
        name = shortened(spec.name, LONGEST_NAME - len(ending)) + ending
        self._opened = self._shown = spec.replace(name=name)
        self._run.load(self._opened)
        self._window.raise_()
        self._window.activateWindow()

    @Slot()
    def _stop(self) -> None:
        self.training.stop()
        self._show_idle()

    @Slot()
    def _show_idle(self) -> None:
        if self.seeds is not None:
            self.seeds.show_busy(False)

    @Slot(str)
    def _show_failure(self, reason: str) -> None:
        if self.seeds is not None:
            self.seeds.problem.set_text(reason)
            self.seeds.show_busy(False)

    def _can_train(self) -> bool:
        return self._run.design is not None and self._trainer is not None
