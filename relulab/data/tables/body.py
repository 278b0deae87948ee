"""The cells of a table, column by column: as they are written, or as numbers where nothing else can be meant.

The whole file is read by pandas' C parser, which is told the type of every column: it would read ``1,5`` as 15 where a
comma separates thousands, and 01 as 1. What a first look takes for numbers is checked on all rows here; a column that
holds anything else is read as it is written.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.data.tables.cells import GAP_WORDS, Written, is_date, is_gap, is_label, is_time, written
from relulab.data.tables.layout import Layout
from relulab.data.tables.lines import AT_ONCE, QUOTE, Rows, cells_of

READING: Final = "Reading the table"
ROWS_AT_ONCE: Final = 100  # between two looks at whether to stop
EXACT_BELOW: Final = 2.0**53  # whole numbers from here on are the same float64 as others
GAPS: Final = ["", *sorted({form for word in GAP_WORDS for form in (word, word.upper(), word.title())} | {"NaN"})]


@dataclass(frozen=True, eq=False)
class Words:
    """A column as it is written: the different ``words`` as they come, and which of them each row has (rows,)."""

    words: tuple[str, ...]
    codes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many rows have each word."""
        return np.bincount(self.codes, minlength=len(self.words))

    @cached_property
    def numbers(self) -> tuple[Written | None, ...]:
        """Each word as the number that it may be in some reading."""
        return tuple(map(written, self.words))

    @cached_property
    def are_numbers(self) -> bool:
        """Whether at least half of the cells that are no gaps are numbers, and none is a name like 01."""
        known = [index for index, word in enumerate(self.words) if not is_gap(word)]
        if not known or any(is_label(self.words[index]) for index in known):
            return False
        numbers = sum(int(self.counts[index]) for index in known if self.numbers[index])
        if 2 * numbers < sum(int(self.counts[index]) for index in known):
            return False
        dated = [index for index in known if is_date(self.words[index]) or is_time(self.words[index])]
        return 2 * sum(int(self.counts[index]) for index in dated) < sum(int(self.counts[index]) for index in known)

    def after(self, cells: Sequence[str]) -> "Words":
        """With ``cells`` in front."""
        return words_of([*cells, *self.words]).picked(np.concatenate([np.arange(len(cells)), self.codes + len(cells)]))

    def picked(self, rows: NDArray[Any]) -> "Words":
        """These rows alone; words that none of them has are forgotten."""
        kept, codes = np.unique(self.codes[rows], return_inverse=True)
        return Words(tuple(self.words[index] for index in kept), codes.astype(np.int64))

    def row_of(self, word: int) -> int:
        """The first row that has this word."""
        return int(np.argmax(self.codes == word))


@dataclass(frozen=True, eq=False)
class Values:
    """A column of plain numbers: float64 (rows,), a gap is not a number."""

    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def picked(self, rows: NDArray[Any]) -> "Values":
        return Values(self.values[rows])


Column = Words | Values


def words_of(cells: Sequence[str]) -> Words:
    """A column of these cells."""
    places: dict[str, int] = {}
    codes = np.fromiter((places.setdefault(cell, len(places)) for cell in cells), np.int64, len(cells))
    return Words(tuple(places), codes)


def first_look(rows: Rows, layout: Layout, picked: NDArray[np.int64], progress: Progress = ignore) -> list[Column]:
    """The columns of some of the table's rows, as they are written."""
    columns: list[tuple[dict[str, int], array[int]]] = [({}, array("q")) for _ in range(layout.width)]
    for at, cells in enumerate(rows.cells(layout.rows[picked], layout.separator.value)):
        if at % ROWS_AT_ONCE == 0:
            progress(at, len(picked), READING)
        for (places, codes), cell in zip(columns, cells, strict=True):
            codes.append(places.setdefault(cell, len(places)))
    return [Words(tuple(places), np.array(codes, np.int64)) for places, codes in columns]


def written_columns(
    rows: Rows, layout: Layout, first: int, places: Sequence[int], progress: Progress
) -> dict[int, Words]:
    """The columns at ``places`` of all rows from ``first`` on, as they are written."""
    indices = layout.rows[first:]
    cells: dict[int, list[str]] = {place: [] for place in places}
    for at, row in enumerate(rows.cells(indices, layout.separator.value)):
        if at % ROWS_AT_ONCE == 0:
            progress(at, len(indices), READING)
        for place in places:
            cells[place].append(row[place])
    return {place: words_of(column) for place, column in cells.items()}


def all_columns(
    rows: Rows, layout: Layout, first: int, sampled: Sequence[Column], decimal: str, progress: Progress
) -> list[Column]:
    """The columns of all rows from ``first`` on. ``sampled`` are those of a first look.

    ``decimal`` is the decimal sign that the sample proves; empty for none, then columns are only read as numbers where
    the file has no sign at all.
    """
    signs = any(sign.encode() in rows.letters.data for sign in ".," if sign != layout.separator.value)
    signs |= b'"' in rows.letters.data
    plain = {
        place for place, column in enumerate(sampled) if isinstance(column, Words) and _is_plain(column, decimal, signs)
    }
    indices = layout.rows[first:]
    if plain:
        plain -= _labelled(rows, layout, indices, progress)
    columns: list[Column] = []
    if not (layout.separator.value == " " and b'"' in rows.letters.data):  # pandas divides such rows in another way
        with suppress(ValueError):  # also pandas' own: stray quotation marks open a cell that never ends
            columns = _Table(rows, layout, indices, progress).read(plain, decimal or ".")
    if not columns or len(columns[0]) != len(indices):  # or they made one row of several
        return first_look(rows, layout, np.arange(first, len(layout.rows)), progress)
    return columns


def _is_plain(column: Words, decimal: str, signs: bool) -> bool:
    """Whether the library may read the column as numbers: no unit, no thousands, no name with a leading zero."""
    if signs and not decimal:
        return False
    known = [number for word, number in zip(column.words, column.numbers, strict=True) if word not in GAPS]
    return (
        None not in known
        and bool(known)
        and not any(map(is_label, column.words))
        and all(number and not number.unit and set(number.body) <= {*"0123456789", decimal or "."} for number in known)
        and not any("−" in word for word in column.words)
    )


def _labelled(rows: Rows, layout: Layout, indices: NDArray[np.int64], progress: Progress) -> set[int]:
    """Columns that have a leading zero in some row: 01 and 1 stay two labels."""
    found: set[int] = set()
    data, sign = np.frombuffer(rows.letters.data, np.uint8), layout.separator.value
    starts, stops = rows.starts[indices], rows.stops[indices]
    for begin in range(0, len(starts), max(1, step := _rows_at_once(starts, stops))):
        progress(begin, len(starts), "Looking for leading zeros")
        end = min(begin + step, len(starts))
        base = int(starts[begin])
        part = data[base : stops[end - 1]]
        if len(part) < 2:
            continue
        digit = (part >= ord("0")) & (part <= ord("9"))
        before = np.concatenate([[True], (part[:-1] == ord(sign)) | (part[:-1] <= ord(" ")) | (part[:-1] == QUOTE)])
        hits = np.flatnonzero((part[:-1] == ord("0")) & digit[1:] & before[:-1])
        if not len(hits):
            continue
        lines = np.searchsorted(starts[begin:end], hits + base, "right") - 1 + begin
        if sign == " " or (part == QUOTE).any():
            for line in np.unique(lines):
                cells = cells_of(rows.text(int(indices[line])), sign)
                found |= {place for place, cell in enumerate(cells) if is_label(cell)}
            continue
        passed = np.cumsum(part == ord(sign))
        at_start = starts[lines] - base
        found |= set(map(int, passed[hits] - np.where(at_start > 0, passed[at_start - 1], 0)))
    return found


def _rows_at_once(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> int:
    return max(1, int(len(starts) * AT_ONCE / max(1, int(stops[-1] - starts[0])))) if len(starts) else 1


class _Table:
    """The rows of the table, read by pandas."""

    def __init__(self, rows: Rows, layout: Layout, indices: NDArray[np.int64], progress: Progress) -> None:
        self._data = rows.letters.data
        self._width = layout.width
        self._separator = r"\s+" if layout.separator.value == " " else layout.separator.value
        self._pieces = _pieces(rows, indices)
        self._count = len(indices)
        self._progress = progress

    def read(self, plain: set[int], decimal: str) -> list[Column]:
        """Every column; those of ``plain`` as numbers where all their cells are."""
        if not self._count:
            return [Words((), np.zeros(0, np.int64)) for _ in range(self._width)]
        try:
            frame = self._parsed(plain, decimal)
        except (ValueError, OverflowError):
            plain = plain & self._numeric(decimal)
            frame = self._parsed(plain, decimal)
        inexact = {place for place in plain if _is_beyond(frame[place].to_numpy())}
        if inexact:
            plain = plain - inexact
            frame = self._parsed(plain, decimal)
        return [
            Values(frame[place].to_numpy()) if place in plain else _factorized(frame[place])
            for place in range(self._width)
        ]

    def _parsed(self, plain: set[int], decimal: str) -> Any:
        types = {place: np.float64 if place in plain else object for place in range(self._width)}
        return self._frame(decimal, dtype=types, na_values=dict.fromkeys(plain, GAPS))

    def _numeric(self, decimal: str) -> set[int]:
        """The columns that the library itself takes for numbers."""
        frame = self._frame(decimal, low_memory=False, na_values=GAPS)
        return {place for place in range(self._width) if frame[place].dtype.kind in "if"}

    def _frame(self, decimal: str, **options: Any) -> Any:
        import pandas

        feed: Any = _Feed(self._data, self._pieces, self._progress)
        return pandas.read_csv(
            feed,
            sep=self._separator,
            header=None,
            names=range(self._width),
            index_col=False,
            decimal=decimal,
            keep_default_na=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            engine="c",
            **options,
        )


def _is_beyond(values: NDArray[np.float64]) -> bool:
    """Whether a number is infinite, or one of those that float64 no longer tells apart from their neighbours."""
    low, high = np.nanmin(values, initial=0.0), np.nanmax(values, initial=0.0)
    return bool(max(-low, high) >= EXACT_BELOW)


def _factorized(cells: Any) -> Words:
    import pandas

    codes, words = pandas.factorize(cells, use_na_sentinel=False)
    read = words_of([str(word).strip() if isinstance(word, str) else "" for word in words])
    return Words(read.words, read.codes[codes])  # words that differ in blanks only are one


def _pieces(rows: Rows, indices: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The bytes of these rows, as stretches without a gap."""
    if not len(indices):
        return []
    breaks = np.flatnonzero(np.diff(indices) > 1) + 1
    parts = np.split(indices, breaks)
    return [(int(rows.starts[part[0]]), int(rows.stops[part[-1]])) for part in parts]


class _Feed:
    """A file for pandas, which asks for a quarter of a megabyte at a time; ``progress`` may raise to stop it."""

    def __init__(self, data: bytes | bytearray, pieces: Sequence[tuple[int, int]], progress: Progress) -> None:
        self._data = memoryview(data)
        self._pieces = list(pieces)
        self._progress = progress
        self._done, self._total = 0, sum(stop - start for start, stop in pieces)
        self._piece = 0
        self._at = pieces[0][0]

    def read(self, size: int) -> bytes:
        self._progress(self._done, self._total, READING)
        if self._piece == len(self._pieces):
            return b""
        stop = self._pieces[self._piece][1]
        part = bytes(self._data[self._at : min(self._at + size - 1, stop)])
        self._at += len(part)
        self._done += len(part)
        if self._at >= stop:
            self._piece += 1
            part += b"\n"
            if self._piece < len(self._pieces):
                self._at = self._pieces[self._piece][0]
        return part

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(AT_ONCE), b"")
