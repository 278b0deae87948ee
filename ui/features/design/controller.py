"""The design between its panel, the control bar, the title and the run: who follows whom."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from ui.features.design import DesignPanel
from ui.features.session.controller import SessionController
from ui.features.training.control_bar import ControlBar
from ui.features.training.controller import RunController
from ui.features.training.downloads import Fetcher
from ui.shell.window import Window


class DesignController(QObject):
    """Wires a ``DesignPanel`` to ``flow``, which says what an edit does to a run, and to all that shows the design."""

    def __init__(
        self,
        panel: DesignPanel,
        run_controller: RunController,
        window: Window,
        control_bar: ControlBar,
        session_controller: SessionController,
        fetcher: Fetcher,
    ) -> None:
        super().__init__(window)
        self._panel = panel
        self._run_controller = run_controller
        self._window = window
        self._control_bar = control_bar
        self._session_controller = session_controller
        panel.specChanged.connect(self._edit)
        panel.problemChanged.connect(self._show_problem)
        panel.presetChosen.connect(self._build_preset)
        panel.downloadRequested.connect(fetcher.download)
        panel.importRequested.connect(fetcher.choose_folder)
        run_controller.designWanted.connect(self._show)
        fetcher.fetched.connect(self._use_fetched)
        session_controller.dataReleased.connect(panel.reload_data)
        control_bar.trainingChanged.connect(run_controller.change_training)
        control_bar.designKept.connect(run_controller.keep_run_design)

    @Slot()
    def begin(self) -> None:
        """A new experiment: one small layer on the moons."""
        self._window.banner.dismiss()
        self._run_controller.load(
            ExperimentSpec.parse({"name": self.tr("My experiment"), "model": {"layers": ["dense"]}})
        )

    @Slot(QAction)
    def open_preset(self, action: QAction) -> None:
        """Show the preset of a menu entry."""
        self._panel.open_preset(action.data())

    @Slot(object)
    def _edit(self, spec: ExperimentSpec) -> None:
        self._follow(spec)
        self._run_controller.edit(spec)

    @Slot(object)
    def _show_problem(self, problem: SpecError | None) -> None:
        self._run_controller.edit(self._panel.value() if problem is None else None)

    @Slot(object)
    def _show(self, spec: ExperimentSpec) -> None:
        self._panel.setValue(spec)
        self._follow(spec)

    def _follow(self, spec: ExperimentSpec) -> None:
        self._control_bar.set_training(spec.training)
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
