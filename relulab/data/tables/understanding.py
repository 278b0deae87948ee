"""What was understood of a table: every choice with its reason, the columns, and the questions that are open.

A first look reads the first, the middle and the last rows. Everything it says is checked, and decided, on all rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.catalog.losses import Task
from relulab.data.dataset import Progress
from relulab.data.tables.body import Column, Values, Words, all_columns, first_look, words_of, written_columns
from relulab.data.tables.cells import is_gap, written
from relulab.data.tables.choices import AUTO, NOTHING, NUMBERS, Choices, parts_of
from relulab.data.tables.columns import Role, TableColumn, Type, about_far_value, about_strays, column_of, with_roles
from relulab.data.tables.guesses import Guess, Question, Skipped, Sure
from relulab.data.tables.header import has_units, header_of
from relulab.data.tables.layout import Layout, layout_of
from relulab.data.tables.letters import Letters
from relulab.data.tables.lines import Rows, rows_of
from relulab.data.tables.numbers import Style, proofs_of, style_of
from relulab.data.tables.target import target_of, task_of
from relulab.data.tables.types import types_in, with_type
from relulab.errors import DataError
from relulab.formatting import LONGEST_QUOTE, quoted, shortened
from relulab.text import Text, text

JUDGING: Final = "Looking at the columns"
HELD_BACK: Final = 2  # rows that may be names and units
ROW_NAMES: Final = "row names"


@dataclass(frozen=True, eq=False)
class Understanding:
    """A table as it was understood. ``lines``: the line of each row in the file, int64 (rows,).

    ``target`` is a place in ``columns``. ``complete`` says whether all rows were looked at. ``width``: cells of a row.
    ``head``: how many rows of this width hold names and units. ``apart``: lines of this width that are no part of it.
    """

    name: str
    encoding: Guess[str]
    separator: Guess[str]
    numbers: Guess[Style]
    header: Guess[bool]
    skipped: tuple[Skipped, ...]
    notes: tuple[Text, ...]
    columns: tuple[TableColumn, ...]
    target: Guess[int]
    task: Guess[Task]
    questions: tuple[Question, ...]
    lines: NDArray[np.int64]
    complete: bool
    width: int
    head: int
    apart: tuple[int, ...]

    @property
    def rows(self) -> int:
        return len(self.lines)

    @property
    def features(self) -> tuple[TableColumn, ...]:
        return tuple(column for column in self.columns if column.role is Role.FEATURE)


@np.errstate(over="ignore")  # from -1e308 to 1e308 it is infinitely far, which compares as it should
def understanding_of(
    letters: Letters, choices: Choices, name: str, progress: Progress = ignore, *, complete: bool = True
) -> Understanding:
    """Understand the table in ``letters``; from some of its rows only where it need not be ``complete``.

    Raises DataError for what is no table.
    """
    rows = rows_of(letters, name)
    seen = np.arange(len(rows)) if complete else rows.sample()
    layout = layout_of(rows, seen, choices, name, progress)
    progress(0, 0, JUDGING)
    held, columns, proofs = _columns(rows, layout, choices, progress, complete)
    upper = [next(rows.cells([int(index)], layout.separator.value)) for index in layout.rows[:held]]
    with_second = _in_front(columns, upper[1:]) if upper[1:] else columns
    header, asked_header = _header(layout, upper, with_second, choices)
    names, units, data_rows = _names(layout, upper, columns, header.value)
    if data_rows:
        in_front = with_second if data_rows == len(upper) - 1 else _in_front(columns, upper)
        columns = _all_read(rows, layout, columns, in_front, upper[len(upper) - data_rows :])
    lines = rows.numbers[layout.rows[held - data_rows :]]
    table = _Table(names, units, columns, lines, name)
    table.choose_types(rows, layout, choices, progress)
    ignored = table.places(choices.ignore, "column to ignore")
    used = [place for place in range(len(columns)) if place not in ignored and table.may_hold_numbers(place)]
    style, asked_style = style_of(table.columns, used, choices, proofs)
    if (assumed := _assumed(proofs, choices)) and complete and style.value.decimal != assumed:
        table.columns = tuple(first_look(rows, layout, np.arange(held - data_rows, len(layout.rows)), progress))
        style, asked_style = style_of(table.columns, used, choices)
    judged = _Judged(table, choices, style, ignored, layout.row_names, progress)
    questions = [*layout.questions, asked_header, asked_style, *judged.questions]
    return Understanding(
        name=name,
        encoding=letters.encoding,
        separator=layout.separator,
        numbers=style,
        header=header,
        skipped=layout.skipped,
        notes=judged.notes,
        columns=judged.columns,
        target=judged.target,
        task=judged.task,
        questions=tuple(question for question in questions if question is not None),
        lines=lines,
        complete=complete,
        width=layout.width,
        head=held - data_rows,
        apart=layout.apart,
    )


def _columns(
    rows: Rows, layout: Layout, choices: Choices, progress: Progress, complete: bool
) -> tuple[int, list[Column], dict[tuple[str, str], tuple[int, str]]]:
    """How many rows may hold names, the columns below them, and what the sampled ones prove about the numbers."""
    held = _held_back(rows, layout)
    picked = np.arange(held, len(layout.rows))
    if not complete:
        return held, first_look(rows, layout, picked), {}
    sampled = first_look(rows, layout, picked[np.isin(layout.rows[held:], rows.sample())])
    proofs = proofs_of(sampled, _perhaps_used(rows, layout, choices))
    return held, all_columns(rows, layout, held, sampled, _assumed(proofs, choices), progress), proofs


def _held_back(rows: Rows, layout: Layout) -> int:
    """How many of the first rows may be no data: names, and units below them, among which there is no number."""
    if layout.header is not None:
        return 0
    if len(layout.rows) <= HELD_BACK:
        return 1
    second = next(rows.cells([int(layout.rows[1])], layout.separator.value))
    return 1 if any(map(written, second)) else HELD_BACK


def _perhaps_used(rows: Rows, layout: Layout, choices: Choices) -> list[int]:
    """The columns that no choice leaves out or takes for no numbers, as far as that is known before the names are."""
    names = layout.header or next(rows.cells([int(layout.rows[0])], layout.separator.value))
    no_numbers = {name for name, kind in types_in(choices.types) if kind is not Type.NUMBER}
    left_out = no_numbers | set(parts_of(choices.ignore))
    return [place for place, name in enumerate(names) if not {name, str(place + 1)} & left_out]


def _assumed(proofs: dict[tuple[str, str], tuple[int, str]], choices: Choices) -> str:
    """The decimal sign that is chosen, or that the proofs agree on; empty for none."""
    if choices.numbers != AUTO:
        return NUMBERS[choices.numbers][0]
    decimals = [sign for kind, sign in proofs if kind == "decimal"]
    return decimals[0] if len(decimals) == 1 else ""


def _header(
    layout: Layout, upper: Sequence[list[str]], columns: Sequence[Column], choices: Choices
) -> tuple[Guess[bool], Question | None]:
    if layout.header is not None:
        why = text("one name fewer than columns") if layout.row_names else text("in the last comment")
        return Guess(True, why, Sure.LIKELY), None
    return header_of(upper[0], columns, choices)


def _names(
    layout: Layout, upper: Sequence[list[str]], columns: Sequence[Column], header: bool
) -> tuple[list[str], list[str], int]:
    """Names and units of the columns, and how many of the upper rows are data."""
    if layout.header is not None:
        return [ROW_NAMES if layout.row_names else layout.header[0], *layout.header[1:]], [""] * layout.width, 0
    if not header:
        return [""] * layout.width, [""] * layout.width, len(upper)
    names = [*upper[0]]
    if bare := re.sub(r"^(#|%|//)\s*", "", names[0]):
        names[0] = bare
    if len(upper) > 1 and has_units(upper[1], columns):
        return names, [cell.strip("[]()") for cell in upper[1]], 0
    return names, [""] * layout.width, len(upper) - 1


def _in_front(columns: Sequence[Column], cells: Sequence[list[str]]) -> list[Column]:
    """The columns with these rows in front; what the library has read as numbers becomes words where it must."""
    found: list[Column] = []
    for place, column in enumerate(columns):
        above = [row[place] for row in cells]
        if isinstance(column, Words):
            found.append(column.after(above))
        elif all(is_gap(cell) or _plain_value(cell) is not None for cell in above):
            values = [np.nan if (value := _plain_value(cell)) is None else value for cell in above]
            found.append(Values(np.concatenate([values, column.values])))
        else:
            found.append(column)
    return found


def _plain_value(cell: str) -> float | None:
    number = written(cell)
    return (
        number.value(".")
        if number is not None and not number.unit and number.proofs in ((), (("decimal", "."),))
        else None
    )


def _all_read(
    rows: Rows, layout: Layout, below: Sequence[Column], found: list[Column], cells: Sequence[list[str]]
) -> list[Column]:
    """The columns ``found`` with these ``cells`` in front of those ``below``, each cell in its place.

    A column of numbers above which a word stands is read as it is written.
    """
    for place, (before, after) in enumerate(zip(below, found, strict=True)):
        if len(before) == len(after):
            indices = layout.rows[len(layout.rows) - len(before) :]
            written_cells = [row[place] for row in rows.cells(indices, layout.separator.value)]
            found[place] = words_of([*(row[place] for row in cells), *written_cells])
    return found


class _Table:
    """The columns with their names, for people and for choices."""

    def __init__(
        self, names: Sequence[str], units: Sequence[str], columns: Sequence[Column], lines: NDArray[np.int64], file: str
    ) -> None:
        if not len(lines):
            raise DataError(f"{file} has no rows of data.")
        self.given = tuple(names)
        self.names = tuple(name or f"column {place + 1}" for place, name in enumerate(names))
        self.units = tuple(units)
        self.columns = tuple(columns)
        self.types: dict[int, Type] = {}
        self.lines = lines
        self._file = file

    def choose_types(self, rows: Rows, layout: Layout, choices: Choices, progress: Progress) -> None:
        """Have columns that are to hold words as they are written where they were read as numbers."""
        self.types = {self.place(name, "column with a type"): kind for name, kind in types_in(choices.types)}
        places = [
            place for place, kind in self.types.items()
            if kind is not Type.NUMBER and not isinstance(self.columns[place], Words)
        ]  # fmt: skip
        if places:
            found = written_columns(rows, layout, len(layout.rows) - len(self.lines), places, progress)
            self.columns = tuple(found.get(place, column) for place, column in enumerate(self.columns))

    def may_hold_numbers(self, place: int) -> bool:
        return self.types.get(place, Type.NUMBER) is Type.NUMBER

    def places(self, listed: str, what: str) -> set[int]:
        """The columns that a list of names and numbers means. Raises DataError."""
        return {self.place(part, what) for part in parts_of(listed) if part.lower() != NOTHING or part in self.names}

    def place(self, wanted: str, what: str) -> int:
        """The column that ``wanted`` names, by its name or by its number from 1. Raises DataError."""
        wanted = wanted.strip()
        if self.names.count(wanted) > 1:
            raise DataError(
                f"{self._file} has more than one column named {quoted(wanted)}. Name the {what} by its number, from 1."
            )
        if wanted in self.names:
            return self.names.index(wanted)
        if re.fullmatch(r"\d{1,9}", wanted) and 1 <= int(wanted) <= len(self.names):
            return int(wanted) - 1
        shown = ", ".join(shortened(name, LONGEST_QUOTE) for name in self.names[:30])
        raise DataError(f"{self._file} has no column {quoted(wanted)} (the {what}). It has: {shown}.")


class _Judged:
    """What the columns are, which of them is predicted, and what has to be asked about them."""

    def __init__(
        self, table: _Table, choices: Choices, style: Guess[Style], ignored: set[int], row_names: bool,
        progress: Progress,
    ) -> None:  # fmt: skip
        self.questions: list[Question] = []
        self._table, self._choices = table, choices
        wanted = table.place(choices.target, "target") if choices.target.strip() else None
        columns: list[TableColumn] = []
        for place, column in enumerate(table.columns):
            progress(place, len(table.columns), JUDGING)
            found, strays = self._column(place, column, style.value.decimal)
            is_words = place == wanted and choices.task == Task.CLASSIFICATION.value
            if strays and place not in ignored and not is_words and style.sure is not Sure.AMBIGUOUS:
                found = self._ask_about(found, column, strays)
            columns.append(found if found.unit or not table.units[place] else _with_unit(found, table.units[place]))
        columns = self._with_choices(with_roles(columns, table.given), ignored, row_names)
        self.notes = self._notes(columns)
        kept = [column for place, column in enumerate(columns) if not self._is_nothing(place, column)] or columns
        self.target, asked = self._target(kept, wanted)
        target = kept[self.target.value]
        self.task, asked_task = task_of(target, choices, is_number=table.types.get(target.number - 1) is Type.NUMBER)
        self._ask(asked, asked_task)
        self.columns = tuple(self._with_target(kept))
        if not choices.missing.strip():
            self._ask(*map(about_far_value, self.columns))

    def _column(self, place: int, column: Column, decimal: str) -> tuple[TableColumn, tuple[str, ...]]:
        """What a column holds, as its cells or its user say, and words among numbers."""
        gap_words = self._choices.missing_words
        found, strays = column_of(place + 1, self._table.names[place], column, decimal, gap_words)
        kind = self._table.types.get(place)
        return (found, strays) if kind is None else with_type(found, column, kind, decimal, gap_words)

    def _ask(self, *questions: Question | None) -> None:
        self.questions += [question for question in questions if question is not None]

    def _ask_about(self, column: TableColumn, labels: Column, strays: Sequence[str]) -> TableColumn:
        assert isinstance(labels, Words)
        row = labels.row_of(labels.words.index(strays[0]))
        counts = dict(zip(labels.words, map(int, labels.counts), strict=True))
        many = sum(counts[word] for word in strays)
        self._ask(about_strays(column, labels, strays, int(self._table.lines[row]), many))
        why = text("'{word}' is no number", word=shortened(strays[0], LONGEST_QUOTE))
        return column.with_role(column.role, why, Sure.AMBIGUOUS)

    def _with_choices(self, columns: list[TableColumn], ignored: set[int], row_names: bool) -> list[TableColumn]:
        used = self._table.places(self._choices.use, "column to learn from")
        for place, column in enumerate(columns):
            if place in ignored:
                columns[place] = column.with_role(Role.IGNORE, text("left out by choice"))
            elif place in used and column.type in (Type.NUMBER, Type.CLASS, Type.TEXT):
                columns[place] = column.with_role(Role.FEATURE, text("chosen"))
            elif place == 0 and row_names:
                columns[0] = column.with_role(Role.IDENTIFIER, text("names of the rows"), Sure.LIKELY)
            elif column.role is Role.FEATURE and column.type is Type.CLASS and self._choices.words == "ignore":
                columns[place] = column.with_role(Role.IGNORE, text("words are left out by choice"))
        return columns

    def _target(self, kept: Sequence[TableColumn], wanted: int | None) -> tuple[Guess[int], Question | None]:
        if wanted is not None:
            place = next((place for place, column in enumerate(kept) if column.number == wanted + 1), 0)
            return Guess(place, text("chosen")), None
        free = [place for place, column in enumerate(kept) if str(column.why) != "left out by choice"]
        guess, question = target_of([kept[place] for place in free or range(len(kept))], self._choices)
        return Guess((free or list(range(len(kept))))[guess.value], guess.why, guess.sure), question

    def _with_target(self, kept: list[TableColumn]) -> list[TableColumn]:
        column = kept[self.target.value]
        if column.values is None and column.labels is not None and self.task.value is Task.CLASSIFICATION:
            column = column.as_words()
        kept[self.target.value] = column.with_role(Role.TARGET, self.target.why, self.target.sure)
        return kept

    def _is_nothing(self, place: int, column: TableColumn) -> bool:
        return column.type is Type.EMPTY and not self._table.given[place]

    def _notes(self, columns: Sequence[TableColumn]) -> tuple[Text, ...]:
        empty = [column.number for place, column in enumerate(columns) if self._is_nothing(place, column)]
        if not empty:
            return ()
        return (text("empty columns without a name are left out: {numbers}", numbers=", ".join(map(str, empty))),)


def _with_unit(column: TableColumn, unit: str) -> TableColumn:
    from dataclasses import replace

    return replace(column, unit=unit)
