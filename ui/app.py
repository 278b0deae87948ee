"""The composition root: the one place that wires the panels to the engine.

The window comes first and the engine starts when it has been painted, because importing torch takes a second or
more. ``ui.startup.main`` opens it for a user.
"""

import gc
import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from relulab.data.dataset import Source
from relulab.data.untrusted_paths import release
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import DEFAULT_PRESET, load_preset
from relulab.session.store import SessionStore
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State, Status
from relulab.training.trainer import Trainer
from ui.faults.controller import FaultController
from ui.faults.notices import Notices
from ui.features.design import DesignPanel
from ui.features.design.controller import DesignController
from ui.features.export.controller import ExportController
from ui.features.export.plot_export import PlotExport
from ui.features.export.report_dialog import ReportOrder
from ui.features.export.reporting import Reporting
from ui.features.findings import FindingsPanel
from ui.features.findings.controller import FindingsController
from ui.features.inspector import InspectorPanel
from ui.features.inspector.controller import InspectorController
from ui.features.runs import RunsPanel
from ui.features.runs.controller import RunsController
from ui.features.runs.other_run import OtherRunController
from ui.features.runs.other_run_bar import OtherRunBar
from ui.features.session.controller import SessionController
from ui.features.session.documents import Documents
from ui.features.session.untrusted_tables import remembered
from ui.features.timeline.bar import TimelineBar
from ui.features.timeline.branching import Branching
from ui.features.timeline.controller import COMMANDS, TimelineController
from ui.features.training.control_bar import ControlBar
from ui.features.training.controller import RunController
from ui.features.training.devices import DeviceFinder, Devices
from ui.features.training.downloads import Fetcher
from ui.live.base import LivePanel
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.output import OutputPanel
from ui.live.polling import Polling
from ui.live.units import UnitsPanel
from ui.platform.settings import Settings, load_settings, save_settings
from ui.shell.dialogs import open_log_folder, shortcuts_text, show_about, show_text
from ui.shell.menus import colour_edit, fill_edit, fill_presets, fill_themes, fill_threads
from ui.shell.theme import Theme
from ui.shell.tour import Tour
from ui.shell.window import BarSpec, DockSpec, Window
from ui.widgets.banner import INFO, Banner
from ui.widgets.icons import line_icon

log = logging.getLogger(__name__)

ENGINE_DELAY_MS = 1000  # the engine starts after the first painting, or after this if there is none
CLOSE_SECONDS = 3.0
LAST_CLOSE_SECONDS = 30.0  # for a torch that is still being imported from a slow disk


class Lab(QObject):
    """One window with its engine. ``recording`` says how often the trainer measures.

    With ``settings`` given, nothing is read from the user's settings file and nothing written to it.
    """

    def __init__(
        self, app: QApplication, settings: Settings | None = None, recording: MeasurementSchedule = LIVE
    ) -> None:
        super().__init__()
        self.settings = load_settings() if settings is None else settings
        self._keeps_settings = settings is None
        release(self.settings.tables)
        self._recording = recording
        self.store = SessionStore()
        self.trainer: Trainer | None = None
        self.theme = Theme(app, self.settings.theme, self)
        self.window = Window(Banner())
        self.control_bar = ControlBar(self.window.actions_by_key)
        self.timeline_bar = TimelineBar(self.window.actions_by_key)
        self.other_run_bar = OtherRunBar()
        self.design = DesignPanel()
        self.output = OutputPanel()
        self.findings = FindingsPanel()
        self.units = UnitsPanel()
        self.inspector = InspectorPanel()
        self.run_list = RunsPanel()
        self.panels: dict[str, LivePanel] = {
            "loss": LossPanel(),
            "output": self.output,
            "findings": self.findings,
            "units": self.units,
            "histograms": HistogramsPanel(),
            "gradients": GradientsPanel(),
            "runs": self.run_list,
            "inspector": self.inspector,
        }
        self.polling = Polling(self.store, self)
        self.run_controller = RunController(self._source, self)
        self.trials = FindingsController(self.store, self.polling.shown, self.findings, self.run_controller, self)
        self.design.set_source(self._source())
        self.fetcher = Fetcher(self.window)
        self.notices = Notices(self.window.banner, self)
        self.documents = Documents(self.window, self.settings.folder)
        self.plot_export = PlotExport(self.window, self.documents)
        self.session_controller = SessionController(
            self.window, self.store, self.run_controller, self.documents, self.settings.recent
        )
        self.exports = ExportController(
            self.window,
            self.polling.shown,
            self.run_controller,
            self.session_controller,
            self.documents,
            self.notices,
            self._data_root,
        )
        self.timeline_controller = TimelineController(
            self.timeline_bar,
            self.polling,
            self.store,
            self.session_controller.book,
            lambda: self.inspector.unit,
            self.window.banner,
        )
        self.branching = Branching(
            self.window, self.timeline_controller, self.session_controller.book, self.run_controller
        )
        self.faults = FaultController(self.window, self.notices)
        self.tour = Tour(self.window, self.control_bar.train_button)
        self.runs = RunsController(
            self.run_list,
            self.panels.values(),
            self.session_controller.book,
            self.store,
            self.polling,
            self.run_controller,
            self.window.banner,
        )
        self.looking = OtherRunController(self.other_run_bar, self.runs, self.polling, self.store)
        self.reporting = Reporting(self.window, self.session_controller)
        self.editing = DesignController(
            self.design, self.run_controller, self.window, self.control_bar, self.session_controller, self.fetcher
        )
        self.devices = DeviceFinder(self)
        self.status = Status()
        self._closed = False
        self._devices_asked = False
        self._start_timer = QTimer(self)
        self._start_timer.setSingleShot(True)
        self._start_timer.timeout.connect(self.start_engine)
        self._fill_window()
        self.inspection = InspectorController(
            self.inspector, self.units, self.run_controller, self.polling, self.window.dock("inspector")
        )
        self._fill_menus()
        self._connect_actions()
        self._connect_parts()
        self._apply_theme()

    def open(self, spec: ExperimentSpec | None = None) -> None:
        """Show the window with ``spec`` or the default experiment; the engine follows by itself."""
        self.run_controller.load(spec or load_preset(DEFAULT_PRESET))
        self.window.restore(self.settings.geometry, self.settings.layout)
        self.window.show()
        self._start_timer.start(ENGINE_DELAY_MS)

    def welcome(self, crashed: bool = False) -> None:
        """What a user finds: the work is protected, a crash of an earlier window is told, a first start has a tour."""
        self.session_controller.protect()
        if crashed:
            self.notices.show_crash()
        if not self.settings.tour_seen:
            self.window.painted.connect(self.tour.start)

    @Slot()
    def start_engine(self) -> None:
        """Start the worker, which imports torch, and build the design. Does nothing the second time."""
        self._start_timer.stop()
        gc.enable()  # see ui.startup.launch
        if self.trainer is None and not self._closed:
            self.trainer = Trainer(
                self.store.append,
                on_state=self._report_state,
                recording=self._recording,
                threads=self.settings.threads or None,
            )
            self.polling.start(self.trainer)
            self.runs.start()
            self.run_controller.attach(self.trainer)
            self.trials.attach(self.trainer)
            self.session_controller.attach(self.trainer)
            self.inspection.attach(self.trainer)
            self.timeline_controller.attach(self.trainer)
            self.control_bar.train_button.setFocus()  # it could not take the focus while it was disabled

    def _report_state(self, status: Status) -> None:
        """Called in the worker thread, where the status is that of the run that the store grows."""
        self.session_controller.book.note_status(status)
        self.polling.report_state(status)

    @Slot()
    def close(self) -> None:
        """End everything, cleanly, whatever is going on."""
        if self._closed:
            return
        self._closed = True
        self._start_timer.stop()
        self.polling.stop()
        self.tour.close()
        self.faults.close()
        self.run_controller.close()
        self.trials.close()
        self.reporting.close()
        self.session_controller.close()
        self.inspection.close()
        self.timeline_controller.close()
        self.runs.close()
        self.fetcher.close()
        self.devices.close()
        self._keep_settings()
        self.window.hide()  # the engine may need a moment, above all while it is still being loaded
        if self.trainer is not None and not self.trainer.close(CLOSE_SECONDS):
            self.trainer.close(LAST_CLOSE_SECONDS)
        self.window.deleteLater()  # as a tree: Python's collector would take it apart in any order, and crash

    # Building the window

    def _fill_window(self) -> None:
        banner, other_run_bar = self.window.banner, self.other_run_bar
        for bar in (
            BarSpec("control-bar", self.tr("Controls"), self.control_bar),
            BarSpec("banner-bar", self.tr("Message"), banner, shown_changed=banner.shownChanged),
            BarSpec("looking-bar", self.tr("Looking at another run"), other_run_bar, False, other_run_bar.shownChanged),
            BarSpec("timeline-bar", self.tr("Timeline"), self.timeline_bar, below=True),
        ):
            self.window.add_bar(bar)
        self.window.add_dock(DockSpec("design", self.tr("Design"), self.design))
        for key, panel in self.panels.items():
            self.window.add_dock(DockSpec(key, panel.title, panel, panel.export_menu))
            self.polling.add_panel(panel)
            self.plot_export.add_panel(panel)

    def _fill_menus(self) -> None:
        window = self.window
        fill_edit(window.menu("edit"), self.design.undo_stack)
        fill_presets(window.menu("presets"))
        window.menu("presets").triggered.connect(self.editing.open_preset)
        fill_themes(window.menu("themes"), self.theme.choice).triggered.connect(self._choose_theme)
        fill_threads(window.menu("threads"), self.settings.threads).triggered.connect(self._choose_threads)

    def _connect_actions(self) -> None:
        for key, slot in {
            "new": self.editing.begin,
            "open": self.documents.ask_open,
            "save": self.session_controller.save,
            "save-as": self.session_controller.save_as,
            "export": self.exports.ask,
            "report": self._report,
            "quit": self.window.close,
            "train": self.run_controller.toggle,
            "batch": self.run_controller.step_batch,
            "epoch": self.run_controller.step_epoch,
            "stop": self.run_controller.stop,
            "reset": self.run_controller.reset,
            "seed": self.run_controller.new_seed,
            "earlier": self.timeline_controller.go_earlier,
            "later": self.timeline_controller.go_later,
            "now": self.timeline_controller.go_to_now,
            "branch": self.branching.ask,
            "restore-layout": self.window.arrange,
            "help": self._show_help,
            "tour": self.tour.start,
            "shortcuts": self._show_shortcuts,
            "log": open_log_folder,
            "about": self._show_about,
        }.items():
            self.window.actions_by_key[key].triggered.connect(slot)
        for key in COMMANDS:
            self.window.actions_by_key[key].triggered.connect(partial(self.timeline_controller.return_to_live, key))

    def _connect_parts(self) -> None:
        self.window.painted.connect(self.start_engine)
        self.window.closing.connect(self.close)
        self.window.fileDropped.connect(self.documents.open)
        self.documents.opened.connect(self.session_controller.open_design)
        self.documents.saved.connect(self.notices.show_saved)
        self.documents.failed.connect(self.notices.complain)
        self.reporting.ordered.connect(self._remember_report)
        self.reporting.written.connect(self.notices.show_report)
        self.reporting.failed.connect(self.notices.complain)
        self.window.closing.connect(self.plot_export.close)
        self.plot_export.exported.connect(self.notices.show_saved)
        self.plot_export.copied.connect(self.notices.show_copied)
        self.plot_export.failed.connect(self.notices.complain)
        self.theme.changed.connect(self._apply_theme)
        self.run_controller.availabilityChanged.connect(self._update_actions)
        self.polling.stateChanged.connect(self._show_state)
        self.polling.stateChanged.connect(self.tour.show_state)
        self.tour.ended.connect(self._keep_settings)
        self.polling.runChanged.connect(self.trials.show_run)
        self.polling.shown.changed.connect(self.trials.show_run)
        self.runs.edited.connect(self.session_controller.mark_modified)
        self.session_controller.runOpened.connect(self.polling.shown.keep_run)
        self.polling.statusPolled.connect(self.control_bar.show_status)
        self.polling.statusPolled.connect(self.session_controller.mark_modified)
        self.polling.panelVisible.connect(self._watch)
        self.timeline_controller.changed.connect(self._update_actions)
        self.notices.downloadWanted.connect(self.fetcher.download)
        self.notices.folderWanted.connect(self.fetcher.choose_folder)
        self.notices.resetWanted.connect(self.run_controller.reset)
        self.notices.goBackWanted.connect(self.branching.ask_before_divergence)
        self.polling.stateChanged.connect(self.branching.show_state)
        self.faults.copyWanted.connect(self.session_controller.autosaver.save)
        self.faults.saveWanted.connect(self.session_controller.save_as)
        self.inspector.unitChosen.connect(self.timeline_controller.look_at_unit)
        self.polling.panelFailed.connect(self.notices.show_panel_fault)
        self.devices.found.connect(self._show_devices)
        self.fetcher.failed.connect(self.notices.show_error)

    # The report

    @Slot()
    def _report(self) -> None:
        self.reporting.ask(
            self.run_controller.design or self.run_controller.built, self.settings.author, self.documents.folder
        )

    @Slot(object)
    def _remember_report(self, order: ReportOrder) -> None:
        self.settings = replace(self.settings, author=order.author)
        self.documents.folder = str(Path(order.path).resolve().parent)

    # The run

    @Slot(object)
    def _show_state(self, status: Status) -> None:
        self.status = status
        log.info("%s at step %d of %d on %s", status.state.value, status.step, status.total_steps, status.device)
        if status.state is State.READY and self.store.current is not None:
            self.design.show_start(self.store.current)
        self.run_controller.show_state(status)
        self.session_controller.show_state(status)
        self.control_bar.show_status(status)
        self.notices.show_trouble(status, self.run_controller.built, self.session_controller.complaint)
        if status.state in (State.READY, State.FAILED) and not self._devices_asked:
            self._devices_asked = True  # not before: a second torch that is loaded would slow down the first
            self.devices.start()

    @Slot()
    def _update_actions(self) -> None:
        for key, action in self.window.actions_by_key.items():
            action.setEnabled(self.run_controller.can(key) and self.timeline_controller.can(key))
        running = self.status.state is State.RUNNING
        action = self.window.actions_by_key["train"]
        action.setText(self.tr("&Pause") if running else self.tr("&Train"))
        action.setIcon(line_icon("pause" if running else "train", self.theme.palette.background))
        self.control_bar.show_changed(self.run_controller.changed and self.status.state is not State.PREPARING, running)

    @Slot(object, bool)
    def _watch(self, panel: QObject, visible: bool) -> None:
        if panel is self.output and self.trainer is not None:
            self.trainer.watch_pictures(visible)

    @Slot(object)
    def _show_devices(self, devices: Devices) -> None:
        self.control_bar.set_devices(devices)

    # Data

    def _data_root(self) -> str:
        return self.settings.data_root

    def _source(self) -> Source:
        return Source(root=Path(self.settings.data_root) if self.settings.data_root else None)

    # Words

    @Slot()
    def _show_help(self) -> None:
        texts = [f"# {panel.title}\n\n{panel.help_text}" for panel in self.panels.values()]
        show_text(self.window, self.tr("What do I see?"), "\n\n".join(texts))

    @Slot()
    def _show_shortcuts(self) -> None:
        show_text(self.window, self.tr("Keyboard shortcuts"), shortcuts_text())

    @Slot()
    def _show_about(self) -> None:
        show_about(self.window)

    # Settings

    @Slot()
    def _apply_theme(self) -> None:
        palette = self.theme.palette
        self.window.set_theme(palette)
        self.control_bar.set_theme(palette)
        self.design.set_theme(palette)
        for panel in self.panels.values():
            panel.set_theme(palette)
        colour_edit(self.window.menu("edit"), palette)
        self._update_actions()

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.settings = replace(self.settings, theme=action.data())
        self.theme.choose(action.data())

    @Slot(QAction)
    def _choose_threads(self, action: QAction) -> None:
        self.settings = replace(self.settings, threads=int(action.data()))
        self.window.banner.show_message(INFO, self.tr("The number of threads is used from the next start."))

    @Slot()
    def _keep_settings(self) -> None:
        self.settings = replace(
            self.settings,
            geometry=self.window.saved_geometry(),
            layout=self.window.saved_layout(),
            folder=self.documents.folder,
            recent=self.session_controller.recent,
            tables=remembered(),
            tour_seen=self.settings.tour_seen or self.tour.seen,
        )
        if self._keeps_settings:
            save_settings(self.settings)
