"""From what was asked for to arrays: all samples, divided, spoiled if wished, and scaled."""

from dataclasses import dataclass

import numpy as np

from relulab.data.dataset import DataRequest, Dataset, Description, RawSplit, Source, Split
from relulab.data.datasets import DATASETS
from relulab.data.label_noise import with_label_noise
from relulab.data.scaling import scaled, scaling_of
from relulab.data.splitting import Sizes, split
from relulab.data.streams import Stream, generator_of
from relulab.errors import DataError


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
    offset, scale = scaling_of(divided.train, request.scaling, divided.pixel_max)
    return Dataset(
        divided.description,
        scaled(divided.train, offset, scale),
        scaled(divided.validation, offset, scale),
        scaled(divided.test, offset, scale),
        offset.astype(np.float32),
        scale.astype(np.float32),
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
    noise = generator_of(request.seed, Stream.LABEL_NOISE)
    train = with_label_noise(train, request.label_noise, description.outputs, noise)
    return _Divided(description, train, validation, test, pool.pixel_max)
