"""What each column holds, and whether it can be learned from."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.data.tables.body import Column, Words
from relulab.data.tables.cells import GAPS_OF_WORDS, is_date, is_gap, is_time, written
from relulab.data.tables.guesses import Answer, Question, Sure
from relulab.data.tables.numbers import is_number_like
from relulab.formatting import LONGEST_QUOTE, shortened
from relulab.text import Text, text

CLASSES_AT_MOST: Final = 20  # words of a column that is learned from; more are text
ROWS_COUNTED: Final = 4  # a column that counts fewer rows may be anything
LEAST_USED: Final = 2  # a feature and a target
RUN: Final = 3  # names that count up: x1, x2, x3
FAR: Final = 5.0  # times the range of all others: a number that may stand for a gap
OFTEN: Final = 3  # rows with it
ID_WORDS: Final = ("id", "nr", "no", "key", "index")
_COUNTED = re.compile(r"(.*\D|)(\d{1,9})", re.DOTALL)
_LAST_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüß]+|\d+")


class Type(Enum):
    """What the cells of a column are."""

    NUMBER = "number"
    CLASS = "class"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    EMPTY = "empty"


class Role(Enum):
    """What is done with a column."""

    FEATURE = "feature"
    TARGET = "target"
    IGNORE = "ignore"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, eq=False)
class TableColumn:
    """A column as it was understood. ``number`` is its place in the file, from 1 on.

    ``values``: float64 (rows,) where it holds numbers, not a number for a gap. ``labels``: the cells as they are
    written, with ``gap_labels`` those that say nothing.
    """

    number: int
    name: str
    type: Type
    role: Role
    why: Text
    sure: Sure = Sure.CERTAIN
    unit: str = ""
    values: NDArray[np.float64] | None = None
    labels: Words | None = None
    gap_labels: frozenset[str] = frozenset()

    @cached_property
    def gaps(self) -> NDArray[np.bool_]:
        """Which rows have no value here: (rows,)."""
        if self.values is not None:
            return np.isnan(self.values)
        assert self.labels is not None
        return np.array([word.lower() in self.gap_labels for word in self.labels.words] or [False])[self.labels.codes]

    @cached_property
    def missing(self) -> int:
        """How many rows have no value here."""
        return int(self.gaps.sum())

    @cached_property
    def known(self) -> tuple[str, ...]:
        """The different words that are no gaps."""
        words = self.labels.words if self.labels else ()
        return tuple(word for word in words if word.lower() not in self.gap_labels)

    @cached_property
    def different(self) -> int:
        """How many different values there are that are no gaps."""
        return len(self.known) if self.values is None else len(np.unique(self.values[~self.gaps]))

    def value(self, row: int) -> float | int | str | None:
        """One cell as it was understood: None for a gap."""
        if self.gaps[row]:
            return None
        if self.values is not None:
            value = float(self.values[row])
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        assert self.labels is not None
        return self.labels.words[int(self.labels.codes[row])]

    def with_role(self, role: Role, why: Text, sure: Sure = Sure.CERTAIN) -> "TableColumn":
        return replace(self, role=role, why=why, sure=sure)

    def as_words(self) -> "TableColumn":
        """As a target of words, of which every one is a class."""
        return replace(self, type=Type.CLASS, gap_labels=frozenset({""}))


def column_of(
    number: int, name: str, column: Column, decimal: str, gap_words: Collection[str]
) -> tuple[TableColumn, tuple[str, ...]]:
    """What all cells of a column say, and the words in a column of numbers that are neither number nor gap."""
    base = TableColumn(number, name, Type.EMPTY, Role.IGNORE, text("no cell has a value"), gap_labels=frozenset({""}))
    if not isinstance(column, Words):
        gaps = values_of_gaps(gap_words, decimal)
        values = np.where(np.isin(column.values, gaps), np.nan, column.values) if gaps else column.values
        return _number(base, values, ""), ()
    known = [word for word in column.words if word]
    if is_number_like(column):
        found, strays = numbers_in(base, column, decimal, gap_words)
        if _are_mostly_read(found, column, strays):  # else it holds words with some numbers among them
            return found, strays
    if all(map(is_gap, known)) and len({word.lower() for word in known}) < 2:
        return replace(base, labels=column, gap_labels=frozenset(word.lower() for word in column.words)), ()
    words = replace(base, labels=column)
    if all(map(is_date, known)):
        return replace(words, type=Type.DATE, why=_date_words(known)), ()
    if all(map(is_time, known)):
        return replace(words, type=Type.TIME, why=text("every cell is a time")), ()
    return _words(replace(words, gap_labels=GAPS_OF_WORDS | {""})), ()


def numbers_in(
    base: TableColumn, column: Words, decimal: str, gap_words: Collection[str]
) -> tuple[TableColumn, tuple[str, ...]]:
    """A column of numbers, with the unit that all of them have, and the words that are neither number nor gap."""
    numbers = {word: number for word, number in zip(column.words, column.numbers, strict=True) if number is not None}
    units = {number.unit for number in numbers.values()}
    unit = units.pop() if len(units) == 1 else ""
    values, strays = [], []
    gap_values = values_of_gaps(gap_words, decimal)
    for word in column.words:
        number = numbers.get(word)
        value = None if number is None or number.unit != unit else number.value(decimal)
        is_missing = is_gap(word) or word.lower() in gap_words or value in gap_values
        if value is None and not is_missing:
            strays.append(word)
        values.append(np.nan if value is None or is_missing else value)
    return _number(base, np.array(values)[column.codes], unit, column), tuple(strays)


def _are_mostly_read(found: TableColumn, column: Words, strays: Sequence[str]) -> bool:
    assert found.values is not None
    counts = dict(zip(column.words, map(int, column.counts), strict=True))
    return sum(counts[word] for word in strays) <= int(np.isfinite(found.values).sum())


def values_of_gaps(words: Collection[str], decimal: str) -> list[float]:
    """Those among the words for a gap that are numbers: -200."""
    numbers = [written(word) for word in sorted(words)]
    values = [number.value(decimal) for number in numbers if number is not None and not number.unit]
    return [value for value in values if value is not None]


def _number(base: TableColumn, values: NDArray[np.float64], unit: str, labels: Words | None = None) -> TableColumn:
    known = _without_gaps(values)
    found = replace(base, type=Type.NUMBER, values=values, unit=unit or _unit_in(base.name), labels=labels)
    if not len(known):
        return replace(found, type=Type.EMPTY)
    if known.min() == known.max() and len(known) > 1:
        return replace(found, why=text("{value:.15g} in every row", value=float(known[0])))
    return found.with_role(Role.FEATURE, text("numbers in all rows") if len(known) == len(values) else text("numbers"))


def _without_gaps(values: NDArray[np.float64]) -> NDArray[np.float64]:
    gaps = np.isnan(values)
    return values[~gaps] if gaps.any() else values


def _unit_in(name: str) -> str:
    """What stands in brackets at the end of a name: area (m²)."""
    found = re.search(r"[\[(]([^\[\]()\d]{1,12})[\])]$", name)
    return found[1].strip() if found else ""


def _words(column: TableColumn) -> TableColumn:
    assert column.labels is not None
    known = column.known
    rows = len(column.labels) - column.missing
    if len(known) == 1 and rows > 1:
        return replace(
            column, type=Type.CLASS, why=text("'{word}' in every row", word=shortened(known[0], LONGEST_QUOTE))
        )
    few = len(known) <= CLASSES_AT_MOST and 2 * len(known) <= rows + rows % 2 and len(known) < rows
    if few:
        why = text("{many} different words", many=len(known))
        return replace(column, type=Type.CLASS, role=Role.FEATURE, why=why, sure=Sure.LIKELY)
    return replace(column, type=Type.TEXT, why=text("{many} different words", many=len(known)), sure=Sure.LIKELY)


def _date_words(words: Sequence[str]) -> Text:
    parts = [re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]", word) for word in words]
    doubtful = all(part is not None and int(part[1]) <= 12 and int(part[2]) <= 12 for part in parts)
    if doubtful:
        return text("every cell is a date; which part is the day does not follow from them")
    return text("every cell is a date")


def with_roles(columns: Sequence[TableColumn], given: Sequence[str]) -> list[TableColumn]:
    """The columns, those left out that name rows; one in a run of ``given`` names stays although it is constant."""
    runs = _runs(given)
    found = []
    for place, column in enumerate(columns):
        is_number = column.type is Type.NUMBER
        if is_number and column.role is Role.IGNORE and place in runs:
            column = column.with_role(Role.FEATURE, text("the same in every row, one of a run of columns"))
        elif _may_identify(column) and place not in runs and (why := _identifies(column)):
            column = column.with_role(Role.IDENTIFIER, why, Sure.LIKELY)
        found.append(column)
    if sum(column.role is Role.FEATURE for column in found) < LEAST_USED:  # what is learned from names no rows
        spared = [place for place, column in enumerate(found) if _is_spared(column)]
        if len(spared) == 1:
            why = text("the only column to learn from")
            found[spared[0]] = found[spared[0]].with_role(Role.FEATURE, why, Sure.LIKELY)
    return found


def _may_identify(column: TableColumn) -> bool:
    return column.role is Role.FEATURE or column.type is Type.TEXT


def _is_spared(column: TableColumn) -> bool:
    return column.role is Role.IDENTIFIER and column.type is Type.NUMBER and not _has_id_name(column.name)


def _runs(names: Sequence[str]) -> frozenset[int]:
    """The places of names that count up: pixel0, pixel1, pixel2."""
    parts = [_COUNTED.fullmatch(name) for name in names]
    found: set[int] = set()
    for start in range(len(names) - RUN + 1):
        window = parts[start : start + RUN]
        if all(window):
            stems = {part[1] for part in window if part}
            counts = [int(part[2]) for part in window if part]
            if len(stems) == 1 and "" not in stems and set(np.diff(counts)) == {1}:
                found.update(range(start, start + RUN))
    return frozenset(found)


def _has_id_name(name: str) -> bool:
    words = _LAST_WORD.findall(name)
    return bool(words) and words[-1].lower() in ID_WORDS


def _identifies(column: TableColumn) -> Text | None:
    """Why a column only tells rows apart, or None."""
    if column.values is not None:
        values = column.values
        if np.isnan(values).any() or (values != np.round(values)).any():
            return None
        low, high = values.min(), values.max()
        half = high / 2 - low / 2  # no number is too large for that
        if half < (len(values) - 1) / 2:
            return None  # too few different values
        ordered = np.sort(values)
        if (ordered[1:] == ordered[:-1]).any():
            return None
        if _has_id_name(column.name):
            return text("its name says so, and nothing comes twice")
        counts = len(values) >= ROWS_COUNTED and half == (len(values) - 1) / 2 and low in (0, 1)
        return text("it counts the rows") if counts else None
    assert column.labels is not None
    is_unique = len(column.labels.words) == len(column.labels) and not column.missing
    return text("its name says so, and nothing comes twice") if is_unique and _has_id_name(column.name) else None


def about_strays(column: TableColumn, labels: Words, strays: Sequence[str], line: int, many: int) -> Question:
    """A word in a column of numbers: is it a gap, or what?"""
    word = strays[0]
    return Question(
        "missing",
        text(
            "Column '{column}' holds numbers, but '{word}' in line {line}{more}. What is it?",
            column=shortened(column.name, LONGEST_QUOTE),
            word=shortened(word, LONGEST_QUOTE),
            line=line,
            more=text(" and {many} more like it", many=many - 1) if many > 1 else "",
        ),
        (
            Answer(
                ", ".join(f'"{one}"' if "," in one else one for one in strays[:20]), text("a gap: the value is missing")
            ),
            Answer(str(line), text("a mistake: leave the row out"), "skip"),
            Answer(column.name, text("a column of words: leave it out"), "ignore"),
        ),
        line=line,
        column=column.name,
    )


def about_far_value(column: TableColumn) -> Question | None:
    """A number far from all others that comes again and again may stand for a gap: -200, -999."""
    if column.values is None or column.role is not Role.FEATURE:
        return None
    known = _without_gaps(column.values)
    for value in (known.min(), known.max()):
        if not (float(value).is_integer() and (value < 0 or set(f"{value:.0f}") == {"9"})):
            continue
        is_value = known == value
        others = known[~is_value]
        if int(is_value.sum()) < OFTEN or len(others) < 2 or not _looks_made_up(float(value), others):
            continue
        low, high = others.min(), others.max()
        with np.errstate(over="ignore"):  # what is infinitely far from others is compared all the same
            away, width = min(abs(value - low), abs(value - high)), max(high - low, 1e-9)
        if away > FAR * width / (1 if value < 0 else 0.5):
            many = int(is_value.sum())
            return Question(
                "missing",
                text(
                    "Column '{column}' holds {value:g} in {many} rows, far from all others ({low:g} to {high:g}). "
                    "Does it stand for a gap?",
                    column=shortened(column.name, LONGEST_QUOTE),
                    value=float(value), many=many, low=float(low), high=float(high),
                ),
                (
                    Answer(f"{value:g}", text("a gap: the value is missing")),
                    Answer("usual", text("a number like the others")),
                ),
                column=column.name,
            )  # fmt: skip
    return None


def _looks_made_up(value: float, others: NDArray[np.float64]) -> bool:
    """A whole number of nines, or a negative one among others that are not."""
    digits = f"{abs(value):.0f}"
    return value.is_integer() and ((value < 0 <= others.min()) or (len(digits) > 1 and set(digits) == {"9"}))
