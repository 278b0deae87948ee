"""The tool bar and the design, in the window before the rest of the lab is imported: they can be used from then on."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from ui.features.design.panel import DesignPanel
from ui.features.training.control_bar import ControlBar
from ui.features.training.controller import RunController
from ui.features.training.question import QuestionBar, QuestionController
from ui.platform.settings import Settings
from ui.shell.preferences import Preferences
from ui.shell.window import BarSpec, DockSpec, Window
from ui.widgets.banner import Banner
from ui.widgets.palette import Themed


class FirstParts(QObject):
    """Makes them, and keeps design, bar and run together. ``settings``: where there are no ``preferences``."""

    def __init__(
        self, app: QApplication, settings: Settings | None = None, window: Window | None = None,
        preferences: Preferences | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.window, self.shown = window or Window(), False
        self.preferences = preferences or Preferences(app, settings)
        self.preferences.setParent(self)
        self.run_controller = run = RunController(self.preferences.source, self)
        with self.preferences.theme.in_one_go():
            self.design, self.window.banner = DesignPanel(), Banner()
            self.design.set_source(self.preferences.source())
            self.control_bar, self.question_bar = ControlBar(run.commands), QuestionBar()
            self._put_in(self.window)
        self.question = QuestionController(self.question_bar, run)
        for follow in (self._follow, run.edit):
            self.design.specChanged.connect(follow)
        for follow in (self.design.setValue, self._follow):
            run.designWanted.connect(follow)
        self.design.problemChanged.connect(self._show_problem)
        self.control_bar.trainingChanged.connect(run.change_training)
        self.control_bar.designKept.connect(run.keep_run_design)

    def show(self, spec: ExperimentSpec) -> None:
        """Show them with ``spec`` in the empty window, as they will stand when everything is there."""
        palette = self.preferences.theme.palette
        parts: tuple[Themed, ...] = (*self.run_controller.commands, self.window.banner, self.control_bar, self.design)
        for part in parts:
            part.set_theme(palette)
        self.run_controller.refresh_commands()
        self.run_controller.load(spec)
        self.shown = self.window.show_first("design", self.preferences.settings.layout)

    def _put_in(self, window: Window) -> None:
        question = self.question_bar
        window.add_bar(BarSpec("control-bar", self.tr("Controls"), self.control_bar))
        window.add_bar(BarSpec("question-bar", self.tr("Question"), question, shown_changed=question.shownChanged))
        window.banner.lie_below(self.control_bar)
        window.add_dock(DockSpec("design", self.tr("Design"), self.design))

    @Slot(object)
    def _follow(self, spec: ExperimentSpec) -> None:
        self.control_bar.set_training(spec.training)

    @Slot(object)
    def _show_problem(self, problem: SpecError | None) -> None:
        self.run_controller.edit(self.design.value() if problem is None else None)
