"""Target numbers in the unit that the data have, wherever the network learns scaled ones: dollars, not 0.31."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset, Description, Split
from relulab.formatting import rounded
from relulab.text import NOTHING, Text, text
from relulab.training.telemetry import CurvePicture, Picture, PlanePicture, RunStarted, ScatterPicture
from relulab.views.samples import Say

TARGET = text("target")
SQUARED = "mse"  # the loss whose root has the unit of the targets


@lru_cache(maxsize=4)  # pictures are drawn many times a second
def in_own_unit(dataset: Dataset) -> Dataset:
    """The data with their targets as they were before scaling; the data themselves where they were not scaled."""
    if not dataset.scales_targets:
        return dataset

    def own(split: Split) -> Split:
        return Split(split.inputs, dataset.original_targets(split.targets).astype(np.float32))

    return replace(
        dataset,
        train=own(dataset.train),
        validation=own(dataset.validation),
        test=own(dataset.test),
        target_offset=np.zeros_like(dataset.target_offset),
        target_scale=np.ones_like(dataset.target_scale),
    )


def picture_in_own_unit(info: RunStarted, picture: Picture) -> tuple[RunStarted, Picture]:
    """A picture of the outputs, and its run, in the unit of the data; as they are where targets are not scaled."""
    data = info.dataset
    if not data.scales_targets:
        return info, picture
    info = replace(info, dataset=in_own_unit(data))

    def own(values: NDArray[Any]) -> NDArray[np.float32]:
        return np.moveaxis(data.original_targets(np.moveaxis(values, 0, -1)), -1, 0).astype(np.float32)

    if isinstance(picture, CurvePicture):
        return info, replace(picture, y=own(picture.y))
    if isinstance(picture, PlanePicture):
        return info, replace(picture, values=own(picture.values))
    if isinstance(picture, ScatterPicture):
        own_target, own_predicted = own(picture.target[None])[0], own(picture.predicted[None])[0]
        return info, replace(picture, target=own_target, predicted=own_predicted)
    return info, picture


def target_label(description: Description, say: Say = str) -> str:
    """What an axis of target numbers is called: ``price (dollars)``, or ``target``."""
    name = description.target_name or say(TARGET)
    return f"{name} ({description.target_unit})" if description.target_unit else name


def with_unit(value: float, description: Description) -> str:
    """``12,400 dollars``."""
    return f"{rounded(value)} {description.target_unit}".strip()


def error_of(loss: str, value: float, dataset: Dataset) -> float:
    """How far the outputs of a network with this loss are off, in the unit of the data; NaN where none is told.

    Of squares it is the root of their mean, of distances their mean.
    """
    if not dataset.scales_targets or len(dataset.target_scale) != 1 or not value >= 0.0:
        return math.nan
    return float((math.sqrt(value) if loss == SQUARED else value) * dataset.target_scale[0])


def error_words(loss: str, value: float, dataset: Dataset) -> Text:
    """``off by 12,400 dollars (root mean square)``; nothing where no unit is known."""
    off = error_of(loss, value, dataset)
    if not math.isfinite(off):
        return NOTHING
    how = text("root mean square") if loss == SQUARED else text("mean")
    return text("off by {error} ({how})", error=with_unit(off, dataset.description), how=how)


def loss_unit(loss: str, dataset: Dataset) -> Text:
    """What a loss of scaled targets counts: ``a loss of 1 is off by 159,000 dollars (root mean square)``."""
    words = error_words(loss, 1.0, dataset)
    return words if words == NOTHING else text("standardized target: a loss of 1 is {words}", words=words)
