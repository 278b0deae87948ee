"""From what was understood of a table to samples."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.catalog.losses import Task
from relulab.data.chosen_file import FileState
from relulab.data.dataset import Progress
from relulab.data.tables.choices import WORDS_AT_MOST, Choices
from relulab.data.tables.columns import Role, TableColumn
from relulab.data.tables.file import understand
from relulab.data.tables.guesses import OpenQuestionError
from relulab.data.tables.kept import Kept
from relulab.data.tables.table import FLOAT32_MAX, Table
from relulab.data.tables.understanding import Understanding
from relulab.errors import DataError
from relulab.formatting import quoted, shortened

CLASSES_AT_MOST: Final = 100
EXACT: Final = 15  # digits that float64 gives back


TABLES: Final = Kept[tuple[FileState, Choices], Table](2)


def table_in(state: FileState, choices: Choices, progress: Progress = ignore) -> Table:
    """The samples of a table. Raises OpenQuestionError where something has to be asked first, and DataError."""

    def read() -> Table:
        understood = understand(str(state.path), choices, progress)
        if understood.questions:
            raise OpenQuestionError(understood.name, understood.questions)
        return samples_of(understood, choices)

    return TABLES.get((state, choices), read, progress)


def samples_of(table: Understanding, choices: Choices) -> Table:
    """Features and targets; rows without a target are left out. Raises DataError for what cannot be learned."""
    target = table.columns[table.target.value]
    features = table.features
    if not features:
        left_out = ", ".join(f"{one.name} ({one.why})" for one in table.columns if one.role is not Role.TARGET)
        raise DataError(
            f"{table.name}: no column is left to learn from. Left out: {shortened(left_out, 200) or 'none'}."
        )
    rows = ~target.gaps
    if choices.gaps == "drop":
        rows &= ~np.logical_or.reduce([column.gaps for column in features])
    if not rows.any():
        raise DataError(f"{table.name}: no row is without a gap. Choose to fill gaps, or leave a column out.")
    columns, names, words = [], [], []
    for column in features:
        if column.values is not None:
            columns.append(column.values[rows])
            names.append(column.name)
            continue
        block, known = _one_hot(column, rows, table.name)
        words.append((len(names), len(names) + len(known)))
        columns += list(block)
        names += [f"{column.name}: {word}" for word in known]
    _check_size(table, features, rows)
    targets, class_names = targets_of(table, target, rows)
    return Table(
        np.stack(columns, axis=1), targets, tuple(names), class_names, tuple(words), target.name,
        choices.unit.strip() or target.unit,
    )  # fmt: skip


def words_of(column: TableColumn) -> tuple[str, ...]:
    """The words of a column that become columns of 0 and 1, in their order."""
    return tuple(sorted(column.known))


def _one_hot(column: TableColumn, rows: NDArray[np.bool_], name: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """A row of 0 and 1 for each word, not a number in a gap: float64 (words, rows)."""
    assert column.labels is not None
    known = words_of(column)
    if len(known) > WORDS_AT_MOST:
        raise DataError(
            f"{name}: column {quoted(column.name)} holds {len(known):,} different words; up to {WORDS_AT_MOST} can "
            "become columns of 0 and 1. Leave it out."
        )
    labels = np.array(column.labels.words, dtype=object)[column.labels.codes[rows]]
    block = np.stack([(labels == word).astype(np.float64) for word in known])
    block[:, column.gaps[rows]] = np.nan
    return block, known


def _check_size(table: Understanding, features: Sequence[TableColumn], rows: NDArray[np.bool_]) -> None:
    for column in (*features, table.columns[table.target.value]):
        if column.values is None:
            continue
        too_large = rows & (np.abs(column.values) > FLOAT32_MAX)
        if too_large.any():
            row = int(np.argmax(too_large))
            raise DataError(
                f"{table.name}, line {table.lines[row]}, column {quoted(column.name)}: {column.values[row]:g} is too "
                "large for the numbers of a network (at most 3.4e38)."
            )


def targets_of(
    table: Understanding, target: TableColumn, rows: NDArray[np.bool_]
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Classes int64 (rows,) with their names, or numbers float32 (rows, 1) with none."""
    if table.task.value is Task.REGRESSION:
        if target.values is None:
            raise DataError(
                f"{table.name}: the target {quoted(target.name)} holds words ({quoted((target.known or ('',))[0])}), "
                "so it cannot be a number."
            )
        return target.values[rows].astype(np.float32)[:, None], ()
    if target.values is not None:
        values, classes = np.unique(target.values[rows], return_inverse=True)
        names = tuple(f"{value:.{EXACT}g}" for value in values)
    else:
        assert target.labels is not None
        labels = np.array(target.labels.words, dtype=object)[target.labels.codes[rows]]
        words, classes = np.unique(labels, return_inverse=True)
        names = tuple(map(str, words))
    if len(names) < 2:
        raise DataError(
            f"{table.name}: the target {quoted(target.name)} is {quoted(names[0])} in every row. "
            "Two classes are needed."
        )
    if len(names) > CLASSES_AT_MOST:
        raise DataError(
            f"{table.name}: the target {quoted(target.name)} has {len(names):,} different values, more than "
            f"{CLASSES_AT_MOST} classes. Choose another target"
            + (", or the task regression." if target.values is not None else ".")
        )
    return classes.astype(np.int64), names
