"""The seeds of an experiment: designs without them, and the next ones to try.

A *design* is an experiment without its name and without the seeds of weights and batches: runs of one design differ
by chance alone. The seed of the data belongs to the design, because with other data the question is another one.
"""

from collections.abc import Sequence
from itertools import chain, count

from relulab.experiment.experiment import SEED_LIMIT, ExperimentSpec


def design_of(spec: ExperimentSpec) -> ExperimentSpec:
    """``spec`` without its name and without the seeds of weights and batches."""
    return _with_seeds(spec, 0, 0).replace(name="")


def seed_words(spec: ExperimentSpec) -> str:
    """The seeds of weights and batches: ``3``, or ``3 for weights, 4 for batches``."""
    weights, batches = spec.model.seed, spec.training.seed
    return str(weights) if weights == batches else f"{weights} for weights, {batches} for batches"


def with_next_seeds(spec: ExperimentSpec, by: int = 1) -> ExperimentSpec:
    """``spec`` with its seeds of weights and batches moved on; after the greatest seed comes 0."""
    weights, batches = spec.model.seed + by, spec.training.seed + by
    return _with_seeds(spec, weights % SEED_LIMIT, batches % SEED_LIMIT)


def with_new_seed(spec: ExperimentSpec, others: Sequence[ExperimentSpec]) -> ExperimentSpec:
    """``spec`` with a seed of weights and batches that none of ``others`` has, as far as they have its design."""
    design = design_of(spec)
    same = [spec, *(other for other in others if design_of(other) == design)]
    taken = {seed for other in same for seed in (other.model.seed, other.training.seed)}
    seed = next(seed for seed in chain([max(taken) + 1], count()) if seed < SEED_LIMIT and seed not in taken)
    return _with_seeds(spec, seed, seed)


def _with_seeds(spec: ExperimentSpec, weights: int, batches: int) -> ExperimentSpec:
    return spec.replace(model=spec.model.replace(seed=weights), training=spec.training.replace(seed=batches))
