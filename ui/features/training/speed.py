"""How fast a run goes while somebody watches: a choice beside Train that is no part of the experiment.

Toy data are learned in a blink; then nobody sees the boundary bend. A user's window gives them about three seconds.
"""

from PySide6.QtCore import Signal, Slot

from relulab.data.generated import GENERATED
from relulab.data.own_points import OWN_CURVE, OWN_POINTS
from relulab.training.state import Status
from relulab.training.trainer import Trainer
from ui.features.training.controller import RunController
from ui.shell.commands import Controller
from ui.widgets.combo import Combo, Item
from ui.widgets.labels import set_tip

FULL, WHOLE_RUN = "full", "run"
STEPS_PER_SECOND = ("100", "30", "10", "3", "1")
RUN_SECONDS = 3.0
TOYS = {entry.key for entry in (*GENERATED, OWN_POINTS, OWN_CURVE)}


class SpeedController(Controller):
    """Wires the choice of the ``speed`` to a trainer. ``automatic``: toy data get time to be watched.

    ``limited`` says whether a run waits between its steps, so that drawing costs it nothing.
    """

    limited = Signal(bool)

    def __init__(self, run: RunController) -> None:
        super().__init__(run)
        self.automatic = False
        self._run = run
        self._total_steps = 0
        self.speed = Combo([
            Item(FULL, self.tr("as fast as it can")),
            Item(WHOLE_RUN, self.tr("a run in 3 seconds")),
            *(Item(rate, self.tr("{count} steps a second").format(count=rate)) for rate in STEPS_PER_SECOND),
        ])  # fmt: skip
        self.speed.setMinimumContentsLength(max(len(self.speed.itemText(i)) for i in range(self.speed.count())))
        self.speed.setValue(FULL)
        self.speed.setAccessibleName(self.tr("Watch speed"))
        set_tip(self.speed, self.tr("How fast a run goes at most while you watch; the result is the same"))
        self.speed.edited.connect(self._choose)
        run.loaded.connect(self._choose_for_data)

    def attach(self, trainer: Trainer) -> None:
        super().attach(trainer)
        self._apply()

    def watch_toys(self) -> None:
        """From now on toy data start at a speed at which a run takes about three seconds, until the user chooses."""
        self.automatic = True
        self._choose_for_data()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        if status.total_steps != self._total_steps:
            self._total_steps = status.total_steps
            self._apply()

    @property
    def limit(self) -> float | None:
        """Steps per second at most; None: as fast as it can."""
        chosen = self.speed.value()
        if chosen == WHOLE_RUN:
            return self._total_steps / RUN_SECONDS if self._total_steps else None
        return None if chosen == FULL else float(chosen)

    @Slot(object)
    def _choose(self, _key: object) -> None:
        self.automatic = False
        self._apply()

    @Slot()
    def _choose_for_data(self) -> None:
        design = self._run.design
        if self.automatic and design is not None:
            self.speed.setValue(WHOLE_RUN if design.data.dataset.name in TOYS else FULL)
            self._apply()

    def _apply(self) -> None:
        if self._trainer is not None:
            self._trainer.limit_speed(self.limit)
            self.limited.emit(self.limit is not None)
