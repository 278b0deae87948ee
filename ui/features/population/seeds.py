"""Many starts of the design: asked for beside Train."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot

from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.experiments import EXPERIMENTS, Experiment
from relulab.views.many.seeds import SEEDS, Starts
from ui.features.population.controller import ManyController
from ui.features.training.controller import RunController
from ui.platform.translation import said
from ui.shell.commands import Command
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.features.population.seeds_window import SeedsWindow

PAINTED_MS = 30  # a new window is painted before what its networks take is counted


class SeedsController(ManyController["SeedsWindow"]):
    """Trains the design from many starts."""

    def __init__(self, window: Window, run: RunController, options: Callable[[], list[str]]) -> None:
        super().__init__(window, run, options)
        self._shown: ExperimentSpec | None = None  # the design whose starts are shown
        self._to_ask: Starts | None = None  # for
        self._ask_soon = QTimer(self, singleShot=True, interval=PAINTED_MS)
        self._ask_soon.timeout.connect(self._ask)
        tip = self.tr("Train this design from {count} random starts at once: does it always end like this?")
        self.commands = (
            Command("seeds", self.tr("{count} s&eeds").format(count=SEEDS), tip.format(count=SEEDS), self.show_seeds,
                    "run", keys=("Shift+F9",), picture="seed", group=5, enabled=self.can_train),
            *(
                Command(f"experiment-{one.key}", said(one.title), said(one.tip),
                        partial(self.show_experiment, one), "experiments", group=1)
                for one in EXPERIMENTS.values() if not one.over
            ),
        )  # fmt: skip

    @Slot()
    def show_seeds(self) -> None:
        """Show the starts of this design, and train them where that has not been done."""
        dialog = self._seeds_window()
        if self._run.design not in (self._shown, self.opened):
            self._train_design(dialog.count.value(), dialog.same_data.isChecked())

    def show_experiment(self, experiment: Experiment) -> None:
        """Train many starts of its own design, on the same data; that of the window stays as it is."""
        self._seeds_window()
        self._train(experiment.spec(), experiment.starts, same_data=True)

    @Slot(object)
    def show_starts(self, spec: ExperimentSpec) -> None:
        """Train many starts of any design; that of the window stays as it is."""
        self._seeds_window()
        self._train(spec, SEEDS, same_data=False)

    def _seeds_window(self) -> "SeedsWindow":
        from ui.features.population.seeds_window import SeedsWindow

        is_new = self.dialog is None
        dialog = self.bring_to_front(SeedsWindow)
        if is_new:
            dialog.trainWanted.connect(self._train_design)
        return dialog

    @Slot(int, bool)
    def _train_design(self, count: int, same_data: bool) -> None:
        spec = self.design
        if spec is not None:
            self._train(spec, count, same_data)

    def _train(self, spec: ExperimentSpec, count: int, same_data: bool) -> None:
        if self.dialog is None:
            return
        self.training.stop()  # what it tells would be taken for the new starts
        is_new = self.dialog.starts is None
        self._shown, self._to_ask = spec, Starts(spec, count, same_data)
        self.dialog.begin(self._to_ask)
        self.dialog.show_busy(True)
        if is_new:
            self._ask_soon.start()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        starts, self._to_ask = self._to_ask, None
        if starts is None or self.dialog is None:
            return
        try:
            asked = Asked(Sweep.of(starts.spec, {}, starts.total, same_data=starts.same_data))
        except ReluLabError as error:
            self._shown = None
            self._show_failure(str(error))
            return
        self.train(asked)

    @Slot()
    def _stop(self) -> None:
        self._ask_soon.stop()
        super()._stop()
