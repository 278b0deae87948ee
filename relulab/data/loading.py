"""From what was asked for to arrays: all samples, divided, spoiled if wished, and scaled."""

import numpy as np

from relulab.data.dataset import DataRequest, Dataset, Description, Source
from relulab.data.datasets import DATASETS
from relulab.data.label_noise import with_label_noise
from relulab.data.scaling import scaled, scaling_of
from relulab.data.splitting import Sizes, split
from relulab.data.streams import Stream, generator_of
from relulab.errors import DataError


def load_dataset(request: DataRequest, source: Source | None = None) -> Dataset:
    """Load the data set of ``request``; the same request always gives the same arrays.

    Raises DataMissingError when files are absent and may not be downloaded, DataCorruptError when they are
    damaged, CancelledError when ``source.progress`` says so, and DataError for anything else that is wrong.
    """
    entry = DATASETS[request.dataset.name]
    description = entry.describe(request.dataset.parameters)
    sizes = sizes_of(request, description)
    pool = entry.load(request, sizes, source or Source())
    train, validation, test = split(pool, sizes, generator_of(request.seed, Stream.DIVISION))
    noise = generator_of(request.seed, Stream.LABEL_NOISE)
    offset, scale = scaling_of(train, request.scaling, pool.pixel_max)
    train = with_label_noise(train, request.label_noise, description.outputs, noise)
    return Dataset(
        description,
        scaled(train, offset, scale),
        scaled(validation, offset, scale),
        scaled(test, offset, scale),
        offset.astype(np.float32),
        scale.astype(np.float32),
    )


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
