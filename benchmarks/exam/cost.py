"""What looking costs: the same run with and without each judge, in turn, in processor time.

A tool is compared with a run that keeps the losses and accuracies that its own framework keeps without it; ReLU Lab
with a run that keeps nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import process_time

from benchmarks.exam.course import Course, Watcher, watch
from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.experiments import Experiment
from benchmarks.exam.score import OURS_NAME
from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.training.examination import examine

Work = Callable[[], object]

REPEATS = 5
TIMED = ("V1-twin", "R4-twin", "R1-twin", "E2-twin")  # dense on images, convolutions, small and flat, a regression


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians over the repeats: milliseconds that a judge adds to a step, and that in percent of the run without it."""

    judge: str
    experiment: str
    ms_per_step: float
    percent: float


class Nobody:
    """Watches, and sees nothing."""

    def before(self, plan: DesignPlan) -> None: ...
    def after_step(self, course: Course) -> None: ...
    def after_epoch(self, course: Course) -> None: ...


def costs(experiments: tuple[Experiment, ...]) -> Iterator[Cost]:
    """Every judge on every timed experiment; ReLU Lab with all its measuring."""
    for experiment in experiments:
        if experiment.name in TIMED:
            steps = experiment.spec.training.steps
            assert steps is not None, "the designs of the exam count steps"
            for name, without, judged in _judges(experiment.spec, load_dataset(experiment.spec.data)):
                pairs = [(_seconds(without), _seconds(judged)) for _ in range(REPEATS)]
                more = statistics.median(after - before for before, after in pairs)
                share = statistics.median((after - before) / before for before, after in pairs)
                yield Cost(name, experiment.name, 1e3 * more / steps, 1e2 * share)


def _judges(spec: ExperimentSpec, dataset: Dataset) -> Iterator[tuple[str, Work, Work]]:
    """The name of each judge, the run without it, and the run with it."""
    yield OURS_NAME, partial(watch, spec, dataset), partial(examine, spec, dataset)
    for tool in DETECTORS:
        if not tool.classes_only or dataset.description.task is Task.CLASSIFICATION:
            yield tool.name, partial(_watch_with, Nobody, spec, dataset), partial(_watch_with, tool, spec, dataset)


def _watch_with(watcher: Callable[[], Watcher], spec: ExperimentSpec, dataset: Dataset) -> None:
    watch(spec, dataset, [watcher()])


def _seconds(work: Work) -> float:
    began = process_time()
    work()
    return process_time() - began
