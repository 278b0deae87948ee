"""A growing table of records that never grows beyond a fixed number of rows."""

import dataclasses
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PROBE_ROWS_AT_MOST = 512
COPIES_TRIED = 3  # without holding up anybody
WIDE_BYTES = 24 * 2**20  # wide networks keep fewer moments rather than more memory


class Series:
    """Rows of one record type, kept as one array per field.

    When ``capacity`` rows are full, every second row of the older three quarters is dropped: the past gets
    coarser, the first row (step 0) and the recent ones stay. Two rows of one step are one row: the later wins.
    Not thread-safe by itself; ``RunHistory`` holds the lock.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 8:
            raise ValueError("a series needs room for at least 8 rows")
        self.capacity = capacity
        self._columns: dict[str, NDArray[Any]] = {}
        self._length = 0
        self.rewritten = 0  # how often rows that were there became others

    def __len__(self) -> int:
        return self._length

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in the order of the record; empty before the first row."""
        return tuple(self._columns)

    @property
    def nbytes(self) -> int:
        """Memory held by the columns, in bytes."""
        return sum(column.nbytes for column in self._columns.values())

    def append(self, record: Any) -> None:
        """Add a frozen dataclass of numbers and arrays. All records of a series have the same shapes."""
        if not self._columns:
            self._columns = {f.name: self._empty_column(getattr(record, f.name)) for f in dataclasses.fields(record)}
        if self._length and self._columns["step"][self._length - 1] == record.step:
            self._length -= 1
            self.rewritten += 1
        elif self._length == len(self._columns["step"]):
            self._make_room()
        for name, column in self._columns.items():
            column[self._length] = getattr(record, name)
        self._length += 1

    def column(self, name: str, index: int | None = None) -> NDArray[Any]:
        """A copy of one field over all rows: (rows, …), or (rows,) of one ``index`` where a row has many."""
        if not self._columns:
            return np.empty(0)
        column = self._columns[name][: self._length]
        return (column if index is None or column.ndim == 1 else column[:, index]).copy()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Copies of all fields over all rows; empty before the first row."""
        return {name: self.column(name) for name in self._columns}

    @classmethod
    def from_columns(cls, capacity: int, columns: Mapping[str, NDArray[Any]]) -> Self:
        """A series that holds copies of these fields, (rows, …) each, and grows on from there."""
        rows = len(columns["step"]) if columns else 0
        series = cls(max(capacity, rows))
        if rows:
            series._columns = {name: column.copy() for name, column in columns.items()}
            series._length = rows
        return series

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All fields over all rows themselves, not copies."""
        return {name: column[: self._length] for name, column in self._columns.items()}

    def replace(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Hold the same numbers in other arrays."""
        self._columns = dict(columns)

    def row(self, index: int) -> dict[str, Any]:
        """A copy of one row; negative indices count from the end. Raises IndexError."""
        if not -self._length <= index < self._length:
            raise IndexError(f"row {index} of {self._length}")
        index %= self._length
        return {name: column[index].copy() for name, column in self._columns.items()}

    def _empty_column(self, value: Any) -> NDArray[Any]:
        array = np.asarray(value)
        return np.empty((min(64, self.capacity), *array.shape), array.dtype)

    def _make_room(self) -> None:
        """Double the columns up to the capacity; then thin out the past."""
        rows = len(self._columns["step"])
        if rows < self.capacity:
            grown = min(self.capacity, 2 * rows)
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate(
                    [column, np.empty((grown - rows, *column.shape[1:]), column.dtype)]
                )
            return
        keep = np.ones(rows, bool)
        keep[1 : 3 * rows // 4 : 2] = False
        self._length = int(keep.sum())
        self.rewritten += 1
        for column in self._columns.values():
            column[: self._length] = column[keep]


def copied(series: Series, lock: AbstractContextManager[Any]) -> dict[str, NDArray[Any]]:
    """As ``series.columns()``, of one moment, holding ``lock`` for an instant only: whoever draws or records meanwhile
    does not wait for megabytes. Rows that are added do no harm; where rows became others, it is done again.
    """
    for _ in range(COPIES_TRIED):
        with lock:
            columns, state = series.arrays(), series.rewritten
        copies = {name: column.copy() for name, column in columns.items()}
        with lock:
            if series.rewritten == state:
                return copies
    with lock:
        return series.columns()


def wide_rows(columns: Mapping[str, NDArray[Any]]) -> int:
    """How many rows of a wide record to keep, from the size of one; ``columns`` are (rows, …), rows at least 1."""
    row_bytes = sum(int(column[0].nbytes) for column in columns.values())
    return max(8, min(PROBE_ROWS_AT_MOST, WIDE_BYTES // max(1, row_bytes)))
