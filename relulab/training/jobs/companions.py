"""Runs that are trained in step with the present one: each makes a step when that one has made it.

They see their own data in their own order, as if they were alone: they have random states of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from relulab.data.dataset import Dataset
from relulab.errors import DivergedError
from relulab.experiment import DataSpec
from relulab.training.checkpoint import OwnRandomness
from relulab.training.devices import resolve_device
from relulab.training.requests import Companion
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.training.state import State, Status


@dataclass(slots=True)
class _Pacing:
    """A companion with its run; ``run`` is None until it is built, and ``over`` says that it will do no more."""

    companion: Companion
    randomness: OwnRandomness
    run: TrainingRun | None = None
    seconds: float = 0.0
    over: bool = False


@dataclass(slots=True)
class Companions:
    """They live in the worker thread, which calls ``advance`` between its other work.

    ``load`` returns the data of a spec; ``reached`` how many steps the present run has made, None where it makes no
    more: then they go on to their own ends.
    """

    load: Callable[[DataSpec], Dataset]
    reached: Callable[[], int | None]
    chosen: Sequence[Companion]
    _all: list[_Pacing] = field(init=False)

    def __post_init__(self) -> None:
        self._all = [_Pacing(one, OwnRandomness(resolve_device(one.spec.training.device))) for one in self.chosen]

    @property
    def done(self) -> bool:
        """Whether there is nothing to do until the present run makes its next step."""
        return not any(self._is_behind(one) for one in self._all)

    def advance(self, seconds: float) -> bool:
        """Let each catch up for about ``seconds``, as long as the present run trains between; whether all have."""
        for one in self._all:
            if self._is_behind(one):
                with one.randomness:
                    self._catch_up(one, seconds)
        return self.done

    def fail(self, problem: str) -> None:
        """End what could not be gone on with."""
        for one in self._all:
            if self._is_behind(one):
                self._end(one, State.FAILED, problem)

    def _is_behind(self, one: _Pacing) -> bool:
        if one.over:
            return False
        reached = self.reached()
        return one.run is None or reached is None or one.run.step_index < reached

    def _catch_up(self, one: _Pacing, seconds: float) -> None:
        run = one.run
        if run is None:
            run = one.run = TrainingRun(
                one.companion.spec, self.load(one.companion.spec.data), recording=LIVE, record=one.companion.record
            )
            run.instruments.pictures_wanted = True
            run.measure_start()
            run.instruments.seconds = 0.0
        began = perf_counter()
        try:
            while not run.finished and self._is_behind(one) and perf_counter() - began < seconds:
                run.step()
        except DivergedError as error:
            self._end(one, State.DIVERGED, str(error))
            return
        finally:
            one.seconds += perf_counter() - began
        if run.finished:
            run.instruments.conclude()
            self._end(one, State.FINISHED, run.early_stopped)

    def _end(self, one: _Pacing, state: State, message: str) -> None:
        one.over, run = True, one.run
        step = 0 if run is None else run.step_index
        status = Status(state, step=step, seconds=one.seconds, message=message)
        if run is not None and state is State.FINISHED:
            loss, accuracy = run.test()
            status = replace(status, test_loss=loss, test_accuracy=accuracy)
        one.companion.ended(status)
