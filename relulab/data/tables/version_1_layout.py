"""How a CSV file is laid out: its delimiter, its header, its columns and the way it writes numbers."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from relulab.errors import DataError
from relulab.formatting import quoted, shortened

DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(?<!\d)\d+,\d+(?!\d)")


@dataclass(frozen=True, slots=True)
class Layout:
    """``features`` and ``target`` are indices into ``names``, the names of all columns."""

    delimiter: str
    decimal_comma: bool
    has_header: bool
    names: tuple[str, ...]
    target: int
    features: tuple[int, ...]

    @property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(self.names[index] for index in self.features)

    def number(self, cell: str) -> float:
        """The number that ``cell`` writes; infinity when it is too large. Raises ValueError for anything else."""
        return _number(cell, self.decimal_comma)


def layout_of(file: TextIO, name: str, target: str, ignore: str, header: str) -> Layout:
    """Find out the layout from the first lines of ``file``. Raises DataError; ``name`` is for its message.

    ``target`` is the name or number (from 1) of a column, empty for the last. ``ignore`` lists columns to leave
    out. ``header`` is auto, yes or no.
    """
    lines = [line for line in islice(file, SAMPLE_LINES) if line.strip()]
    if not lines:
        raise DataError(f"{name} is empty.")
    delimiter = _delimiter(lines)
    rows = list(csv.reader(lines, delimiter=delimiter))
    if len(rows[0]) < 2:
        raise DataError(
            f"{name} has one column only. A table needs features and a target, separated by comma, semicolon or tab."
        )
    text = "".join(lines)
    decimal_comma = delimiter != "," and _DECIMAL_COMMA.search(text) is not None and not re.search(r"\d\.\d", text)
    has_header = header == "yes" or (header == "auto" and _looks_like_header(rows, decimal_comma))
    first = [cell.strip() for cell in rows[0]]
    names = tuple((has_header and first[index]) or f"column {index + 1}" for index in range(len(first)))
    target_index = _column(target, names, name, "target") if target.strip() else len(names) - 1
    ignored = {_column(part, names, name, "column to ignore") for part in ignore.split(",") if part.strip()}
    features = tuple(index for index in range(len(names)) if index != target_index and index not in ignored)
    if not features:
        raise DataError(f"{name}: no column is left as a feature.")
    return Layout(delimiter, decimal_comma, has_header, names, target_index, features)


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that divides most lines into equally many cells, and of those the one that leaves most numbers."""

    def merit(delimiter: str) -> tuple[int, float]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count)
        numbers = [_is_number(cell, delimiter != ",") for row in rows for cell in row]
        return (widths.count(usual) if usual > 1 else 0, sum(numbers) / len(numbers))

    return max(DELIMITERS, key=merit)


def _looks_like_header(rows: Sequence[Sequence[str]], decimal_comma: bool) -> bool:
    """A header has text where the next row has a number; a lone row is a header when it has no number at all."""
    first = [_is_number(cell, decimal_comma) for cell in rows[0]]
    if len(rows) == 1:
        return not any(first)
    second = [_is_number(cell, decimal_comma) for cell in rows[1]]
    return any(below and not above for above, below in zip(first, second, strict=False))


def _column(wanted: str, names: Sequence[str], name: str, what: str) -> int:
    """The index of the column that ``wanted`` names, by its name or by its number from 1."""
    wanted = wanted.strip()
    if names.count(wanted) > 1:
        raise DataError(
            f"{name} has more than one column named {quoted(wanted)}. Name the {what} by its number, from 1."
        )
    if wanted in names:
        return list(names).index(wanted)
    if re.fullmatch(r"\d{1,9}", wanted) and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    raise DataError(
        f"{name} has no column {quoted(wanted)} (the {what}). It has: {shortened(', '.join(names[:30]), 1000)}."
    )


def _is_number(cell: str, decimal_comma: bool) -> bool:
    try:
        _number(cell, decimal_comma)
    except ValueError:
        return False
    return True


def _number(cell: str, decimal_comma: bool) -> float:
    """Stricter than ``float``, which also takes 1_000, nan and infinity."""
    written = cell.replace(",", ".") if decimal_comma else cell
    if _NUMBER.fullmatch(written) is None:
        raise ValueError(cell)
    return float(written)
