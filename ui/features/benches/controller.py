"""The Bench menu: windows that need no run. None of them blocks the work; Escape closes each."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog

from relulab.data.own_points import Points
from relulab.experiment import ExperimentSpec
from relulab.training.state import State, Status
from relulab.views.activations import UnitSum, unit_sum
from relulab.views.own_points import design_of as points_design
from relulab.views.units import Unit
from ui.features.training.controller import RunController
from ui.live.polling import ViewSelection
from ui.shell.commands import Command, Controller
from ui.shell.window import Window
from ui.widgets.banner import SUCCESS
from ui.widgets.palette import Palette

if TYPE_CHECKING:  # windows are made, and what they need is imported, when they are asked for
    from ui.features.benches.activation_window import ActivationWindow
    from ui.features.benches.hand_built_window import HandBuiltWindow
    from ui.features.benches.points_window import PointsWindow


class BenchesController(Controller):
    """Opens the benches over ``window``. ``shown`` has the run, ``inspected`` the unit that numbers are taken from.

    They compute with torch, so they wait for the engine, which loads it.
    """

    def __init__(
        self, window: Window, palette: Palette, shown: ViewSelection, run_controller: RunController,
        inspected: Callable[[], Unit | None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window = window
        self._palette = palette
        self._shown = shown
        self._run_controller = run_controller
        self._inspected = inspected
        self._ready = False
        self.activations: ActivationWindow | None = None
        self.hand_built: HandBuiltWindow | None = None
        self.own_points: PointsWindow | None = None
        functions = self.tr("Functions side by side: values, slopes, what numbers can hold, and what they cost")
        points = self.tr("Click or paint points of classes, or a curve, and learn from them")
        by_hand = self.tr("Drag ReLUs until their sum is a curve, and see how close it comes")
        self.commands = (
            Command("activations", self.tr("&Activation explorer"), functions, self.show_activations, "bench",
                    keys=("Ctrl+Shift+A",), enabled=lambda: self._ready),
            Command("own-points", self.tr("&Draw your own data"), points, self.show_own_points, "bench",
                    keys=("Ctrl+Shift+D",)),
            Command("hand-built", self.tr("&Build it by hand"), by_hand, self.show_hand_built, "bench",
                    keys=("Ctrl+Shift+B",), enabled=lambda: self._ready),
        )  # fmt: skip

    @Slot(object)
    def show_state(self, status: Status) -> None:
        if not self._ready and status.state not in (State.EMPTY, State.PREPARING):
            self._ready = True
            self.refresh_commands()

    def close(self) -> None:
        super().close()
        for window in self._windows:
            window.close()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        for window in self._windows:
            window.set_theme(palette)

    @Slot()
    def show_activations(self) -> None:
        """Open the explorer, or bring it to the front as it was left."""
        if self.activations is None:
            from ui.features.benches.activation_window import ActivationWindow

            self.activations = ActivationWindow(self._palette, self._unit_sum, self._window)
        _bring_up(self.activations)

    @Slot()
    def show_hand_built(self) -> None:
        """Open the bench of ReLUs, or bring it to the front as it was left."""
        if self.hand_built is None:
            from ui.features.benches.hand_built_window import HandBuiltWindow

            self.hand_built = HandBuiltWindow(self._palette, lambda: self._shown.history, self._window)
            self.hand_built.learnWanted.connect(self._let_learn)
        _bring_up(self.hand_built)

    @Slot()
    def show_own_points(self) -> None:
        """Open the sheet, with the points of the design where it has some and nothing else is drawn."""
        if self.own_points is None:
            from ui.features.benches.points_window import PointsWindow

            self.own_points = PointsWindow(self._palette, self._window)
            self.own_points.useWanted.connect(self._use_points)
        self.own_points.show_design(self._run_controller.design)
        _bring_up(self.own_points)

    @Slot(str, object)
    def _use_points(self, kind: str, points: Points) -> None:
        self._run_controller.load(points_design(kind, points, self._run_controller.design))
        self._window.banner.dismiss()

    @Slot(object)
    def _let_learn(self, design: ExperimentSpec) -> None:
        self._run_controller.load(design)
        words = self.tr("This design begins with exactly the weights that you built. Press Train to let it learn on.")
        self._window.banner.show_message(SUCCESS, words)

    @property
    def _windows(self) -> Iterator["ActivationWindow | HandBuiltWindow | PointsWindow"]:
        made = (self.activations, self.hand_built, self.own_points)
        yield from (window for window in made if window is not None)

    def _unit_sum(self) -> UnitSum | None:
        history, unit = self._shown.history, self._inspected()
        return None if history is None or unit is None else unit_sum(history, unit)


def _bring_up(window: QDialog) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
