"""What separates the cells of a file: of all signs the one that divides its lines best, or a question."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from relulab.data.dataset import Progress
from relulab.data.tables.cells import is_date, is_gap, is_time, written
from relulab.data.tables.choices import AUTO, SEPARATORS, Choices
from relulab.data.tables.guesses import Answer, Guess, Question, Sure
from relulab.data.tables.lines import COUNTING, cells_of
from relulab.errors import DataError
from relulab.formatting import LONGEST_QUOTE, shortened
from relulab.text import text

NAMES: Final = {sign: name for name, sign in SEPARATORS.items()}
COLUMNS_AT_MOST: Final = 10_000
LEAD: Final = 1.5  # so many times better than the next is a clear lead
NO_LEAD: Final = 1.1  # less is none: both divide the lines equally well
EVENNESS: Final = 3  # equal widths count most: the share of them to this power
MISNAMED: Final = 0.5  # what is left where the names are not as many as the columns
COMMENT = re.compile(r"\s*(#|%|//)")
COMMENT_SIGNS: Final = "#%/ "


class TooFewColumnsError(Exception):
    """No separator makes two columns of these lines."""


def separator_of(
    lines: Sequence[str], choices: Choices, said: str, name: str, progress: Progress
) -> tuple[Guess[str], tuple[Question, ...]]:
    """The sign between two cells; ``said`` is what the file itself names, empty for nothing.

    ``lines`` are some of the file's, none of them empty. Raises DataError, and TooFewColumnsError.
    """
    if choices.separator != AUTO:
        return Guess(SEPARATORS[choices.separator], text("chosen")), ()
    if said:
        if said not in NAMES:
            raise DataError(
                f"{name}: its first line names '{said}' as separator. Choose one of {', '.join(SEPARATORS)}."
            )
        return Guess(said, text("its first line says so")), ()
    return _best(lines, choices, name, progress)


def is_comment(row: str, separator: str) -> bool:
    """Whether a row begins like a comment; a first column named # does not."""
    mark = COMMENT.match(row)
    return mark is not None and (rest := row[mark.end() :].lstrip(COMMENT_SIGNS)) != "" and rest[0] != separator


def refuse_too_many(columns: int, name: str) -> None:
    """Raises DataError for more columns than can be read."""
    if columns > COLUMNS_AT_MOST:
        raise DataError(
            f"{name} has {columns:,} columns; tables of up to {COLUMNS_AT_MOST:,} can be read. Keep the columns that "
            "matter, or choose another separator."
        )


def _best(
    lines: Sequence[str], choices: Choices, name: str, progress: Progress
) -> tuple[Guess[str], tuple[Question, ...]]:
    if not lines:
        raise TooFewColumnsError
    rows = [line for line in lines if not COMMENT.match(line)] or lines
    merits = {}
    for sign in NAMES:
        progress(0, 0, COUNTING)
        merits[sign] = _merit(rows, sign)
    best, second = sorted(merits, key=lambda sign: -merits[sign])[:2]
    if not merits[best]:
        refuse_too_many(max(_most_cells(line, sign) for line in rows for sign in NAMES), name)
        raise TooFewColumnsError
    if best == "," and _may_be_one(lines):
        if choices.numbers != AUTO:
            raise TooFewColumnsError
        return Guess(best, text("it may be the decimal sign"), Sure.AMBIGUOUS), (_about_one_column(lines),)
    why = text("most lines have as many cells, and most cells hold one value")
    if merits[best] < NO_LEAD * merits[second] and {best, second} != {"\t", " "}:  # a tab is a blank as well
        return Guess(best, text("two signs divide the lines equally well"), Sure.AMBIGUOUS), (
            _about_two(rows[-1], best, second),
        )
    return Guess(best, why, Sure.CERTAIN if merits[best] >= LEAD * merits[second] else Sure.LIKELY), ()


def _merit(lines: Sequence[str], separator: str) -> float:
    """How well a separator divides these lines: evenly, with one value in each cell, into numbers, dates and gaps."""
    if any(_most_cells(line, separator) > COLUMNS_AT_MOST for line in lines):
        return 0.0
    table = [cells_of(line, separator) for line in lines]
    widths = Counter(len(cells) for cells in table)
    width, many = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
    if width < 2:
        return 0.0
    rows = [cells for cells in table if len(cells) == width]
    typed = [known for column in zip(*rows, strict=True) for known in _typed(column)]
    cells = [cell for column in zip(*rows, strict=True) for cell in column]
    clean = sum(known or _is_one(cell, separator) for cell, known in zip(cells, typed, strict=True))
    merit = (many / len(table)) ** EVENNESS * clean / len(cells) * (1 + sum(typed) / len(cells)) / 2
    return merit if len(table[0]) == width or any(map(written, table[0])) else MISNAMED * merit


def _typed(column: Sequence[str]) -> Iterator[bool]:
    """Which cells of a column hold a number, a date, a time or nothing. Numbers of one column have one unit."""
    units = {number.unit for cell in column if (number := written(cell)) is not None and number.unit}
    for cell in column:
        number = written(cell)
        has_value = number is not None and (len(units) < 2 or not number.unit)
        yield has_value or is_gap(cell) or is_date(cell) or is_time(cell)


def _is_one(cell: str, separator: str) -> bool:
    """Whether a cell holds one value: no other separator, and not several numbers with blanks between."""
    if any(sign in cell for sign in NAMES if sign not in (separator, " ")):
        return False
    parts = cell.split()
    return len(parts) < 2 or not all(map(written, parts))


def _most_cells(line: str, separator: str) -> int:
    """How many cells a line has at most; what stands in quotation marks is not looked at."""
    return len(line.split()) if separator == " " else line.count(separator) + 1


def _may_be_one(lines: Sequence[str]) -> bool:
    """Whether two columns of whole numbers may as well be one of decimals: 1,5 below one word."""
    head, *others = lines
    return len(others) > 0 and "," not in head and all(re.fullmatch(r"\s*-?\d+,\d+\s*", line) for line in others)


def _about_one_column(lines: Sequence[str]) -> Question:
    return Question(
        "separator",
        text(
            "Is '{cell}' one number with a decimal comma, or two whole numbers? The line above has one name.",
            cell=lines[1].strip(),
        ),
        (
            Answer("comma", text("two columns of whole numbers")),
            Answer("1234,5", text("one column of decimals"), "numbers"),
        ),
        line=2,
    )


def _about_two(line: str, best: str, second: str) -> Question:
    """Two signs that divide the lines equally well, with what each makes of one of them."""
    return Question(
        "separator",
        text("What separates the cells of '{line}'?", line=shortened(line.strip(), LONGEST_QUOTE)),
        tuple(
            Answer(NAMES[sign], text("{cells}", cells=shortened(" | ".join(cells_of(line, sign)), LONGEST_QUOTE)))
            for sign in (best, second)
        ),
    )
