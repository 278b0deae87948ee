"""How the numbers of a file are written: which sign is the decimal one, which parts thousands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.data.tables.body import Column, Words
from relulab.data.tables.cells import written
from relulab.data.tables.choices import AUTO, NUMBERS, Choices
from relulab.data.tables.guesses import Answer, Guess, Question, Sure
from relulab.text import text

OTHER: Final = {".": ",", ",": "."}
PLAIN_BELOW: Final = 1000.0  # numbers without a sign that stop under it leave room for thousands
GOES_ON: Final = 5.0  # read as thousands they go on where the next is below so many times the largest
FALLS_APART: Final = 20.0  # read as decimals they fall apart where the plain ones are so many times larger
SHOWN_AS: Final = {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"}
EXAMPLES: Final[Mapping[tuple[str, str], str]] = {signs: example for example, signs in NUMBERS.items()}

Proof = tuple[str, str]
Found = dict[Proof, tuple[int, str]]  # what is proven -> column and cell


@dataclass(frozen=True, slots=True)
class Style:
    """The decimal sign, and the sign between groups of three where the file has one."""

    decimal: str = "."
    group: str = ""

    @property
    def example(self) -> str:
        """A thousand and a half, as the file would write it."""
        return EXAMPLES[self.decimal, self.group]


def is_number_like(column: Column) -> bool:
    """Whether at least half of the cells that are no gaps are numbers in some reading, and none is a name like 01."""
    return not isinstance(column, Words) or column.are_numbers


def proofs_of(columns: Sequence[Column], used: Iterable[int]) -> Found:
    """What the signs in the columns of numbers prove, each with the first cell that does."""
    found: Found = {}
    for place in used:
        column = columns[place]
        if not isinstance(column, Words) or not is_number_like(column):
            continue
        for word, number in zip(column.words, column.numbers, strict=True):
            for proof in number.proofs if number is not None else ():
                found.setdefault(proof, (place, word))
    return found


def style_of(
    columns: Sequence[Column], used: Sequence[int], choices: Choices, sampled: Found | None = None
) -> tuple[Guess[Style], Question | None]:
    """Decimal sign and thousands of a file, with the question where its cells do not decide.

    ``sampled`` are proofs of a first look, for columns that the library has read as numbers since.
    """
    if choices.numbers != AUTO:
        return Guess(Style(*NUMBERS[choices.numbers]), text("chosen")), None
    found = (sampled or {}) | proofs_of(columns, used)
    decimals = [sign for sign in ".," if ("decimal", sign) in found]
    groups = [sign for kind, sign in found if kind == "group"]
    if len(decimals) == 2 or any(sign in decimals for sign in groups):
        return _contradiction(found, decimals, groups)
    group = next((SHOWN_AS.get(sign, sign) for sign in groups), "")
    either = [sign for sign in ".," if ("either", sign) in found]
    if decimals or group in OTHER:
        decimal = decimals[0] if decimals else OTHER[group]
        grouped = OTHER[decimal] if OTHER[decimal] in either else group
        _, cell = found.get(("decimal", decimal)) or found["group", group]
        sure = Sure.LIKELY if OTHER[decimal] in either and ("group", OTHER[decimal]) not in found else Sure.CERTAIN
        return Guess(Style(decimal, grouped), text("cells like {cell}", cell=cell), sure), None
    if len(either) == 2:
        return _contradiction(found, either, [])
    if either:
        return _by_size(columns, used, either[0], found)
    why = text("cells like {cell}", cell=found["group", groups[0]][1]) if groups else text("no cell has a decimal sign")
    return Guess(Style(".", group), why), None


def _by_size(
    columns: Sequence[Column], used: Sequence[int], sign: str, found: Found
) -> tuple[Guess[Style], Question | None]:
    """Cells like 1,040 alone: do they go on where the plain numbers of their column stop?"""
    cell = found["either", sign][1]
    thousands, decimals = Style(OTHER[sign], sign), Style(sign)
    verdicts = [_goes_on(column, sign) for place in used if isinstance(column := columns[place], Words)]
    if True in verdicts and False not in verdicts:
        return Guess(thousands, text("{cell} goes on where the plain numbers stop", cell=cell), Sure.LIKELY), None
    doubtful = written(cell)
    assert doubtful is not None
    readings = [(style, doubtful.value(style.decimal)) for style in (decimals, thousands)]
    question = Question(
        "numbers",
        text("Is '{cell}' a number of thousands, or one with decimals?", cell=cell),
        tuple(
            Answer(style.example, text("{cell} is {value:,.15g}", cell=cell, value=value)) for style, value in readings
        ),
    )
    return Guess(decimals, text("nothing tells {cell} apart", cell=cell), Sure.AMBIGUOUS), question


def _goes_on(column: Words, sign: str) -> bool | None:
    """Whether cells with ``sign`` are thousands by their size; None where the column cannot tell."""
    if not is_number_like(column):
        return None
    numbers = [number for number in column.numbers if number is not None]
    doubtful = [number for number in numbers if number.proofs == (("either", sign),)]
    if not doubtful:
        return None
    plain = [abs(value) for number in numbers if not number.proofs and (value := number.value(".")) is not None]
    if not plain:
        return None
    as_thousands = [abs(number.value(OTHER[sign]) or 0.0) for number in doubtful]
    as_decimals = [abs(number.value(sign) or 0.0) for number in doubtful]
    return bool(
        max(plain) < PLAIN_BELOW
        and min(as_thousands) < GOES_ON * max(plain)
        and min(plain) >= FALLS_APART * max(as_decimals)
    )


def _contradiction(
    found: Found, decimals: Sequence[str], groups: Sequence[str]
) -> tuple[Guess[Style], Question | None]:
    """Cells that cannot be numbers of one file: 1,5 and 1.5."""
    proofs = [found.get(("decimal", sign)) or found.get(("either", sign)) for sign in decimals]
    proofs += [found["group", sign] for sign in groups if sign in decimals]
    cells = [cell for _, cell in filter(None, proofs)][:2]
    question = Question(
        "numbers",
        text("'{one}' and '{other}' cannot both be numbers of one file. Which are?", one=cells[0], other=cells[-1]),
        tuple(
            Answer(Style(sign, group).example, text("numbers like {example}", example=Style(sign, group).example))
            for sign, group in ((".", ""), (",", ""))
        ),
    )
    why = text("{one} and {other} contradict each other", one=cells[0], other=cells[-1])
    return Guess(Style(decimals[0]), why, Sure.AMBIGUOUS), question


def values_of(column: Column, decimal: str) -> NDArray[np.float64]:
    """The column as numbers, float64 (rows,); what is none is not a number."""
    if not isinstance(column, Words):
        return column.values
    known = [number.value(decimal) if number else None for number in column.numbers]
    return np.array([np.nan if value is None else value for value in known] or [np.nan])[column.codes]
