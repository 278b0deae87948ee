"""Gaps in a table, filled with what the training samples say: the others must not be known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import RawSplit
from relulab.errors import DataError

Splits = tuple[RawSplit, RawSplit, RawSplit]


def without_gaps(splits: Splits, words: Sequence[tuple[int, int]]) -> Splits:
    """Training, validation and test samples with each gap filled.

    A number gets the median of the training samples. ``words`` are stretches of columns of 0 and 1 that stand for one
    column of words: there it is the commonest, and the first of those that are equally common.
    """
    fill = fillings(splits[0].inputs, words)
    train, validation, test = (
        RawSplit(np.where(np.isnan(split.inputs), fill, split.inputs), split.targets) for split in splits
    )
    return train, validation, test


def fillings(inputs: NDArray[np.float64], words: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """What a gap of each column is filled with: float64 (columns,). Raises DataError for a column of gaps alone."""
    known = ~np.isnan(inputs)
    if not known.any(axis=0).all():
        raise DataError(
            "A column has no value in any training row, so its gaps cannot be filled. Leave it out, or choose a larger "
            "training set."
        )
    fill = np.array([np.median(column[filled]) for column, filled in zip(inputs.T, known.T, strict=True)])
    for first, last in words:
        commonest = int(np.nansum(inputs[:, first:last], axis=0).argmax())
        fill[first:last] = np.arange(last - first) == commonest
    return fill
