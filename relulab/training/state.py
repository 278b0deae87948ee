"""Where a training run stands.

    EMPTY ──prepare──▶ PREPARING ──▶ READY ──train──▶ RUNNING ◀──train── PAUSED
                           │           ▲                │ │ └──pause──────▲
                           ▼           └────reset───────┘ ├──▶ FINISHED
                         FAILED ◀─────(any exception)─────┤
                                                          └──▶ DIVERGED  (a loss that is not finite)

``prepare`` and ``reset`` are possible from every state; CLOSED is the end.
"""

import math
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """The state of the one run that a Trainer works on."""

    EMPTY = "empty"
    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"
    CLOSED = "closed"

    @property
    def is_resting(self) -> bool:
        """A run waits for the user to start it or to go on: it can be changed by hand."""
        return self in (State.READY, State.PAUSED)

    @property
    def is_under_way(self) -> bool:
        """A run was started and is not over."""
        return self in (State.RUNNING, State.PAUSED)

    @property
    def is_over(self) -> bool:
        """A run came to its end, a good or a bad one; there is nothing left to train."""
        return self in (State.FINISHED, State.DIVERGED)

    @property
    def has_ended(self) -> bool:
        """A run is over, or a problem has put an end to it."""
        return self.is_over or self is State.FAILED

    @property
    def has_run(self) -> bool:
        """There is a network, at whatever step, that no problem has put an end to."""
        return self.is_resting or self.is_under_way or self.is_over


@dataclass(frozen=True, slots=True)
class Status:
    """A moment of a run. ``step`` counts finished steps; ``epoch`` is a fraction of passes over the data.

    ``eta`` is in seconds, None when unknown. ``instrument_share`` is the share of the training time that
    measuring took (0 to 1), by the clock: waiting for the watch speed counts. ``test_loss`` and ``test_accuracy``
    are of the test set, NaN before the run has finished and where there is none. ``message`` says in a sentence
    what happened, for the user; ``error`` is the exception behind it, where there was one. ``trouble`` says what
    could not be measured.
    ``to_undo``: how many changes by hand can be taken back.
    """

    state: State = State.EMPTY
    step: int = 0
    total_steps: int = 0
    epoch: float = 0.0
    total_epochs: float = 0.0
    seconds: float = 0.0
    samples_per_second: float = 0.0
    eta: float | None = None
    instrument_share: float = 0.0
    test_loss: float = math.nan
    test_accuracy: float = math.nan
    device: str = "cpu"
    message: str = ""
    error: BaseException | None = None
    trouble: str = ""
    to_undo: int = 0

    @property
    def did_not_start(self) -> bool:
        """Whether there is no run because of a problem, or because the user did not wait for its data."""
        return not self.total_steps and bool(self.message) and self.state in (State.FAILED, State.EMPTY)
