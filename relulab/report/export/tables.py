"""Results as CSV tables: what the network says about each test sample, and the whole history of a run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from relulab.errors import DataError
from relulab.model.layout import Layout
from relulab.probes.status import UnitStatus
from relulab.report.export.material import Material, make_folder, write_table
from relulab.session.store import RunHistory
from relulab.session.tables import SERIES

Columns = dict[str, NDArray[Any]]


def write_predictions(material: Material, path: Path) -> None:
    """One row per test sample: its place in the test set, what is true, what the network says.

    Classes with the share of each; numbers in a regression. Raises DataError where there are no test samples.
    """
    import torch

    from relulab.training.objective import Objective, make_dtype

    description, test = material.dataset.description, material.dataset.test
    if not len(test):
        raise DataError("There are no test samples to predict: give data.test_size a number above 0.")
    objective = Objective(material.spec.training.loss_entry, description)
    samples = objective.samples(test, make_dtype(material.spec.training.precision), torch.device("cpu"))
    with torch.no_grad():
        outputs = torch.cat([material.needed_network()(part) for part in samples.inputs.split(2048)])
    shares = objective.shares(outputs).numpy()
    if not objective.is_classification:
        rows: Iterator[Sequence[Any]] = (
            (index, *true, *said) for index, (true, said) in enumerate(zip(test.targets, shares, strict=True))
        )
        write_table(path, ("index", "true", "predicted"), rows)
        return
    names, predicted = description.class_names, objective.predicted(outputs).tolist()
    rows = (
        (index, names[true], names[said], *share)
        for index, (true, said, share) in enumerate(zip(test.targets.tolist(), predicted, shares, strict=True))
    )
    write_table(path, ("index", "true", "predicted", *(f"share of {name}" for name in names)), rows)


def write_history(material: Material, path: Path) -> None:
    """A folder of tables: steps, probes, evaluations, units, traces, histograms, changes."""
    history = material.needed_history()
    layout = history.info.layout
    make_folder(path)
    recorded = history.recorded().columns
    for name, (kind, schema) in SERIES.items():
        columns = dict(recorded.get(kind, {}))
        if columns:
            shapes = {field: schema[field][1] for field in columns}
            _write_flat(path / f"{name}.csv", columns, shapes, layout)
            _write_units(path / f"{name}-units.csv", columns, shapes, layout)
            _write_histograms(path / f"{name}-histograms.csv", columns, shapes, layout)
    _write_changes(path / "changes.csv", history)


def _write_flat(path: Path, columns: Columns, shapes: dict[str, str], layout: Layout) -> None:
    """One row per record; a quantity of each layer has one column per layer. No file where there is none of either."""
    names: list[str] = []
    values: list[NDArray[Any]] = []
    for field, column in columns.items():
        if shapes[field] == "r":
            names.append(field)
            values.append(column)
        elif shapes[field] == "rL":
            names += [f"{field} of {layer.name}" for layer in layout.layers]
            values += list(column.T)
    if names != ["step"]:
        write_table(path, names, zip(*values, strict=True))


def _write_units(path: Path, columns: Columns, shapes: dict[str, str], layout: Layout) -> None:
    """One row per record and unit."""
    fields = [field for field in columns if shapes[field] == "rU"]
    if not fields:
        return
    places = [(layer.name, unit) for layer in layout.layers for unit in range(layer.units)]

    def rows() -> Iterator[Sequence[Any]]:
        for row, step in enumerate(columns["step"]):
            for place, (layer, unit) in enumerate(places):
                yield (step, layer, unit, *(_named(field, columns[field][row, place]) for field in fields))

    write_table(path, ("step", "layer", "unit", *fields), rows())


def _write_histograms(path: Path, columns: Columns, shapes: dict[str, str], layout: Layout) -> None:
    """One row per record, layer and histogram: its edges and the share in each of its bins."""
    kinds = {"activation": ("histogram", "histogram"), "weight": ("weight_histogram", "weight")}
    if "histogram" not in columns:
        return

    def rows() -> Iterator[Sequence[Any]]:
        for row, step in enumerate(columns["step"]):
            for index, layer in enumerate(layout.layers):
                for what, (field, edges) in kinds.items():
                    low, high = columns[f"{edges}_low"][row, index], columns[f"{edges}_high"][row, index]
                    yield (step, layer.name, what, low, high, *columns[field][row, index])

    bins = max(columns[field].shape[2] for field, _ in kinds.values())
    write_table(path, ("step", "layer", "of", "low", "high", *(f"bin {index + 1}" for index in range(bins))), rows())


def _write_changes(path: Path, history: RunHistory) -> None:
    """What was changed by hand while the run went on."""
    rows = ((change.step, change.what, change.before, change.after) for change in history.changes)
    write_table(path, ("step", "what", "before", "after"), rows)


def _named(field: str, value: Any) -> Any:
    """A unit's status in words."""
    return UnitStatus(int(value)).name.lower().replace("_", " ") if field == "unit_status" else value
