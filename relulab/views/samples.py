"""Samples of a data set as people see them: what they, their classes and their inputs are called, images as pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset, Description, Split
from relulab.formatting import percent
from relulab.text import NOTHING, Text, text

Say = Callable[[Text], str]  # ``str``, or what says a text in the user's language

TRAINING_SAMPLES = text("Training samples")
VALIDATION_SAMPLES = text("validation samples")
TRAINING_SAMPLES = text("training samples")
PIXEL = text("row {row}, column {column}")
TRAINING, TEST = text("training"), text("test")  # points of the data


def class_names(description: Description) -> tuple[str, ...]:
    """The names of the classes; numbers where they have none."""
    count = max(2, description.outputs)
    names = description.class_names
    return names if len(names) == count else tuple(str(index) for index in range(count))


def input_name(index: int) -> Text:
    """The name of an input that has none."""
    return text("input {number}", number=index + 1)


def input_names(description: Description, say: Say = str) -> tuple[str, ...]:
    """The names of the input features; numbered where they have none."""
    count, names = description.input_shape[0], description.feature_names
    return names if len(names) == count else tuple(say(input_name(index)) for index in range(count))


def target_name(dataset: Dataset, index: int, say: Say = str) -> str:
    """What training sample ``index`` is: its class, or its target values."""
    target = dataset.train.targets[index]
    if target.ndim:
        from relulab.views.parts import finite  # not at the top: samples are drawn before there are runs

        return ", ".join(say(finite(float(value))) for value in dataset.original_targets(target))
    return class_names(dataset.description)[int(target)]


def checked_split(dataset: Dataset) -> tuple[Text, Split]:
    """The samples that pictures of the output are made from, and what they are called."""
    return checked_name(len(dataset.validation)), dataset.validation if len(dataset.validation) else dataset.train


def checked_name(validation: int) -> Text:
    """What those samples are called where so many are kept for validation."""
    return VALIDATION_SAMPLES if validation else TRAINING_SAMPLES


def to_pixels(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(n, rows, columns, 3) of images (n, channels, rows, columns) in any scaling; one channel becomes grey.

    Each channel is stretched from its least to its greatest value among these images.
    """
    low = images.min(axis=(0, 2, 3), keepdims=True)
    high = images.max(axis=(0, 2, 3), keepdims=True)
    scaled = 255 * (images - low) / np.maximum(high - low, 1e-12)
    channels = scaled[:, :3] if images.shape[1] >= 3 else np.repeat(scaled[:, :1], 3, axis=1)
    return np.asarray(channels.transpose(0, 2, 3, 1), np.uint8)


@dataclass(frozen=True, slots=True)
class Answer:
    """A sample as an image (rows, columns, 3), what it was taken for, what it is, how sure the network is (0 to 1).

    A ``note`` stands in the place of how sure it is.
    """

    pixels: NDArray[np.uint8]
    predicted: str
    true: str
    share: float = np.nan
    note: Text = NOTHING

    @property
    def is_right(self) -> bool:
        return self.predicted == self.true

    @property
    def lines(self) -> tuple[Text, Text]:
        """The answer in two lines: what, and how sure; of a wrong answer, what it is instead."""
        if not self.is_right:
            return text("✗ {name}", name=self.predicted), text("is {name}", name=self.true)
        sure = text("{share}", share=percent(self.share, 0))
        return text("{name}", name=self.predicted), sure if self.note == NOTHING else self.note


def sample_images(dataset: Dataset, indices: Sequence[int], notes: Sequence[Text] = (), say: Say = str) -> list[Answer]:
    """Training images with what they are and a note each; none where the data are no images.

    Samples that the data set does not hold are left out.
    """
    held = [(row, index) for row, index in enumerate(indices) if index < len(dataset.train)]
    if not (dataset.description.is_image and held):
        return []
    pixels = to_pixels(dataset.train.at(np.array([index for _, index in held])).inputs)
    names = [target_name(dataset, index, say) for _, index in held]
    said = [notes[row] if notes else NOTHING for row, _ in held]
    return [Answer(*one) for one in zip(pixels, names, names, repeat(np.nan), said, strict=False)]
