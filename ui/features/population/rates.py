"""The learning-rate test of the design: asked for in the Run menu, its answer taken over by one click."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from relulab.errors import ReluLabError
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from ui.features.population.controller import ManyController
from ui.features.training.controller import RunController
from ui.shell.commands import Command
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.features.population.rate_window import RateWindow


class RateController(ManyController["RateWindow"]):
    """Trains copies of the design; the network of the window is left alone."""

    def __init__(self, window: Window, run: RunController, options: Callable[[], list[str]]) -> None:
        super().__init__(window, run, options)
        tip = self.tr("Raise the rate within one short run, from many starts at once: at which does the loss fall?")
        self.commands = (
            Command("rate-test", self.tr("&Learning-rate test"), tip, self.show_test, "run", group=5,
                    enabled=self.can_train),
        )  # fmt: skip

    @Slot()
    def show_test(self) -> None:
        """Test the design as it is now."""
        from relulab.views.many.rate_test import RateTest
        from ui.features.population.rate_window import RateWindow

        spec = self.design
        if spec is None:
            return
        is_new = self.dialog is None
        dialog = self.bring_to_front(RateWindow)
        if is_new:
            self._listen_to(dialog)
        test = RateTest(spec)
        dialog.begin(test)
        try:
            self.train(Asked(Sweep.of(test.starts.spec, {}, test.starts.total)))
        except ReluLabError as error:
            dialog.show_problem(str(error))

    def _listen_to(self, dialog: "RateWindow") -> None:
        dialog.trainWanted.connect(self.show_test)
        dialog.rateWanted.connect(self._use)

    @Slot(float)
    def _use(self, rate: float) -> None:
        """Change the rate of the design as it is now, and nothing else of it."""
        spec = self._run.design
        if spec is not None:
            self._run.change_design(spec.replace(training=spec.training.replace(learning_rate=rate)))
