"""The data set ``csv``: a table of the user's own."""

from collections.abc import Mapping
from typing import Final

from relulab.catalog.entry import Kind, Parameter, Value
from relulab.data.chosen_file import FileState
from relulab.data.dataset import DatasetEntry, Description, Pool, Progress, RawSplit
from relulab.data.tables.choices import FIRST, PARAMETERS
from relulab.errors import DataMissingError

KEY: Final = "csv"
READING: Final = Parameter(
    "reading",
    "Reading",
    Kind.CHOICE,
    "checked",
    choices=("checked", FIRST),
    help="Experiments of version 0.1 keep the reading that they were made with; only header, target, columns to ignore "
    "and task can be chosen there.",
)


# What reads tables is many modules, which who has no table does without.


def describe(parameters: Mapping[str, Value]) -> Description:
    """What there is to say of a table. Raises as ``table_of`` does."""
    from relulab.data.table_reading import table_of

    return table_of(parameters).description


def load(parameters: Mapping[str, Value]) -> Pool:
    """All its rows. Raises as ``table_of`` does."""
    from relulab.data.table_reading import table_of

    table = table_of(parameters)
    return Pool(RawSplit(table.features, table.targets), words=table.words)


def is_read(parameters: Mapping[str, Value]) -> bool:
    """Whether the other functions answer at once: the table is known, or it is known why there is none."""
    from relulab.data import table_reading

    return table_reading.is_read(parameters)


def read(parameters: Mapping[str, Value], progress: Progress) -> None:
    """Read the table, so that the other functions answer at once. Raises as ``table_of`` does.

    ``progress`` may raise to stop.
    """
    from relulab.data import table_reading

    table_reading.read(parameters, progress)


def version(parameters: Mapping[str, Value]) -> FileState | None:
    """The file as it is now, None where there is none or it may not be looked at."""
    from relulab.data.tables.file import state_of

    try:
        return state_of(str(parameters["path"]))
    except DataMissingError:
        return None


CSV = DatasetEntry(
    key=KEY,
    title="CSV table",
    summary="A table of your own: numbers or words as features, and one target of classes or numbers.",
    group="Your own data",
    parameters=(*PARAMETERS, READING),
    target_scaling="standardized",
    describe=describe,
    load=lambda request, sizes, source: load(request.dataset.parameters),
    is_read=is_read,
    read=read,
    version=version,
)
