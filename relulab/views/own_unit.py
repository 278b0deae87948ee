"""Target numbers in the unit that the data have, wherever the network learns scaled ones: dollars, not 0.31."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset, Description, Split
from relulab.data.error_unit import ErrorUnit, error_unit
from relulab.text import NOTHING, Text, text
from relulab.training.telemetry import CurvePicture, Picture, PlanePicture, RunStarted, ScatterPicture
from relulab.views.samples import Say

TARGET = text("target")


@lru_cache(maxsize=4)  # pictures are drawn many times a second
def in_own_unit(dataset: Dataset) -> Dataset:
    """The data with their targets as they were before scaling; the data themselves where they were not scaled."""
    if not dataset.scales_targets:
        return dataset

    def own(split: Split) -> Split:
        return split.with_targets(dataset.original_targets(split.targets).astype(np.float32))

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

    if isinstance(picture, CurvePicture | PlanePicture):
        stack = picture.stack and picture.stack.rescaled(data.target_offset, data.target_scale)
        if isinstance(picture, CurvePicture):
            return info, replace(picture, y=own(picture.y), stack=stack)
        return info, replace(picture, values=own(picture.values), stack=stack)
    if isinstance(picture, ScatterPicture):
        own_target, own_predicted = own(picture.target[None])[0], own(picture.predicted[None])[0]
        return info, replace(picture, target=own_target, predicted=own_predicted)
    return info, picture


def target_label(description: Description, say: Say = str) -> str:
    """What an axis of target numbers is called: ``price (dollars)``, or ``target``."""
    name = description.target_name or say(TARGET)
    return f"{name} ({description.target_unit})" if description.target_unit else name


def error_of(loss: str, value: float, dataset: Dataset) -> float:
    """How far the outputs of a network with this loss are off, in the unit of the data; NaN where none is told."""
    unit = error_unit(loss, dataset)
    return math.nan if unit is None else unit.error(value)


def off_by(value: float, unit: ErrorUnit) -> Text:
    """``off by 12,400 dollars``, of a loss."""
    return text("off by {error}", error=unit.written(value))


def error_words(loss: str, value: float, dataset: Dataset) -> Text:
    """``off by 12,400 dollars (root mean square)``; nothing where no unit is known."""
    unit = error_unit(loss, dataset)
    if unit is None or not math.isfinite(unit.error(value)):
        return NOTHING
    how = text("root mean square") if unit.squared else text("mean")
    return text("{off} ({how})", off=off_by(value, unit), how=how)


def loss_unit(loss: str, dataset: Dataset) -> Text:
    """What a loss of scaled targets counts: ``a loss of 1 is off by 159,000 dollars (root mean square)``."""
    words = error_words(loss, 1.0, dataset)
    return words if words == NOTHING else text("standardized target: a loss of 1 is {words}", words=words)
