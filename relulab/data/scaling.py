"""Bring inputs to the scale that was asked for, with numbers taken from the training samples alone.

Statistics of validation or test samples would leak what the network must not know.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import RawSplit, Split
from relulab.errors import DataError

COUNTED_AT_ONCE = 500  # images
Scale = tuple[NDArray[np.float64], NDArray[np.float64]]


def scaling_of(train: RawSplit, scaling: str, pixel_max: float | None) -> Scale:
    """Offset and scale of ``scaling``, so that scaled = (inputs - offset) / scale.

    ``raw`` keeps the values. ``unit`` maps pixels from 0…pixel_max, features from their minimum…maximum, to 0…1.
    ``standardized`` gives mean 0 and standard deviation 1, per channel of images and per feature of other sets.
    A constant feature keeps scale 1. Shapes: (features,) or (channels, 1, 1).
    """
    axes = (0, 2, 3) if train.inputs.ndim == 4 else (0,)
    low = np.zeros_like(train.inputs[:1], np.float64).mean(axis=axes)
    high = low + 1.0
    if scaling == "unit" and pixel_max is not None:
        high = low + pixel_max
    elif scaling == "unit":
        low, high = (bound.astype(np.float64) for bound in (train.inputs.min(axis=0), train.inputs.max(axis=0)))
    elif scaling == "standardized":
        mean, deviation = _moments(train.inputs, axes)
        low, high = mean, mean + deviation
    elif scaling != "raw":
        raise DataError(f"There is no scaling named '{scaling}'. Known: raw, unit, standardized.")
    scale = np.where(high > low, high - low, 1.0)
    shape = (-1, 1, 1) if train.inputs.ndim == 4 else (-1,)
    return low.reshape(shape), scale.reshape(shape)


def _moments(inputs: NDArray[Any], axes: tuple[int, ...]) -> Scale:
    """Mean and standard deviation over ``axes``, float64. Bytes are counted, not copied to eight times their size."""
    if inputs.dtype != np.uint8:
        return inputs.mean(axis=axes, dtype=np.float64), inputs.std(axis=axes, dtype=np.float64)
    values = np.arange(256.0)
    counts = np.zeros((inputs.shape[1], 256))
    for part in np.array_split(inputs, len(inputs) // COUNTED_AT_ONCE + 1):
        for channel, row in enumerate(counts):
            row += np.bincount(part[:, channel].ravel(), minlength=256)
    mean = counts @ values / counts.sum(axis=1)
    variance = (counts * (values - mean[:, None]) ** 2).sum(axis=1) / counts.sum(axis=1)
    return mean, np.sqrt(variance)


def scaled(split: RawSplit, offset: NDArray[np.float64], scale: NDArray[np.float64]) -> Split:
    """The samples with inputs ``(inputs - offset) / scale`` as float32."""
    if split.inputs.dtype == np.uint8:  # pixels are many, and exact in float32
        inputs = split.inputs.astype(np.float32)
        inputs -= offset.astype(np.float32)
        inputs /= scale.astype(np.float32)
    else:
        inputs = ((split.inputs - offset) / scale).astype(np.float32)
    return Split(inputs, split.targets)
