"""The columns of a table as lines of a list: what each holds, how it is spread, what is missing, and its role."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from relulab.catalog.losses import Task
from relulab.data.tables.columns import Role, TableColumn, Type
from relulab.data.tables.guesses import Sure
from relulab.data.tables.understanding import Understanding
from relulab.formatting import NOTHING as NO_VALUE
from relulab.formatting import number, one_line
from relulab.text import NOTHING, Text, text
from relulab.views.table_pictures import Run, Spread, is_constant, spread_of, titled

SIGNS: Final[Mapping[Sure, str]] = {Sure.CERTAIN: "✓", Sure.LIKELY: "≈", Sure.AMBIGUOUS: "?"}
SURE: Final[Mapping[Sure, Text]] = {
    Sure.CERTAIN: text("certain"),
    Sure.LIKELY: text("likely"),
    Sure.AMBIGUOUS: text("asked"),
}
ROLES: Final[Mapping[Role, Text]] = {
    Role.FEATURE: text("learn from"),
    Role.TARGET: text("predict"),
    Role.IGNORE: text("leave out"),
    Role.IDENTIFIER: text("leave out"),
}
TYPES: Final[Mapping[Type, Text]] = {
    Type.NUMBER: text("number"),
    Type.CLASS: text("classes"),
    Type.DATE: text("date"),
    Type.TIME: text("time"),
    Type.TEXT: text("text"),
    Type.EMPTY: text("empty"),
}
HEADINGS: Final = (  # of a list of the columns
    text("name, and why it was taken so"),
    text("type"),
    text("spread"),
    text("values"),
    text("missing"),
    text("role"),
)
VALUES_SHOWN: Final = 3
NAME_LETTERS: Final = 30
APART_FROM: Final = 10_000  # whole numbers get their thousands apart; a year does not
DIGITS: Final = 6


def kind(column: TableColumn, task: Task | None = None) -> Text:
    """What a column holds: ``number``, ``classes · 3``, ``identifier``. ``task`` is that of a target."""
    if column.role is Role.IDENTIFIER:
        return text("identifier")
    if is_constant(column):
        return text("constant")
    as_classes = column.type is Type.CLASS or task is Task.CLASSIFICATION
    if not as_classes:
        return TYPES[column.type]
    return text("classes · {many}", many=column.different)


def cell(value: float | int | str | None) -> str:
    """A value as it was understood."""
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return one_line(value, NAME_LETTERS)
    if float(value).is_integer() and abs(value) < 10.0**15:
        return f"{int(value):,}" if abs(value) >= APART_FROM else f"{int(value)}"
    return number(value, DIGITS)


def first_values(column: TableColumn) -> str:
    """``4 · 5 · 6``."""
    rows = range(min(VALUES_SHOWN, len(column.gaps)))
    return " · ".join(cell(column.value(row)) for row in rows)


def extent(column: TableColumn) -> Text:
    """``1.1 … 29.9``, or how many rows have the commonest words."""
    if column.values is not None:
        known = column.values[~column.gaps]
        return (
            text("{low} … {high}", low=cell(float(known.min())), high=cell(float(known.max())))
            if len(known)
            else (NOTHING)
        )
    if column.type is not Type.CLASS or column.labels is None:
        return text("{many:different value|different values}", many=len(column.known))
    counts = dict(zip(column.labels.words, map(int, column.labels.counts), strict=True))
    often = sorted(column.known, key=lambda word: -counts[word])[:VALUES_SHOWN]
    return text("{shown}", shown=", ".join(f"{one_line(word, NAME_LETTERS)} {counts[word]:,}×" for word in often))


def missing(column: TableColumn) -> Text:
    """``none``, or how many with their share."""
    if not column.missing:
        return text("none")
    return text("{many:,} ({share:percent})", many=column.missing, share=column.missing / len(column.gaps))


@dataclass(frozen=True, eq=False)
class ColumnLine:
    """A column as a line of a list. Each part is worked out once, when it is asked for."""

    column: TableColumn
    task: Task | None  # where it is the target

    @cached_property
    def name(self) -> str:
        return one_line(titled(self.column))

    @cached_property
    def why(self) -> Text:
        return text("{sign} {why}", sign=SIGNS[self.column.sure], why=self.column.why)

    @cached_property
    def kind(self) -> Text:
        return kind(self.column, self.task)

    @cached_property
    def values(self) -> str:
        return first_values(self.column)

    @cached_property
    def extent(self) -> Text:
        return extent(self.column)

    @cached_property
    def missing(self) -> Text:
        return missing(self.column)

    @cached_property
    def spread(self) -> Spread | None:
        return spread_of(self.column)

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        return (self.column,)

    @property
    def can_change(self) -> bool:
        """Whether the column may hold anything else than what was found in it."""
        return self.column.type is not Type.EMPTY

    @property
    def role(self) -> Role:
        return self.column.role

    @property
    def spoken(self) -> Text:
        """For screen readers."""
        return text(
            "{name}, {kind}, {extent}, missing: {missing}, {role}, because: {why}",
            name=self.name, kind=self.kind, extent=self.extent, missing=self.missing, role=ROLES[self.role],
            why=self.column.why,
        )  # fmt: skip

    def work_out(self) -> None:
        """Have every part ready, so that it is drawn at once."""
        _ = (self.name, self.why, self.kind, self.values, self.extent, self.missing, self.spread)


@dataclass(frozen=True, eq=False)
class RunLine:
    """Columns whose names count up as one line: ``pixel0 … pixel783``."""

    run: Run

    @cached_property
    def name(self) -> str:
        first, last = self.columns[0].name, self.columns[-1].name
        return f"{one_line(first, NAME_LETTERS)} … {one_line(last, NAME_LETTERS)}"

    @cached_property
    def why(self) -> Text:
        same = self.run.constant
        if same:
            return text("names count up; {same:,} are the same in every row", same=same)
        return text("names count up")

    @cached_property
    def kind(self) -> Text:
        return text("{many:,} numbers", many=len(self.columns))

    @cached_property
    def extent(self) -> Text:
        low, high = self.run.range
        return text("{low} … {high}", low=cell(low), high=cell(high))

    @cached_property
    def missing(self) -> Text:
        return text("{many:,}", many=self.run.missing) if self.run.missing else text("none")

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        return self.run.columns

    @property
    def role(self) -> Role:
        return self.columns[0].role

    @property
    def spoken(self) -> Text:
        """For screen readers."""
        return text("{name}, {kind}", name=self.name, kind=self.kind)

    def work_out(self) -> None:
        """Have every part ready, so that it is drawn at once."""
        _ = (self.name, self.why, self.kind, self.extent, self.missing)


Line = ColumnLine | RunLine


def line_of(table: Understanding, column: TableColumn) -> ColumnLine:
    """A column of ``table`` as a line of its own."""
    return ColumnLine(column, table.task.value if column.role is Role.TARGET else None)
