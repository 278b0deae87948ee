"""Comparisons: opened from the list of runs, by a command, or as matched designs that are trained in step."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, SignalInstance, Slot

from relulab.experiment import ExperimentSpec
from relulab.session.model import SessionModel
from relulab.training.state import State, Status
from relulab.views.compare_pairs import MATCHED, Matched
from ui.features.compare import ComparePanel
from ui.features.training.controller import RunController
from ui.live.polling import Polling
from ui.platform.translation import said
from ui.shell.commands import Command, Controller
from ui.shell.layouts import COMPARE
from ui.shell.window import Window
from ui.widgets.banner import INFO

Overlay = Callable[[tuple[str, ...], bool], None]
LEAST = 2  # runs
LOOK_MS = 250  # between two looks for runs that have begun


class CompareController(Controller):
    """``overlay`` draws runs together by their keys; ``chosen`` tells which are drawn so, ``wanted`` carries keys."""

    def __init__(
        self, window: Window, panel: ComparePanel, model: SessionModel, run: RunController, polling: Polling,
        overlay: Overlay, chosen: Callable[[], frozenset[str]], wanted: SignalInstance,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._panel, self._model, self._run = window, panel, model, run
        self._polling = polling
        self._overlay, self._chosen = overlay, chosen
        self._specs: tuple[ExperimentSpec, ...] = ()  # trained in step, that of the present run last
        self._before: frozenset[str] = frozenset()  # runs that were there before
        tip = self.tr("Stand the ticked runs side by side on equal axes; without any the two newest")
        self.commands = (
            Command("compare", self.tr("&Compare runs"), tip, self.show, "view", keys=("Ctrl+Shift+C",), group=1),
            *(
                Command(f"compare-{one.key}", said(one.title), said(one.tip), partial(self.open_matched, one),
                        "comparisons")
                for one in MATCHED.values()
            ),
        )  # fmt: skip
        wanted.connect(self.show_with)
        panel.runsWanted.connect(partial(window.bring_to_front, "runs"))
        panel.stepWanted.connect(self.train_in_step)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._draw_together)

    @Slot()
    def show(self) -> None:
        """Show the comparison of the runs that are drawn together, or else of the two newest."""
        records = [record for record in self._model.records if not record.hidden]
        if len(self._chosen() & {record.key for record in records}) < LEAST:
            self._overlay(tuple(record.key for record in records[-LEAST:]), True)
        self._window.arrange(COMPARE)

    @Slot(tuple)
    def show_with(self, keys: tuple[str, ...]) -> None:
        """Show the comparison of these runs and of those that are drawn together already."""
        self._overlay(keys, True)
        self.show()

    def open_matched(self, matched: Matched) -> None:
        """Put matched designs into the window; Train trains them in step."""
        self._open(matched.specs())

    @Slot()
    def train_in_step(self) -> None:
        """Train the designs of the compared runs once more, in step."""
        view = self._panel.sheet.view
        if view is not None:
            self._open([run.history.info.spec for run in view.runs])

    def _open(self, specs: Sequence[ExperimentSpec]) -> None:
        self._specs = tuple(specs)
        self._before = frozenset(record.key for record in self._model.records)
        self._overlay(tuple(self._chosen()), False)
        self._window.arrange(COMPARE)
        self._run.load(self._specs[-1])
        words = self.tr("{count} designs that differ in one thing are ready. Press Train: they learn in step.")
        self._window.banner.show_message(INFO, words.format(count=len(self._specs)), brief=True)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """As soon as the last design is built, those before it are to go along; another design ends that."""
        if self._trainer is None or not self._specs or self._run.built is None:
            return
        if self._run.built != self._specs[-1]:
            self._forget()
        elif status.state is State.RUNNING:
            self._looking.start()
        elif status.state is State.READY:
            self._trainer.train_along([self._model.companion(spec) for spec in self._specs[:-1]])

    def close(self) -> None:
        super().close()
        self._forget()

    def _forget(self) -> None:
        self._specs = ()
        self._looking.stop()

    @Slot()
    def _draw_together(self) -> None:
        """Runs of the comparison are drawn together from their first steps on."""
        new = tuple(
            record.key
            for record in self._model.records
            if record.key not in self._before and record.spec in self._specs
        )
        if set(new) - self._chosen():
            self._overlay(new, True)
            self._polling.wake()
        if len(new) >= len(self._specs):
            self._looking.stop()
