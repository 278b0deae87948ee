"""A trial: the same experiment with one change, trained beside the present run, and what came of it.

Both arms see the same data, the same initial weights where the change leaves them comparable, and the same
order of batches, because those follow from seeds that the change does not touch. With several seeds, each
seed trains both arms; how they are compared stands in ``comparison.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import perf_counter, thread_time

import numpy as np

from relulab.callbacks import ignore
from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.diagnosis.data_statistics import measured_statistics
from relulab.errors import DivergedError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.experiment.seeds import with_next_seeds
from relulab.training.checkpoint import OwnRandomness
from relulab.training.devices import resolve_device
from relulab.training.jobs.comparison import compare
from relulab.training.requests import SEVERAL_SEEDS, SHORT_SECONDS, Outcome, TrialRequest, TrialStatus
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, NEVER, UNWATCHED
from relulab.training.telemetry import Record

WATCHED = replace(LIVE, checkpoints=NEVER, glances=False)  # nobody goes back in a trial, or looks at its units


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
    _computed: float = field(init=False, default=0.0)  # seconds of this thread: how busy the machine is does not count

    def __post_init__(self) -> None:
        self._arms = list(_arms(self.request, range(self.request.seeds or 1)))
        self._total = len(self._arms)
        self.status = TrialStatus(self.request.title, seeds=self.request.seeds or 1)

    def advance(self, seconds: float) -> bool:
        """Train for about ``seconds``, and say whether the trial is done. The present run's random state stays."""
        if self._run is None:
            self._randomness = OwnRandomness(resolve_device(self._arms[0].spec.training.device))
        began = thread_time()
        with self._randomness:
            run = self._run or self._begin_arm()
            diverged = _diverges(run, seconds)
            self._computed += thread_time() - began
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
        self._outcomes.append((arm.changed, _outcome(run, diverged, _weighs_classes(self.request))))
        self._run = None
        if len(self._outcomes) == 1 and self.request.seeds is None and self._computed < SHORT_SECONDS:
            self._arms += _arms(self.request, range(1, SEVERAL_SEEDS))
            self._total += 2 * (SEVERAL_SEEDS - 1)
            self.status = replace(self.status, seeds=SEVERAL_SEEDS)
        if not self._arms:
            self.status = self._judged()

    def _judged(self) -> TrialStatus:
        """Compare the arms and say in one line whether the change helped."""
        before = tuple(outcome for changed, outcome in self._outcomes if not changed)
        after = tuple(outcome for changed, outcome in self._outcomes if changed)
        spec = self.request.spec
        alike = _weighs_classes(self.request)
        found = compare(before, after, _guess(spec, self.load(spec.data), alike), classes_alike=alike)
        return replace(
            self.status, progress=1.0, done=True, helped=found.helped, verdict=found.verdict, before=before, after=after
        )


def _arms(request: TrialRequest, seeds: Iterable[int]) -> Iterator[_Arm]:
    """Both arms for each seed; the first changed arm is the one that is watched."""
    for seed in seeds:
        yield _Arm(with_next_seeds(request.changed, seed), changed=True, watched=seed == 0)
        yield _Arm(with_next_seeds(request.spec, seed), changed=False, watched=False)


def _weighs_classes(request: TrialRequest) -> bool:
    """Whether an arm gives classes weights: then both are judged with all classes counting alike."""
    return any(spec.training.class_weights != "none" for spec in (request.spec, request.changed))


def _guess(spec: ExperimentSpec, dataset: Dataset, classes_alike: bool) -> Outcome:
    """The best constant answer: its loss, and the share of the most frequent class (NaN in a regression)."""
    if classes_alike:
        return Outcome(math.nan, 1.0 / dataset.description.outputs)
    facts = measured_statistics(spec, dataset)
    if dataset.description.task is not Task.CLASSIFICATION:
        return Outcome(facts.baseline, math.nan)
    seen = dataset.validation if len(dataset.validation) else dataset.train
    most = int(np.bincount(dataset.train.targets).argmax())
    return Outcome(facts.baseline, float((seen.targets == most).mean()))


def _diverges(run: TrainingRun, seconds: float) -> bool:
    """Train for about ``seconds``; whether the loss stopped being finite."""
    began = perf_counter()
    try:
        while not run.finished and perf_counter() - began < seconds:
            run.step()
    except DivergedError:
        return True
    return False


def _outcome(run: TrainingRun, diverged: bool, classes_alike: bool) -> Outcome:
    """How an arm ended, on the validation samples."""
    if diverged:
        return Outcome(math.nan, math.nan, diverged=True, steps=run.step_index)
    evaluate = run.evaluator.evaluate_classes_alike if classes_alike else run.evaluator.evaluate
    loss, accuracy = evaluate(run.evaluator.validation)
    return Outcome(loss, accuracy, diverged=not math.isfinite(loss), steps=run.step_index)
