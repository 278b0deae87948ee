"""The unit inspector between the panels and the engine: which unit is looked at, its death, changes by hand.

The engine looks at a unit only while the user does: with the panel hidden it is told that there is none.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDockWidget

from relulab.experiment import ExperimentSpec
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
        self, panel: InspectorPanel, pictures: Sequence[UnitsPanel | NetworkPanel], run_controller: RunController,
        polling: Polling, dock: QDockWidget,
    ) -> None:  # fmt: skip
        super().__init__(polling)
        self._panel = panel
        self._pictures = pictures
        self._run_controller = run_controller
        self._dock = dock
        self._seen = False
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)
        self._status = Status()
        self._designs: list[ExperimentSpec | None] = []  # of the run before each change that can be taken back
        for picture in pictures:
            picture.unitClicked.connect(self.show_unit)
            if isinstance(picture, NetworkPanel):
                picture.weightGiven.connect(self._set_weight)
                picture.undoWanted.connect(self._undo)
        panel.undoWanted.connect(self._undo)
        panel.weightGiven.connect(self._set_weight)
        polling.statusPolled.connect(self._show_possible)
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
        if not status.state.is_resting:
            self._designs.clear()
        self._show_possible(status)

    @Slot()
    def _show_live(self) -> None:
        self._panel.show_live(self._shown.live)
        self._show_possible(self._status)

    @Slot(object)
    def _show_possible(self, status: Status) -> None:
        """Only a run that waits can be changed, and only where it is shown as it stands."""
        self._status = status
        possible = self._shown.live and status.state.is_resting
        self._panel.show_to_undo(status.to_undo if possible else 0)
        for picture in self._pictures:
            if isinstance(picture, NetworkPanel):
                picture.show_changeable(possible, status.to_undo)

    @Slot(str, int, int, float)
    def _operate(self, key: str, layer: int, unit: int, amount: float) -> None:
        if self._trainer is None:
            return
        built = became = self._run_controller.built
        index = self._panel.design_index(layer)
        if key == "make_leaky" and built is not None and index is not None:
            became = leaky_design(built, index, amount)
            if became == built:  # so it is already: the run would note no change that could be taken back
                return
        self._designs.append(built)
        self._trainer.operate(key, layer, unit, amount)
        if became is not None and became != built:
            self._run_controller.run_became(became)

    @Slot(int, int, object, float)
    def _set_weight(self, layer: int, unit: int, source: int | None, value: float) -> None:
        if self._trainer is not None:
            self._designs.append(self._run_controller.built)
            self._trainer.set_weight(layer, unit, source, value)

    @Slot()
    def _undo(self) -> None:
        """Take the last change back; a layer that was made leaky is what it was in the design, too."""
        if self._trainer is None:
            return
        self._trainer.undo_by_hand()
        before, built = self._designs.pop() if self._designs else None, self._run_controller.built
        if before is not None and built is not None and before.model != built.model:
            self._run_controller.run_became(before)

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
