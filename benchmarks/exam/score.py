"""Who saw what: ratings of single runs, marks of experiments, and shares with their intervals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.exam.detector import Conditions
from benchmarks.exam.detectors import DETECTORS, Autotrainer, DeepDiagnosis, SageMaker
from benchmarks.exam.detectors.sagemaker import LAYER_RULES
from benchmarks.exam.experiments import Experiment
from benchmarks.exam.sitting import Sitting

NO_CAUSE = "non_finite"  # tells that a run broke, and is skipped where the first finding is asked for
OURS_NAME = "ReLU Lab"


@dataclass(frozen=True, slots=True)
class Rating:
    """One judge on one run: whether it said anything, whether the cause was said, and whether that came first."""

    detected: bool
    right: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """``rate`` returns None for a run that this judge cannot judge."""

    name: str
    rate: Callable[[Experiment, Sitting], Rating | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """One judge on one experiment: of how many ``seeds`` it said anything, the cause, and the cause first."""

    seeds: int
    detected: int
    right: int
    first: int

    def most(self, count: int) -> bool:
        """Whether ``count`` is the majority of the seeds."""
        return 2 * count > self.seeds


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total``."""

    count: int
    total: int

    @property
    def value(self) -> float:
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927) for the share behind ``count`` of ``total`` (0, 1 for none of none)."""
        n, z = self.total, 1.959964
        if not n:
            return 0.0, 1.0
        centre = (self.value + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(self.value * (1 - self.value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Summary:
    """One judge on all experiments: ill ones detected, with the right cause, with it first; healthy ones alarmed."""

    judge: Judge
    detected: Share
    right: Share
    first: Share
    alarms: Share

    @property
    def precision(self) -> Share:
        """The share of ill experiments among all in which something was said."""
        return Share(self.detected.count, self.detected.count + self.alarms.count)


def _ours(experiment: Experiment, sitting: Sitting) -> Rating:
    ill = [found.rule for found in sitting.findings if found.is_illness]
    causes = [rule for rule in ill if rule != NO_CAUSE]
    return Rating(bool(ill), not experiment.accepted.isdisjoint(ill), bool(causes) and causes[0] in experiment.accepted)


def _theirs(tool: str, conditions: Conditions, at_end: bool, experiment: Experiment, sitting: Sitting) -> Rating | None:
    if tool not in sitting.alarms:
        return None
    said = {
        key: step
        for key, (step, stands) in sitting.alarms[tool].items()
        if key in conditions and (stands or not at_end)
    }
    right = {key for key in said if not experiment.signs.isdisjoint(conditions[key].signs)}
    return Rating(bool(said), bool(right), bool(right) and min(said[key] for key in right) == min(said.values()))


def _some(conditions: Conditions, *keys: str, without: bool = False) -> Conditions:
    return {key: condition for key, condition in conditions.items() if (key in keys) is not without}


OURS = Judge(OURS_NAME, _ours)
_ROWS: tuple[tuple[str, str, Conditions], ...] = (
    (Autotrainer.name, Autotrainer.name, Autotrainer.conditions),
    (
        f"{DeepDiagnosis.name}, zero gradients left out",
        DeepDiagnosis.name,
        _some(DeepDiagnosis.conditions, "zero_gradient", without=True),
    ),
    *((tool.name, tool.name, tool.conditions) for tool in DETECTORS if tool is not Autotrainer),
    (f"{SageMaker.name}, its 4 layer rules", SageMaker.name, _some(SageMaker.conditions, *LAYER_RULES)),
)


def rebuilt(at_end: bool) -> tuple[Judge, ...]:
    """The other tools, by what they said at any time, or by what stands at the end of a run."""
    return tuple(Judge(name, partial(_theirs, tool, conditions, at_end)) for name, tool, conditions in _ROWS)


def mark(judge: Judge, experiment: Experiment, sittings: Iterable[Sitting]) -> Mark | None:
    """The ratings of one experiment's runs together; None where the judge cannot judge them."""
    ratings = [rating for sitting in sittings if (rating := judge.rate(experiment, sitting)) is not None]
    if not ratings:
        return None
    counts = (sum(getattr(rating, part) for rating in ratings) for part in ("detected", "right", "first"))
    return Mark(len(ratings), *counts)


def by_experiment(sittings: Iterable[Sitting]) -> dict[str, list[Sitting]]:
    """The runs of each experiment."""
    found: defaultdict[str, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        found[sitting.experiment].append(sitting)
    return found


def summarize(judge: Judge, experiments: Sequence[Experiment], sittings: Iterable[Sitting]) -> Summary:
    """An experiment counts by the majority of its seeds: they share their data and are not independent."""
    runs = by_experiment(sittings)
    marks = [(e, m) for e in experiments if (m := mark(judge, e, runs[e.name])) is not None]
    ill = [m for e, m in marks if e.is_ill]
    healthy = [m for e, m in marks if not e.is_ill]
    return Summary(
        judge,
        Share(sum(m.most(m.detected) for m in ill), len(ill)),
        Share(sum(m.most(m.right) for m in ill), len(ill)),
        Share(sum(m.most(m.first) for m in ill), len(ill)),
        Share(sum(m.most(m.detected) for m in healthy), len(healthy)),
    )
