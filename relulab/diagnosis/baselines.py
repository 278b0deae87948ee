"""What simple methods reach on the same data: the mark that a network has to reach before it is called healthy.

Worked out once per data set, from at most 5,000 training samples, of large images in a coarser resolution, without
random numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset

Floats = NDArray[np.float64]

MOST_SAMPLES = 5_000
MOST_CHECKED = 1_000  # validation samples
MOST_PIXELS = 256  # larger images are halved in both directions until they have no more inputs
NEIGHBOURS = (1, 5, 25)
STEPS = 40  # of the softmax regression
FEW_CLASSES = 7  # rows of up to as many numbers NumPy adds up one after the other
DISTANCES_AT_ONCE = 2**15
NUMBERS_AT_ONCE = 2**15  # of several data sets that a line is found for at once
RIDGE = 1e-3  # of the mean curvature: keeps what the samples leave open small


@dataclass(frozen=True, slots=True)
class Score:
    """``value``: accuracy on classes; on numbers the share of the loss of the best constant that is saved (R² for the
    squared error). ``error``: its standard error over the validation samples.
    """

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Baselines:
    """Scores on the validation samples. ``constant``: always the most frequent class, or the mean. ``line``: softmax
    regression, or least squares. ``neighbours``: the vote, or mean, of the nearest training samples; what it gets right
    can be known from the inputs (its error is at most twice the least possible one: Cover and Hart 1967).
    ``constant_loss``: the loss of the constant on numbers, 1 on classes. ``samples``: how many there are to validate.
    """

    constant: Score
    line: Score
    neighbours: Score
    samples: int
    constant_loss: float = 1.0

    @property
    def simple(self) -> Score:
        """The better of the two that look at the inputs not at all, or only along a line."""
        return max(self.constant, self.line, key=lambda score: score.value)


_known: "WeakKeyDictionary[Dataset, dict[str, Baselines]]" = WeakKeyDictionary()


def baselines_of(dataset: Dataset, loss: str, beside: Sequence[Dataset] = ()) -> Baselines | None:
    """The scores of this data set; ``loss`` says how numbers are judged. None without validation samples.

    ``beside``: others that will be asked for, too; small ones are worked out together, to the same numbers.
    """
    if not _can_be_scored(dataset):
        return None
    known = _known.setdefault(dataset, {})
    if loss not in known:
        others = beside if _numbers(dataset) <= NUMBERS_AT_ONCE // 2 else ()
        unknown = [each for each in others if _can_be_scored(each) and loss not in _known.setdefault(each, {})]
        for posed, line in _with_lines(map(_posed, dict.fromkeys([dataset, *unknown]))):
            _known[posed.dataset][loss] = _scored(posed, line, loss)
    return known[loss]


def _can_be_scored(dataset: Dataset) -> bool:
    return len(dataset.validation) > 0 and len(dataset.train) > 0


def _numbers(dataset: Dataset) -> int:
    description = dataset.description
    return min(len(dataset.train), MOST_SAMPLES) * (prod(description.input_shape) + description.outputs)


class _Posed(NamedTuple):
    """What simple methods are asked: ``x`` (n, d) with answers ``y`` (n, k) to learn from, ``fresh`` (m, d) inputs."""

    dataset: Dataset
    x: Floats
    y: Floats
    fresh: Floats

    @property
    def shape(self) -> tuple[int, ...]:
        return *self.x.shape, *self.y.shape, *self.fresh.shape

    @property
    def classes(self) -> bool:
        return self.dataset.description.task is Task.CLASSIFICATION


def _posed(dataset: Dataset) -> _Posed:
    train, check = dataset.train.at(slice(MOST_SAMPLES)), dataset.validation.at(slice(MOST_CHECKED))
    x, fresh = _standardized(_coarse(train.inputs), _coarse(check.inputs))
    classes = dataset.description.task is Task.CLASSIFICATION
    y = np.eye(dataset.description.outputs)[train.targets] if classes else np.asarray(train.targets, np.float64)
    return _Posed(dataset, x, y, fresh)


def _with_lines(asked: Iterable[_Posed]) -> Iterator[tuple[_Posed, Floats]]:
    """Each of these with the answers of its straight line."""
    for some in _alike(asked):
        if some[0].classes:
            lines = softmax_regression(*(np.stack(parts) for parts in zip(*(each[1:] for each in some), strict=True)))
            yield from zip(some, lines, strict=True)
        else:
            yield from ((posed, least_squares(posed.x, posed.y, posed.fresh)) for posed in some)


def _alike(asked: Iterable[_Posed]) -> Iterator[list[_Posed]]:
    """In portions of one shape and few enough numbers."""
    some: list[_Posed] = []
    for posed in asked:
        numbers = posed.x.size + posed.y.size
        if some and (posed.shape != some[0].shape or (len(some) + 1) * numbers > NUMBERS_AT_ONCE):
            yield some
            some = []
        some.append(posed)
    if some:
        yield some


def _scored(posed: _Posed, line: Floats, loss: str) -> Baselines:
    check = posed.dataset.validation.at(slice(MOST_CHECKED))
    middle = np.median(posed.y, axis=0) if loss == "l1" else posed.y.mean(axis=0)
    constant = np.tile(middle, (len(check), 1))
    near = neighbours(posed.x, posed.y, posed.fresh, vote=posed.classes)
    worst = 1.0 if posed.classes else float(_losses(constant, check.targets, loss).mean())

    def score(answer: Floats) -> Score:
        if posed.classes:
            return _accuracy(answer, check.targets)
        return _saved(_losses(answer, check.targets, loss), worst)

    return Baselines(score(constant), score(line), score(near), len(posed.dataset.validation), worst)


def _coarse(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Images (n, channels, height, width) of few enough inputs, by means of 2 x 2 pixels; others as they are."""
    while inputs.ndim == 4 and inputs[0].size > MOST_PIXELS and min(inputs.shape[2:]) > 1:
        even = inputs[:, :, : inputs.shape[2] // 2 * 2, : inputs.shape[3] // 2 * 2]
        quarters = [even[:, :, row::2, column::2] for row in (0, 1) for column in (0, 1)]
        inputs = np.asarray(sum(quarters) / 4, np.float32)
    return inputs


def _standardized(train: NDArray[np.float32], check: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Rows with mean 0 and deviation 1 per feature, as the training samples have them; images as a whole."""
    x, fresh = (part.reshape(len(part), -1).astype(np.float64) for part in (train, check))
    deviation = x.std(axis=0) if train.ndim == 2 else np.array([x.std()])
    scale = np.where(deviation > 0.0, deviation, 1.0)
    return (x - x.mean(axis=0)) / scale, (fresh - x.mean(axis=0)) / scale


def softmax_regression(x: Floats, y: Floats, fresh: Floats) -> Floats:
    """Scores (…, m, classes) of ``fresh`` (…, m, d), learned from ``x`` (…, n, d) and one-hot ``y`` (…, n, classes).

    Newton steps with the bound (1/2)·XᵀX on the curvature, which never make the loss larger (Böhning 1992), with
    Nesterov's momentum. Of several data sets, (sets, n, d), each comes to the numbers that it would come to alone.
    """
    x, fresh = (np.concatenate([part, np.ones((*part.shape[:-1], 1))], axis=-1) for part in (x, fresh))
    samples, inputs = x.shape[-2:]
    turned = x.mT
    curvature = 0.5 * turned @ x / samples
    ridge = RIDGE * np.trace(curvature, axis1=-2, axis2=-1)[..., None, None] / inputs
    shortest = np.linalg.inv(curvature + ridge * np.eye(inputs))
    weights = before = np.zeros((*x.shape[:-2], inputs, y.shape[-1]))
    for step in range(STEPS):
        point = weights + step / (step + 3) * (weights - before)
        logits = x @ point
        shares = np.exp(logits - _over_classes(np.maximum, logits))
        shares /= _over_classes(np.add, shares)
        gradient = turned @ (shares - y) / samples
        before, weights = weights, point - shortest @ gradient
    return np.asarray(fresh @ weights)


def _over_classes(combine: np.ufunc, table: Floats) -> Floats:
    """The classes (…, n, classes) combined: (…, n, 1).

    Few are combined column by column, in the order in which NumPy goes along short rows, and many times as fast.
    """
    if table.shape[-1] > FEW_CLASSES:
        return np.asarray(combine.reduce(table, axis=-1, keepdims=True))
    columns = (table[..., place : place + 1] for place in range(table.shape[-1]))
    return np.asarray(reduce(combine, columns))


def least_squares(x: Floats, y: Floats, fresh: Floats) -> Floats:
    """Answers (m, k) to ``fresh`` (m, d) by the plane through ``x`` (n, d) and ``y`` (n, k) with the least squares."""
    middle = y.mean(axis=0)
    weights = np.linalg.lstsq(x, y - middle, rcond=None)[0]
    return np.asarray(fresh @ weights + middle)


def neighbours(x: Floats, y: Floats, fresh: Floats, vote: bool) -> Floats:
    """Mean ``y`` (n, k) of the nearest ``x`` (n, d) of each of ``fresh`` (m, d): (m, k).

    How many of them is chosen by leaving one out; ``vote``: for classes, else for numbers.
    """
    counts = [count for count in NEIGHBOURS if count < len(x)] or [1]
    own = x[:MOST_CHECKED]
    nearest = _nearest(x, own, counts[-1] + 1)[:, 1:] if len(x) > 1 else np.zeros((len(own), 1), int)

    def missed(count: int) -> float:
        answer = _means(y, nearest[:, :count], vote)
        truth = y[: len(own)]
        return float((answer.argmax(1) != truth.argmax(1)).mean() if vote else np.square(answer - truth).mean())

    best = min(counts, key=missed)
    return _means(y, _nearest(x, fresh, best), vote)


def _means(y: Floats, rows: NDArray[np.int64], vote: bool) -> Floats:
    """Of the rows (m, count) of ``y`` (n, k): (m, k). Counts are added in the order that is the fastest."""
    return np.asarray(y.take(rows.T, axis=0).mean(axis=0) if vote else y.take(rows, axis=0).mean(axis=1))


def _nearest(x: Floats, points: Floats, count: int) -> NDArray[np.int64]:
    """Rows (m, count) of the nearest ``x`` of each point, nearest first."""
    sizes, count = np.square(x).sum(axis=1), min(count, len(x))
    found = np.empty((len(points), count), np.int64)
    step = max(1, DISTANCES_AT_ONCE // len(x))  # points at a time: distances that stay in the caches cost a quarter
    for part in (slice(first, first + step) for first in range(0, len(points), step)):
        distances = sizes - 2.0 * points[part] @ x.T
        rows = np.argpartition(distances, count - 1, axis=1)[:, :count]
        order = np.take_along_axis(distances, rows, axis=1).argsort(axis=1, kind="stable")
        found[part] = np.take_along_axis(rows, order, axis=1)
    return found


def _accuracy(answer: Floats, labels: NDArray[np.int64]) -> Score:
    right = float((answer.argmax(axis=1) == labels).mean())
    return Score(right, standard_error(right, len(labels)))


def standard_error(share: float, samples: int) -> float:
    """Of a share over so many samples; of a perfect one as if half a sample were wrong."""
    share = min(max(share, 0.5 / samples), 1.0 - 0.5 / samples)
    return float(np.sqrt(share * (1.0 - share) / samples))


def _losses(answer: Floats, targets: NDArray[np.float32], loss: str) -> Floats:
    """The loss of each sample (m,)."""
    distance = answer - targets
    return np.asarray((np.abs(distance) if loss == "l1" else np.square(distance)).mean(axis=1))


def _saved(losses: Floats, worst: float) -> Score:
    if worst <= 0.0:
        return Score(0.0, 0.0)
    return Score(1.0 - float(losses.mean()) / worst, float(losses.std()) / worst / np.sqrt(len(losses)))
