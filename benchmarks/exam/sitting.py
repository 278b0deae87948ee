"""One experiment with one seed before ReLU Lab's rules and before every rebuilt detector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import NamedTuple

import torch

from benchmarks.exam.course import watch
from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.experiments import Experiment
from relulab.catalog.losses import Task
from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Severity
from relulab.experiment.seeds import with_next_seeds
from relulab.training.examination import Examination, examine

SEEDS = 3
Alarms = Mapping[str, tuple[int, bool]]


class Found(NamedTuple):
    """A rule of ReLU Lab whose finding stands. ``because``: the rule that explains it, empty where none does."""

    rule: str
    severity: str
    because: str = ""

    @property
    def is_illness(self) -> bool:
        """Whether it is a warning or an error."""
        return Severity(self.severity).is_illness


@dataclass(frozen=True, slots=True)
class Sitting:
    """What was found, as plain data.

    ``result`` is the accuracy on the test samples at the end, in a regression the loss; NaN after divergence.
    ``findings`` are the rules of ReLU Lab that stand at the end, in the order in which they are shown; ``ended`` those
    that had stood. ``alarms`` has for each tool that can judge the run the conditions that held at some time: the step
    at which they first did, and whether they still do at the end.
    """

    experiment: str
    seed: int
    result: float
    diverged_at: int | None
    findings: tuple[Found, ...]
    ended: tuple[str, ...]
    alarms: Mapping[str, Alarms]


def sit(experiment: Experiment, seed: int) -> Sitting:
    """Train twice, with the same losses: for ReLU Lab as ``relulab diagnose --seeds`` does it, and for the tools."""
    spec = with_next_seeds(experiment.spec, seed)
    dataset = load_dataset(spec.data)
    examination = examine(spec, dataset)
    classes = dataset.description.task is Task.CLASSIFICATION
    tools = [tool() for tool in DETECTORS if classes or not tool.classes_only]
    watched = watch(spec, dataset, tools)
    return Sitting(
        experiment.name,
        seed,
        watched.test_accuracy if classes else watched.test_loss,
        watched.diverged_at,
        *_findings(examination),
        {
            tool.name: {
                key: (answer.first, answer.stands) for key, answer in tool.answers.items() if answer.first is not None
            }
            for tool in tools
        },
    )


def found_anew(experiment: Experiment, sitting: Sitting) -> Sitting:
    """The same sitting with what ReLU Lab finds now; the tools, which do not change with it, are not asked again."""
    spec = with_next_seeds(experiment.spec, sitting.seed)
    current, ended = _findings(examine(spec, load_dataset(spec.data)))
    return replace(sitting, findings=current, ended=ended)


def _findings(examination: Examination) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """What stands at the end, and what had stood."""
    return (
        tuple(Found(finding.rule, finding.severity.value, finding.because) for finding in examination.current),
        tuple(finding.rule for finding in examination.ended),
    )


def all_found_anew(experiments: Iterable[Experiment], sittings: Sequence[Sitting], jobs: int) -> Iterator[Sitting]:
    """``sittings`` of these experiments as ``found_anew``, in order, on so many processes with one thread each."""
    by_name = {experiment.name: experiment for experiment in experiments}
    with ProcessPoolExecutor(jobs, get_context("spawn"), _one_thread) as pool:
        yield from pool.map(found_anew, [by_name[sitting.experiment] for sitting in sittings], sittings)


def sit_all(experiments: Iterable[Experiment], jobs: int) -> Iterator[Sitting]:
    """All seeds of all experiments, in order, on so many processes; each computes in one thread."""
    tasks = [(experiment, seed) for experiment in experiments for seed in range(SEEDS)]
    with ProcessPoolExecutor(jobs, get_context("spawn"), _one_thread) as pool:
        yield from pool.map(sit, *zip(*tasks, strict=True))


def _one_thread() -> None:
    torch.set_num_threads(1)
