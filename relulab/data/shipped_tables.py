"""Three tables that people know and that come with ReLU Lab, read as any table is: ``resources/data`` holds them."""

from collections.abc import Mapping
from importlib import resources
from typing import Final

from relulab.catalog.entry import Value
from relulab.data import table
from relulab.data.dataset import DatasetEntry
from relulab.data.shipped import FILES, TABLES
from relulab.data.table import CSV, KEY

# What a user would choose in the reader of tables; the rest is found in the files.
CHOICES: Final[Mapping[str, Mapping[str, Value]]] = {
    "iris": {"target": "species"},
    "penguins": {"target": "species"},
    "cars": {"target": "consumption", "ignore": "name"},
}
SUMMARIES: Final[Mapping[str, tuple[str, str]]] = {
    "iris": (
        "Iris flowers",
        "150 flowers of three species, by the length and width of their petals and sepals in centimetres. Two species "
        "overlap.",
    ),
    "penguins": (
        "Penguins",
        "344 penguins of three species, by bill, flipper, weight, island and sex. Some cells are gaps, as in life.",
    ),
    "cars": (
        "Cars",
        "398 cars of 1970 to 1982: how many miles they go on a gallon, from weight, power and size: a number.",
    ),
}


def parameters_of(name: str) -> dict[str, Value]:
    """How the table ``name`` is read: the parameters of the data set ``csv``."""
    path = resources.files("resources").joinpath("data", FILES[name])
    return CSV.complete({**CHOICES[name], "path": str(path)})


def table_parameters(name: str, parameters: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """How the table behind a data set is read, None where it is no table."""
    return parameters if name == KEY else parameters_of(name) if name in CHOICES else None


def _entry(key: str) -> DatasetEntry:
    title, summary = SUMMARIES[key]
    return DatasetEntry(
        key=key,
        title=title,
        summary=summary,
        group="Tables",
        describe=lambda parameters: table.describe(parameters_of(key)),
        load=lambda request, sizes, source: table.load(parameters_of(key)),
        is_read=lambda parameters: table.is_read(parameters_of(key)),
        read=lambda parameters, progress: table.read(parameters_of(key), progress),
        target_scaling=CSV.target_scaling,
    )


SHIPPED_TABLES: Final = tuple(map(_entry, TABLES))
