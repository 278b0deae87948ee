"""The rows of a file: lines, or several where a cell in quotation marks holds an end of line; and their cells."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.data.tables.letters import Letters
from relulab.errors import DataError
from relulab.untrusted import MIB

QUOTE = ord('"')
WHITE = np.frombuffer(b" \t\n", np.uint8)  # between cells where blanks separate them
AT_ONCE = 2**20  # bytes
COUNTING = "Counting the cells"
LINE_AT_MOST = 2**20  # bytes
SAMPLED_BYTES = 30_000  # of each of the three samples
SAMPLED_ROWS = 300
OPENED = re.compile(r'(?:^|[,;|\t])[^\S\t]*"(?:[^"]|"")*$')  # a quotation mark at the start of a cell, and no end
LINES_IN_A_CELL = 200  # more are a quotation mark that was never closed


@dataclass(frozen=True, eq=False)
class Rows:
    """Where each row lies: ``starts`` and ``stops`` in bytes, ``numbers`` its first line, from 1 on. int64 (rows,)."""

    letters: Letters
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, index: int) -> str:
        return self.letters.data[self.starts[index] : self.stops[index]].decode()

    def cells(self, indices: Iterable[int], separator: str) -> Iterator[list[str]]:
        """The cells of some rows, without the blanks around them."""
        return (cells_of(self.text(index), separator) for index in indices)

    def widths(self, separator: str, progress: Progress = ignore) -> NDArray[np.int64]:
        """How many cells each row has, 0 for a row without a word: int64 (rows,)."""
        widths = np.zeros(len(self), np.int64)
        data = np.frombuffer(self.letters.data, np.uint8)
        for first, last in self._stretches():
            progress(first, len(self), COUNTING)
            base = self.starts[first]
            part, at = data[base : self.stops[last - 1]], self.starts[first:last] - base
            if not len(part):
                continue
            at = np.minimum(at, len(part) - 1)  # an empty last row
            blank = part <= ord(" ")
            if separator == " ":
                begins = ~np.isin(part, WHITE)
                begins[1:] &= ~begins[:-1]
                counts = np.add.reduceat(begins, at, dtype=np.int64)
            else:
                is_separator = part == ord(separator)
                counts = np.add.reduceat(is_separator, at, dtype=np.int64) + 1
                blank |= is_separator
            blank |= part == QUOTE
            filled = ~np.logical_and.reduceat(blank, at)
            for index in np.flatnonzero(np.logical_or.reduceat(part == QUOTE, at)):
                cells = cells_of(self.text(first + int(index)), separator)
                counts[index], filled[index] = len(cells), any(cells)
            empty = self.starts[first:last] >= self.stops[first:last]
            widths[first:last] = np.where(filled & ~empty, counts, 0)
        return widths

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """Rows in stretches of about ``AT_ONCE`` bytes."""
        first = 0
        while first < len(self):
            last = int(np.searchsorted(self.starts, self.starts[first] + AT_ONCE, "right"))
            yield first, max(last, first + 1)
            first = max(last, first + 1)

    def sample(self) -> NDArray[np.int64]:
        """Some of the first, the middle and the last rows, all where they are few: ascending indices."""
        count = len(self)
        length = max(1, len(self.letters.data) // max(1, count))
        many = min(SAMPLED_ROWS, max(10, SAMPLED_BYTES // length))
        if count <= 3 * many:
            return np.arange(count)
        middle = (count - many) // 2
        return np.concatenate([np.arange(many), np.arange(middle, middle + many), np.arange(count - many, count)])


def rows_of(letters: Letters, name: str) -> Rows:
    """The rows of a text. Raises DataError for a quotation mark that is never closed."""
    starts, stops = letters.starts[:-1], letters.starts[1:] - 1
    if (longest := int((stops - starts).max())) > LINE_AT_MOST:
        line = int((stops - starts).argmax()) + 1
        raise DataError(
            f"{name}, line {line} has {longest / MIB:,.1f} MB; a line of a table has at most {LINE_AT_MOST // MIB} MB."
        )
    numbers = np.arange(1, len(starts) + 1)
    if b'"' not in letters.data:
        return Rows(letters, starts, stops, numbers)
    quotes = np.flatnonzero(np.frombuffer(letters.data, np.uint8) == QUOTE)
    odd = np.flatnonzero(np.bincount(np.searchsorted(starts, quotes, "right") - 1, minlength=len(starts)) % 2)
    inside = np.zeros(len(starts), bool)  # lines that go on a row
    opened = -1
    for line in map(int, odd):
        if opened >= 0:
            if line - opened >= LINES_IN_A_CELL:
                break
            inside[opened + 1 : line + 1] = True
            opened = -1
        elif OPENED.search(letters.line(line)):
            opened = line
    if opened >= 0:
        raise DataError(
            f"{name}, line {opened + 1}: a quotation mark opens a cell and no other closes it. Close or remove it."
        )
    kept = np.flatnonzero(~inside)
    return Rows(letters, starts[kept], stops[np.append(kept[1:], len(starts)) - 1], numbers[kept])


def cells_of(row: str, separator: str) -> list[str]:
    """The cells of one row, without the blanks around them."""
    if separator == " ":
        row = re.sub(" +", " ", row.replace("\t", " ").strip(" "))
    if '"' not in row:
        return [cell.strip() for cell in row.split(separator)]
    try:
        return _divided(row, separator)
    except csv.Error:  # an end of line where this separator makes no cell in quotation marks
        row = row.replace("\n", " ")
    try:
        return _divided(row, separator)
    except csv.Error as error:
        raise DataError(f"'{row[:40]}' cannot be divided into cells ({error}).") from None


def _divided(row: str, separator: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([row], delimiter=separator, skipinitialspace=True), [""])]
