"""A table of the user's own, from a CSV file: numbers in, one column out.

What stands in the file is never repaired in silence: the first cell that is not what it should be is named with
its row and column, so that the user can decide what it means.
"""

import csv
import math
import re
import stat
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.entry import Kind, Parameter, Value
from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry, Description, Pool, RawSplit
from relulab.data.table_layout import Layout, layout_of
from relulab.data.untrusted_paths import is_withheld
from relulab.errors import DataError, DataMissingError

BYTES_AT_MOST = 200 * 2**20
CLASSES_AT_MOST = 100
INTEGER_CLASSES_AT_MOST = 20  # more distinct whole numbers than that are taken as amounts
MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}
PLAIN = re.compile(r"[0-9eE+\-.\s]*", re.ASCII)  # with these, float() reads numbers only: no nan, no 1_000
EXACT_INTEGERS = 2.0**53  # float64 tells whole numbers apart below this
FLOAT32_MAX = float(np.finfo(np.float32).max)
TRAIN_SHARE, VALIDATION_SHARE = 0.7, 0.1  # the rest is for testing


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``features``: float64 (rows, columns). ``targets``: int64 (rows,) classes, or float32 (rows, 1)."""

    features: NDArray[np.float64]
    targets: NDArray[Any]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]  # empty for a regression

    @property
    def description(self) -> Description:
        """Shapes, names and sizes: 70 % for training, 10 % for validation, 20 % for testing."""
        rows = len(self.features)
        train = max(1, round(TRAIN_SHARE * rows))
        validation = min(rows - train, round(VALIDATION_SHARE * rows))
        return Description(
            Task.CLASSIFICATION if self.class_names else Task.REGRESSION,
            (self.features.shape[1],),
            len(self.class_names) or 1,
            class_names=self.class_names,
            feature_names=self.feature_names,
            train_size=train,
            validation_size=validation,
            test_size=rows - train - validation,
            available=rows,
        )


def table_of(parameters: Mapping[str, Value]) -> Table:
    """The table that the parameters of the data set ``csv`` name. Read again only when the file has changed.

    Raises DataMissingError when there is no such file and DataError for whatever is wrong in it.
    """
    chosen = str(parameters["path"]).strip()
    if not chosen:
        raise DataMissingError("Choose a CSV file: a table with one column per feature and one for the target.")
    if is_withheld(chosen):
        raise DataMissingError(
            f"{chosen} was not read: a file that you opened names it, and that file may come from somebody else. "
            "Have it read in the message at the top, or choose it here yourself."
        )
    try:
        path = Path(chosen).expanduser().absolute()
        status = path.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise DataMissingError(f"{chosen} cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    if not stat.S_ISREG(status.st_mode):  # a folder, or a device that never ends
        raise DataMissingError(f"{chosen} is not a file. Choose a CSV file.")
    choices = (str(parameters[name]) for name in ("target", "ignore", "task", "header"))
    return _read(path, status.st_mtime_ns, status.st_size, *choices)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int, size: int, target: str, ignore: str, task: str, header: str) -> Table:
    """``changed`` and ``size`` only tell one state of the file from another."""
    if size > BYTES_AT_MOST:
        raise DataError(
            f"{path.name} has {size / 2**20:,.0f} MB; tables up to {BYTES_AT_MOST // 2**20} MB can be read."
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            layout = layout_of(file, path.name, target, ignore, header)
            file.seek(0)
            features, labels = _cells(csv.reader(file, delimiter=layout.delimiter), layout, path.name)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name} is not UTF-8 text (byte {error.start}). Save it again as 'CSV UTF-8' in your table program."
        ) from None
    except csv.Error as error:
        raise DataError(f"{path.name} is not a CSV table ({error}).") from None
    except OSError as error:
        raise DataMissingError(f"{path} cannot be read ({error.strerror or error}).") from None
    targets, class_names = _targets(labels, layout, task, path.name)
    return Table(features, targets, layout.feature_names, class_names)


def _cells(rows: Iterator[list[str]], layout: Layout, name: str) -> tuple[NDArray[np.float64], list[str]]:
    """Features float64 (rows, columns) and the texts of the target column."""
    values, labels = array("d"), []
    header_due = layout.has_header
    for number, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if header_due:
            header_due = False
            continue
        if len(row) != len(layout.names):
            raise DataError(
                f"{name}, row {number}: {len(row)} cells where the table has {len(layout.names)} columns. "
                "Is a delimiter missing, or is there one too many?"
            )
        values.extend(_row_numbers(row, layout, number, name))
        label = row[layout.target].strip()
        if label.lower() in MISSING:
            raise DataError(f"{name}, row {number}: the target '{layout.names[layout.target]}' is missing.")
        labels.append(label)
    if not labels:
        raise DataError(f"{name} has no rows of data.")
    return np.array(values, np.float64).reshape(len(labels), -1), labels


def _row_numbers(row: Sequence[str], layout: Layout, number: int, name: str) -> list[float]:
    """The features of one row. Raises DataError for the first cell that holds none."""
    cells = [row[column] for column in layout.features]
    if PLAIN.fullmatch("".join(cells)):  # the quick way, for tables with millions of cells
        with suppress(ValueError):
            values = list(map(float, cells))
            if min(values) >= -FLOAT32_MAX and max(values) <= FLOAT32_MAX:
                return values
    return [_number(row[column], layout, number, column, name) for column in layout.features]


def _number(cell: str, layout: Layout, row: int, column: int, name: str) -> float:
    try:
        value = layout.number(cell)
        if abs(value) <= FLOAT32_MAX:
            return value
    except ValueError:
        value = math.nan
    where = f"{name}, row {row}, column '{layout.names[column]}'"
    text = cell.strip()
    if text.lower() in MISSING:
        raise DataError(f"{where}: the value is missing. Fill it in, remove the row, or ignore the column.")
    if math.isnan(value):
        raise DataError(f"{where}: '{text[:40]}' is not a number. Replace it by one, or ignore the column.")
    raise DataError(f"{where}: {text[:40]} is too large for the numbers of a network (at most 3.4e38).")


def _targets(labels: Sequence[str], layout: Layout, task: str, name: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The target column as classes with their names, or as numbers with no names."""
    numbers = _numbers(labels, layout)
    column = layout.names[layout.target]
    if task == "regression" or (task == "auto" and numbers is not None and not _look_like_classes(numbers)):
        if numbers is None:
            text = next(label for label in labels if _numbers([label], layout) is None)
            raise DataError(f"{name}: the target '{column}' holds text ('{text[:40]}'), so it cannot be a regression.")
        return numbers.astype(np.float32)[:, None], ()
    if numbers is not None and np.abs(numbers).max() < EXACT_INTEGERS:
        values, targets = np.unique(numbers, return_inverse=True)
        names = tuple(f"{value:.15g}" for value in values)
    else:
        texts, targets = np.unique(np.array(labels, dtype=object), return_inverse=True)
        names = tuple(map(str, texts))
    if len(names) < 2:
        raise DataError(f"{name}: the target '{column}' is '{names[0][:40]}' in every row. Two classes are needed.")
    if len(names) > CLASSES_AT_MOST:
        raise DataError(
            f"{name}: the target '{column}' has {len(names):,} different values, more than {CLASSES_AT_MOST} classes. "
            "Choose another target column" + (", or the task regression." if numbers is not None else ".")
        )
    return targets.astype(np.int64), names


def _look_like_classes(numbers: NDArray[np.float64]) -> bool:
    """Few distinct whole numbers, each seen twice on average, are taken as classes."""
    distinct = np.unique(numbers)
    return bool(
        (distinct == np.round(distinct)).all()
        and len(distinct) <= INTEGER_CLASSES_AT_MOST
        and 2 * len(distinct) <= len(numbers)
    )


def _numbers(labels: Sequence[str], layout: Layout) -> NDArray[np.float64] | None:
    """``labels`` as numbers, or None when one of them is text or beyond float32."""
    try:
        numbers = np.array([layout.number(label) for label in labels])
    except ValueError:
        return None
    return numbers if (np.abs(numbers) <= FLOAT32_MAX).all() else None


def _load(parameters: Mapping[str, Value]) -> Pool:
    table = table_of(parameters)
    return Pool(RawSplit(table.features, table.targets))


CSV = DatasetEntry(
    key="csv",
    title="CSV table",
    summary="A table of your own: columns of numbers as features, and one target column of classes or numbers.",
    group="Your own data",
    parameters=(
        Parameter("path", "File", Kind.FILE, "", help="A text file with one row per sample, saved as CSV UTF-8."),
        Parameter("target", "Target", Kind.TEXT, "", help="Name or number of the target column; empty for the last."),
        Parameter("ignore", "Ignore", Kind.TEXT, "", help="Columns to leave out, separated by commas."),
        Parameter(
            "task",
            "Task",
            Kind.CHOICE,
            "auto",
            choices=("auto", "classification", "regression"),
            help="Auto takes text or a few different whole numbers as classes, anything else as numbers.",
        ),
        Parameter(
            "header",
            "Header",
            Kind.CHOICE,
            "auto",
            choices=("auto", "yes", "no"),
            help="Whether the first row holds the names of the columns.",
        ),
    ),
    describe=lambda parameters: table_of(parameters).description,
    load=lambda request, sizes, source: _load(request.dataset.parameters),
)
