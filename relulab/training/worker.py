"""The worker thread of a trainer: it alone touches the run, its data and what is done beside it.

Importing this file does not import torch; the thread does that, so a window is up before.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Hashable
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from relulab.data.dataset import Dataset, Source
from relulab.durations import duration
from relulab.errors import CancelledError, DivergedError, ReluLabError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.experiment.live_settings import LiveChange
from relulab.formatting import count, percent, rounded
from relulab.model.plan import check_experiment
from relulab.training.by_hand import Change, HandChanges
from relulab.training.checkpoint import Checkpoint
from relulab.training.command_queue import CommandQueue
from relulab.training.engine import load_torch
from relulab.training.jobs.background_jobs import BackgroundJobs
from relulab.training.pace import Pace
from relulab.training.requests import AutopsyRequest, NetworkWish, Resumption
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State, Status
from relulab.training.telemetry import Record

if TYPE_CHECKING:
    from relulab.training.run import TrainingRun

log = logging.getLogger(__name__)
NOT_TESTED = (math.nan, math.nan)  # loss and accuracy on the test set
SLICE = 0.05  # seconds of training between two looks at the commands and the trial
RATE_WINDOW = 0.5  # seconds over which samples per second are averaged


class Throughput:
    """Steps per second over the last moments."""

    def __init__(self) -> None:
        self.restart(0)

    def restart(self, step: int) -> None:
        self._step, self._time, self.steps_per_second = step, perf_counter(), 0.0

    def update(self, step: int) -> None:
        now = perf_counter()
        if now - self._time >= RATE_WINDOW or not self.steps_per_second:
            self.steps_per_second = (step - self._step) / max(1e-9, now - self._time)
            self._step, self._time = step, now


class Worker:
    """Carries out the commands in ``queue`` and trains the run between them. ``Trainer`` says what each does.

    Only its own thread, which is in ``work``, calls its methods; the progress of ``beside`` may be read from any.
    """

    def __init__(
        self, queue: CommandQueue, record: Callable[[Record], None], on_state: Callable[[Status], None],
        recording: MeasurementSchedule, threads: int,
    ) -> None:  # fmt: skip
        self._queue = queue
        self._record = record
        self._on_state = on_state
        self._recording = recording
        self._threads = threads
        self.run: TrainingRun | None = None
        self._started: ExperimentSpec | None = None  # what the run began as; it can be made another by hand
        self._dataset: tuple[DataSpec, Dataset] | None = None
        self._version: Hashable = None  # of its files
        self._goal: int | None = None
        self._run_seconds = self._waited_seconds = 0.0  # of computing, and of waiting for the pace
        self._tested = NOT_TESTED
        self._undescribed: set[State] = set()
        self._rate = Throughput()
        self._source = Source()
        self.pictures_wanted = True
        self.network_wanted = False
        self.network_wish = NetworkWish()
        self._pace = Pace()
        self._hand = HandChanges()
        self.beside = BackgroundJobs(self._explain)

    @property
    def _state(self) -> State:
        return self._queue.status.state

    def work(self) -> None:
        """Everything that the thread does, from the import of torch to the end."""
        try:
            self._guarded(lambda: load_torch(self._threads))
            while not self._queue.closing:
                if self._queue:
                    self._queue.carry_out(self._guarded)
                elif self._state is State.RUNNING or self.beside.busy:
                    if self._state is State.RUNNING:
                        self._guarded(self._train_slice)
                    _surely(lambda: self.beside.advance(SLICE))
                else:
                    self._queue.wait_for_command()
        finally:
            self._enter(State.CLOSED)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run ``work``; whatever goes wrong ends in a state, never in a dead thread."""
        try:
            work()
        except CancelledError:
            self._enter(State.EMPTY, "Cancelled.")
        except ReluLabError as error:
            log.warning("%s", error)
            self._enter(State.DIVERGED if isinstance(error, DivergedError) else State.FAILED, str(error), error)
        except BaseException as error:
            log.exception("the run failed")
            self._enter(State.FAILED, self._explain(error), error)

    def _explain(self, error: BaseException) -> str:
        """In words, whatever it is: this is what is called when all else has failed."""
        try:
            return self._explained(error)
        except Exception:
            log.exception("an error could not be put into words")
            return f"The run failed: {type(error).__name__}. The log file has the details."

    def _explained(self, error: BaseException) -> str:
        if isinstance(error, ImportError):
            return f"PyTorch could not be loaded ({error}). Install it again, then restart ReLU Lab."
        from relulab.training.devices import explain

        return explain(error, self._queue.status.device)

    def prepare(self, spec: ExperimentSpec, source: Source, cancelled: Callable[[], bool]) -> None:
        if not cancelled():
            self._start_run(spec, self._load(spec, source, cancelled))

    def resume(self, resumption: Resumption, source: Source, cancelled: Callable[[], bool]) -> None:
        if cancelled():
            return
        from relulab.training.run import TrainingRun

        dataset = self._load(resumption.spec, source, cancelled)
        resumption.check(dataset)
        run = TrainingRun.resumed(resumption.checkpoint, dataset, recording=self._recording, record=resumption.record)
        self._take_on(run, resumption.spec, resumption.seconds)
        run.instruments.pictures_wanted = self.pictures_wanted
        self._watch_network(run)
        run.instruments.show_picture()
        run.instruments.show_network()
        over = bool(resumption.ended) or run.finished
        self._enter(State.FINISHED if over else State.PAUSED, resumption.ended or run.early_stopped)

    def take_checkpoint(self, receive: Callable[[Checkpoint | None, Status], None]) -> None:
        run, status = self.run, self._queue.status
        harmed = status.state in (State.DIVERGED, State.FAILED)
        try:
            receive(None if run is None or harmed else run.checkpoint(), status)
        except Exception:  # whoever wanted it; the run must live on
            log.exception("a checkpoint could not be taken")

    def _load(self, spec: ExperimentSpec, source: Source, cancelled: Callable[[], bool]) -> Dataset:
        """End what there is. Returns the data set of ``spec``, kept for the next run on the same data."""
        from relulab.data.loading import load_dataset

        self.run = None
        self._source = source
        self.beside.clear()
        self._enter(State.PREPARING, "Loading the data …")

        def progress(done: int, total: int, what: str) -> None:
            if cancelled():
                raise CancelledError("A newer design took over.")
            source.progress(done, total, what)

        data = spec.data
        data.dataset.read(progress)
        check_experiment(spec)
        version = data.dataset.version
        if self._dataset is None or self._dataset[0] != data or self._version != version:
            self._dataset, self._version = None, version
            self._dataset = (data, load_dataset(data, replace(source, progress=progress)))
        return self._dataset[1]

    def _start_run(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        from relulab.training.run import TrainingRun

        run = TrainingRun(spec, dataset, recording=self._recording, record=self._record)
        self._take_on(run, spec)
        run.instruments.pictures_wanted = True
        self._watch_network(run)
        run.measure_start()
        run.instruments.seconds = 0.0  # the budget is of the training time
        self.watch_pictures(self.pictures_wanted)
        self._enter(State.READY)

    def _take_on(self, run: TrainingRun, started: ExperimentSpec, seconds: float = 0.0) -> None:
        """Work on ``run``, which began as ``started`` and was trained for ``seconds`` before."""
        self.run, self._started = run, started
        self._run_seconds, self._waited_seconds, self._tested, self._goal = seconds, 0.0, NOT_TESTED, None

    def reset(self) -> None:
        if self.run is not None and self._started is not None:
            self._start_run(self._started, self.run.dataset)

    def go(self, steps: int | None) -> None:
        """Run ``steps`` more steps, or to the end."""
        if self.run is not None and (self._state.is_resting or self._state.is_under_way):
            asked_before = self._goal if self._state is State.RUNNING else None
            self._goal = None if steps is None else (asked_before or self.run.step_index) + steps
            self._rate.restart(self.run.step_index)
            self._enter(State.RUNNING)

    def go_to_epoch_end(self) -> None:
        if (run := self.run) is not None:
            self.go(run.steps_per_epoch - run.step_index % run.steps_per_epoch)

    def pause(self) -> None:
        if self.run is not None and self._state is State.RUNNING:
            self.run.instruments.measure_all()
            self._enter(State.PAUSED)

    def stop(self) -> None:
        if self.run is not None and self._state.is_under_way:
            self._finish("Stopped by hand.")

    def change(self, settings: LiveChange) -> None:
        if self.run is not None:
            self.run.change(**settings)

    def watch_pictures(self, wanted: bool) -> None:
        run, self.pictures_wanted = self.run, wanted
        if run is not None and run.instruments.pictures_wanted != wanted:
            run.instruments.pictures_wanted = wanted
            if wanted and self._state is not State.RUNNING:
                run.instruments.measure_picture()

    def watch_network(self, wanted: bool, wish: NetworkWish) -> None:
        seen = self.network_wanted, self.network_wish
        self.network_wanted, self.network_wish = wanted, wish
        if self.run is not None and seen != (wanted, wish):
            self._watch_network(self.run)
            self.run.instruments.show_network()

    def _watch_network(self, run: TrainingRun) -> None:
        run.instruments.network_wanted, run.instruments.network_wish = self.network_wanted, self.network_wish

    def limit_speed(self, steps_per_second: float | None) -> None:
        self._pace.limit = steps_per_second

    def show_answers(self) -> None:
        run = self.run
        if run is not None and self._state is State.RUNNING:  # in a pause the picture is present
            _surely(run.show_answers)

    def _train_slice(self) -> None:
        """Steps until a command comes, the goal is reached or the status is due."""
        run = self.run
        assert run is not None
        began, waited = perf_counter(), 0.0
        goal = run.total_steps if self._goal is None else min(self._goal, run.total_steps)
        try:
            while not self._queue and run.step_index < goal and not run.early_stopped:
                waited += self._wait_for_pace()
                if not self._pace.rest(perf_counter()):
                    self._pace.note_step(perf_counter())
                    run.step()
                if perf_counter() - began > SLICE:
                    break
        finally:
            self._run_seconds += perf_counter() - began - waited
            self._waited_seconds += waited
        if run.finished:
            self._finish(run.early_stopped)
        elif self._goal is not None and run.step_index >= self._goal:
            self.pause()
        else:
            self._rate.update(run.step_index)
            self._queue.status = self._describe(State.RUNNING)

    def _wait_for_pace(self) -> float:
        """Wait for the next step, for a slice at most or until a command comes. Returns the seconds."""
        began = perf_counter()
        rest = self._pace.rest(began)
        if not rest:
            return 0.0
        self._queue.wait_for_command(min(rest, SLICE))
        return perf_counter() - began

    def _finish(self, reason: str) -> None:
        run = self.run
        assert run is not None
        run.instruments.conclude()
        loss, accuracy = self._tested = run.test()
        unseen = f"{count(len(run.dataset.test), 'sample')} the network never saw"
        words = [reason] if reason else []
        words.append(f"{count(run.step_index, 'step')} in {duration(self._run_seconds)}.")
        if accuracy == accuracy:
            words.append(f"Test accuracy {percent(accuracy)} on {unseen}.")
        elif loss == loss:
            words.append(f"Test loss {rounded(loss, 4)} on {unseen}.")
        if trouble := run.instruments.trouble:
            words.append(trouble)
        self._enter(State.FINISHED, " ".join(words))

    def load_beside(self, data: DataSpec) -> Dataset:
        """The data of the present run where they are the same, loaded beside it otherwise."""
        from relulab.data.loading import load_dataset

        if self._dataset is not None and self._dataset[0] == data:
            return self._dataset[1]
        return load_dataset(data, self._source)

    def find_death(self, request: AutopsyRequest, record: Callable[[Record], None]) -> None:
        self.beside.cancel_autopsy()
        run, spec = self.run, self._started
        if run is not None and spec is not None and self._has_unit(request.layer, request.unit):
            self.beside.start_autopsy(spec, run.dataset, request, record, run.channels_last, run.flushes)

    def _has_unit(self, layer: int, unit: int) -> bool:
        """A window that looks at a unit may be one network behind."""
        return self.run is not None and self.run.layout.has_unit(layer, unit)

    def inspect(self, unit: tuple[int, int] | None) -> None:
        if self.run is not None and (unit is None or self._has_unit(*unit)):
            self.run.instruments.inspected = unit
            if self._state is not State.RUNNING:
                self.run.instruments.inspect()

    def change_by_hand(self, change: Change | None, layer: int = 0, unit: int = 0) -> None:
        """Change this unit; None takes the last change back."""
        if self.run is not None and self._state.is_resting and self._has_unit(layer, unit):
            self.run = self._hand.undo(self.run) if change is None else self._hand.make(self.run, change)
            self.run.instruments.measure_again()
            self._queue.status = self._describe(self._state)

    def _snapshot(self, state: State, message: str, error: BaseException | None = None) -> Status:
        run = self.run
        if run is None:
            return Status(state=state, message=message, error=error)
        rate = self._rate.steps_per_second
        rest, by_the_clock = run.total_steps - run.step_index, self._run_seconds + self._waited_seconds
        return Status(
            state=state,
            step=run.step_index,
            total_steps=run.total_steps,
            epoch=run.epoch,
            total_epochs=run.total_steps / run.steps_per_epoch,
            seconds=self._run_seconds,
            samples_per_second=rate * len(run.train) / run.steps_per_epoch,
            eta=rest / rate if rate and state is State.RUNNING else None,
            instrument_share=run.instruments.seconds / by_the_clock if by_the_clock else 0.0,
            test_loss=self._tested[0],
            test_accuracy=self._tested[1],
            device=str(run.device),
            message=message,
            error=error,
            trouble=run.instruments.trouble,
            to_undo=self._hand.to_undo(run),
        )

    def _describe(self, state: State, message: str = "", error: BaseException | None = None) -> Status:
        """The state with what is known of the run. What cannot be described is left out, and said once in the log."""
        try:
            return self._snapshot(state, message, error)
        except Exception:
            if state not in self._undescribed:
                log.exception("the state %s could not be described", state.value)
            self._undescribed.add(state)
            return Status(state=state, message=message, error=error)

    def _enter(self, state: State, message: str = "", error: BaseException | None = None) -> None:
        """The state is entered and told whatever goes wrong on the way: it may be how something else went wrong."""
        status = self._describe(state, message, error)
        self._queue.answer(status, lambda entered: _surely(lambda: self._on_state(entered)))


def _surely(work: Callable[[], None]) -> None:
    """What others hang onto this thread may fail; the thread lives on."""
    try:
        work()
    except Exception:
        log.exception("the worker goes on")
