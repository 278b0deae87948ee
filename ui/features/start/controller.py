"""When the start page is there, and what its cards do. It goes as soon as there is something to see below it."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.data.image_files import is_there
from relulab.training.state import State, Status
from relulab.views.start import start_cards
from ui.features.session.controller import SessionController
from ui.features.session.documents import Documents
from ui.features.start.early import show_sessions
from ui.features.start.page import StartPage
from ui.features.start.remembered import RememberedSessions
from ui.features.training.controller import RunController
from ui.platform.jobs import Job
from ui.shell.commands import Command, Controller
from ui.shell.preferences import Preferences
from ui.shell.window import Window
from ui.widgets.palette import Palette

STAYING = ("help",)  # what opens a window of its own leaves the page where it is


class StartController(Controller):
    """``left``: the page went away. ``wanted``: whether it is shown at the next start.

    ``open_preset`` shows an experiment in the design, asking first where work would be lost. The page may be in the
    ``window`` already (``early.py``): then what was chosen on it waits until ``begin``.
    """

    left = Signal()

    def __init__(
        self, window: Window, session: SessionController, documents: Documents, run_controller: RunController,
        open_preset: Callable[[str], object], preferences: Preferences,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.wanted = preferences.settings.start_page
        self._page: StartPage | None = window.findChild(StartPage)
        self._window, self._session, self._documents = window, session, documents
        self._run_controller = run_controller
        self._open_preset, self._source = open_preset, preferences.source
        self._remembered = RememberedSessions(preferences.pictures)
        self._colours: Palette | None = None if self._page is None else self._page.colours
        self._trains = ""  # the name of the experiment that is to be trained when it has been opened
        self._job: Job | None = None
        self.commands = (
            Command("start-page", self.tr("&Start page"), self.tr("Sessions to go on with, and experiments to try"),
                    self.show, "view", keys=("Alt+Home",), group=1),
        )  # fmt: skip
        self._connect()
        if self._page is not None:
            self._follow(self._page)
            self.wanted = self._page.at_start.isChecked()

    @property
    def page(self) -> StartPage:
        """It is made when it is shown first."""
        if self._page is None:
            self._page = StartPage(self._window)
            if self._colours is not None:
                self._page.set_theme(self._colours)
            self._follow(self._page)
        return self._page

    @property
    def shown(self) -> bool:
        """Whether the page covers the window."""
        return self._page is not None and not self._page.isHidden()

    def begin(self, free: bool) -> None:
        """The bench is there: do what was chosen on the page meanwhile; else show it, where the bench is ``free`` to be
        covered: nothing on it wants to be read.
        """
        if self.shown:
            self._look_for_data()
            self.page.go_on()
            if not free:
                self.leave()
        elif self.wanted and free:
            self.show()

    @Slot()
    def show(self) -> None:
        """Cover the window with the page."""
        self._fill_sessions()
        self._look_for_data()
        self.page.at_start.setChecked(self.wanted)
        self.page.begin()

    @Slot()
    def leave(self) -> None:
        """To the bench, if it is there."""
        if self.shown and not self.page.waits:
            self.page.hide()
            button = self._window.findChild(QWidget, "train-button")
            if button is not None and button.isEnabled():
                button.setFocus()
            self.left.emit()

    def close(self) -> None:
        """The window closes: nothing is looked for any more."""
        if self._job is not None:
            self._job.close(timeout=0)
            self._job = None
        if self._page is not None:
            self._page.hide()
        super().close()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """Whoever trains wants to see it."""
        if status.state is State.RUNNING:
            self.leave()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        if palette is self._colours:
            return
        self._colours = palette
        if self._page is not None:
            self._page.set_theme(palette)
        if self.shown:
            self._fill_sessions()

    @Slot(str, bool)
    def choose(self, key: str, train: bool) -> None:
        """Open an experiment, and train it unless it is only to be looked at."""
        self._trains = key if train else ""
        self.leave()
        self._open_preset(key)

    @Slot()
    def _train_what_was_opened(self) -> None:
        """The experiment is shown now, which may have been asked about."""
        design = self._run_controller.design
        wanted, self._trains = self._trains, ""
        if (
            wanted
            and design is not None
            and any(card.key == wanted and card.preset.title == design.name for card in start_cards())
        ):
            self._run_controller.toggle()

    @Slot(str)
    def _open_session(self, path: str) -> None:
        self.leave()
        self._documents.open(path)

    @Slot(bool)
    def _want(self, wanted: bool) -> None:
        self.wanted = wanted

    @Slot()
    def _remember(self) -> None:
        """The session has just been saved or opened."""
        path, model = self._session.file.path, self._session.model
        if path is not None:
            runs = model.records
            history = runs[-1].history if runs else None
            self._remembered.keep(str(path), model.head.title, tuple(runs), history)

    def _follow(self, page: StartPage) -> None:
        page.presetChosen.connect(self.choose)
        page.sessionChosen.connect(self._open_session)
        page.entryChosen.connect(self._take)
        page.left.connect(self.leave)
        page.shownAtStart.connect(self._want)

    @Slot(str)
    def _take(self, command: str) -> None:
        if command not in STAYING:
            self.leave()
        self._window.commands[command].trigger()

    def _fill_sessions(self) -> None:
        show_sessions(self.page, self._session.recent.paths, self._remembered)

    def _look_for_data(self) -> None:
        """Which sets need no download, beside the window: the user's folder may lie on a slow drive."""
        if self._job is not None:
            return
        downloads = {card.dataset for card in start_cards() if card.download}
        source, there = self._source(), {card.dataset for card in start_cards() if not card.download}

        def look(progress: Progress) -> None:
            for name in downloads:
                if is_there(name, source):
                    there.add(name)
            progress(1, 1, "")

        def end() -> None:
            self._job = None
            self.page.show_there(frozenset(there))

        def fail(_error: Exception) -> None:
            self._job = None

        self._job = Job.begin(look, self, end, fail)

    def _connect(self) -> None:
        window = self._window
        self._run_controller.loaded.connect(self._train_what_was_opened)
        self._run_controller.designWanted.connect(self.leave)
        self._session.runOpened.connect(self.leave)
        window.banner.shownChanged.connect(self._leave_for_message)
        for menu in ("layouts", "panels"):
            window.menu(menu).triggered.connect(self.leave)
        self._session.file.saved.connect(self._remember)
        self._session.file.opened.connect(self._remember)

    @Slot(bool)
    def _leave_for_message(self, shown: bool) -> None:
        """A message stands above the bench."""
        if shown:
            self.leave()
