"""What must be known of the data to judge a run: its scale, its size, and the loss of knowing nothing.

The baseline is the loss of the best constant answer: a network whose paths are all dead cannot do better.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description
from relulab.experiment import ExperimentSpec, TrainingSpec

Floats = NDArray[np.float64]

UNIT_PIXELS = (0.15, 0.12)  # mean and mean square of pixels from 0 to 1: digits and clothes are mostly dark
PIXEL_MAX = 255.0


@dataclass(frozen=True, slots=True)
class DataStatistics:
    """Numbers about the training samples as the network sees them, scaled.

    ``samples``: how many there are. ``input_mean``, ``input_square``: mean of x and of x² over all inputs.
    ``spread_ratio``: largest over smallest standard deviation of a feature (1 for images; constant features
    do not count). ``baseline``: loss of the best constant answer. ``floor``: loss that label noise leaves to a
    network that knows everything else. ``target_low``, ``target_high``, ``target_rms``: range and root mean square of
    regression targets, else NaN. ``imbalance``: samples of the largest class over those of the smallest that has any;
    ``largest_class``: its share.
    ``measured`` is false while the data are not loaded and the numbers are what is usual for such data.
    """

    samples: int
    input_mean: float
    input_square: float
    spread_ratio: float
    baseline: float
    floor: float
    target_low: float = math.nan
    target_high: float = math.nan
    target_rms: float = math.nan
    imbalance: float = 1.0
    largest_class: float = math.nan
    measured: bool = True

    @property
    def input_rms(self) -> float:
        """Root mean square of the inputs: 1 for standardized data."""
        return math.sqrt(self.input_square)


def measured_statistics(spec: ExperimentSpec, dataset: Dataset) -> DataStatistics:
    """Measure the training split. Costs one pass over it, the first time."""
    targets = dataset.train.targets
    mean, square, spread = _input_statistics(dataset)
    classes = dataset.description.task is Task.CLASSIFICATION
    counts = np.unique(targets, return_counts=True)[1] if classes else np.ones(1)
    return DataStatistics(
        samples=len(targets),
        input_mean=mean,
        input_square=square,
        spread_ratio=spread,
        baseline=guessing(spec.training, dataset)[0],
        floor=noise_floor(spec, dataset.description),
        target_low=math.nan if classes else float(targets.min()),
        target_high=math.nan if classes else float(targets.max()),
        target_rms=math.nan if classes else math.sqrt(float(np.square(targets, dtype=np.float64).mean())),
        imbalance=float(counts.max() / counts.min()),
        largest_class=float(counts.max() / len(targets)) if classes else math.nan,
    )


_known: "WeakKeyDictionary[Dataset, tuple[float, float, float]]" = WeakKeyDictionary()


def _input_statistics(dataset: Dataset) -> tuple[float, float, float]:
    """Mean of x, mean of x² and spread ratio of the training inputs, worked out once for a data set."""
    known = _known.get(dataset)
    if known is None:
        image = dataset.description.is_image
        spread = 1.0 if image else _spread_ratio(dataset.train.inputs.std(axis=0, dtype=np.float64))
        known = _known[dataset] = (*dataset.train.moments(), spread)
    return known


def usual_statistics(spec: ExperimentSpec, description: Description) -> DataStatistics:
    """What to expect before the data are loaded: balanced classes and inputs of the usual scale."""
    mean, square = 0.0, 1.0
    if description.is_image and spec.data.scaling != "standardized":
        mean, square = UNIT_PIXELS
        if spec.data.scaling == "raw":
            mean, square = mean * PIXEL_MAX, square * PIXEL_MAX**2
    elif spec.data.scaling == "unit":
        mean, square = 0.5, 1.0 / 3.0
    mean, square = mean * spec.data.input_factor, square * spec.data.input_factor**2
    balanced = np.full(description.outputs, 1.0 / description.outputs)
    classes = description.task is Task.CLASSIFICATION
    return DataStatistics(
        samples=spec.data.train_size or description.train_size,
        input_mean=mean,
        input_square=square,
        spread_ratio=1.0,
        baseline=class_baseline(spec.training.loss, balanced) if classes else math.nan,
        floor=noise_floor(spec, description),
        measured=False,
    )


def entropy(shares: Floats) -> float:
    """``-Σ p ln p`` in nats: the cross-entropy of a network that knows only how frequent each class is."""
    present = shares[shares > 0]
    return float((present * -np.log(present)).sum()) + 0.0  # not -0.0 where there is but one class


def _hinge(shares: Floats) -> float:
    """Of all-equal scores, or of one class put ahead by the margin; for two classes this is the exact optimum."""
    return float(min((len(shares) - 1) / len(shares), 1.0 - shares.max()))


# class shares -> loss of the best constant answer; squares and distances are to one-hot rows
_CLASS_BASELINES: dict[str, Callable[[Floats], float]] = {
    "cross_entropy": entropy,
    "binary_cross_entropy": entropy,
    "mse": lambda shares: float((shares * (1.0 - shares)).mean()),
    "l1": lambda shares: float(np.minimum(shares, 1.0 - shares).mean()),
    "multi_margin": _hinge,
}


def guessing(training: TrainingSpec, dataset: Dataset) -> tuple[float, float]:
    """Loss and accuracy of the best constant answer to the training samples: of who knows the shares of the classes.

    The accuracy is the share of the most frequent class; NaN in a regression. Where class weights let all classes count
    alike, so does the guess.
    """
    targets = dataset.train.targets
    if dataset.description.task is Task.REGRESSION:
        return value_baseline(training.loss, targets), math.nan
    shares = np.bincount(targets, minlength=dataset.description.outputs) / len(targets)
    if training.class_weights != "none":
        shares = (shares > 0) / np.count_nonzero(shares)
    return class_baseline(training.loss, shares), float(shares.max())


def class_baseline(loss: str, shares: Floats) -> float:
    """Loss of the best constant answer to classes of these shares; NaN for a loss that has none here."""
    baseline = _CLASS_BASELINES.get(loss)
    return baseline(shares) if baseline else math.nan


def value_baseline(loss: str, targets: NDArray[np.float32]) -> float:
    """Loss of the best constant answer in a regression: the variance, or the mean distance to the median."""
    if loss == "mse":
        return float(targets.var(axis=0, dtype=np.float64).mean())
    return float(np.abs(targets - np.median(targets, axis=0)).mean(dtype=np.float64))


def noise_floor(spec: ExperimentSpec, description: Description) -> float:
    """Cross-entropy of somebody who knows the true class and how often a label was changed to another.

    0 without label noise and for other losses.
    """
    noise, others = spec.data.label_noise, description.outputs - 1
    if spec.training.loss not in ("cross_entropy", "binary_cross_entropy") or not noise or not others:
        return 0.0
    return entropy(np.array([1.0 - noise, *([noise / others] * others)]))


def _spread_ratio(deviations: Floats) -> float:
    varying = deviations[deviations > 0]
    return float(varying.max() / varying.min()) if len(varying) else 1.0
