"""Maps of one or two settings of the design, and ready tables of one."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Slot

from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.settings import TABLES
from ui.features.population.controller import ManyController
from ui.features.population.map_window import MapWindow
from ui.features.population.seeds_window import SEEDS
from ui.features.training.controller import RunController
from ui.platform.translation import said
from ui.shell.commands import Command
from ui.shell.window import Window


class MapController(ManyController[MapWindow]):
    """Trains the design at many settings."""

    def __init__(self, window: Window, run: RunController, data_root: Callable[[], str]) -> None:
        super().__init__(window, run, data_root)
        tip = self.tr("Train this design at every combination of two settings: where does it learn, where does it die?")
        same = self.tr("Train this design in variants from the same {count} starts each, and compare: {table}")
        self.commands = (
            Command("map", self.tr("&Map…"), tip, self.show_map, "run", keys=("Ctrl+Shift+M",), group=5,
                    enabled=self.can_train),
            *(
                Command(f"table-{path}", self.tr("Table: {table}").format(table=said(title)),
                        same.format(count=SEEDS, table=said(title)), partial(self.show_table, path), "run",
                        group=5, enabled=self.can_train)
                for path, title in TABLES.items()
            ),
        )  # fmt: skip

    @Slot()
    def show_map(self) -> MapWindow | None:
        """Show the window of maps, for the design as it is now."""
        is_new = self.dialog is None
        spec = self.design
        if spec is None:
            return None
        dialog = self.bring_to_front(MapWindow)
        if is_new:
            dialog.trainWanted.connect(self._train)
        if spec != self.opened:
            dialog.set_spec(spec)
        return dialog

    def show_table(self, path: str) -> None:
        """Train a ready table of the design."""
        dialog = self.show_map()
        if dialog is not None:
            dialog.train_table(path, SEEDS)

    @Slot(object)
    def _train(self, sweep: Sweep) -> None:
        if self.dialog is not None:
            self.dialog.begin(sweep)
            self.train(Asked(sweep, is_map=True))
