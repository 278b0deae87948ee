"""A table as pictures, before anything is learned: how a column is spread, two columns against each other, the gaps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.tables.baseline import class_counts
from relulab.data.tables.cells import class_name
from relulab.data.tables.columns import Role, TableColumn, Type
from relulab.data.tables.understanding import Understanding
from relulab.text import NOTHING, Text, text

BINS: Final = 20
POINTS: Final = 1000  # of a scatter; more hide each other
DRAWN_BELOW: Final = 1e300  # the range of an axis is a number, too
GAP_BLOCKS: Final = 60  # rows of a table are drawn in so many blocks
FEWEST_IN_RUN: Final = 8  # columns whose names count up become one line
GROUPED_FROM: Final = 40  # columns of a table; with fewer each has its own line
COMPARED: Final = 60  # columns, for the axes that are proposed
LEAST_SIDE: Final = 5  # pixels of a picture that columns form
MEANS_AT_MOST: Final = 12  # classes whose mean is drawn, the commonest


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How often values come: ``counts`` from the least to the greatest, or of each word, the commonest first.

    ``parted``: each bar is a value of its own, not a stretch of values.
    """

    counts: NDArray[np.int64]
    parted: bool


def spread_of(column: TableColumn) -> Spread | None:
    """How the values of a column are spread, None where all are the same or all differ."""
    if column.values is not None:
        known = column.values[~np.isnan(column.values)]
        if not len(known) or known.min() == known.max():
            return None
        different = np.unique(known) if len(known) <= POINTS else np.unique(known[:POINTS])
        if len(different) <= BINS and np.isin(known, different).all():
            return _of_values(known, different)
        with np.errstate(over="ignore"):
            span = known.max() - known.min()
        if not np.isfinite(span):
            return None
        return Spread(np.histogram(known, BINS)[0], False)
    if column.type is not Type.CLASS or column.labels is None:
        return None
    every = zip(column.labels.words, column.labels.counts, strict=True)
    counts = [int(many) for word, many in every if many and word.lower() not in column.gap_labels]
    return Spread(np.array(sorted(counts, reverse=True)[:BINS]), True)


def _of_values(known: NDArray[np.float64], different: NDArray[np.float64]) -> Spread:
    """A bar for each value; evenly spaced whole numbers stand at their places, with the absent ones between."""
    whole = different == np.round(different)
    if whole.all() and different[-1] / 2 - different[0] / 2 < BINS / 2:
        places = np.arange(different[0], different[-1] + 1)
        return Spread(np.array([int((known == place).sum()) for place in places]), True)
    return Spread(np.array([int((known == value).sum()) for value in different]), True)


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points (n,) ``x`` and ``y`` of two columns. ``classes``: int64 (n,) where classes are predicted, with their
    ``names``; ``amounts``: float64 (n,) from 0 to 1 where a number is. ``of`` is how many rows have both values.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    x_title: str
    y_title: str
    of: int
    classes: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()
    amounts: NDArray[np.float64] | None = None

    @property
    def note(self) -> Text:
        """That only some of the rows are drawn; nothing where all are."""
        return text("{shown:,} of {all:row|rows}", shown=len(self.x), all=self.of) if len(self.x) < self.of else NOTHING


def drawable(table: Understanding) -> tuple[TableColumn, ...]:
    """The columns that can be an axis."""
    return tuple(column for column in table.columns if column.type is Type.NUMBER)


def proposed_axes(table: Understanding) -> tuple[int, int] | None:
    """The numbers of the two columns that say most at first sight: of a number that is predicted, a feature and it.

    The features are those that go along best with what is predicted, as far as some rows of the first columns tell.
    """
    target = table.columns[table.target.value]
    features = [column for column in table.features if column.type is Type.NUMBER][:COMPARED]
    rows = _picked(np.flatnonzero(~target.gaps))
    told = {column.number: _told(column, target, rows, table.task.value) for column in features}
    best = sorted(told, key=lambda number: -told[number])
    if table.task.value is Task.REGRESSION and target.values is not None and best:
        return best[0], target.number
    axes = sorted(best[:2]) or [column.number for column in drawable(table)]
    return (axes[0], axes[1 % len(axes)]) if axes else None


def _told(column: TableColumn, target: TableColumn, rows: NDArray[np.int64], task: Task) -> float:
    """Which share of the spread of a column goes along with the target: of a number R², of classes eta²; 0 to 1."""
    assert column.values is not None
    values = column.values[rows]
    known = ~np.isnan(values)
    values, rows = values[known], rows[known]
    with np.errstate(all="ignore"):
        centred = values - values.mean() if len(values) else values
        whole = float((centred**2).sum())
        if not 0.0 < whole < np.inf:
            return 0.0
        if task is Task.REGRESSION and target.values is not None:
            other = target.values[rows] - target.values[rows].mean()
            share = float((centred * other).sum() ** 2 / (whole * float((other**2).sum())))
        else:
            keys = target.values[rows] if target.values is not None else _codes(target)[rows]
            _, groups = np.unique(keys, return_inverse=True)
            sums, counts = np.bincount(groups, centred), np.bincount(groups)
            share = float((sums**2 / counts).sum() / whole)
    return share if np.isfinite(share) else 0.0


def _codes(column: TableColumn) -> NDArray[np.int64]:
    assert column.labels is not None
    return column.labels.codes


def _picked(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """As many of the rows as can be drawn, evenly from the first to the last."""
    return rows[np.linspace(0, len(rows) - 1, min(POINTS, len(rows))).astype(int)] if len(rows) else rows


def scatter_of(table: Understanding, across: int, up: int) -> Scatter:
    """The columns with these numbers against each other, coloured by what is predicted."""
    columns = {column.number: column for column in drawable(table)}
    x, y, target = columns[across], columns[up], table.columns[table.target.value]
    assert x.values is not None
    assert y.values is not None
    numbers = [one.values for one in (x, y, target) if one.values is not None]
    with np.errstate(invalid="ignore"):
        drawn = np.logical_and.reduce([np.abs(values) < DRAWN_BELOW for values in numbers])
    rows = np.flatnonzero(drawn & ~target.gaps)
    picked = _picked(rows)
    points: dict[str, Any] = {"x": x.values[picked], "y": y.values[picked], "of": len(rows)}
    titles: dict[str, Any] = {"x_title": titled(x), "y_title": titled(y)}
    if table.task.value is Task.REGRESSION:
        return Scatter(**points, **titles, amounts=_amounts(target, picked))
    names = tuple(class_counts(table))
    return Scatter(**points, **titles, classes=_classes(target, picked, names), names=names)


def titled(column: TableColumn) -> str:
    """``price (dollars)``."""
    has_unit = column.unit and column.unit not in column.name
    return f"{column.name} ({column.unit})" if has_unit else column.name


def _amounts(target: TableColumn, rows: NDArray[np.int64]) -> NDArray[np.float64] | None:
    if target.values is None or not len(rows):
        return None
    values = target.values[rows]
    span = values.max() - values.min()
    return (values - values.min()) / span if np.isfinite(span) and span > 0 else np.zeros(len(rows))


def _classes(target: TableColumn, rows: NDArray[np.int64], names: Sequence[str]) -> NDArray[np.int64]:
    places = {name: place for place, name in enumerate(names)}
    if target.values is not None:
        return np.array([places[class_name(value)] for value in target.values[rows]], np.int64)
    assert target.labels is not None
    of_word = np.array([places.get(word, 0) for word in target.labels.words] or [0], np.int64)
    return of_word[target.labels.codes[rows]]


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Where values are missing: ``shares`` (columns, blocks of rows) from 0 to 1, of the columns that have gaps."""

    names: tuple[str, ...]
    missing: tuple[int, ...]
    shares: NDArray[np.float64]
    rows: int


def gaps_of(table: Understanding) -> Gaps | None:
    """The missing cells of the columns that are used, None where there are none."""
    columns = [one for one in table.columns if one.role in (Role.FEATURE, Role.TARGET) and one.missing]
    if not columns:
        return None
    blocks = np.array_split(np.arange(table.rows), min(GAP_BLOCKS, table.rows))
    shares = np.array([[float(column.gaps[block].mean()) for block in blocks] for column in columns])
    return Gaps(tuple(one.name for one in columns), tuple(one.missing for one in columns), shares, table.rows)


@dataclass(frozen=True, slots=True, eq=False)
class ClassMeans:
    """The mean image of each class: ``pictures`` float64 (classes, side, side), from ``low`` to ``high``."""

    names: tuple[str, ...]
    pictures: NDArray[np.float64]
    low: float
    high: float


def class_means_of(table: Understanding) -> ClassMeans | None:
    """The mean of every class where a run of columns forms a square and classes are predicted, else None."""
    runs = [one for one in lines_of(table) if isinstance(one, Run) and one.side and one.columns[0].role is Role.FEATURE]
    target = table.columns[table.target.value]
    names = tuple(class_counts(table))
    if not runs or not names or table.task.value is not Task.CLASSIFICATION:
        return None
    run = max(runs, key=lambda one: one.side)
    rows = np.flatnonzero(~target.gaps)
    classes = _classes(target, rows, names)
    means = np.stack([_means(column, rows, classes, len(names)) for column in run.columns], axis=1)
    drawn = sorted(range(min(len(names), MEANS_AT_MOST)), key=lambda place: _place_of(names[place]))
    shown = means[drawn].reshape(-1, run.side, run.side)
    if not np.isfinite(shown).any():
        return None
    return ClassMeans(tuple(names[place] for place in drawn), shown, float(np.nanmin(shown)), float(np.nanmax(shown)))


def _place_of(name: str) -> tuple[float, str]:
    """Numbers in their order, words behind them in that of letters."""
    return (float(name), "") if re.fullmatch(r"-?\d+(\.\d+)?", name) else (np.inf, name)


def _means(column: TableColumn, rows: NDArray[np.int64], classes: NDArray[np.int64], many: int) -> NDArray[np.float64]:
    """Float64 (classes,): the mean of a column in each class, not a number where it has no value there."""
    assert column.values is not None
    values = column.values[rows]
    known = ~np.isnan(values)
    with np.errstate(all="ignore"):
        sums = np.bincount(classes[known], values[known], many)
        return np.asarray(sums / np.bincount(classes[known], minlength=many), np.float64)


def is_constant(column: TableColumn) -> bool:
    """Whether there is nothing to learn from it, since all rows have one value."""
    if column.values is not None:
        known = column.values[~column.gaps] if column.missing else column.values
        return len(known) > 1 and bool(known.min() == known.max())
    return column.type is Type.CLASS and len(column.known) == 1


@dataclass(frozen=True, eq=False)
class Run:
    """Columns whose names count up and that are used alike. ``means``: float64 (columns,)."""

    columns: tuple[TableColumn, ...]
    means: NDArray[np.float64]

    @cached_property
    def missing(self) -> int:
        """How many cells of these columns have no value."""
        return sum(column.missing for column in self.columns)

    @cached_property
    def constant(self) -> int:
        """How many of the columns have the same value in every row."""
        return sum(map(is_constant, self.columns))

    @property
    def side(self) -> int:
        """The side of the square picture that the columns form; 0 where their number is no square."""
        side = round(len(self.columns) ** 0.5)
        return side if side >= LEAST_SIDE and side * side == len(self.columns) else 0

    @cached_property
    def range(self) -> tuple[float, float]:
        """The least and the greatest value of all columns."""
        values = [column.values for column in self.columns if column.values is not None]
        return float(min(map(np.nanmin, values))), float(max(map(np.nanmax, values)))


def lines_of(table: Understanding) -> list[TableColumn | Run]:
    """What a list of the columns has lines for: columns, and in a wide table runs of like ones."""
    if len(table.columns) < GROUPED_FROM:
        return list(table.columns)
    lines: list[TableColumn | Run] = []
    for group in _groups(table.columns):
        if len(group) >= FEWEST_IN_RUN:
            with np.errstate(over="ignore"):
                means = np.array([float(np.nanmean(one.values)) for one in group if one.values is not None])
            lines.append(Run(tuple(group), means))
        else:
            lines += group
    return lines


def _groups(columns: Sequence[TableColumn]) -> Iterator[list[TableColumn]]:
    """Neighbours whose names count up, with the same role and all of numbers; others alone."""
    group: list[TableColumn] = []
    for column in columns:
        if group and not _goes_on(group[-1], column):
            yield group
            group = []
        group.append(column)
    if group:
        yield group


def _goes_on(before: TableColumn, column: TableColumn) -> bool:
    one, other = (re.fullmatch(r"(.*?)(\d+)", each.name) for each in (before, column))
    return (
        one is not None
        and other is not None
        and one[1] == other[1]
        and int(other[2]) == int(one[2]) + 1
        and before.role is column.role
        and before.type is column.type is Type.NUMBER
    )
