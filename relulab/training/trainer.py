"""The one background thread that computes. The window and the command line only send it commands.

Importing this file does not import torch; the worker does that, so a window is up before.
Every method of ``Trainer`` may be called from any thread and returns at once (``wait`` and ``close`` wait).
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Self, Unpack

from relulab.callbacks import ignore
from relulab.data.dataset import Source
from relulab.experiment import ExperimentSpec
from relulab.experiment.live_settings import LiveChange
from relulab.training import by_hand
from relulab.training.checkpoint import Checkpoint
from relulab.training.command_queue import CommandQueue
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import (
    AutopsyRequest,
    Companion,
    MomentRequest,
    NetworkWish,
    Resumption,
    TrialRequest,
    TrialStatus,
)
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State, Status
from relulab.training.telemetry import Record
from relulab.training.worker import Worker


def default_threads() -> int:
    """All cores but one: the window keeps a core to itself."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


@contextmanager
def torch_threads(threads: int | None = None) -> Iterator[int]:
    """Let torch use so many threads (None: as many as the window), and put its number back afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads or default_threads())
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)


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
        self._queue = CommandQueue()
        self._worker = Worker(self._queue, record, on_state, recording, threads or default_threads())
        # A forgotten trainer must not keep the process alive, and must not be killed in mid-step either.
        self._thread = threading.Thread(target=self._worker.work, name="trainer", daemon=True)
        atexit.register(self.close)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def status(self) -> Status:
        """Where the run stands, right now."""
        return self._queue.status

    def prepare(self, spec: ExperimentSpec, source: Source | None = None) -> None:
        """Load the data, build the network and measure step 0. A newer call cancels an older one."""
        cancelled = self._queue.begin_preparation()
        self._queue.send(lambda: self._worker.prepare(spec, source or Source(), cancelled))

    def resume(self, resumption: Resumption, source: Source | None = None) -> None:
        """Load the data and go on with a run out of a file: PAUSED where it stood, or FINISHED where it had ended.

        FAILED with a message where the data are other ones now or the checkpoint does not fit.
        """
        cancelled = self._queue.begin_preparation()
        self._queue.send(lambda: self._worker.resume(resumption, source or Source(), cancelled))

    def checkpoint(self, receive: Callable[[Checkpoint | None, Status], None]) -> None:
        """Take a checkpoint between two steps and hand it to ``receive``, with the status, in the worker thread.

        None where there is no run to go on with. Training waits while ``receive`` runs.
        """
        self._queue.send(lambda: self._worker.take_checkpoint(receive))

    def weights(self, timeout: float) -> MomentWeights | None:
        """A copy of the present weights, waited for between two steps; None where there is no run, or not in time."""
        taken: Queue[MomentWeights | None] = Queue()
        self._queue.send(lambda: taken.put(MomentWeights.of_run(self._worker.run) if self._worker.run else None))
        try:
            return taken.get(timeout=timeout)
        except Empty:
            return None

    def train(self) -> None:
        """Start or resume."""
        self._queue.send(lambda: self._worker.go(None))

    def pause(self) -> None:
        """Stop after the present step; ``train`` goes on from there."""
        self._queue.send(self._worker.pause)

    def step_batch(self) -> None:
        """Learn from one batch, then pause."""
        self._queue.send(lambda: self._worker.go(1))

    def step_epoch(self) -> None:
        """Learn until the end of the present epoch, then pause."""
        self._queue.send(lambda: self._worker.go_to_epoch_end())

    def stop(self) -> None:
        """End the run here."""
        self._queue.send(self._worker.stop)

    def reset(self) -> None:
        """Back to step 0 with the same initial weights, in a new history."""
        self._queue.send(self._worker.reset)

    def change(self, **settings: Unpack[LiveChange]) -> None:
        """Change settings of the run without a reset; the history keeps the change."""
        self._queue.send(lambda: self._worker.change(settings))

    def watch_pictures(self, wanted: bool) -> None:
        """Whether the user looks at the picture of the output; it is not made otherwise."""
        self._queue.send(lambda: self._worker.watch_pictures(wanted))

    def watch_network(self, wanted: bool, sample: int = 0, pixels: int = 0) -> None:
        """Whether the user looks at the picture of the network: see ``NetworkWish``."""
        self._queue.send(lambda: self._worker.watch_network(wanted, NetworkWish(sample, pixels)))

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Train at most so fast, by waiting between steps, so that somebody can watch; None: as fast as it can."""
        self._queue.send(lambda: self._worker.limit_speed(steps_per_second))

    def show_answers(self) -> None:
        """Record what the network says to the samples in the picture of the output now, while it trains."""
        self._queue.send(self._worker.show_answers)

    def train_along(self, companions: Sequence[Companion]) -> None:
        """Train these designs in step with the present run until another run begins; they go on to their own ends."""
        self._queue.send(lambda: self._worker.beside.train_along(companions, self._worker.load_beside, self._reached))

    def _reached(self) -> int | None:
        """The steps of the present run; None where it has come to its end. In the worker thread."""
        run = self._worker.run
        return None if run is None or run.finished or self.status.state is State.DIVERGED else run.step_index

    def start_trial(self, request: TrialRequest, record: Callable[[Record], None]) -> None:
        """Train a changed design beside the present run; ``record`` gets its records. Ends an earlier trial."""
        self._queue.send(lambda: self._worker.beside.start_trial(request, self._worker.load_beside, record))

    def cancel_trial(self) -> None:
        """End the trial without a verdict."""
        self._queue.send(self._worker.beside.cancel_trial)

    @property
    def trial_status(self) -> TrialStatus | None:
        """How far the trial is, or what came of it; None where none was asked for."""
        return self._worker.beside.trial_status

    def inspect(self, unit: tuple[int, int] | None) -> None:
        """Look closely at a unit (layer of the layout, unit) from now on, or at none."""
        self._queue.send(lambda: self._worker.inspect(unit))

    def find_death(self, request: AutopsyRequest, record: Callable[[Record], None]) -> None:
        """Find the step in which a unit died, beside the run; ``record`` gets the DeathCertificate.

        Ends an earlier search without one.
        """
        self._queue.send(lambda: self._worker.find_death(request, record))

    def cancel_autopsy(self) -> None:
        """End the search for a death without a certificate."""
        self._queue.send(self._worker.beside.cancel_autopsy)

    @property
    def autopsy_progress(self) -> float | None:
        """How far the search for a death is, 0 to 1; None while there is none."""
        return self._worker.beside.autopsy_progress

    def look_back(self, request: MomentRequest, record: Callable[[Record], None], done: Callable[[str], None]) -> None:
        """Compute what the network was at an earlier moment of any run, between two steps of the present one.

        ``record`` gets the picture and the details of the unit, then ``done`` why they are not there, or nothing;
        both in the worker thread.
        """
        self._queue.send(lambda: self._worker.beside.look_back(request, self._worker.load_beside, record, done))

    def operate(self, operation: str, layer: int, unit: int, amount: float = 0.0) -> None:
        """Change a unit of a run that waits: ``operation`` is a key of ``surgery.OPERATIONS``."""
        change = by_hand.operation(operation, layer, unit, amount)
        self._queue.send(lambda: self._worker.change_by_hand(change, layer, unit))

    def set_weight(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Give a unit of a run that waits this weight from input ``source`` of its layer; without one this bias."""
        change = by_hand.weight_change(layer, unit, source, value)
        self._queue.send(lambda: self._worker.change_by_hand(change, layer, unit))

    def undo_by_hand(self) -> None:
        """Take back the last change by hand of a run that waits and has not learned since."""
        self._queue.send(lambda: self._worker.change_by_hand(None))

    def wait(self, states: set[State], timeout: float | None = None) -> Status:
        """Block until the state is one of ``states`` and no command is waiting, or until the timeout (seconds)."""
        return self._queue.wait(states, timeout)

    def close(self, timeout: float = 3.0) -> bool:
        """End the worker. Returns whether it ended within ``timeout`` seconds."""
        self._queue.close()
        self._thread.join(timeout)
        atexit.unregister(self.close)
        return not self._thread.is_alive()
