"""The tables that the parameters of the data set ``csv`` name, each read once."""

from collections.abc import Mapping
from dataclasses import replace

from relulab.callbacks import ignore
from relulab.catalog.entry import LONGEST_TEXT, Value
from relulab.data.dataset import Progress
from relulab.data.tables import version_1
from relulab.data.tables.choices import AUTO, FIRST, KNOWN_TO_FIRST, SEPARATORS, Choices
from relulab.data.tables.columns import Role
from relulab.data.tables.file import UNDERSTOOD, state_of, understand
from relulab.data.tables.roles import as_target, reference
from relulab.data.tables.samples import TABLES, table_in
from relulab.data.tables.table import Table
from relulab.data.tables.understanding import Understanding
from relulab.errors import DataError, DataMissingError


def table_of(parameters: Mapping[str, Value], progress: Progress = ignore) -> Table:
    """The table that the parameters of the data set ``csv`` name. Read again only when the file has changed.

    Raises DataMissingError when there is no such file, OpenQuestionError where something has to be asked first, and
    DataError for whatever is wrong in it.
    """
    state = state_of(str(parameters["path"]))
    if parameters["reading"] == FIRST:
        return version_1.read(state, _asked(parameters))
    return table_in(state, Choices.of(parameters), progress)


def is_read(parameters: Mapping[str, Value]) -> bool:
    """Whether ``table_of`` and ``known`` answer at once: the table is known, or it is known why there is none."""
    try:
        state = state_of(str(parameters["path"]))
    except DataMissingError:
        return True
    if parameters["reading"] == FIRST:
        return (state, _asked(parameters)) in version_1.TABLES
    key = (state, Choices.of(parameters))
    return key in TABLES and key in UNDERSTOOD  # which other readings of the window may have taken the place of


def read(parameters: Mapping[str, Value], progress: Progress) -> None:
    """Read the table, so that ``table_of`` and ``known`` answer at once. Raises as ``table_of`` does.

    ``progress`` may raise to stop.
    """
    if parameters["reading"] != FIRST:
        understand(str(parameters["path"]), Choices.of(parameters), progress)
    table_of(parameters, progress)


def known(parameters: Mapping[str, Value]) -> Understanding | None:
    """What was understood of the table, None where it has not been read, or as in version 0.1."""
    try:
        key = (state_of(str(parameters["path"])), Choices.of(parameters))
    except DataMissingError:
        return None
    if parameters["reading"] == FIRST or key not in UNDERSTOOD:
        return None
    try:
        return understand(str(parameters["path"]), key[1])
    except DataError:
        return None


def _asked(parameters: Mapping[str, Value]) -> version_1.Asked:
    target, ignored, task, header = (str(parameters[name]) for name in KNOWN_TO_FIRST[1:])
    return target, ignored, task, header


def settled(parameters: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters with what was found out about the file written down, so that another guess changes nothing.

    Where the file cannot be read, or is read as in version 0.1, they stay as they are.
    """
    if parameters["reading"] == FIRST:
        return dict(parameters)
    path, choices = str(parameters["path"]), Choices.of(parameters)
    try:
        state, table = state_of(path), understand(path, choices)
    except DataError:
        return dict(parameters)
    if table.questions:
        return dict(parameters)
    target = table.columns[table.target.value]
    left_out = [one for one in table.columns if one.role in (Role.IGNORE, Role.IDENTIFIER)]
    found = replace(
        choices,
        separator={sign: name for name, sign in SEPARATORS.items()}[table.separator.value],
        numbers=table.numbers.value.example,
        header=choices.header if choices.header != AUTO else "yes" if table.header.value else "no",
        encoding=table.encoding.value,
        target=as_target(target, table.columns),
        task=table.task.value.value,
        ignore=", ".join(reference(one, table.columns) for one in left_out),
    )
    if len(found.ignore) > LONGEST_TEXT:
        found = replace(found, ignore=choices.ignore)
    for kept in (UNDERSTOOD, TABLES):  # the same table: it is not read again for that
        kept.also_as((state, choices), (state, found))
    return dict(parameters) | {name: getattr(found, name) for name in Choices.__slots__}
