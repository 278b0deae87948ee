"""From what was asked for to arrays: all samples, divided, spoiled if wished, and scaled.

The numbers of the scaling come from the training samples alone: statistics of validation or test samples would leak
what the network must not know.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import DataRequest, Dataset, Description, RawSplit, Source, Split
from relulab.data.datasets import DATASETS
from relulab.data.gaps import without_gaps
from relulab.data.pixels import PixelCounts, PixelSplit
from relulab.data.splitting import Sizes, Stream, generator_of, split
from relulab.errors import DataError

Scale = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class _Divided:
    """The samples of a request before scaling; label noise is in the training targets."""

    description: Description
    train: RawSplit
    validation: RawSplit
    test: RawSplit
    pixel_max: float | None


def load_dataset(request: DataRequest, source: Source | None = None) -> Dataset:
    """Load the data set of ``request``; the same request always gives the same arrays.

    Raises DataMissingError when files are absent and may not be downloaded, DataCorruptError when they are
    damaged, CancelledError when ``source.progress`` says so, and DataError for anything else that is wrong.
    """
    divided = _divide(request, source or Source())
    counts = PixelCounts(divided.train.inputs) if divided.train.inputs.dtype == np.uint8 else None
    offset, scale = scaling_of(divided.train, request.scaling, divided.pixel_max, counts)
    scale = scale / request.input_factor
    target_offset, target_scale = target_scaling_of(request, divided)

    def as_learned(split: RawSplit) -> Split:
        counted = counts if split is divided.train else None
        return with_scaled_targets(scaled(split, offset, scale, counted), target_offset, target_scale)

    return Dataset(
        divided.description,
        as_learned(divided.train),
        as_learned(divided.validation),
        as_learned(divided.test),
        offset.astype(np.float32),
        scale.astype(np.float32),
        target_offset,
        target_scale,
    )


def preview_points(request: DataRequest, limit: int = 500, source: Source | None = None) -> Split:
    """The first ``limit`` training samples as they are before scaling, for a small picture. Raises as ``load_dataset``.

    Quick for everything but the large image sets, which are read whole.
    """
    train = _divide(request, source or Source()).train
    return Split(train.inputs[:limit].astype(np.float32), train.targets[:limit])


def sizes_of(request: DataRequest, description: Description) -> Sizes:
    """The sizes of training, validation and test set: those asked for, or else the data set's own."""
    train, validation, test = (
        own if asked is None else asked
        for asked, own in (
            (request.train_size, description.train_size),
            (request.validation_size, description.validation_size),
            (request.test_size, description.test_size),
        )
    )
    if train < 1:
        raise DataError("The training set needs at least one sample.")
    return train, validation, test


def _divide(request: DataRequest, source: Source) -> _Divided:
    entry = DATASETS[request.dataset.name]
    description = entry.describe(request.dataset.parameters)
    sizes = sizes_of(request, description)
    pool = entry.load(request, sizes, source)
    train, validation, test = split(pool, sizes, generator_of(request.seed, Stream.DIVISION))
    if pool.train.inputs.dtype == np.float64 and np.isnan(pool.train.inputs).any():
        train, validation, test = without_gaps((train, validation, test), pool.words)
    noise = generator_of(request.seed, Stream.LABEL_NOISE)
    train = with_label_noise(train, request.label_noise, description.outputs, noise)
    return _Divided(description, train, validation, test, pool.pixel_max)


def scaling_of(train: RawSplit, scaling: str, pixel_max: float | None, counts: PixelCounts | None = None) -> Scale:
    """Offset and scale of ``scaling``, so that scaled = (inputs - offset) / scale.

    ``raw`` keeps the values. ``unit`` maps pixels from 0…pixel_max, features from their minimum…maximum, to 0…1.
    ``standardized`` gives mean 0 and standard deviation 1, per channel of images and per feature of other sets.
    A constant feature keeps scale 1. Shapes: (features,) or (channels, 1, 1). ``counts``: those of bytes.
    """
    axes = (0, 2, 3) if train.inputs.ndim == 4 else (0,)
    low = np.zeros_like(train.inputs[:1], np.float64).mean(axis=axes)
    high = low + 1.0
    if scaling == "unit" and pixel_max is not None:
        high = low + pixel_max
    elif scaling == "unit":
        low, high = (bound.astype(np.float64) for bound in (train.inputs.min(axis=0), train.inputs.max(axis=0)))
    elif scaling == "standardized":
        mean, deviation = counts.moments() if counts else _moments(train.inputs, axes)
        low, high = mean, mean + deviation
    elif scaling != "raw":
        raise DataError(f"There is no scaling named '{scaling}'. Known: raw, unit, standardized.")
    scale = np.where(high > low, high - low, 1.0)
    shape = (-1, 1, 1) if train.inputs.ndim == 4 else (-1,)
    return low.reshape(shape), scale.reshape(shape)


def target_scaling(request: DataRequest) -> str:
    """How the target numbers are scaled: as the request says, or as its data set proposes."""
    return request.target_scaling or DATASETS[request.dataset.name].target_scaling


def target_scaling_of(request: DataRequest, divided: _Divided) -> Scale:
    """Offset and scale of the targets, float64 (outputs,), so that scaled = (targets - offset) / scale.

    ``standardized`` gives the targets of the training samples mean 0 and standard deviation 1; classes stay.
    """
    outputs = divided.description.outputs
    if target_scaling(request) == "raw" or divided.description.task is Task.CLASSIFICATION:
        return np.zeros(outputs), np.ones(outputs)
    mean, deviation = _moments(divided.train.targets, (0,))
    return mean, np.where(deviation > 0.0, deviation, 1.0)


def with_scaled_targets(split: Split, offset: NDArray[np.float64], scale: NDArray[np.float64]) -> Split:
    """The samples with targets ``(targets - offset) / scale`` as float32; classes, and what is not scaled, stay."""
    if split.targets.ndim == 1 or not ((offset != 0.0) | (scale != 1.0)).any():
        return split
    return split.with_targets(((split.targets - offset) / scale).astype(np.float32))


def _moments(inputs: NDArray[Any], axes: tuple[int, ...]) -> Scale:
    """Mean and standard deviation over ``axes``, float64."""
    if inputs.dtype == np.uint8:
        return PixelCounts(inputs).moments()
    return inputs.mean(axis=axes, dtype=np.float64), inputs.std(axis=axes, dtype=np.float64)


def scaled(
    split: RawSplit, offset: NDArray[np.float64], scale: NDArray[np.float64], counts: PixelCounts | None = None
) -> Split:
    """The samples with inputs ``(inputs - offset) / scale`` as float32. Bytes stay bytes until they are looked at."""
    if split.inputs.dtype == np.uint8:  # pixels are many, and exact in float32
        return PixelSplit(split.inputs, split.targets, offset.astype(np.float32), scale.astype(np.float32), counts)
    return Split(((split.inputs - offset) / scale).astype(np.float32), split.targets)


def with_label_noise(train: RawSplit, share: float, classes: int, generator: np.random.Generator) -> RawSplit:
    """``train`` with noisy targets.

    Classification: ``share`` of the samples, rounded, get one of the other classes, each equally likely.
    Regression: normal noise with ``share`` times the standard deviation of each target is added.
    """
    if share == 0.0:
        return train
    targets = train.targets.copy()
    if targets.ndim == 1:
        chosen = generator.permutation(len(targets))[: round(share * len(targets))]
        targets[chosen] = (targets[chosen] + generator.integers(1, classes, len(chosen))) % classes
    else:
        targets += (share * targets.std(axis=0) * generator.normal(size=targets.shape)).astype(np.float32)
    return RawSplit(train.inputs, targets)
