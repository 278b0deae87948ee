"""The reader of version 0.1, for experiments that were made with it: they keep their numbers.

What stands in the file is never repaired in silence: the first cell that is not what it should be is named with
its row and column, so that the user can decide what it means.
"""

import csv
import math
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.data.chosen_file import FileState
from relulab.data.tables.cells import class_name
from relulab.data.tables.kept import Kept
from relulab.data.tables.table import FLOAT32_MAX, Table
from relulab.data.tables.version_1_layout import Layout, layout_of
from relulab.errors import DataError, DataMissingError

BYTES_AT_MOST = 200 * 2**20
CLASSES_AT_MOST = 100
INTEGER_CLASSES_AT_MOST = 20  # more distinct whole numbers than that are taken as amounts
MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}
PLAIN = re.compile(r"[0-9eE+\-.\s]*", re.ASCII)  # with these, float() reads numbers only: no nan, no 1_000
EXACT_INTEGERS = 2.0**53  # float64 tells whole numbers apart below this


Asked = tuple[str, str, str, str]  # target, columns to ignore, task, header
TABLES: Final = Kept[tuple[FileState, Asked], Table](2)


def read(state: FileState, asked: Asked) -> Table:
    """The table in a file. Raises DataMissingError when there is no such file and DataError for what is wrong in it."""
    return TABLES.get((state, asked), lambda: _read(state, *asked), ignore)


def _read(state: FileState, target: str, ignored: str, task: str, header: str) -> Table:
    path, size = state.path, state.size
    if size > BYTES_AT_MOST:
        raise DataError(
            f"{path.name} has {size / 2**20:,.0f} MB; tables up to {BYTES_AT_MOST // 2**20} MB can be read."
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            layout = layout_of(file, path.name, target, ignored, header)
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
        names = tuple(map(class_name, values))
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
