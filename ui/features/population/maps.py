"""Maps of one or two settings of the design, and ready tables of one."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from relulab.experiment import ExperimentSpec
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.experiments import EXPERIMENTS, Experiment
from relulab.views.many.ready import TABLES, Ready
from ui.features.population.controller import ManyController
from ui.features.training.controller import RunController
from ui.platform.translation import said
from ui.shell.commands import Command
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.features.population.map_window import MapWindow


class MapController(ManyController["MapWindow"]):
    """Trains the design at many settings."""

    def __init__(self, window: Window, run: RunController, options: Callable[[], list[str]]) -> None:
        super().__init__(window, run, options)
        tip = self.tr("Train this design at every combination of two settings: where does it learn, where does it die?")
        same = self.tr("Train this design in variants from the same {count} starts each, and compare: {table}")
        self.commands = (
            Command("map", self.tr("&Map…"), tip, self.show_map, "run", keys=("Ctrl+Shift+M",), group=5,
                    enabled=self.can_train),
            *(
                Command(f"table-{table.key}", self.tr("Table: {table}").format(table=said(table.title)),
                        same.format(count=table.starts, table=said(table.title)), partial(self.show_table, table),
                        "run", group=5, enabled=self.can_train)
                for table in TABLES.values()
            ),
            *(
                Command(f"experiment-{one.key}", said(one.title), said(one.tip),
                        partial(self.show_experiment, one), "experiments")
                for one in EXPERIMENTS.values() if one.over
            ),
        )  # fmt: skip

    @Slot()
    def show_map(self) -> "MapWindow | None":
        """Show the window of maps, for the design as it is now."""
        spec = self.design
        if spec is None:
            return None
        dialog = self._map_window()
        if spec != self.opened:
            dialog.set_spec(spec)
        return dialog

    def show_table(self, table: Ready) -> None:
        """Train a ready table of the design."""
        dialog = self.show_map()
        if dialog is not None:
            dialog.train_ready(table)

    def show_experiment(self, experiment: Experiment) -> None:
        """Train a ready map of its own design; that of the window stays as it is."""
        self.show_ready(experiment.spec(), experiment)

    @Slot(object, object)
    def show_ready(self, spec: ExperimentSpec, ready: Ready) -> None:
        """Train a ready map or table of any design."""
        if self.may_read_data_of(spec):
            dialog = self._map_window()
            dialog.set_spec(spec)
            dialog.train_ready(ready)

    def _map_window(self) -> "MapWindow":
        from ui.features.population.map_window import MapWindow

        is_new = self.dialog is None
        dialog = self.bring_to_front(MapWindow)
        if is_new:
            dialog.trainWanted.connect(self._train)
        return dialog

    @Slot(object)
    def _train(self, sweep: Sweep) -> None:
        if self.dialog is not None:
            self.dialog.begin(sweep)
            self.train(Asked(sweep, is_map=True))
