"""Points that somebody drew: of classes in the plane, or along a curve. They are part of the experiment, as text."""

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.entry import Kind, Parameter, Value
from relulab.catalog.losses import Task
from relulab.data.dataset import DataRequest, DatasetEntry, Description, Pool, RawSplit, Source
from relulab.data.generated import CLASSES_2D, CURVES_1D
from relulab.data.splitting import Sizes

LEAST_POINTS, MOST_POINTS = 10, 500  # their text has at most LONGEST_TEXT letters
MOST_CLASSES = 6
FURTHEST = 10.0  # of a coordinate from 0
DECIMALS = 3  # of coordinates as text
TEST_SHARE = 5  # every fifth point is for the test, and as many for validation

Points = NDArray[np.float64]


def write_points(points: Points) -> str:
    """One point after another, its numbers apart by spaces: ``0.5 -1.25 0; 0.1 2 1``."""
    rows = np.round(points, DECIMALS) + 0.0
    return "; ".join(" ".join(f"{value:g}" for value in row) for row in rows)


def read_points(given: str, columns: int) -> Points:
    """What ``write_points`` wrote, (points, columns). Raises ValueError for anything else."""
    try:
        rows = [[float(word) for word in point.split()] for point in given.split(";")]
    except ValueError:
        rows = []
    if not rows or any(len(row) != columns for row in rows) or not np.all(np.abs(rows) <= FURTHEST):
        example = "0.5 -1.25 0; 0.1 2 1" if columns == 3 else "0.5 -1.25; 0.1 2"
        numbers = f"{columns} numbers each, from -{FURTHEST:g} to {FURTHEST:g}"
        raise ValueError(f"Points are written as {numbers}: {example}.")
    if not LEAST_POINTS <= len(rows) <= MOST_POINTS:
        raise ValueError(f"There must be {LEAST_POINTS} to {MOST_POINTS} points, not {len(rows):,}.")
    return np.array(rows)


def read_classes(given: str) -> Points:
    """Points with their classes as the last number. Raises ValueError, also where there is only one class."""
    points = read_points(given, 3)
    classes = points[:, 2]
    if not np.isin(classes, range(MOST_CLASSES)).all():
        raise ValueError(f"The third number of a point is its class, 0 to {MOST_CLASSES - 1}.")
    if len(np.unique(classes)) < 2:
        raise ValueError("All points are of one class: draw points of two or more.")
    return points


def _sizes(count: int) -> tuple[int, int, int]:
    part = count // TEST_SHARE
    return count - 2 * part, part, part


def _describe_classes(given: Mapping[str, Value]) -> Description:
    points = read_classes(str(given["points"]))
    count = int(points[:, 2].max()) + 1
    names = tuple(f"class {index + 1}" for index in range(count))
    return Description(
        Task.CLASSIFICATION, (2,), count, names, ("x₁", "x₂"), *_sizes(len(points)), available=len(points)
    )


def _describe_curve(given: Mapping[str, Value]) -> Description:
    points = read_points(str(given["points"]), 2)
    return Description(Task.REGRESSION, (1,), 1, (), ("x",), *_sizes(len(points)), available=len(points))


def _load_classes(request: DataRequest, sizes: Sizes, source: Source) -> Pool:
    points = read_classes(str(request.dataset.parameters["points"]))
    return Pool(RawSplit(points[:, :2], points[:, 2].astype(np.int64)))


def _load_curve(request: DataRequest, sizes: Sizes, source: Source) -> Pool:
    points = read_points(str(request.dataset.parameters["points"]), 2)
    return Pool(RawSplit(points[:, :1], points[:, 1:].astype(np.float32)))


def _points(default: Points, help: str, read: Callable[[str], object]) -> tuple[Parameter, ...]:
    return (Parameter("points", "Points", Kind.TEXT, write_points(default), help=help, read=read),)


def _two_rings() -> Points:
    """To begin with: ten points inside of ten."""
    angles = np.arange(20) * math.pi / 5
    radius = np.repeat([0.4, 1.0], 10)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), np.repeat([0.0, 1.0], 10)], axis=1)


def _one_wave() -> Points:
    x = np.linspace(-1, 1, 20)
    return np.stack([x, np.sin(math.pi * x)], axis=1)


OWN_POINTS = DatasetEntry(
    key="own_points",
    title="Your own points",
    summary="Points that you draw, a class for each colour: Bench, Draw your own data.",
    group=CLASSES_2D,
    parameters=_points(_two_rings(), "x, y and class (0, 1, …) of each point; semicolons between them.", read_classes),
    describe=_describe_classes,
    load=_load_classes,
)
OWN_CURVE = DatasetEntry(
    key="own_curve",
    title="Your own curve",
    summary="Points of a curve that you draw: Bench, Draw your own data.",
    group=CURVES_1D,
    parameters=_points(_one_wave(), "x and y of each point; semicolons between them.", partial(read_points, columns=2)),
    describe=_describe_curve,
    load=_load_curve,
)
