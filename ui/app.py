"""The composition root: the one place that wires the panels to the engine.

The window comes first and the engine starts when it has been painted, because importing torch takes a second or
more. ``ui.startup.main`` opens it for a user.
"""

import logging
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from relulab.data.untrusted_paths import released_files
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import DEFAULT_PRESET, load_preset
from relulab.session.store import SessionStore
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State, Status
from relulab.training.trainer import Trainer
from relulab.views.film import Subject
from ui.faults.controller import FaultController
from ui.faults.notices import Notices
from ui.features.benches.controller import BenchesController
from ui.features.compare import ComparePanel
from ui.features.compare.controller import CompareController
from ui.features.design.controller import DesignController
from ui.features.design.drawn_editing import DrawnEditing
from ui.features.design.first_parts import FirstParts
from ui.features.export.controller import ExportController
from ui.features.export.filming import Filming
from ui.features.export.plot_export import PlotExport
from ui.features.export.reporting import Reporting
from ui.features.findings import FindingsPanel
from ui.features.findings.controller import FindingsController
from ui.features.inspector import InspectorPanel
from ui.features.inspector.controller import InspectorController
from ui.features.one_input import OneInputPanel
from ui.features.one_input.controller import OneInputController
from ui.features.population.maps import MapController
from ui.features.population.rates import RateController
from ui.features.population.seeds import SeedsController
from ui.features.runs import RunsPanel
from ui.features.runs.controller import RunsController
from ui.features.runs.other_run import OtherRunBar, OtherRunController
from ui.features.runs.vacancy import Vacancy
from ui.features.session.controller import SessionController
from ui.features.session.documents import Documents
from ui.features.session.pictures import keep_picture
from ui.features.start.controller import StartController
from ui.features.timeline.bar import TimelineBar
from ui.features.timeline.branching import Branching
from ui.features.timeline.controller import Looked, TimelineController
from ui.features.timeline.going_on import GoingOn
from ui.features.timeline.playing import Player
from ui.features.training.devices import DeviceFinder
from ui.features.training.downloads import Fetcher
from ui.features.training.speed import SpeedController
from ui.live.base import LivePanel
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.network import NetworkPanel
from ui.live.output import OutputPanel
from ui.live.polling import Polling
from ui.live.units import UnitsPanel
from ui.platform.log import surely
from ui.platform.settings import Settings
from ui.shell.commands import Controller
from ui.shell.explaining import Explainer
from ui.shell.help import HelpController
from ui.shell.text_size import TextSize
from ui.shell.tour import Tour
from ui.shell.window import BarSpec, DockSpec
from ui.widgets.palette import Themed

log = logging.getLogger(__name__)

ENGINE_DELAY_MS = 1000  # the engine starts after the first painting, or after this if there is none
CLOSE_SECONDS = 3.0
LAST_CLOSE_SECONDS = 30.0  # for a torch that is still being imported from a slow disk


class Lab(QObject):
    """One window with its engine. ``recording`` says how often the trainer measures.

    With ``settings`` given, nothing is read from the user's settings file and nothing written to it. ``first``: the
    parts of a window that are in it already.
    """

    def __init__(
        self, app: QApplication, settings: Settings | None = None, recording: MeasurementSchedule = LIVE,
        first: FirstParts | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._first = first = first or FirstParts(app, settings)
        first.setParent(self)
        self.window, self.preferences = first.window, first.preferences
        self.run_controller, self.design, self.control_bar = first.run_controller, first.design, first.control_bar
        self.theme, self._recording = self.preferences.theme, recording
        self.store = SessionStore()
        self.trainer: Trainer | None = None
        self.polling = Polling(self.store, self)
        self.devices = DeviceFinder(self)
        self._closed = self._network_seen = False
        self._start_timer = QTimer(self, singleShot=True)
        self._start_timer.timeout.connect(self.start_engine)
        with self.theme.in_one_go():
            self._make_panels()
            self._make_window()
            self._make_controllers()
        self._connect()
        self._apply_theme()
        self.text_size.begin()

    @property
    def status(self) -> Status:
        """Where the run stands, as far as the window knows."""
        return self.run_controller.status

    def open(self, spec: ExperimentSpec | None = None) -> None:
        """Show the window with ``spec`` or the default experiment; the engine follows by itself."""
        if self._first.shown and spec is None:  # one stands there already, perhaps edited since
            self.run_controller.loaded.emit()
        else:
            self.run_controller.load(spec or load_preset(DEFAULT_PRESET))
        settings = self.preferences.settings
        self.window.restore(settings.geometry, settings.layout)
        self.window.show()
        self._start_timer.start(ENGINE_DELAY_MS)

    def welcome(self, crashed: bool = False) -> None:
        """What a user finds: the work is protected, a crash of an earlier window is told, a first start has a tour."""
        self.session_controller.protect()
        self.speed.watch_toys()
        if crashed:
            self.notices.show_crash()
        if not self.preferences.settings.tour_seen:
            self.window.painted.connect(self._begin_tour)

    def offer_start(self) -> None:
        """Begin with the start page, unless there is something else to be read or the user does not want it."""
        self.start.begin(free=not self.window.banner.message)

    @Slot()
    def _begin_tour(self) -> None:
        """At once, or when the start page goes: it shows the bench."""
        if self.start.shown:
            self.start.left.connect(self.tour.start, Qt.ConnectionType.SingleShotConnection)
        else:
            self.tour.start()

    @Slot()
    def start_engine(self) -> None:
        """Start the worker, which imports torch, and build the design. Does nothing the second time."""
        self._start_timer.stop()
        if self.trainer is None and not self._closed:
            self.trainer = Trainer(
                self.store.append,
                on_state=self._report_state,
                recording=self._recording,
                threads=self.preferences.settings.threads or None,
            )
            self.polling.start(self.trainer)
            for controller in self.controllers:
                controller.attach(self.trainer)
            if not self.start.shown:
                self.control_bar.train_button.setFocus()  # it could not take the focus while it was disabled

    def _report_state(self, status: Status) -> None:
        """Called in the worker thread, where the status is that of the run that the store grows."""
        self.session_controller.model.note_status(status)
        self.polling.report_state(status)

    @Slot()
    def close(self) -> None:
        """End everything, cleanly, whatever is going on."""
        if self._closed:
            return
        self._closed = True
        self._start_timer.stop()
        self.polling.stop()
        self.devices.close()
        for controller in self.controllers:
            surely(controller.close)  # one that fails must not leave the others, or the engine, as they are
        self._keep_settings()
        self.window.hide()  # the engine may need a moment, above all while it is still being loaded
        if self.trainer is not None and not self.trainer.close(CLOSE_SECONDS):
            self.trainer.close(LAST_CLOSE_SECONDS)
        self.window.deleteLater()  # as a tree: Python's collector would take it apart in any order, and crash

    # What the lab is made of

    def _make_panels(self) -> None:
        self.output = OutputPanel()
        self.findings = FindingsPanel()
        self.units = UnitsPanel()
        self.network = NetworkPanel()
        self.inspector = InspectorPanel()
        self.one_input = OneInputPanel()
        self.run_list, self.compare = RunsPanel(), ComparePanel()
        self.panels: dict[str, LivePanel] = {
            "network": self.network,
            "one_input": self.one_input,
            "loss": LossPanel(),
            "output": self.output,
            "findings": self.findings,
            "units": self.units,
            "histograms": HistogramsPanel(),
            "gradients": GradientsPanel(),
            "runs": self.run_list,
            "inspector": self.inspector,
            "compare": self.compare,
        }
        for panel in self.panels.values():
            self.polling.add_panel(panel)

    def _make_window(self) -> None:
        window = self.window
        self.question_bar = self._first.question_bar
        self.timeline_bar = TimelineBar()
        self.other_run_bar = other = OtherRunBar()
        for bar in (
            BarSpec("looking-bar", self.tr("Looking at another run"), other, True, other.shownChanged),
            BarSpec("timeline-bar", self.tr("Timeline"), self.timeline_bar, below=True),
        ):
            window.add_bar(bar)
        for key, panel in self.panels.items():
            window.add_dock(DockSpec(key, panel.title, panel, panel.export_menu))
        self.preferences.fill_menus(window)

    def _make_controllers(self) -> None:
        """The order is that of their commands in the menus, and in which they hear of the engine."""
        window, banner, polling, store = self.window, self.window.banner, self.polling, self.store
        run, settings, root = self.run_controller, self.preferences.settings, self.preferences.data_root
        self.notices = notices = Notices(banner, self)
        self.documents = documents = Documents(window, settings.folder)
        self.session_controller = session = SessionController(window, store, run, documents, settings.recent)
        self.fetcher = Fetcher(window, notices)
        self.reporting = Reporting(window, session, notices, settings.author, lambda: self.runs.overlays.chosen)
        self.exports = ExportController(window, polling.shown, run, session, documents, notices, root)
        self.plot_export = PlotExport(window, documents, notices)
        self.filming = Filming(window, polling, session, notices, root, lambda: self.theme.palette.dark, self._filmed)
        self.timeline_controller = timeline = TimelineController(
            self.timeline_bar, polling, store, session.model, self._looked_at, run.commands, banner
        )
        self.player = Player(self.timeline_bar, timeline, polling)
        self.branching = Branching(window, self.timeline_bar, timeline, session.model, run)
        going_on = GoingOn(store, timeline, self.branching, run)
        self.runs = RunsController(self.run_list, self.panels.values(), session.model, store, polling, run, banner)
        self.inspector_controller = InspectorController(
            self.inspector, (self.units, self.network), run, polling, window.dock("inspector")
        )
        self.benches = BenchesController(window, self.theme.palette, polling.shown, run, lambda: self.inspector.unit)
        self.one_input_controller = OneInputController(
            self.one_input, polling, store, self.output, window.dock("one_input"), run, banner
        )
        self.findings_controller = FindingsController(self.findings, store, polling, run)
        self.faults = FaultController(window, notices)
        self.speed = SpeedController(run)
        self.control_bar.add_speed(self.speed.speed)
        options = self.preferences.training_options
        self.seeds, self.rates = SeedsController(window, run, options), RateController(window, run, options)
        self.maps = MapController(window, run, options, self.preferences.map_processes, session)
        self.control_bar.add_commands((self.seeds.commands[0], self.maps.commands[0]), going_on.commands[0])
        self.tour = Tour(window, self.control_bar.train_button)
        design = DesignController(self._first, store, session, self.fetcher)
        documents.tableChosen.connect(design.tables.open)
        self.start, self.text_size = self._start_controller(), TextSize(window, self.theme, settings.text_size)
        drawn = DrawnEditing(self.network, self.design.network.layers, run, polling.shown)
        self.controllers: tuple[Controller, ...] = (
            run, design, drawn, session, self.seeds, self.maps, self.rates, self._first.question,
            self.reporting, self.exports, self.filming, self.plot_export, timeline, self.player, self.branching,
            going_on, self.runs, self._compare_controller(), self.inspector_controller, self.one_input_controller,
            Vacancy(polling, self.panels.values(), run),
            OtherRunController(self.other_run_bar, self.runs, polling, store), self.findings_controller, self.fetcher,
            self.speed, self.benches, self.faults, self.tour, self.start, self.text_size,
            HelpController(window, self.panels.values(), self.tour.start),
            Explainer(window, polling.shown, self.theme, self.inspector_controller.show_unit, timeline.look_at),
        )  # fmt: skip
        window.add_commands(command for controller in self.controllers for command in controller.commands)

    def _compare_controller(self) -> CompareController:
        parts = self.window, self.compare, self.session_controller.model, self.run_controller, self.polling
        runs = self.runs
        return CompareController(*parts, runs.overlay, lambda: runs.overlays.chosen, self.run_list.compareWanted)

    def _start_controller(self) -> StartController:
        parts = self.window, self.session_controller, self.documents, self.run_controller, self.design.open_preset
        return StartController(*parts, self.preferences)

    def _connect(self) -> None:
        window, polling, session = self.window, self.polling, self.session_controller
        for panel in self.panels.values():
            self.plot_export.add_panel(panel)
            self.filming.add_panel(panel)
        self.timeline_bar.add_button(self.filming.commands[0], may_go=True)
        window.painted.connect(self.start_engine)
        window.closing.connect(self.close)
        window.fileDropped.connect(self.documents.open)
        self.documents.saved.connect(self.notices.show_saved)
        self.documents.failed.connect(self.notices.complain)
        self.notices.resetWanted.connect(self.run_controller.reset)
        self.notices.goBackWanted.connect(self.branching.ask_before_divergence)
        self.faults.copyWanted.connect(session.autosaver.save)
        self.faults.saveWanted.connect(session.save_as)
        self.theme.changed.connect(self._apply_theme)
        self.tour.ended.connect(self._keep_settings)
        self.devices.found.connect(self.control_bar.set_devices)
        polling.stateChanged.connect(self._show_state)
        polling.statusPolled.connect(self.control_bar.show_status)
        polling.statusPolled.connect(self.notices.show_trouble)
        polling.statusPolled.connect(session.mark_modified)
        polling.panelFailed.connect(self.notices.show_panel_fault)
        polling.panelVisible.connect(self._watch)
        self.output.answersWanted.connect(self._ask_answers)
        self.findings.tableRequested.connect(self.maps.show_ready)
        self.maps.moreWanted.connect(self.seeds.show_starts)
        for many in (self.seeds, self.maps, self.rates):
            many.pinned.connect(partial(keep_picture, session.model, self.notices.complain))
            many.pinned.connect(session.mark_modified)
        session.runOpened.connect(polling.shown.keep_run)
        self.runs.edited.connect(session.mark_modified)
        self.inspector.unitChosen.connect(self.timeline_controller.look_at_unit)
        self.network.sampleChosen.connect(self._look_at_sample)
        self.speed.limited.connect(self.network.set_limited)
        self.network.canvas.pixelsChanged.connect(self._watch_network)
        self.network.unitPointed.connect(self.output.show_unit)
        self.network.pictureWanted.connect(self.timeline_controller.draw_network)
        polling.shown.changed.connect(lambda: self.network.show_moment(self.polling.shown.step))

    # What happens

    @Slot(object)
    def _show_state(self, status: Status) -> None:
        log.info("%s at step %d of %d on %s", status.state.value, status.step, status.total_steps, status.device)
        for controller in self.controllers:
            controller.show_state(status)
        for panel in self.panels.values():
            panel.set_training(status.state is State.RUNNING, status.state.has_ended, status.did_not_start)
        self.control_bar.show_status(status)
        self.notices.show_problem(status, self.run_controller.built, self.session_controller.complaint)
        if status.state in (State.READY, State.FAILED):
            self.devices.start()  # not before: a second torch that is loaded would slow down the first

    @Slot(object, bool)
    def _watch(self, panel: QObject, visible: bool) -> None:
        if panel in (self.output, self.compare) and self.trainer is not None:
            seen = (not one.visibleRegion().isEmpty() for one in (self.output, self.compare))
            self.trainer.watch_pictures(any(seen))
        if panel is self.network:
            self._network_seen = visible
            self._watch_network()

    @Slot()
    def _watch_network(self) -> None:
        if self.trainer is not None:
            sample, pixels = self.network.sample.value() - 1, self.network.canvas.pixels
            self.trainer.watch_network(self._network_seen, sample, pixels)

    @Slot(int)
    def _look_at_sample(self, _sample: int) -> None:
        """The values of another sample, in the run that trains and in the moment that is shown."""
        self._watch_network()
        history = self.polling.shown.history
        if history is not None and not self.polling.shown.live:
            self.timeline_controller.draw_network(history)

    def _filmed(self) -> Subject:
        """The unit and the input that are looked at."""
        return Subject(self.inspector.unit or (0, 0), *self.one_input.source.followed)

    def _looked_at(self) -> Looked:
        return Looked(self.inspector.unit, self.network.sample.value() - 1)

    @Slot()
    def _ask_answers(self) -> None:
        if self.trainer is not None and self.polling.shown.live:
            self.trainer.show_answers()

    @Slot()
    def _apply_theme(self) -> None:
        parts: list[Themed] = [self.window, self.control_bar, self.design, self.benches, self.start]
        parts += [self.seeds, self.maps, self.rates, *self.panels.values()]
        for part in parts:
            part.set_theme(self.theme.palette)

    @Slot()
    def _keep_settings(self) -> None:
        self.preferences.keep(
            geometry=self.window.saved_geometry(),
            layout=self.window.saved_layout(),
            folder=self.documents.folder,
            author=self.reporting.author,
            recent=self.session_controller.recent.paths,
            tables=list(released_files()),
            start_page=self.start.wanted,
            text_size=self.text_size.percent,
            tour_seen=self.preferences.settings.tour_seen or self.tour.seen,
        )
