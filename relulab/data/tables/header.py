"""Whether the first row holds names, and whether the second holds units."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.data.tables.body import Column, Words
from relulab.data.tables.cells import is_date, is_gap, is_label, is_time, written
from relulab.data.tables.choices import AUTO, Choices
from relulab.data.tables.guesses import Answer, Guess, Question, Sure
from relulab.data.tables.numbers import is_number_like, values_of
from relulab.formatting import LONGEST_QUOTE, shortened
from relulab.text import Text, text

_ANSWERS: Final = (
    Answer("yes", text("it holds the names of the columns")),
    Answer("no", text("it is a row like the others")),
)


def header_of(first: Sequence[str], below: Sequence[Column], choices: Choices) -> tuple[Guess[bool], Question | None]:
    """Whether ``first`` holds the names of the columns ``below``."""
    if choices.header != AUTO:
        return Guess(choices.header == "yes", text("chosen")), None
    if not below or not len(below[0]):
        return Guess(not any(map(written, first)), text("it is the only row"), Sure.LIKELY), None
    typed = [is_number_like(column) or _is_dated(column) for column in below]
    above_typed = [cell for cell, known in zip(first, typed, strict=True) if known and not is_gap(cell)]
    named = [cell for cell in above_typed if not _is_value(cell)]
    above_words = [index for index, known in enumerate(typed) if not known and first[index]]
    again = [index for index in above_words if _comes_again(first[index], below[index])]
    if named and len(named) == len(above_typed):
        return Guess(True, text("'{word}' stands over numbers", word=_short(named[0]))), None
    if above_typed:
        if again:
            return Guess(False, text("'{word}' comes again below", word=_short(first[again[0]]))), None
        return _by_counting(first, below, typed, bool(named))
    return _of_words(first, below, above_words, again)


def has_units(second: Sequence[str], below: Sequence[Column]) -> bool:
    """Whether the row under the names says what the numbers below are counted in: m/s, °C."""
    numeric = [is_number_like(column) for column in below]
    over_numbers = [cell for cell, known in zip(second, numeric, strict=True) if known]
    over_words = [cell for cell, known in zip(second, numeric, strict=True) if not known]
    filled = [cell for cell in over_numbers if cell]
    return (
        bool(filled)
        and len(below[0]) > 0
        and not any(written(cell) or is_gap(cell) for cell in filled)
        and not any(over_words)
    )


def _is_value(cell: str) -> bool:
    return written(cell) is not None or is_date(cell) or is_time(cell)


def _is_dated(column: Column) -> bool:
    return isinstance(column, Words) and all(is_date(word) or is_time(word) for word in column.words if word)


def _comes_again(cell: str, column: Column) -> bool:
    if isinstance(column, Words):
        return cell in column.words
    number = written(cell)
    value = number.value(".") if number else None
    return value is not None and bool((column.values == value).any())


def _by_counting(
    first: Sequence[str], below: Sequence[Column], typed: Sequence[bool], named: bool
) -> tuple[Guess[bool], Question | None]:
    """A first row with numbers over numbers: names only where they count up and come nowhere below."""
    places = [index for index, known in enumerate(typed) if known and (written(first[index]) is not None)]
    numbers = [first[index] for index in places]
    row = text("numbers like those below")
    if not (len(numbers) > 1 and all(cell.isdigit() and not is_label(cell) for cell in numbers)):
        if not named:
            return Guess(False, row), None
        return _asked(first, text("some cells are numbers, some are words"))
    names = list(map(int, numbers))
    steps = {after - before for before, after in pairwise(names)}
    counts_up = len(steps) == 1 and min(steps) > 0 and (len(names) > 2 or steps == {1})
    values = [values_of(below[index], ".") for index in places]
    values = [known[~np.isnan(known)] for known in values]
    if not counts_up or any(
        (known == name).any() or _goes_on(name, known) for name, known in zip(names, values, strict=True)
    ):
        return _asked(first, text("some cells are numbers, some are words")) if named else (Guess(False, row), None)
    if named or any(
        len(known) and not known.min() <= name <= known.max() for name, known in zip(names, values, strict=True)
    ):
        why = text(
            "{first}, {second} … count up and come nowhere below", first=_short(numbers[0]), second=_short(numbers[1])
        )
        return Guess(True, why, Sure.LIKELY), None
    return _asked(first, text("they count up, and could be values as well"))


def _goes_on(name: int, values: NDArray[np.float64]) -> bool:
    """Whether the values below count on evenly from it, so that it is the first of them."""
    ordered = np.sort(values)
    steps = np.diff(ordered)
    return bool(
        len(steps) and steps[0] > 0 and np.ptp(steps) == 0 and name in (ordered[0] - steps[0], ordered[-1] + steps[0])
    )


def _of_words(
    first: Sequence[str], below: Sequence[Column], above_words: Sequence[int], again: Sequence[int]
) -> tuple[Guess[bool], Question | None]:
    """Words over words, and no other evidence."""
    if again:
        why = text("'{word}' comes again below", word=_short(first[again[0]]))
        return Guess(False, why, Sure.LIKELY), None
    repeats = any(isinstance(column, Words) and len(column.words) < len(column) for column in below)
    if above_words and repeats:
        return Guess(True, text("none of its words comes again below"), Sure.LIKELY), None
    return _asked(first, text("all cells are words"))


def _asked(first: Sequence[str], why: Text) -> tuple[Guess[bool], Question | None]:
    shown = _short(", ".join(first))
    question = Question(
        "header", text("Does the first row, '{row}', hold the names of the columns?", row=shown), _ANSWERS
    )
    return Guess(True, why, Sure.AMBIGUOUS), question


def _short(words: str) -> str:
    return shortened(words, LONGEST_QUOTE)
