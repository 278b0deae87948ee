"""The design between its panel, the control bar, the title and the run: who follows whom."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence

from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from ui.features.design.first_parts import FirstParts
from ui.features.design.table_reading import TableReading
from ui.features.session.controller import SessionController
from ui.features.training.downloads import Fetcher
from ui.shell.commands import Command, Controller
from ui.widgets.preset_picker import fill_presets


class DesignController(Controller):
    """Wires the design of the ``first`` parts to the session, the menus and the data: they know the run already."""

    def __init__(
        self, first: FirstParts, store: SessionStore, session_controller: SessionController, fetcher: Fetcher
    ) -> None:
        window, panel, run_controller = first.window, first.design, first.run_controller
        super().__init__(window)
        self._panel = panel
        self._control_bar = first.control_bar
        self._window = window
        self._store = store
        self._run_controller = run_controller
        self._session_controller = session_controller
        panel.specChanged.connect(self._show_title)
        run_controller.designWanted.connect(self._show_title)
        panel.presetChosen.connect(self._build_preset)
        panel.downloadRequested.connect(fetcher.download)
        panel.importRequested.connect(fetcher.choose_folder)
        self.tables = TableReading(panel, window, run_controller, self)
        run_controller.availabilityChanged.connect(self._show_changed)
        fetcher.fetched.connect(self._use_fetched)
        session_controller.dataReleased.connect(panel.reload_data)
        fill_presets(window.menu("presets"))
        window.menu("presets").triggered.connect(self._open_preset)
        new = Command("new", self.tr("&New experiment"), self.tr("Start from a small network on the moons"),
                      self.begin, "file", keys=("Ctrl+N",), picture="new", submenu="presets")  # fmt: skip
        session = Command("new-session", self.tr("New sess&ion"),
                          self.tr("Begin with an empty list of runs and without a file"), self.begin_session, "file",
                          keys=("Ctrl+Shift+N",), picture="new")  # fmt: skip
        panel.before_opening = session_controller.go_on_or_begin
        self.commands = (session, new, self.tables.command, *self._undo_commands())
        if first.shown:
            self._show_title(panel.value())

    def close(self) -> None:
        """Read no data any more."""
        self._panel.close_reading()
        self.tables.close()
        super().close()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A network that was built shows in the design with what its data and weights are."""
        if status.state is State.READY and self._store.current is not None:
            self._panel.show_start(self._store.current)

    @Slot()
    def begin_session(self) -> None:
        """A session without runs and without a file, with a new experiment."""
        self._session_controller.begin_session(self._begin)

    @Slot()
    def begin(self) -> None:
        """A new experiment: one small layer on the moons."""
        self._session_controller.go_on_or_begin(self._begin)

    def _begin(self) -> None:
        self._window.banner.dismiss()
        self._run_controller.load(
            ExperimentSpec.parse({"name": self.tr("My experiment"), "model": {"layers": ["dense"]}})
        )

    @Slot(QAction)
    def _open_preset(self, action: QAction) -> None:
        """Show the preset of a menu entry; what else stands in the menu acts by itself."""
        if action.data():
            self._panel.open_preset(action.data())

    def _undo_commands(self) -> tuple[Command, Command]:
        stack, standard = self._panel.undo_stack, QKeySequence.StandardKey
        undo = Command("undo", self.tr("&Undo"), self.tr("Undo the last edit of the design"), stack.undo, "edit",
                       standard=standard.Undo, picture="undo", enabled=stack.canUndo)  # fmt: skip
        redo = Command("redo", self.tr("&Redo"), self.tr("Redo it"), stack.redo, "edit",
                       standard=standard.Redo, picture="redo", enabled=stack.canRedo)  # fmt: skip
        stack.undoTextChanged.connect(undo.say_what)
        stack.redoTextChanged.connect(redo.say_what)
        stack.canUndoChanged.connect(undo.setEnabled)
        stack.canRedoChanged.connect(redo.setEnabled)
        return undo, redo

    @Slot()
    def _show_changed(self) -> None:
        run, state = self._run_controller, self._run_controller.status.state
        unfinished = run.design is None and run.built is not None
        shown = (run.changed or unfinished) and state is not State.PREPARING
        self._control_bar.show_changed(shown, state is State.RUNNING, unfinished, run.is_longer)

    @Slot(object)
    def _show_title(self, spec: ExperimentSpec) -> None:
        self._session_controller.show_title(spec.name)

    @Slot(str)
    def _build_preset(self, _key: str) -> None:
        """The design shows a preset already: it is a new experiment, so it is built at once."""
        self._window.banner.dismiss()
        self._run_controller.load(self._panel.value())

    @Slot(str)
    def _use_fetched(self, name: str) -> None:
        self._window.banner.dismiss()
        self._panel.reload_data()
        if self._run_controller.design is not None and self._run_controller.design.data.dataset.name == name:
            self._run_controller.build()
