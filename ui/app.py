"""The composition root: the one place that wires the panels to the engine.

``main`` opens the window first and starts the engine when it has been painted, because importing torch takes
a second or more.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

import relulab
from relulab.data.dataset import Source
from relulab.errors import DataMissingError, ReluLabError, SpecError
from relulab.session.store import SessionStore
from relulab.spec import ExperimentSpec
from relulab.spec.presets import DEFAULT_PRESET, PRESETS, load_preset
from relulab.training.recording import LIVE, Recording
from relulab.training.state import State, Status
from relulab.training.trainer import Trainer, default_threads
from ui.bridge import Bridge
from ui.devices import DeviceFinder, Devices
from ui.dialogs import about_text, shortcuts_text, show_text
from ui.fetching import Fetcher
from ui.flow import Flow
from ui.log import catch_exceptions, log_file, release_exceptions, start_logging, stop_logging
from ui.panels.design import DesignPanel
from ui.panels.gradients import GradientsPanel
from ui.panels.histograms import HistogramsPanel
from ui.panels.loss import LossPanel
from ui.panels.output import OutputPanel
from ui.panels.units import UnitsPanel
from ui.settings import Settings, load_settings, log_folder, save_settings, write_text
from ui.text import install_translations
from ui.theme import DARK, LIGHT, SYSTEM, Theme, application_icon
from ui.widgets.banner import ERROR, INFO, WARNING, Remedy
from ui.widgets.icons import line_icon
from ui.window import DockSpec, Window

log = logging.getLogger(__name__)

ENGINE_DELAY_MS = 1000  # the engine starts after the first painting, or after this if there is none
CLOSE_SECONDS = 3.0
LAST_CLOSE_SECONDS = 30.0  # for a torch that is still being imported from a slow disk


class Lab(QObject):
    """One window with its engine. ``recording`` says how often the trainer measures.

    With ``settings`` given, nothing is read from the user's settings file and nothing written to it.
    """

    _faulted = Signal(str)

    def __init__(self, app: QApplication, settings: Settings | None = None, recording: Recording = LIVE) -> None:
        super().__init__()
        self.settings = load_settings() if settings is None else settings
        self._keeps_settings = settings is None
        self._recording = recording
        self.store = SessionStore()
        self.trainer: Trainer | None = None
        self.theme = Theme(app, self.settings.theme)
        self.window = Window()
        self.design = DesignPanel()
        self.output = OutputPanel()
        self.panels = {
            "loss": LossPanel(),
            "output": self.output,
            "units": UnitsPanel(),
            "histograms": HistogramsPanel(),
            "gradients": GradientsPanel(),
        }
        self.bridge = Bridge(self.store, self)
        self.flow = Flow(self._source, self)
        self.design.set_source(self._source())
        self.fetcher = Fetcher(self.window)
        self.devices = DeviceFinder(self)
        self.status = Status()
        self._fill_window()
        self._fill_menus()
        self._connect_actions()
        self._connect_parts()
        self._apply_theme()

    def open(self, spec: ExperimentSpec | None = None) -> None:
        """Show the window with ``spec`` or the default experiment; the engine follows by itself."""
        self.flow.load(spec or load_preset(DEFAULT_PRESET))
        self.window.restore(self.settings.geometry, self.settings.layout)
        self.window.show()
        QTimer.singleShot(ENGINE_DELAY_MS, self.start_engine)

    @Slot()
    def start_engine(self) -> None:
        """Start the worker, which imports torch, and build the design. Does nothing the second time."""
        if self.trainer is None:
            self.trainer = Trainer(
                self.store.append,
                on_state=self.bridge.report_state,
                recording=self._recording,
                threads=self.settings.threads or None,
            )
            self.bridge.start(self.trainer)
            self.flow.attach(self.trainer)

    @Slot()
    def close(self) -> None:
        """End everything, cleanly, whatever is going on."""
        self.bridge.stop()
        self.flow.close()
        self.fetcher.close()
        self.devices.close()
        self._keep_settings()
        if self.trainer is not None and not self.trainer.close(CLOSE_SECONDS):
            self.window.hide()
            self.trainer.close(LAST_CLOSE_SECONDS)

    def open_file(self, path: str | Path) -> None:
        """Open a saved experiment; a banner says why it cannot be read."""
        try:
            spec = ExperimentSpec.from_json(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self._complain(self.tr("{file} could not be read: {reason}").format(file=path, reason=error))
        except SpecError as error:
            self._complain(self.tr("{file} could not be opened. {reason}").format(file=Path(path).name, reason=error))
        else:
            self._remember_folder(path)
            self.window.banner.dismiss()
            self.flow.load(spec)

    def save_file(self, path: str | Path) -> None:
        """Save the design, whole or not at all."""
        if self.flow.design is None:
            return
        try:
            write_text(Path(path), self.flow.design.to_json())
        except OSError as error:
            self._complain(self.tr("{file} could not be saved: {reason}").format(file=path, reason=error))
        else:
            self._remember_folder(path)
            self.window.statusBar().showMessage(self.tr("Saved {file}").format(file=path), 4000)

    def report_fault(self, text: str) -> None:
        """Tell of an exception that nobody caught; may be called in any thread."""
        self._faulted.emit(text)

    # Building the window

    def _fill_window(self) -> None:
        self.window.add_dock(DockSpec("design", self.tr("Design"), self.design))
        for key, panel in self.panels.items():
            self.window.add_dock(DockSpec(key, panel.title, panel))
            self.bridge.add_panel(panel)

    def _fill_menus(self) -> None:
        edit = self.window.menu("edit")
        stack = self.design.undo_stack
        for action, keys, icon in (
            (stack.createUndoAction(self, self.tr("&Undo")), QKeySequence.StandardKey.Undo, "undo"),
            (stack.createRedoAction(self, self.tr("&Redo")), QKeySequence.StandardKey.Redo, "redo"),
        ):
            action.setShortcuts(keys)
            action.setData(icon)
            edit.addAction(action)
        themes = {SYSTEM: self.tr("&Like the system"), LIGHT: self.tr("L&ight"), DARK: self.tr("&Dark")}
        self.window.add_choices("themes", themes, self.theme.choice).triggered.connect(self._choose_theme)
        cores = os.cpu_count() or 1
        threads = {"0": self.tr("&Automatic ({count})").format(count=default_threads())}
        threads |= {str(n): str(n) for n in range(1, cores)}
        threads[str(cores)] = self.tr("All {count}: the window may stutter").format(count=cores)
        chosen = self.window.add_choices("threads", threads, str(self.settings.threads))
        chosen.triggered.connect(self._choose_threads)
        group = ""
        for preset in PRESETS.values():
            if preset.group != group:
                group = preset.group
                self.window.menu("presets").addSection(group)
            action = self.window.menu("presets").addAction(preset.title)
            action.setToolTip(preset.summary)
            action.setData(preset.key)
        self.window.menu("presets").setToolTipsVisible(True)
        self.window.menu("presets").triggered.connect(self._open_preset)

    def _connect_actions(self) -> None:
        for key, slot in {
            "new": self._new,
            "open": self._ask_open,
            "save": self._ask_save,
            "quit": self.window.close,
            "train": self.flow.toggle,
            "batch": self.flow.step_batch,
            "epoch": self.flow.step_epoch,
            "stop": self.flow.stop,
            "reset": self.flow.reset,
            "seed": self.flow.new_seed,
            "restore-layout": self.window.arrange,
            "help": self._show_help,
            "shortcuts": self._show_shortcuts,
            "log": self._open_log_folder,
            "about": self._show_about,
        }.items():
            self.window.actions_by_key[key].triggered.connect(slot)

    def _connect_parts(self) -> None:
        self.window.painted.connect(self.start_engine)
        self.window.closing.connect(self.close)
        self.window.fileDropped.connect(self.open_file)
        self.theme.changed.connect(self._apply_theme)
        self.design.specChanged.connect(self._edit_design)
        self.design.problemChanged.connect(self._show_problem)
        self.design.presetChosen.connect(self._build_preset)
        self.design.downloadRequested.connect(self.fetcher.download)
        self.design.importRequested.connect(self.fetcher.choose_folder)
        self.flow.designWanted.connect(self._show_design)
        self.flow.availabilityChanged.connect(self._update_actions)
        self.bridge.stateChanged.connect(self._show_state)
        self.bridge.statusPolled.connect(self.window.controls.show_status)
        self.bridge.panelVisible.connect(self._watch)
        self.bridge.panelFailed.connect(self._show_panel_fault)
        self.window.controls.trainingChanged.connect(self.flow.change_training)
        self.window.controls.designKept.connect(self.flow.keep_run_design)
        self.devices.found.connect(self._show_devices)
        self.fetcher.fetched.connect(self._use_fetched)
        self.fetcher.failed.connect(self._show_fetch_error)
        self._faulted.connect(self._show_fault, Qt.ConnectionType.QueuedConnection)

    # The design

    @Slot(object)
    def _edit_design(self, spec: ExperimentSpec) -> None:
        self._follow_design(spec)
        self.flow.edit(spec)

    @Slot(object)
    def _show_problem(self, problem: SpecError | None) -> None:
        self.flow.edit(self.design.value() if problem is None else None)

    @Slot(object)
    def _show_design(self, spec: ExperimentSpec) -> None:
        self.design.setValue(spec)
        self._follow_design(spec)

    def _follow_design(self, spec: ExperimentSpec) -> None:
        self.window.controls.set_training(spec.training)
        self.window.setWindowTitle(self.tr("{name} – ReLU Lab").format(name=spec.name))

    @Slot()
    def _new(self) -> None:
        self.window.banner.dismiss()
        self.flow.load(ExperimentSpec.parse({"name": self.tr("My experiment"), "model": {"layers": ["dense"]}}))

    @Slot(str)
    def _build_preset(self, _key: str) -> None:
        """The design shows a preset already: it is a new experiment, so it is built at once."""
        self.window.banner.dismiss()
        self.flow.load(self.design.value())

    @Slot(QAction)
    def _open_preset(self, action: QAction) -> None:
        self.design.open_preset(action.data())

    @Slot()
    def _ask_open(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self.window, self.tr("Open experiment"), self.settings.folder, self._file_filter()
        )
        if path:
            self.open_file(path)

    @Slot()
    def _ask_save(self) -> None:
        if self.flow.design is None:
            return
        proposal = Path(self.settings.folder) / f"{self.flow.design.name}.json"
        path, _filter = QFileDialog.getSaveFileName(
            self.window, self.tr("Save experiment"), str(proposal), self._file_filter()
        )
        if path:
            self.save_file(path if Path(path).suffix else f"{path}.json")

    def _file_filter(self) -> str:
        return self.tr("Experiments (*.json);;All files (*)")

    # The run

    @Slot(object)
    def _show_state(self, status: Status) -> None:
        first = self.status.state is State.EMPTY
        self.status = status
        self.flow.show_state(status)
        self.window.controls.show_status(status)
        self._show_trouble(status)
        if first and status.state is not State.CLOSED:
            self.devices.start()  # torch is loaded: a second import beside it would slow down the first

    def _show_trouble(self, status: Status) -> None:
        banner = self.window.banner
        if status.state is State.FAILED:
            banner.show_message(*self._explained(status))
        elif status.state is State.DIVERGED:
            banner.show_message(ERROR, status.message, [Remedy(self.tr("Reset"), self.flow.reset)])
        elif banner.level != INFO:
            banner.dismiss()

    def _explained(self, status: Status) -> tuple[str, str, list[Remedy]]:
        """Level, message and remedies for a run that failed."""
        design = self.flow.built
        if isinstance(status.error, DataMissingError) and design is not None:
            name = design.data.dataset.name
            if design.data.dataset.entry.downloadable:  # type: ignore[attr-defined]  # every DATASETS entry has it
                return WARNING, status.message, [
                    Remedy(self.tr("Download"), lambda: self.fetcher.download(name)),
                    Remedy(self.tr("Choose folder…"), lambda: self.fetcher.choose_folder(name)),
                ]  # fmt: skip
        if isinstance(status.error, ReluLabError):
            return ERROR, status.message, []
        return ERROR, status.message, [Remedy(self.tr("Open the log folder"), self._open_log_folder)]

    @Slot()
    def _update_actions(self) -> None:
        for key, action in self.window.actions_by_key.items():
            action.setEnabled(self.flow.can(key))
        running = self.status.state is State.RUNNING
        action = self.window.actions_by_key["train"]
        action.setText(self.tr("&Pause") if running else self.tr("&Train"))
        action.setIcon(line_icon("pause" if running else "train", self.theme.palette.background))
        self.window.controls.show_changed(self.flow.changed and self.status.state is not State.PREPARING)

    @Slot(object, bool)
    def _watch(self, panel: QObject, visible: bool) -> None:
        if panel is self.output and self.trainer is not None:
            self.trainer.watch_pictures(visible)

    @Slot(object)
    def _show_devices(self, devices: Devices) -> None:
        self.window.controls.set_devices(devices)

    # Data

    def _source(self) -> Source:
        return Source(root=Path(self.settings.data_root) if self.settings.data_root else None)

    @Slot(str)
    def _use_fetched(self, name: str) -> None:
        self.window.banner.dismiss()
        self.design.reload_data()
        if self.flow.design is not None and self.flow.design.data.dataset.name == name:
            self.flow.build()

    @Slot(object)
    def _show_fetch_error(self, error: Exception) -> None:
        self._complain(str(error))

    # Words

    def _complain(self, message: str, remedies: Sequence[Remedy] = ()) -> None:
        self.window.banner.show_message(ERROR, message, remedies)

    @Slot(str)
    def _show_fault(self, text: str) -> None:
        self._complain(
            self.tr("Something unexpected went wrong ({reason}). Your design is safe; the log file has the details.")
            .format(reason=text),
            [Remedy(self.tr("Open the log folder"), self._open_log_folder)],
        )  # fmt: skip

    @Slot(object)
    def _show_panel_fault(self, panel: QWidget) -> None:
        self._show_fault(self.tr("the panel {panel} cannot draw").format(panel=panel.accessibleName()))

    @Slot()
    def _show_help(self) -> None:
        texts = [f"# {panel.title}\n\n{panel.help_text}" for panel in self.panels.values()]
        show_text(self.window, self.tr("What do I see?"), "\n\n".join(texts))

    @Slot()
    def _show_shortcuts(self) -> None:
        show_text(self.window, self.tr("Keyboard shortcuts"), shortcuts_text())

    @Slot()
    def _show_about(self) -> None:
        show_text(self.window, self.tr("About ReLU Lab"), about_text())

    @Slot()
    def _open_log_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    # Settings

    @Slot()
    def _apply_theme(self) -> None:
        palette = self.theme.palette
        self.window.set_theme(palette)
        self.design.set_theme(palette)
        for panel in self.panels.values():
            panel.set_theme(palette)
        for action in self.window.menu("edit").actions():
            action.setIcon(line_icon(action.data(), palette.foreground))
        self._update_actions()

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.settings = replace(self.settings, theme=action.data())
        self.theme.choose(action.data())

    @Slot(QAction)
    def _choose_threads(self, action: QAction) -> None:
        self.settings = replace(self.settings, threads=int(action.data()))
        self.window.banner.show_message(INFO, self.tr("The number of threads is used from the next start."))

    def _remember_folder(self, path: str | Path) -> None:
        self.settings = replace(self.settings, folder=str(Path(path).resolve().parent))

    def _keep_settings(self) -> None:
        self.settings = replace(self.settings, geometry=self.window.saved_geometry(), layout=self.window.saved_layout())
        save_settings(self.settings)


def create_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, with name, icon and translations."""
    app = QApplication(["relulab", *arguments])
    app.setApplicationName("relulab")
    app.setApplicationDisplayName("ReLU Lab")
    app.setApplicationVersion(relulab.__version__)
    app.setDesktopFileName("relulab")
    app.setWindowIcon(application_icon())
    install_translations(app)
    return app


def main(arguments: Sequence[str] = ()) -> int:
    """Open the window and stay until it closes. ``arguments``: an experiment file to open."""
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # before torch: threads that spin take the window's core
    handler = start_logging()
    app = create_application(arguments)
    log.info("ReLU Lab %s, log in %s", relulab.__version__, log_file())
    lab = Lab(app)
    catch_exceptions(lab.report_fault)
    lab.open()
    files = [argument for argument in arguments if not argument.startswith("-")]
    if files:
        lab.open_file(files[0])
    try:
        return app.exec()
    finally:
        release_exceptions()
        lab.close()
        stop_logging(handler)
