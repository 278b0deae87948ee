"""Tables as text, and what was understood of them."""

from typing import Any

from relulab.callbacks import ignore
from relulab.data.tables.choices import Choices
from relulab.data.tables.letters import letters_of
from relulab.data.tables.understanding import Understanding, understanding_of


def understood(content: str | bytes, *, complete: bool = True, **choices: Any) -> Understanding:
    """What was understood of the content of a file named t.csv."""
    data = content if isinstance(content, bytes) else content.encode()
    letters = letters_of(data, choices.get("encoding", ""), "t.csv", ignore)
    return understanding_of(letters, Choices(**choices), "t.csv", complete=complete)


def column(table: Understanding, name: str) -> list[float | int | str | None]:
    """The values of a column by its name."""
    found = next(one for one in table.columns if one.name == name)
    return [found.value(row) for row in range(table.rows)]


def names(table: Understanding) -> list[str]:
    return [one.name for one in table.columns]


def roles(table: Understanding) -> dict[str, str]:
    return {one.name: one.role.value for one in table.columns}


def types(table: Understanding) -> dict[str, str]:
    return {one.name: one.type.value for one in table.columns}


def asked(table: Understanding) -> list[str]:
    """What the open questions are about."""
    return [question.about for question in table.questions]
