"""Divide samples into training, validation and test; none is in two of them."""

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Pool, RawSplit
from relulab.errors import DataError

Sizes = tuple[int, int, int]


def split(pool: Pool, sizes: Sizes, generator: np.random.Generator) -> tuple[RawSplit, RawSplit, RawSplit]:
    """Training, validation and test samples of these ``sizes``.

    With official test samples, the training set is the first of the official training set and the validation
    set the last of it. Otherwise samples are drawn at random; classes are then shared out in proportion.
    Raises DataError when there are not enough.
    """
    train, validation, test = sizes
    if pool.test is not None:
        check_sizes((train, validation, 0), len(pool.train), "training samples")
        check_sizes((0, 0, test), len(pool.test), "test samples")
    else:
        check_sizes(sizes, len(pool.train), "samples")
    rest = pool.train.targets.shape[0]
    order = np.arange(rest) if pool.shuffled else _random_order(pool.train.targets, generator)
    if pool.test is not None:
        tested = np.arange(len(pool.test)) if pool.shuffled else _random_order(pool.test.targets, generator)
        return (
            pool.train.take(order[:train]),
            pool.train.take(order[rest - validation :]),
            pool.test.take(tested[:test]),
        )
    bounds = np.cumsum(sizes)
    parts = np.split(order[: bounds[-1]], bounds[:-1])
    train_part, validation_part, test_part = (pool.train.take(generator.permutation(part)) for part in parts)
    return train_part, validation_part, test_part


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


def _random_order(targets: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """A random order in which every stretch holds the classes in about their overall proportions.

    A sample's place is its rank among those of its class, from 0 to 1: rare classes come first, so the training
    set, which is cut from the front, holds every class.
    """
    order = generator.permutation(len(targets))
    if targets.ndim != 1:
        return order
    place = np.empty(len(targets))
    for label in np.unique(targets):
        members = np.flatnonzero(targets[order] == label)
        place[members] = np.arange(len(members)) / len(members)
    return order[np.argsort(place, kind="stable")]
