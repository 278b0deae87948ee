"""Some lines of a file as they are written, and where their cells lie: what a reading of them is shown beside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from relulab.data.dataset import Progress
from relulab.data.tables.choices import Choices
from relulab.data.tables.file import letters_in
from relulab.data.tables.letters import Letters
from relulab.data.tables.understanding import Understanding

FIRST_LINES: Final = 12
FIRST_OF_SOME: Final = 4  # where others are to be seen below them
NEIGHBOURS: Final = 1  # lines before and behind one that is asked about
SKIPPED_SHOWN: Final = 4  # of the lines left out that lie further below
LONGEST_LINE: Final = 2000  # letters

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RawLine:
    """``number`` is from 1 on; ``cells`` are the stretches [first, behind the last) of its cells in ``text``."""

    number: int
    text: str
    cells: tuple[Span, ...] = ()


def raw_lines(chosen: str, choices: Choices, table: Understanding | None, progress: Progress) -> tuple[RawLine, ...]:
    """The first lines of a file, with those that ``table`` asks about. Raises DataError."""
    letters = letters_in(chosen, choices.encoding, progress)
    separator = table.separator.value if table is not None else ""
    return tuple(_line(letters, number, separator) for number in sorted(_numbers(table)) if number <= len(letters))


def _numbers(table: Understanding | None) -> set[int]:
    if table is None:
        return set(range(1, FIRST_LINES + 1))
    asked = [question.line for question in table.questions if question.line > FIRST_OF_SOME]
    left_out = [skipped.line for skipped in table.skipped if skipped.line > FIRST_LINES]
    numbers = set(range(1, (FIRST_OF_SOME if asked or left_out else FIRST_LINES) + 1))
    for line in asked:
        numbers.update(range(line - NEIGHBOURS, line + NEIGHBOURS + 1))
    return numbers | set(left_out[:SKIPPED_SHOWN])


def _line(letters: Letters, number: int, separator: str) -> RawLine:
    text = letters.line(number - 1)[:LONGEST_LINE]
    return RawLine(number, text, tuple(spans_of(text, separator)) if separator else ())


def spans_of(line: str, separator: str) -> Iterator[Span]:
    """Where the cells of a line lie; a separator in quotation marks divides nothing."""
    if separator == " ":
        yield from (found.span() for found in re.finditer(r"\S+", line))
        return
    start, quoted = 0, False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == separator and not quoted:
            yield start, place
            start = place + 1
    yield start, len(line)
