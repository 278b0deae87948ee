"""From what somebody wants of a column to the choices that say it: learn from it, predict it, leave it out."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from relulab.data.tables.choices import AUTO, Choices, parts_of
from relulab.data.tables.columns import Role, TableColumn, Type
from relulab.data.tables.guesses import Answer, Question
from relulab.data.tables.types import listed, types_in
from relulab.data.tables.understanding import Understanding

LEARNABLE: Final = (Type.NUMBER, Type.CLASS, Type.TEXT)
LISTS: Final = ("missing", "skip")  # choices to which an answer adds


def reference(column: TableColumn, columns: Iterable[TableColumn]) -> str:
    """How a list of choices names a column: by its name, or by its number where the name is not its alone."""
    name = column.name
    is_plain = [one.name for one in columns].count(name) == 1 and '"' not in name and name == name.strip()
    return (f'"{name}"' if "," in name else name) if is_plain else str(column.number)


def as_target(column: TableColumn, columns: Iterable[TableColumn]) -> str:
    """The same for the choice of the target, which is no list."""
    return reference(column, columns).strip('"')


def may_have(column: TableColumn, role: Role) -> bool:
    """Whether a column can have this role: nothing is learned from a date, and some column has to be predicted."""
    if role is Role.FEATURE:
        return column.type in LEARNABLE and column.role is not Role.TARGET
    return role is Role.IGNORE or column.type is not Type.EMPTY


def with_role(choices: Choices, table: Understanding, numbers: Collection[int], role: Role) -> Choices:
    """Choices under which the columns with these ``numbers`` have ``role``; the others keep theirs.

    Another target is another task: that is guessed anew, and the unit was the last one's.
    """
    ignored = _meant(choices.ignore, table) - set(numbers)
    used = _meant(choices.use, table) - set(numbers)
    chosen = [column for column in table.columns if column.number in numbers]
    if role is Role.IGNORE:
        ignored |= set(numbers)
    elif role is Role.FEATURE:
        used |= {column.number for column in chosen if column.role is not Role.FEATURE}
    found = replace(choices, ignore=_listed(ignored, table), use=_listed(used, table))
    was_target = any(column.role is Role.TARGET for column in chosen)
    if role is Role.TARGET:
        return replace(found, target=as_target(chosen[0], table.columns), task=AUTO, unit="")
    return replace(found, target="", task=AUTO, unit="") if was_target else found


def with_type(choices: Choices, table: Understanding, number: int, kind: Type | None) -> Choices:
    """Choices under which the column with this ``number`` holds what ``kind`` says; None for what is found in it."""
    column = table.columns[[one.number for one in table.columns].index(number)]
    own = {column.name, str(number)} if str(number) not in {one.name for one in table.columns} else {column.name}
    named = [(name, chosen) for name, chosen in types_in(choices.types) if name not in own]
    kept = [(f'"{name}"' if "," in name else name, chosen) for name, chosen in named]
    if kind is not None:
        kept.append((reference(column, table.columns), kind))
    task = AUTO if column.role is Role.TARGET else choices.task
    return replace(choices, types=listed(kept), task=task)


def _meant(named: str, table: Understanding) -> set[int]:
    """The numbers of the columns that a list names."""
    parts = set(parts_of(named))
    names = {column.name for column in table.columns}
    return {
        column.number
        for column in table.columns
        if column.name in parts or (str(column.number) in parts and str(column.number) not in names)
    }


def _listed(numbers: Collection[int], table: Understanding) -> str:
    return ", ".join(reference(column, table.columns) for column in table.columns if column.number in numbers)


def with_answer(choices: Choices, table: Understanding, question: Question, answer: Answer) -> Choices:
    """Choices in which a question is answered; lists keep what they have."""
    about, value = question.option_of(answer)
    if about == "ignore":
        column = next(one for one in table.columns if one.name == value)
        return with_role(choices, table, (column.number,), Role.IGNORE)
    if about == "target":
        column = next(one for one in table.columns if one.name == value)
        return with_role(choices, table, (column.number,), Role.TARGET)
    before = str(getattr(choices, about))
    return replace(choices, **{about: f"{before}, {value}" if about in LISTS and before.strip() else value})
