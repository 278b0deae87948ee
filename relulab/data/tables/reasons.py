"""Why a table was understood as it was, where everything is a choice that was written down.

A table in use keeps what was found out about its file as choices, so that it repeats. Read with these alone, each has
the reason "chosen". Where the file itself still says the same, its reason stands.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from relulab.data.tables.choices import AUTO, Choices
from relulab.data.tables.columns import Role, TableColumn
from relulab.data.tables.guesses import Guess, Sure
from relulab.data.tables.understanding import Understanding

T = TypeVar("T")
LEFT_OUT = (Role.IGNORE, Role.IDENTIFIER)


def freed(choices: Choices) -> Choices:
    """The choices without those that are written down when a table is used: they are found anew."""
    return replace(choices, separator=AUTO, numbers=AUTO, header=AUTO, encoding="", target="", task=AUTO, ignore="")


def with_reasons(table: Understanding, found: Understanding) -> Understanding:
    """``table``, with the reasons of what was ``found`` in the same file wherever that is the same."""
    return replace(
        table,
        separator=_reason(table.separator, found.separator),
        numbers=_reason(table.numbers, found.numbers),
        header=_reason(table.header, found.header),
        encoding=_reason(table.encoding, found.encoding),
        target=_reason(table.target, found.target),
        task=_reason(table.task, found.task) if table.target.value == found.target.value else table.task,
        columns=_columns(table.columns, found.columns),
    )


def _reason(chosen: Guess[T], found: Guess[T]) -> Guess[T]:
    """What was asked about has no other reason than its answer."""
    return found if found.value == chosen.value and found.sure is not Sure.AMBIGUOUS else chosen


def _columns(chosen: Sequence[TableColumn], found: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    if [column.name for column in chosen] != [column.name for column in found]:
        return tuple(chosen)
    return tuple(map(_column, chosen, found))


def _column(chosen: TableColumn, found: TableColumn) -> TableColumn:
    if chosen.type is not found.type or found.sure is Sure.AMBIGUOUS:
        return chosen
    if chosen.role is found.role or (chosen.role in LEFT_OUT and found.role in LEFT_OUT):
        return chosen.with_role(found.role, found.why, found.sure)
    return chosen
