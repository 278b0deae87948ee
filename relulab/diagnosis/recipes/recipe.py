"""What a recipe is: an experiment, the numbers that it must give, and what must and must not be said of it."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from relulab.data.datasets import DATASETS
from relulab.diagnosis.moment import Moment
from relulab.diagnosis.rules import RULES
from relulab.experiment import ExperimentSpec

REMARKS = (  # what a healthy run may be told as well
    "updates_too_large",
    "updates_too_small",
    "first_loss",
    "selu_weights",
    "dropout_before_norm",
    "more_parameters",
    "learning",
    "healthy",
)
ILLNESSES = tuple(key for key in RULES if key not in REMARKS)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a run ended. ``hidden``: positions, in the layer arrays, of the hidden layers that have an activation.

    ``diverged_at`` is a step, None where the loss stayed finite.
    """

    first: Moment
    last: Moment
    hidden: tuple[int, ...]
    test_accuracy: float
    diverged_at: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """A number that must lie between ``low`` and ``high``, taken as the median over the seeds.

    ``metric`` is a key of METRICS; ``layer`` counts the hidden layers that have an activation from 0.
    ``published`` is the number of the table, as it was measured in plain PyTorch.
    """

    metric: str
    low: float
    high: float
    published: str
    layer: int = 0

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


# What a recipe calls healthy learns with nothing wrong beside it; not each of them settles in its few steps.
WELL = frozenset({"healthy", "learning"})


def is_said(rule: str, said: Collection[str]) -> bool:
    """Whether ``rule`` is among the rules that stand; of health it is enough that the run learns."""
    return not WELL.isdisjoint(said) if rule == "healthy" else rule in said


@dataclass(frozen=True, slots=True)
class Recipe:
    """One experiment. ``spec`` is the JSON of a spec; ``seeds`` counts how often it is run, seeds 0, 1, 2, …

    ``must``: findings that are raised in at least ``share`` of the runs; ``stands``: those that stand at their end
    as well; ``must_not``: illnesses that are raised in none, at no time, but as the consequence of another.
    """

    key: str
    title: str
    spec: Mapping[str, Any]
    expected: tuple[Expectation, ...]
    must: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    share: float = 1.0
    seeds: int = 5

    @property
    def data(self) -> str:
        """The data set, where it may be absent from this machine; else empty."""
        name = self.experiment(0).data.dataset.name
        return name if DATASETS[name].downloadable else ""

    def experiment(self, seed: int) -> ExperimentSpec:
        """The experiment with all three seeds set to ``seed``."""
        parts = {part: dict(self.spec.get(part, {})) | {"seed": seed} for part in ("data", "model", "training")}
        return ExperimentSpec.parse({"name": self.title, **parts})


def _layer_metric(name: str, moment: str = "last") -> Callable[[Outcome, int], float]:
    return lambda outcome, layer: float(getattr(getattr(outcome, moment), name)[outcome.hidden[layer]])


def _gradient_ratio(outcome: Outcome, layer: int) -> float:
    """Of norms, first layer over last, as the table has it; the finding compares the RMS, as it is defined."""
    norms = outcome.first.gradient_norm
    return float(norms[0] / norms[-1]) if norms[-1] else math.nan


METRICS: Mapping[str, Callable[[Outcome, int], float]] = {
    "test_accuracy": lambda outcome, layer: outcome.test_accuracy,
    "loss": lambda outcome, layer: outcome.last.loss,
    "first_loss": lambda outcome, layer: outcome.first.batch_loss,
    "failed": lambda outcome, layer: float(outcome.diverged_at is not None or outcome.test_accuracy < 0.6),
    "diverged": lambda outcome, layer: float(outcome.diverged_at is not None),
    "diverged_at": lambda outcome, layer: math.nan if outcome.diverged_at is None else float(outcome.diverged_at),
    "dead": _layer_metric("dead"),
    "saturated": _layer_metric("saturated"),
    "effective_rank": _layer_metric("effective_rank"),
    "first_std": _layer_metric("std", "first"),
    "gradient_norm": _layer_metric("gradient_norm"),
    "gradient_norm_ratio": _gradient_ratio,
    "linear_r2": lambda outcome, layer: outcome.last.linear_r2,
}
