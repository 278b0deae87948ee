"""Which column is predicted, and whether it is a number or one of a few classes."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.tables.choices import AUTO, Choices
from relulab.data.tables.columns import Role, TableColumn, Type
from relulab.data.tables.guesses import Answer, Guess, Question, Sure
from relulab.formatting import LONGEST_QUOTE, shortened
from relulab.text import text

NAMES: Final = ("label", "labels", "class", "target", "species", "outcome", "diagnosis")
LESSER_NAMES: Final = ("price", "quality")
CLASS_NAMES: Final = ("class", "classes", "label", "labels", "digit", "digits", "species")
WHOLE_CLASSES_AT_MOST: Final = 100


def target_of(columns: Sequence[TableColumn], choices: Choices) -> tuple[Guess[int], Question | None]:
    """The place of the column that is predicted. ``columns`` are those that are not left out by choice."""
    usable = [place for place, column in enumerate(columns) if column.type is not Type.EMPTY]
    for names in (NAMES, LESSER_NAMES):
        named = [place for place in usable if words_of(columns[place].name) & set(names)]
        if len(named) > 1:
            one, other = (shortened(columns[place].name, LONGEST_QUOTE) for place in named[:2])
            question = Question(
                "target",
                text("Which column is predicted: '{one}' or '{other}'?", one=one, other=other),
                tuple(Answer(columns[place].name, text("predict it")) for place in named),
            )
            return Guess(named[-1], text("two names say so"), Sure.AMBIGUOUS), question
        if named:
            return Guess(named[0], text("its name says so"), Sure.LIKELY), None
    for place in (len(columns) - 1, 0):
        if columns[place].name.lower() == "y" and place in usable:
            return Guess(place, text("its name says so"), Sure.LIKELY), None
    learned = [place for place in usable if columns[place].role is Role.FEATURE]
    if len(learned) == 1 and (labels := _last_labels(columns, usable)) is not None and labels != learned[0]:
        return Guess(labels, text("the last column of words"), Sure.LIKELY), None
    last = (learned or usable or [len(columns) - 1])[-1]
    return Guess(last, text("the last column that is not left out"), Sure.LIKELY), None


def _last_labels(columns: Sequence[TableColumn], usable: Sequence[int]) -> int | None:
    """A last column of words too few to see a class in, where nothing else would be left to learn from."""
    last = usable[-1]
    return last if columns[last].type is Type.TEXT and columns[last].role is Role.IGNORE else None


def words_of(name: str) -> set[str]:
    """The words of a column's name in small letters: ``house_price`` and ``HousePrice`` have price."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def task_of(target: TableColumn, choices: Choices, *, is_number: bool = False) -> tuple[Guess[Task], Question | None]:
    """Whether the target is a class or a number; ``is_number`` where its user says that it holds numbers."""
    if choices.task != AUTO:
        return Guess(Task(choices.task), text("chosen")), None
    if is_number:
        return Guess(Task.REGRESSION, text("chosen")), None
    if target.values is None:
        return Guess(Task.CLASSIFICATION, text("words")), None
    known = target.values[~np.isnan(target.values)]
    different = np.unique(known)
    if (different != np.round(different)).any():
        if len(different) == 2 < len(known):
            return Guess(Task.CLASSIFICATION, text("two values"), Sure.LIKELY), None
        return Guess(Task.REGRESSION, text("numbers with decimals"), Sure.LIKELY), None
    if len(different) <= 2:
        return Guess(Task.CLASSIFICATION, text("two values"), Sure.LIKELY), None
    if words_of(target.name) & set(CLASS_NAMES) and len(different) <= WHOLE_CLASSES_AT_MOST:
        return Guess(Task.CLASSIFICATION, text("its name says so"), Sure.LIKELY), None
    if len(different) > WHOLE_CLASSES_AT_MOST or 2 * len(different) > len(known):
        return Guess(Task.REGRESSION, text("many different numbers"), Sure.LIKELY), None
    shown = ", ".join(f"{value:g}" for value in different[:3])
    question = Question(
        "task",
        text(
            "Is '{name}' one of {many} classes, or a number? It holds {shown} …",
            name=shortened(target.name, LONGEST_QUOTE), many=len(different), shown=shown,
        ),
        (
            Answer("classification", text("one of {many} classes", many=len(different))),
            Answer("regression", text("a number: nearer is better")),
        ),
        column=target.name,
    )  # fmt: skip
    why = text("{many} different whole numbers", many=len(different))
    return Guess(Task.CLASSIFICATION, why, Sure.AMBIGUOUS), question
