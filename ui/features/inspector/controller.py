"""The unit inspector between the panels and the engine: which unit is looked at, its death, changes by hand.

The engine looks at a unit only while the user does: with the panel hidden it is told that there is none.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDockWidget

from relulab.session.history import RunHistory
from relulab.training.requests import AutopsyRequest, leaky_design
from relulab.training.state import Status
from ui.features.inspector import InspectorPanel
from ui.features.training.controller import RunController
from ui.live.network import NetworkPanel
from ui.live.polling import Polling
from ui.live.units import UnitsPanel
from ui.shell.commands import Controller

POLL_MS = 100


class InspectorController(Controller):
    """Wires an ``InspectorPanel`` in ``dock`` to the ``pictures`` of units, to a trainer and to the design."""

    def __init__(
        self,
        panel: InspectorPanel,
        pictures: Sequence[UnitsPanel | NetworkPanel],
        run_controller: RunController,
        polling: Polling,
        dock: QDockWidget,
    ) -> None:
        super().__init__(polling)
        self._panel = panel
        self._pictures = pictures
        self._run_controller = run_controller
        self._dock = dock
        self._seen = False
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)
        for picture in pictures:
            picture.unitClicked.connect(self.show_unit)
        panel.unitChosen.connect(self._inspect)
        panel.operationWanted.connect(self._operate)
        panel.deathWanted.connect(self._find_death)
        panel.deathCancelled.connect(self._cancel_search)
        polling.panelVisible.connect(self._watch)
        polling.runChanged.connect(self._inspect)
        polling.shown.changed.connect(self._show_live)
        polling.runChanged.connect(self._show_live)
        self._shown = polling.shown

    def close(self) -> None:
        super().close()
        self._poll.stop()

    @Slot(int, int)
    def show_unit(self, layer: int, unit: int) -> None:
        """Bring the inspector to the front with this unit."""
        self._panel.choose(layer, unit)
        self._dock.show()
        self._dock.raise_()

    @Slot(object)
    def _inspect(self, _cause: object = None) -> None:
        """Look at the chosen unit, in whatever run there is now: a new one has forgotten it."""
        for picture in self._pictures:
            picture.mark(self._panel.unit)
        if self._trainer is not None:
            self._trainer.inspect(self._panel.unit if self._seen else None)

    @Slot(object, bool)
    def _watch(self, panel: QObject, visible: bool) -> None:
        if panel is self._panel:
            self._seen = visible
            self._inspect()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        if not status.state.has_run:
            self._poll.stop()
            self._panel.end_search()
        self._panel.show_state(status.state)

    @Slot()
    def _show_live(self) -> None:
        self._panel.show_live(self._shown.live)

    @Slot(str, int, int, float)
    def _operate(self, key: str, layer: int, unit: int, amount: float) -> None:
        if self._trainer is None:
            return
        self._trainer.operate(key, layer, unit, amount)
        if key == "make_leaky" and self._run_controller.built is not None:
            index = self._panel.design_index(layer)
            if index is not None:
                self._run_controller.run_became(leaky_design(self._run_controller.built, index, amount))

    @Slot(object, object)
    def _find_death(self, request: AutopsyRequest, history: RunHistory) -> None:
        if self._trainer is not None:
            self._trainer.find_death(request, history.append)
            self._poll.start()

    @Slot()
    def _cancel_search(self) -> None:
        self._poll.stop()
        if self._trainer is not None:
            self._trainer.cancel_autopsy()

    @Slot()
    def _look(self) -> None:
        if self._trainer is None or not self._panel.searching:
            self._poll.stop()
        self._panel.show_search(None if self._trainer is None else self._trainer.autopsy_progress)
