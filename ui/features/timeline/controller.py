"""Looking back: the timeline between the window, the histories and the engine.

A moment is shown when it is complete: its history is copied in a thread of its own and the trainer computes the
picture and the unit that is looked at, between two steps. The window waits for neither.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Signal, Slot

from relulab.data.dataset import Progress
from relulab.session.history import RunHistory
from relulab.session.looking_back import steps_with_weights, weights_at
from relulab.session.model import SessionModel
from relulab.session.store import SessionStore
from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest
from relulab.training.state import State, Status
from relulab.training.telemetry import ProbeRecord, StepRecord
from relulab.training.trainer import Trainer
from ui.features.timeline.bar import Moments, TimelineBar
from ui.live.polling import Polling
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.shell.commands import Command, Controller
from ui.widgets.banner import INFO, Banner

PATIENCE = 0.5  # seconds; a picture that takes longer comes after what else its moment has


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A run at one of its moments."""

    run: RunHistory
    weights: MomentWeights


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at beside the moment: a ``unit`` (layer, unit), if any, and a ``sample`` of the validation set."""

    unit: tuple[int, int] | None
    sample: int


class TimelineController(Controller):
    """Wires a ``TimelineBar`` to what is shown and to a trainer. ``changed``: where one looks, or can look, may have.

    ``looked_at`` tells what else is looked at; ``run_commands`` act on the run as it is now.
    """

    changed = Signal()

    def __init__(
        self, bar: TimelineBar, polling: Polling, store: SessionStore, model: SessionModel,
        looked_at: Callable[[], Looked], run_commands: Iterable[Command], banner: Banner,
    ) -> None:  # fmt: skip
        super().__init__(polling)
        self._bar = bar
        self._shown = polling.shown
        self._store = store
        self._model = model
        self._looked_at = looked_at
        self._banner = banner
        self._status = Status()
        self._wanted: Moment | None = None
        self._there: Moment | None = None  # the moment of the past that was shown last
        self._job: Job | None = None
        self._computed = threading.Event()  # the picture of the moment that was loaded last, or why there is none
        self._computed.set()
        bar.momentWanted.connect(self.look_at)
        bar.nowWanted.connect(self.go_to_now)
        polling.statusPolled.connect(self.show_state)
        polling.runChanged.connect(self._show_moments)
        self._shown.changed.connect(self._show_moments)
        self.changed.connect(self.refresh_commands)
        for command in run_commands:
            command.triggered.connect(partial(self._return_to_live, command))
        self.commands = self._moves()
        bar.add_button(self.commands[-1])

    def close(self) -> None:
        super().close()
        self._wanted = None
        if self._job is not None:
            self._job.close(2 * PATIENCE)
            self._job = None

    @property
    def run(self) -> RunHistory | None:
        """The run whose moments the timeline offers."""
        return self._shown.run

    @property
    def ended_diverged(self) -> bool:
        """Whether what is shown is the end of a run that diverged: nothing can begin there."""
        if self._looks_back:
            return self.checkpoint is None or not self.checkpoint.is_finite
        return self._status.state is State.DIVERGED and self.run is self._store.trained

    @property
    def per_epoch(self) -> float:
        """Steps in an epoch of that run; 0 before its first step."""
        return self._bar.moments.per_epoch

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where a branch would begin: the newest checkpoint of the run, or of those up to the moment that is shown."""
        run, step = self.run, self.looked_at
        kept = () if run is None else run.checkpoints
        return next((one for one in reversed(kept) if step is None or one.step <= step), None)

    @property
    def looked_at(self) -> int | None:
        """The step of the moment that is shown, or will be as soon as it is there; None for the present."""
        return self._shown.step if self._wanted is None else self._wanted.weights.step

    @property
    def is_settled(self) -> bool:
        """Whether the wanted moment is there, with its picture."""
        return self._job is None and self._computed.is_set()

    @Slot(int)
    def look_at(self, step: int) -> None:
        """Show the run as it was after ``step`` steps, where its weights of then are there."""
        run = self.run
        weights = None if run is None else weights_at(run, step)
        if run is not None and weights is not None:
            self._wanted = Moment(run, weights)
            self._load()
        self._show_moments()

    @Slot()
    def go_to_now(self) -> None:
        """Show the newest state of the run again."""
        self._wanted = None
        run = self.run
        if run is not None and self._shown.step is not None:
            self._shown.show_run(run)
        self._show_moments()

    @Slot()
    def go_earlier(self) -> None:
        """Look at the moment before."""
        self._bar.step(-1)

    @Slot()
    def go_later(self) -> None:
        """Look at the next moment, or at the present after the last one."""
        self._bar.step(1)

    def _return_to_live(self, command: Command, _checked: bool = False) -> None:
        """A command to the run is given: it acts on the run as it is now, so that is what is shown first."""
        pauses = command.key == "train" and self._status.state is State.RUNNING
        if pauses or not self._looks_back:
            return
        looked_at = self._bar.moments.looked_at
        self._wanted = None
        self._shown.follow()
        words = self.tr(
            "Back to now: what you do next happens to the run as it stands. To train on from step {step:,}, go back "
            "there and use “Branch from here…”."
        )
        self._banner.show_message(INFO, words.format(step=looked_at or 0), brief=True)

    def _moves(self) -> tuple[Command, ...]:
        slider = self._bar.slider
        return (
            Command("earlier", self.tr("Ear&lier moment"), self.tr("Look at the moment before, in every panel"),
                    self.go_earlier, "run", keys=("Alt+Left",), group=2, enabled=lambda: slider.value() > 0),
            Command("later", self.tr("La&ter moment"), self.tr("Look at the next moment, in every panel"),
                    self.go_later, "run", keys=("Alt+Right",), group=2,
                    enabled=lambda: slider.value() < slider.maximum()),
            Command("now", self.tr("&Now"), self.tr("Back to where the training stands"),
                    self.go_to_now, "run", keys=("Alt+End",), group=2, enabled=lambda: self._looks_back),
        )  # fmt: skip

    @property
    def _looks_back(self) -> bool:
        return self._wanted is not None or self._shown.step is not None

    # Showing a moment

    def _load(self) -> None:
        """Begin to put together the wanted moment, unless another is under way: then it comes next."""
        if self._wanted is None or self._job is not None:
            return
        wanted, trainer, request = self._wanted, self._trainer, self._request(self._wanted)
        self._computed = computed = threading.Event()
        loaded: list[RunHistory] = []

        def work(_progress: Progress) -> None:
            history = wanted.run.up_to(wanted.weights.step)
            history.mark_unavailable(wanted.weights.step, translate("LookingBack", "This moment is being computed…"))
            loaded.append(history)
            _compute(trainer, request, history, computed.set)
            computed.wait(PATIENCE)

        self._job = Job.begin(work, self, lambda: self._show(wanted, loaded[0]), self._give_up)

    def _show(self, moment: Moment, history: RunHistory) -> None:
        """The moment is there. Where another is wanted by now, that one follows."""
        self._job = None
        wanted = self._wanted
        if wanted is None or moment.run is not self.run:  # the user looks elsewhere by now
            self._wanted = None
            self._show_moments()
            return
        if wanted is moment:
            self._wanted = None
        self._there = moment
        self._shown.show_moment(moment.run, moment.weights.step, history)
        self._show_moments()
        self._load()

    @Slot(object)
    def _give_up(self, _error: Exception) -> None:
        self._job = None
        self._computed.set()
        self.go_to_now()

    @Slot(object)
    def look_at_unit(self, _unit: object) -> None:
        """Another unit is looked at in the moment that is shown."""
        history = self._shown.history
        if self._there is not None and history is not None and self._shown.step == self._there.weights.step:
            _compute(self._trainer, self._request(self._there), history, lambda: None)

    @Slot(object)
    def draw_network(self, history: RunHistory) -> None:
        """Make a picture of the network that is shown: of this moment, or of the newest checkpoint of a run at rest."""
        run, step = self._shown.run, self._shown.step
        weights = weights_at(history, step)
        if run is None or history is not self._shown.history or weights is None:
            return
        request = replace(self._request(Moment(run, weights)), unit=None, painted=False)

        if self._trainer is not None:
            self._trainer.look_back(request, history.append, history.refuse_network)

    def _request(self, moment: Moment) -> MomentRequest:
        check = partial(self._model.check_data, moment.run)
        epoch = moment.weights.step / self.per_epoch if self.per_epoch else 0.0
        looked = self._looked_at()
        return MomentRequest(moment.weights, looked.unit, epoch, check=check, sample=looked.sample)

    # The strip

    @Slot(object)
    def show_state(self, status: Status) -> None:
        self._status = status
        self._show_moments()

    @Slot()
    def _show_moments(self) -> None:
        """Bring the strip up to date."""
        self._bar.show_moments(self._moments())
        self.changed.emit()

    def _moments(self) -> Moments:
        run = self.run
        if run is None or not run.trained:
            return Moments()
        latest = run.latest(StepRecord) or {}
        step, epoch = int(latest.get("step", 0)), float(latest.get("epoch", 0.0))
        per_epoch = step / epoch if epoch else 0.0
        steps, checkpoints = steps_with_weights(run), frozenset(checkpoint.step for checkpoint in run.checkpoints)
        reached = self._status.step if run is self._store.trained else 0  # 0, too, where the next design cannot start
        present = max(reached, step, *steps[-1:])
        training = run.info.spec.training
        total = training.steps or round((training.epochs or 0) * per_epoch)
        return Moments(steps, present, total, per_epoch, self.looked_at, checkpoints)


def _compute(trainer: Trainer | None, request: MomentRequest, history: RunHistory, done: Callable[[], None]) -> None:
    """Ask for the picture and the unit of a moment; ``history`` gets them, or the reason why they are missing."""

    def finish(problem: str) -> None:
        if problem:
            history.mark_unavailable(step, problem)
        done()

    step = request.weights.step
    measured = (history.latest(ProbeRecord) or {}).get("step") == step
    if trainer is None:
        finish(translate("LookingBack", "The engine is not loaded yet."))
    else:
        trainer.look_back(replace(request, measured=measured), history.append, finish)
