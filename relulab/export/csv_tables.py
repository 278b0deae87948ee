"""Results as CSV or Parquet tables: what the network says about each test sample, and the whole history of a run."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.error_unit import error_unit
from relulab.errors import DataError
from relulab.export.export_input import ExportInput, MissingExtraError, make_folder, write_bytes, write_table
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.session.file.tables import SERIES
from relulab.session.history import RunHistory

Columns = dict[str, NDArray[Any]]
HISTOGRAMS = {"activation": ("histogram", "histogram"), "weight": ("weight_histogram", "weight")}  # with its edges


def write_predictions(given: ExportInput, path: Path) -> None:
    """One row per test sample: its place in the test set, what is true, what the network says.

    Classes with the share of each; in a regression numbers in the unit of the data. Raises DataError where there are
    no test samples.
    """
    import torch

    from relulab.training.evaluator import outputs_of
    from relulab.training.objective import Objective, make_dtype

    description, test = given.dataset.description, given.dataset.test
    if not len(test):
        raise DataError("There are no test samples to predict: give data.test_size a number above 0.")
    objective = Objective(given.spec.training.loss_entry, description)
    samples = objective.samples(test, make_dtype(given.spec.training.precision), torch.device("cpu"))
    outputs = outputs_of(given.needed_network(), samples.inputs)
    shares = objective.shares(outputs).numpy()
    if not objective.is_classification:
        rows: Iterator[Sequence[Any]] = (
            (index, *true, *said)
            for index, (true, said) in enumerate(
                zip(given.dataset.original_targets(test.targets), given.dataset.original_targets(shares), strict=True)
            )
        )
        write_table(path, ("index", "true", "predicted"), rows)
        return
    names, predicted = description.class_names, objective.predicted(outputs).tolist()
    rows = (
        (index, names[true], names[said], *share)
        for index, (true, said, share) in enumerate(zip(test.targets.tolist(), predicted, shares, strict=True))
    )
    write_table(path, ("index", "true", "predicted", *(f"share of {name}" for name in names)), rows)


def write_history(given: ExportInput, path: Path) -> None:
    """A folder of CSV tables: steps, probes, evaluations, units, traces, histograms, changes."""
    make_folder(path)
    for name, table in history_tables(given.needed_history()):
        write_table(path / f"{name}.csv", list(table), zip(*table.values(), strict=True))


def history_tables(history: RunHistory) -> Iterator[tuple[str, Columns]]:
    """Everything that was measured as named tables, whose columns (rows,) have names too."""
    layout = history.info.layout
    recorded = history.recorded().columns
    for name, (kind, schema) in SERIES.items():
        columns = dict(recorded.get(kind, {}))
        if columns:
            shapes = {field: schema[field][1] for field in columns}
            tables = {
                name: _with_error(_flat(columns, shapes, layout), history),
                f"{name}-units": _units(columns, shapes, layout),
                f"{name}-histograms": _histograms(columns, layout),
            }
            yield from ((title, table) for title, table in tables.items() if table)
    yield "changes", _changes(history)


def _flat(columns: Columns, shapes: dict[str, str], layout: Layout) -> Columns:
    """One row per record; a quantity of each layer has one column per layer. Empty where there is none of either."""
    table: Columns = {}
    for field, column in columns.items():
        if shapes[field] == "r":
            table[field] = column
        elif shapes[field] == "rL":
            names = (f"{field} of {layer.name}" for layer in layout.layers)
            table |= dict(zip(names, column.T, strict=True))
    return table if list(table) != ["step"] else {}


def _with_error(table: Columns, history: RunHistory) -> Columns:
    """With what the losses mean in the unit of the data, where they are of standardized targets."""
    unit = error_unit(history.info.spec.training.loss, history.info.dataset)
    if unit is None or "loss" not in table:
        return table
    name = f"off by ({unit.name})" if unit.name else "off by"
    return table | {name: np.array([unit.error(float(value)) for value in table["loss"]])}


def _units(columns: Columns, shapes: dict[str, str], layout: Layout) -> Columns:
    """One row per record and unit."""
    fields = [field for field in columns if shapes[field] == "rU"]
    if not fields:
        return {}
    sizes = [layer.units for layer in layout.layers]
    layers = np.repeat([layer.name for layer in layout.layers], sizes)
    units = np.concatenate([np.arange(size) for size in sizes])
    return _long(columns["step"], {"layer": layers, "unit": units}) | {
        field: _named(field, columns[field].ravel()) for field in fields
    }


def _histograms(columns: Columns, layout: Layout) -> Columns:
    """One row per record, layer and histogram: its edges and the share in each of its bins."""
    if "histogram" not in columns:
        return {}
    what = list(HISTOGRAMS)
    layers = np.repeat([layer.name for layer in layout.layers], len(what))
    table = _long(columns["step"], {"layer": layers, "of": np.tile(what, len(layout.layers))})
    for edge in ("low", "high"):
        table[edge] = np.stack([columns[f"{name}_{edge}"] for _, name in HISTOGRAMS.values()], axis=-1).ravel()
    bins = max(columns[field].shape[2] for field, _ in HISTOGRAMS.values())
    shares = [_padded(columns[field], bins) for field, _ in HISTOGRAMS.values()]
    rows = np.stack(shares, axis=2).reshape(-1, bins)
    return table | {f"bin {index + 1}": rows[:, index] for index in range(bins)}


def _padded(shares: NDArray[Any], bins: int) -> NDArray[Any]:
    """Histograms (rows, layers, fewer bins) with as many bins as the others; those beyond do not exist."""
    return np.pad(shares, ((0, 0), (0, 0), (0, bins - shares.shape[2])), constant_values=np.nan)


def _changes(history: RunHistory) -> Columns:
    """What was changed by hand while the run went on."""
    changes = history.changes
    words = {name: np.array([getattr(change, name) for change in changes], str) for name in ("what", "before", "after")}
    return {"step": np.array([change.step for change in changes], np.int64), **words}


def _long(steps: NDArray[Any], places: Columns) -> Columns:
    """Every step with every one of the ``places`` (n,)."""
    count = len(next(iter(places.values())))
    return {"step": np.repeat(steps, count)} | {name: np.tile(place, len(steps)) for name, place in places.items()}


def _named(field: str, values: NDArray[Any]) -> NDArray[Any]:
    """The status of units in words; other values as they are."""
    if field != "unit_status":
        return values
    words = np.array([str(status.label) for status in UnitStatus])
    return np.asarray(words[values])


def write_parquet(given: ExportInput, path: Path) -> None:
    """A folder of the same tables as the CSV ones; a number that does not exist is NaN.

    Raises MissingExtraError where the extra "parquet" is not installed, SessionError for the folder.
    """
    _pyarrow()  # before there is a folder
    make_folder(path)
    for name, columns in history_tables(given.needed_history()):
        write_parquet_table(path / f"{name}.parquet", columns)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows by column; what is a number in one row and a word in another is text."""
    table = {}
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        kinds = {type(value) for value in values}
        table[name] = values if len(kinds) == 1 or kinds <= {int, float} else [str(value) for value in values]
    return table


def write_parquet_table(path: Path, columns: Mapping[str, Any]) -> None:
    """One table as a Parquet file. Raises MissingExtraError where the extra "parquet" is not installed."""
    pyarrow, parquet = _pyarrow()
    file = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table({title: pyarrow.array(values) for title, values in columns.items()}), file)
    write_bytes(path, file.getvalue().to_pybytes())


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("Parquet files", "parquet", error) from None
    return pyarrow, parquet
