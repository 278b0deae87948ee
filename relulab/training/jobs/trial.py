"""A trial: the same experiment with one change, trained beside the present run, and what came of it.

Both arms see the same data, the same initial weights where the change leaves them comparable, and the same
order of batches, because those follow from seeds that the change does not touch. With several seeds, each
seed trains both arms. The verdict compares the arms at the same number of steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter

from relulab.callbacks import ignore
from relulab.data.dataset import Dataset
from relulab.errors import DivergedError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.experiment.seeds import with_next_seeds
from relulab.training.checkpoint import OwnRandomness
from relulab.training.devices import resolve_device
from relulab.training.requests import Outcome, TrialRequest, TrialStatus
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, NEVER, UNWATCHED
from relulab.training.telemetry import Record

WATCHED = replace(LIVE, checkpoints=NEVER)  # nobody goes back in a trial


@dataclass(slots=True)
class _Arm:
    """One run of a trial. ``changed`` tells which side it is on."""

    spec: ExperimentSpec
    changed: bool
    watched: bool


@dataclass(slots=True)
class Trial:
    """A trial in progress; it lives in the worker thread, which calls ``advance`` between its other work.

    ``load`` returns the data of a spec. ``record`` receives the records of the changed arm of the first seed.
    Raises what loading and building raise.
    """

    request: TrialRequest
    load: Callable[[DataSpec], Dataset]
    record: Callable[[Record], None]
    status: TrialStatus = field(init=False)
    _arms: list[_Arm] = field(init=False)
    _total: int = field(init=False)
    _outcomes: list[tuple[bool, Outcome]] = field(init=False, default_factory=list)
    _run: TrainingRun | None = field(init=False, default=None)
    _randomness: OwnRandomness = field(init=False)

    def __post_init__(self) -> None:
        self._arms = list(_arms(self.request))
        self._total = len(self._arms)
        self.status = TrialStatus(self.request.title)

    def advance(self, seconds: float) -> bool:
        """Train for about ``seconds``, and say whether the trial is done. The present run's random state stays."""
        if self._run is None:
            self._randomness = OwnRandomness(resolve_device(self._arms[0].spec.training.device))
        with self._randomness:
            run = self._run or self._begin_arm()
            diverged = _diverges(run, seconds)
            done = diverged or run.finished
            finished_arms = self._total - len(self._arms)
            share = (finished_arms + (1.0 if done else run.step_index / run.total_steps)) / self._total
            self.status = replace(self.status, progress=share)
            if done:
                self._end_arm(run, diverged)
        return self.done

    @property
    def done(self) -> bool:
        """Whether there is a verdict, or there will be none."""
        return self.status.done

    def fail(self, problem: str) -> None:
        """End without a verdict."""
        self.status = replace(self.status, error=problem, done=True)

    def _begin_arm(self) -> TrainingRun:
        """Build the next run."""
        arm = self._arms[0]
        record, recording = (self.record, WATCHED) if arm.watched else (ignore, UNWATCHED)
        run = self._run = TrainingRun(arm.spec, self.load(arm.spec.data), recording=recording, record=record)
        run.instruments.pictures_wanted = False
        if arm.watched:
            run.measure_start()
        return run

    def _end_arm(self, run: TrainingRun, diverged: bool) -> None:
        arm = self._arms.pop(0)
        if arm.watched and not diverged:
            run.instruments.conclude()
        self._outcomes.append((arm.changed, _outcome(run, diverged)))
        self._run = None
        if not self._arms:
            self.status = self._judged()

    def _judged(self) -> TrialStatus:
        """Compare the arms and say in one line whether the change helped."""
        before = [outcome for changed, outcome in self._outcomes if not changed]
        after = [outcome for changed, outcome in self._outcomes if changed]
        wins = sum(b.better_than(a) for a, b in zip(before, after, strict=True))
        losses = sum(a.better_than(b) for a, b in zip(before, after, strict=True))
        steps = self.request.spec.training
        length = f"{steps.steps:,} steps" if steps.steps else f"{steps.epochs:,} epochs"
        seeds = f" in {wins} of {len(after)} seeds" if len(after) > 1 else ""
        change = f"{_middle(before).words} → {_middle(after).words} after {length}"
        if wins > losses:
            verdict, helped = f"It helped{seeds}: {change}.", True
        elif losses > wins:
            worse = f" in {losses} of {len(after)} seeds" if len(after) > 1 else ""
            verdict, helped = f"It made things worse{worse}: {change}.", False
        else:
            verdict, helped = f"It made no clear difference: {change}.", False
        return replace(
            self.status,
            progress=1.0,
            done=True,
            helped=helped,
            verdict=verdict,
            before=tuple(before),
            after=tuple(after),
        )


def _arms(request: TrialRequest) -> Iterator[_Arm]:
    """Both arms for each seed; the first changed arm is the one that is watched."""
    for seed in range(request.seeds):
        yield _Arm(with_next_seeds(request.changed, seed), changed=True, watched=seed == 0)
        yield _Arm(with_next_seeds(request.spec, seed), changed=False, watched=False)


def _diverges(run: TrainingRun, seconds: float) -> bool:
    """Train for about ``seconds``; whether the loss stopped being finite."""
    began = perf_counter()
    try:
        while not run.finished and perf_counter() - began < seconds:
            run.step()
    except DivergedError:
        return True
    return False


def _outcome(run: TrainingRun, diverged: bool) -> Outcome:
    """How an arm ended, on the validation samples."""
    if diverged:
        return Outcome(math.nan, math.nan, diverged=True)
    loss, accuracy = run.evaluator.evaluate(run.evaluator.validation)
    return Outcome(loss, accuracy, diverged=not math.isfinite(loss))


def _middle(outcomes: list[Outcome]) -> Outcome:
    """The median arm: by accuracy where there is one, else by loss; diverged ones are the worst."""
    finite = [outcome for outcome in outcomes if not outcome.diverged]
    if 2 * len(finite) <= len(outcomes):
        return next(outcome for outcome in outcomes if outcome.diverged)
    return Outcome(median(o.loss for o in finite), median(o.accuracy for o in finite))
