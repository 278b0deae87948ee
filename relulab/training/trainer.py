"""The one background thread that computes. The window and the command line only send it commands.

Importing this file does not import torch; the worker does that, so a window is up before.
Every method of ``Trainer`` may be called from any thread and returns at once (``wait`` and ``close`` wait).
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Self

from relulab.data.dataset import Dataset, Source
from relulab.errors import CancelledError, DivergedError, ReluLabError
from relulab.experiment import ClippingChoice, DataSpec, ExperimentSpec
from relulab.model.check import check_experiment
from relulab.training.checkpoint import Checkpoint
from relulab.training.jobs.background_jobs import BackgroundJobs
from relulab.training.requests import AutopsyRequest, MomentRequest, Resumption, TrialRequest, TrialStatus
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State, Status
from relulab.training.telemetry import Record
from relulab.training.throughput import Throughput

if TYPE_CHECKING:
    from relulab.training.run import TrainingRun

log = logging.getLogger(__name__)
NOT_TESTED = (math.nan, math.nan)  # loss and accuracy on the test set
SLICE = 0.05  # seconds of training between two looks at the commands and the trial


def default_threads() -> int:
    """All cores but one: the window keeps a core to itself."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def ignore(status: Status) -> None:
    """A state callback for those who only look at ``status``."""


class Trainer:
    """Owns the worker thread and the one run that it works on.

    ``record`` receives every record and ``on_state`` every change of state, both in the worker thread.
    ``threads``: how many threads torch computes with; None leaves one core to the window.
    """

    def __init__(
        self,
        record: Callable[[Record], None],
        *,
        on_state: Callable[[Status], None] = ignore,
        recording: MeasurementSchedule = LIVE,
        threads: int | None = None,
    ) -> None:
        self._record = record
        self._on_state = on_state
        self._recording = recording
        self._threads = threads or default_threads()
        self._commands: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._preparation = 0
        self._closing = False
        self._pictures_wanted = True
        self._status = Status()
        self._run: TrainingRun | None = None
        self._started: ExperimentSpec | None = None  # what the run began as; it can be made another by hand
        self._dataset: tuple[DataSpec, Dataset] | None = None
        self._goal: int | None = None
        self._run_seconds = 0.0
        self._tested = NOT_TESTED
        self._rate = Throughput()
        self._source = Source()
        self._beside = BackgroundJobs(self._explain)
        # A forgotten trainer must not keep the process alive, and must not be killed in mid-step either.
        self._worker = threading.Thread(target=self._work, name="trainer", daemon=True)
        atexit.register(self.close)
        self._worker.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def status(self) -> Status:
        """Where the run stands, right now."""
        return self._status

    def prepare(self, spec: ExperimentSpec, source: Source | None = None) -> None:
        """Load the data, build the network and measure step 0. A newer call cancels an older one."""
        self._preparation += 1
        ticket = self._preparation
        self._send(lambda: self._prepare(spec, source or Source(), ticket))

    def resume(self, resumption: Resumption, source: Source | None = None) -> None:
        """Load the data and go on with a run out of a file: PAUSED where it stood, or FINISHED where it had ended.

        FAILED with a message where the data are other ones now or the checkpoint does not fit.
        """
        self._preparation += 1
        ticket = self._preparation
        self._send(lambda: self._resume(resumption, source or Source(), ticket))

    def checkpoint(self, receive: Callable[[Checkpoint | None, Status], None]) -> None:
        """Take a checkpoint between two steps and hand it to ``receive``, with the status, in the worker thread.

        None where there is no run to go on with. Training waits while ``receive`` runs.
        """
        self._send(lambda: self._take_checkpoint(receive))

    def train(self) -> None:
        """Start or resume."""
        self._send(lambda: self._go(None))

    def pause(self) -> None:
        """Stop after the present step; ``train`` goes on from there."""
        self._send(self._pause)

    def step_batch(self) -> None:
        """Learn from one batch, then pause."""
        self._send(lambda: self._go(1))

    def step_epoch(self) -> None:
        """Learn until the end of the present epoch, then pause."""
        self._send(lambda: self._go(self._to_epoch_end()))

    def stop(self) -> None:
        """End the run here."""
        self._send(self._stop)

    def reset(self) -> None:
        """Back to step 0 with the same initial weights, in a new history."""
        self._send(self._reset)

    def change(
        self,
        *,
        learning_rate: float | None = None,
        clipping: ClippingChoice | None = None,
        l1: float | None = None,
        l2: float | None = None,
    ) -> None:
        """Change settings of the run without a reset; the history keeps the change."""
        self._send(lambda: self._change(learning_rate, clipping, l1, l2))

    def watch_pictures(self, wanted: bool) -> None:
        """Whether anybody looks at the picture of the output; it is not made otherwise."""
        self._pictures_wanted = wanted
        self._send(self._pass_on_pictures)

    def start_trial(self, request: TrialRequest, record: Callable[[Record], None]) -> None:
        """Train a changed design beside the present run; ``record`` gets its records. Ends an earlier trial."""
        self._send(lambda: self._beside.start_trial(request, self._load_for_trial, record))

    def cancel_trial(self) -> None:
        """End the trial without a verdict."""
        self._send(self._beside.cancel_trial)

    @property
    def trial_status(self) -> TrialStatus | None:
        """How far the trial is, or what came of it; None where none was asked for."""
        return self._beside.trial_status

    def inspect(self, unit: tuple[int, int] | None) -> None:
        """Look closely at a unit (layer of the layout, unit) from now on, or at none."""
        self._send(lambda: self._inspect(unit))

    def find_death(self, request: AutopsyRequest, record: Callable[[Record], None]) -> None:
        """Find the step in which a unit died, beside the run; ``record`` gets the DeathCertificate.

        Ends an earlier search without one.
        """
        self._send(lambda: self._find_death(request, record))

    def cancel_autopsy(self) -> None:
        """End the search for a death without a certificate."""
        self._send(self._beside.cancel_autopsy)

    @property
    def autopsy_progress(self) -> float | None:
        """How far the search for a death is, 0 to 1; None while there is none."""
        return self._beside.autopsy_progress

    def look_back(self, request: MomentRequest, record: Callable[[Record], None], done: Callable[[str], None]) -> None:
        """Compute what the network was at an earlier moment of any run, between two steps of the present one.

        ``record`` gets the picture and the details of the unit, then ``done`` why they are not there, or nothing;
        both in the worker thread.
        """
        self._send(lambda: self._beside.look_back(request, self._load_for_trial, record, done))

    def operate(self, operation: str, layer: int, unit: int, amount: float = 0.0) -> None:
        """Change a unit of a run that waits: ``operation`` is a key of ``surgery.OPERATIONS``."""
        self._send(lambda: self._operate(operation, layer, unit, amount))

    def wait(self, states: set[State], timeout: float | None = None) -> Status:
        """Block until the state is one of ``states`` and no command is waiting, or until the timeout (seconds)."""
        deadline = None if timeout is None else monotonic() + timeout
        with self._changed:
            while not (self._status.state in states and not self._commands):
                rest = None if deadline is None else deadline - monotonic()
                if (rest is not None and rest <= 0) or self._status.state is State.CLOSED:
                    break
                self._changed.wait(rest)
        return self._status

    def close(self, timeout: float = 3.0) -> bool:
        """End the worker. Returns whether it ended within ``timeout`` seconds."""
        self._closing = True
        self._preparation += 1
        self._send(lambda: None)
        self._worker.join(timeout)
        atexit.unregister(self.close)
        return not self._worker.is_alive()

    # From here on everything runs in the worker thread.

    def _send(self, command: Callable[[], None]) -> None:
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            self._load_engine()
            while not self._closing:
                if self._commands:
                    self._guarded(self._commands[0])
                    with self._changed:  # only now: ``wait`` must not see the old state with an empty queue
                        self._commands.popleft()
                        self._changed.notify_all()
                elif self._status.state is State.RUNNING or self._beside.busy:
                    if self._status.state is State.RUNNING:
                        self._guarded(self._train_slice)
                    self._beside.advance(SLICE)
                else:
                    with self._changed:
                        self._changed.wait_for(lambda: bool(self._commands))
        finally:
            self._enter(State.CLOSED)

    def _load_engine(self) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # threads that spin would take the window's core
        self._guarded(self._import_torch)

    def _import_torch(self) -> None:
        import torch

        torch.set_num_threads(self._threads)

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
        if isinstance(error, ImportError):
            return f"PyTorch could not be loaded ({error}). Install it again, then restart ReLU Lab."
        from relulab.training.devices import explain

        return explain(error, self._status.device)

    def _prepare(self, spec: ExperimentSpec, source: Source, ticket: int) -> None:
        if ticket != self._preparation:
            return
        self._run = None
        self._source = source
        self._beside.clear()
        self._enter(State.PREPARING, "Loading the data …")
        check_experiment(spec)
        self._start_run(spec, self._load(spec.data, source, ticket))

    def _resume(self, resumption: Resumption, source: Source, ticket: int) -> None:
        if ticket != self._preparation:
            return
        from relulab.training.run import TrainingRun

        self._run = None
        self._source = source
        self._beside.clear()
        self._enter(State.PREPARING, "Loading the data …")
        check_experiment(resumption.spec)
        dataset = self._load(resumption.spec.data, source, ticket)
        resumption.check(dataset)
        self._run_seconds = resumption.seconds
        self._tested = NOT_TESTED
        self._goal = None
        self._started = resumption.spec
        self._run = TrainingRun.resumed(
            resumption.checkpoint, dataset, recording=self._recording, record=resumption.record
        )
        self._run.instruments.pictures_wanted = self._pictures_wanted
        self._run.instruments.show_picture()
        over = bool(resumption.ended) or self._run.finished
        self._enter(State.FINISHED if over else State.PAUSED, resumption.ended or self._run.early_stopped)

    def _take_checkpoint(self, receive: Callable[[Checkpoint | None, Status], None]) -> None:
        run, status = self._run, self._status
        sound = run is not None and status.state not in (State.DIVERGED, State.FAILED)
        try:
            receive(run.checkpoint() if run is not None and sound else None, status)
        except Exception:  # whoever wanted it; the run must live on
            log.exception("a checkpoint could not be taken")

    def _load(self, data: DataSpec, source: Source, ticket: int) -> Dataset:
        """The data set, kept for the next run on the same data."""
        from relulab.data.loading import load_dataset

        if self._dataset is None or self._dataset[0] != data:

            def progress(done: int, total: int, what: str) -> None:
                if ticket != self._preparation:
                    raise CancelledError("A newer design took over.")
                source.progress(done, total, what)

            self._dataset = None
            self._dataset = (data, load_dataset(data, replace(source, progress=progress)))
        return self._dataset[1]

    def _start_run(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        from relulab.training.run import TrainingRun

        self._run_seconds = 0.0
        self._tested = NOT_TESTED
        self._goal = None
        self._started = spec
        self._run = TrainingRun(spec, dataset, recording=self._recording, record=self._record)
        self._run.instruments.pictures_wanted = True
        self._run.measure_start()
        self._run.instruments.seconds = 0.0  # the budget is of the training time
        self._pass_on_pictures()
        self._enter(State.READY)

    def _reset(self) -> None:
        if self._run is not None and self._started is not None:
            self._start_run(self._started, self._run.dataset)

    def _go(self, steps: int | None) -> None:
        """Run ``steps`` more steps, or to the end."""
        if self._run is not None and self._status.state in (State.READY, State.PAUSED, State.RUNNING):
            asked_before = self._goal if self._status.state is State.RUNNING else None
            self._goal = None if steps is None else (asked_before or self._run.step_index) + steps
            self._rate.restart(self._run.step_index)
            self._enter(State.RUNNING)

    def _to_epoch_end(self) -> int:
        run = self._run
        return 0 if run is None else run.steps_per_epoch - run.step_index % run.steps_per_epoch

    def _pause(self) -> None:
        if self._run is not None and self._status.state is State.RUNNING:
            self._run.instruments.measure_all()
            self._enter(State.PAUSED)

    def _stop(self) -> None:
        if self._run is not None and self._status.state in (State.RUNNING, State.PAUSED):
            self._finish("Stopped by hand.")

    def _change(
        self, learning_rate: float | None, clipping: ClippingChoice | None, l1: float | None, l2: float | None
    ) -> None:
        if self._run is not None:
            self._run.change(learning_rate=learning_rate, clipping=clipping, l1=l1, l2=l2)

    def _pass_on_pictures(self) -> None:
        run = self._run
        if run is not None and run.instruments.pictures_wanted != self._pictures_wanted:
            run.instruments.pictures_wanted = self._pictures_wanted
            if self._pictures_wanted and self._status.state is not State.RUNNING:
                run.instruments.measure_picture()

    def _train_slice(self) -> None:
        """Steps until a command comes, the goal is reached or the status is due."""
        run = self._run
        assert run is not None
        began = perf_counter()
        goal = run.total_steps if self._goal is None else min(self._goal, run.total_steps)
        try:
            while not self._commands and run.step_index < goal and not run.early_stopped:
                run.step()
                if perf_counter() - began > SLICE:
                    break
        finally:
            self._run_seconds += perf_counter() - began
        if run.finished:
            self._finish(run.early_stopped)
        elif self._goal is not None and run.step_index >= self._goal:
            self._pause()
        else:
            self._rate.update(run.step_index)
            self._status = self._snapshot(State.RUNNING, "")

    def _finish(self, reason: str) -> None:
        run = self._run
        assert run is not None
        run.instruments.measure_all()
        loss, accuracy = self._tested = run.test()
        samples = len(run.dataset.test)
        words = [reason] if reason else []
        words.append(f"{run.step_index:,} steps in {self._run_seconds:.1f} s.")
        if accuracy == accuracy:
            words.append(f"Test accuracy {accuracy:.1%} on {samples:,} samples the network never saw.")
        elif loss == loss:
            words.append(f"Test loss {loss:.4g} on {samples:,} samples the network never saw.")
        self._enter(State.FINISHED, " ".join(words))

    def _load_for_trial(self, data: DataSpec) -> Dataset:
        """The data of the present run where they are the same, loaded beside it otherwise."""
        from relulab.data.loading import load_dataset

        if self._dataset is not None and self._dataset[0] == data:
            return self._dataset[1]
        return load_dataset(data, self._source)

    def _find_death(self, request: AutopsyRequest, record: Callable[[Record], None]) -> None:
        self._beside.cancel_autopsy()
        if self._run is not None and self._started is not None and self._has_unit(request.layer, request.unit):
            self._beside.start_autopsy(self._started, self._run.dataset, request, record)

    def _has_unit(self, layer: int, unit: int) -> bool:
        """A window that looks at a unit may be one network behind."""
        return self._run is not None and self._run.layout.has_unit(layer, unit)

    def _inspect(self, unit: tuple[int, int] | None) -> None:
        if self._run is not None and (unit is None or self._has_unit(*unit)):
            self._run.instruments.inspected = unit
            if self._status.state is not State.RUNNING:
                self._run.instruments.inspect()

    def _operate(self, operation: str, layer: int, unit: int, amount: float) -> None:
        from relulab.training.surgery import OPERATIONS

        rests = self._status.state in (State.READY, State.PAUSED)
        if self._run is not None and rests and self._has_unit(layer, unit):
            self._run = OPERATIONS[operation](self._run, layer, unit, amount)
            self._run.instruments.measure_again()

    def _snapshot(self, state: State, message: str, error: BaseException | None = None) -> Status:
        run = self._run
        if run is None:
            return Status(state=state, message=message, error=error)
        rate = self._rate.steps_per_second
        rest = run.total_steps - run.step_index
        return Status(
            state=state,
            step=run.step_index,
            total_steps=run.total_steps,
            epoch=run.epoch,
            total_epochs=run.total_steps / run.steps_per_epoch,
            seconds=self._run_seconds,
            samples_per_second=rate * len(run.train) / run.steps_per_epoch,
            eta=rest / rate if rate and state is State.RUNNING else None,
            instrument_share=run.instruments.seconds / self._run_seconds if self._run_seconds else 0.0,
            test_loss=self._tested[0],
            test_accuracy=self._tested[1],
            device=str(run.device),
            message=message,
            error=error,
        )

    def _enter(self, state: State, message: str = "", error: BaseException | None = None) -> None:
        with self._changed:
            self._status = self._snapshot(state, message, error)
            self._changed.notify_all()
        self._on_state(self._status)
