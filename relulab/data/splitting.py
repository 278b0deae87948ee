"""Divide samples into training, validation and test; none is in two of them.

One data seed gives several independent streams of random numbers: more label noise moves no point and no split.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Pool, RawSplit
from relulab.errors import DataError


class Stream(IntEnum):
    """What the random numbers are for."""

    GENERATION = 0
    DIVISION = 1
    LABEL_NOISE = 2
    TEST_GENERATION = 3


def generator_of(seed: int, stream: Stream) -> np.random.Generator:
    """The random numbers of ``stream`` for this data seed."""
    return np.random.default_rng([seed, stream])


Sizes = tuple[int, int, int]


def split(pool: Pool, sizes: Sizes, generator: np.random.Generator) -> tuple[RawSplit, RawSplit, RawSplit]:
    """Training, validation and test samples of these ``sizes``.

    The training set is cut from the front of the samples, the others from their end, so that a change of its size
    leaves the others as they are. Unless the pool is shuffled already, the order is random, and classes are
    shared out in proportion. Raises DataError when there are not enough samples.
    """
    train, validation, test = sizes
    if pool.test is None:
        check_sizes(sizes, len(pool.train), "samples")
        order = _order(pool.train, pool.shuffled, generator)
        last = len(order) - test
        tested = _part(pool.train, order, slice(last, len(order)), pool.shuffled)
    else:
        check_sizes((train, validation, 0), len(pool.train), "training samples")
        check_sizes((0, 0, test), len(pool.test), "test samples")
        tested = _part(pool.test, _order(pool.test, pool.shuffled, generator), slice(test), pool.shuffled)
        order = _order(pool.train, pool.shuffled, generator)
        last = len(order)
    learned, checked = (
        _part(pool.train, order, rows, pool.shuffled) for rows in (slice(train), slice(last - validation, last))
    )
    return learned, checked, tested


def _part(samples: RawSplit, order: NDArray[np.int64], rows: slice, shuffled: bool) -> RawSplit:
    """The samples at these places of ``order``; where that is how they lie already, most of them need no copy."""
    return samples.stretch(rows) if shuffled else samples.take(order[rows])


def check_sizes(sizes: Sizes, available: int, what: str) -> None:
    """Raise DataError when the ``sizes`` together are more than there are."""
    wanted = sum(sizes)
    if wanted > available:
        names = ("training", "validation", "test")
        parts = " + ".join(f"{size} {name}" for size, name in zip(sizes, names, strict=True) if size)
        raise DataError(
            f"The data set has {available:,} {what}, but {parts} = {wanted:,} were asked for. "
            "Choose smaller sizes for the training, validation or test set."
        )


def _order(samples: RawSplit, shuffled: bool, generator: np.random.Generator) -> NDArray[np.int64]:
    """The order in which samples are given out: a random one in which every stretch holds the classes in proportion.

    A sample's place is its rank among those of its class, from 0 to 1: rare classes come first, so the training
    set, which is cut from the front, holds every class.
    """
    if shuffled:
        return np.arange(len(samples))
    order = generator.permutation(len(samples))
    if samples.targets.ndim != 1:
        return order
    place = np.empty(len(samples))
    for label in np.unique(samples.targets):
        members = np.flatnonzero(samples.targets[order] == label)
        place[members] = np.arange(len(members)) / len(members)
    return order[np.argsort(place, kind="stable")]
