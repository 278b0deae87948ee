"""Maps of one or two settings of the design, and ready tables of one."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from relulab.diagnosis.ends import End
from relulab.experiment import ExperimentSpec
from relulab.population.told import Asked
from relulab.session.kept_maps import KeptMap
from relulab.views.many.experiments import EXPERIMENTS, Experiment
from relulab.views.many.ready import TABLES, Ready
from ui.features.population.controller import ManyController
from ui.features.session.controller import SessionController
from ui.features.training.controller import RunController
from ui.platform.translation import said
from ui.shell.commands import Command
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.features.population.map_window import MapWindow


class MapController(ManyController["MapWindow"]):
    """Trains the design at many settings. The session keeps the maps, as far as they are trained.

    ``moreWanted`` carries the design of a cell of which many starts are wanted.
    """

    moreWanted = Signal(object)

    def __init__(
        self, window: Window, run: RunController, options: Callable[[], list[str]], processes: Callable[[], int],
        session: SessionController,
    ) -> None:  # fmt: skip
        super().__init__(window, run, options)
        self._session, self._processes = session, processes
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

    def processes(self) -> int:
        return self._processes()

    @Slot()
    def show_map(self) -> "MapWindow | None":
        """Show the window of maps, for the design as it is now."""
        spec = self.design
        if spec is None:
            return None
        dialog = self._map_window()
        if spec != self.opened:
            dialog.set_spec(spec)
        self._offer_kept(dialog)
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
            dialog.trainWanted.connect(lambda sweep: self._train(KeptMap(sweep)))
            dialog.goOnWanted.connect(self._go_on)
            dialog.keptWanted.connect(self._show_kept)
            dialog.tryWanted.connect(self._train_alone)
            dialog.moreWanted.connect(self.moreWanted)
            self.training.shown.connect(self._session.mark_modified)
        return dialog

    def _train(self, kept: KeptMap) -> None:
        """Train what is missing in a map, and keep it."""
        if self.dialog is not None:
            self.training.stop()  # what it tells would be taken for the other map's
            self._session.model.keep_map(kept)
            done = frozenset(run for run, standing in kept.runs.items() if standing.end != End.FAILED.value)
            self.dialog.begin(kept.sweep, kept.runs)
            self.train(Asked(kept.sweep, is_map=True, done=done))
            self._offer_kept(self.dialog)

    @Slot()
    def _go_on(self) -> None:
        kept = self._shown()
        if kept is not None and all(map(self.may_read_data_of, kept.designs())):
            self._train(kept)

    def _shown(self) -> KeptMap | None:
        """The kept map that is shown."""
        view = None if self.dialog is None else self.dialog.view
        return next((kept for kept in self._session.model.head.maps if view and kept.runs is view.runs), None)

    def _offer_kept(self, dialog: "MapWindow") -> None:
        """Let the maps of this session be chosen; the newest is shown where another session's was, or none."""
        maps = self._session.model.head.maps
        shown = self._shown()
        if shown is None:
            self.training.stop()
            dialog.clear()
            if maps:
                self._show_kept(0)
                return
        from relulab.views.many.kept import map_state

        dialog.show_kept([map_state(kept) for kept in maps], maps.index(shown) if shown in maps else 0)

    @Slot(int)
    def _show_kept(self, place: int) -> None:
        """Show a map of this session as far as it is known."""
        maps = self._session.model.head.maps
        if self.dialog is not None and place < len(maps):
            self._asked = Asked(maps[place].sweep, is_map=True)
            self.dialog.begin(maps[place].sweep, maps[place].runs)
            self.dialog.show_busy(False)
            self._offer_kept(self.dialog)
