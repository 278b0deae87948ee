"""Nothing of the run before is shown as if it were that of an experiment that has none of its own.

An experiment has no run where it did not start, and while it is being built, which takes long where data are read.
"""

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Slot

from relulab.training.state import State, Status
from ui.features.training.controller import RunController
from ui.live.base import LivePanel
from ui.live.polling import Polling
from ui.shell.commands import Controller

BUILDING_MS = 400  # what is built sooner takes the place of the run before at once


class Vacancy(Controller):
    """Leaves the ``panels`` empty while there is nothing to show, and has them say whether that is being built."""

    def __init__(self, polling: Polling, panels: Iterable[LivePanel], run_controller: RunController) -> None:
        super().__init__(polling)
        self._shown, self._panels, self._run_controller = polling.shown, tuple(panels), run_controller
        self._patience = QTimer(self, singleShot=True, interval=BUILDING_MS)
        self._patience.timeout.connect(self._show_building)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A design that is built takes its time; one that did not start has nothing to show."""
        if status.state is State.PREPARING:
            self._patience.start()
            return
        self._patience.stop()
        self._leave_empty(status.did_not_start, building=False)

    def close(self) -> None:
        self._patience.stop()
        super().close()

    @Slot()
    def _show_building(self) -> None:
        """Other data are read: that can take minutes. The same data are there already."""
        run, built = self._shown.run, self._run_controller.built
        if run is not None and built is not None and run.info.spec.data != built.data:
            self._leave_empty(True, building=True)

    def _leave_empty(self, empty: bool, *, building: bool) -> None:
        for panel in self._panels:
            panel.set_building(building)
        self._shown.leave_empty(empty)
