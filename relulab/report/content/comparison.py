"""What differs between runs, in words, and a table that sets their results side by side."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from relulab.report.content.blocks import Table, printable
from relulab.report.content.design import Rows, data_rows, design_words, seed_rows, training_rows
from relulab.report.content.results import Outcome, health
from relulab.report.content.words import chosen, duration, number, percent
from relulab.session.records import RunRecord
from relulab.spec import ExperimentSpec

LAYER = " of layer "  # between the name of a setting and the number of its layer


@dataclass(frozen=True, slots=True)
class Column:
    """A number of the comparison: its title, where it stands in an Outcome, and which of two is the better."""

    title: str
    field: str
    show: Callable[[float], str]
    better: Callable[[Iterable[float]], float] | None = None


COLUMNS = (
    Column("Accuracy at the end", "accuracy", percent, max),
    Column("Best accuracy", "best_accuracy", percent, max),
    Column("Loss at the end", "loss", number, min),
    Column("Best loss", "best_loss", number, min),
    Column("Test accuracy", "test_accuracy", percent, max),
    Column("Test loss", "test_loss", number, min),
    Column("Steps", "steps", lambda steps: f"{steps:,.0f}"),
    Column("Time", "seconds", duration),
)


def unique_names(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """The names of the runs; those that several runs have get a number behind them."""
    names: list[str] = []
    for run in runs:
        name = plain = printable(run.name or run.spec.name or "Run")
        again = 1
        while name in names:
            again += 1
            name = f"{plain} ({again})"
        names.append(name)
    return tuple(names)


def differences(spec: ExperimentSpec, reference: ExperimentSpec) -> str:
    """What is different in ``spec``, setting by setting, from what to what; empty where nothing is."""
    mine, theirs = dict(_settings(spec)), dict(_settings(reference))
    places: dict[tuple[str, str], list[str]] = {}
    for title, value in mine.items():
        if theirs.get(title, value) != value:
            what, _, layer = title.partition(LAYER)
            places.setdefault((what, f"{theirs[title]} → {value}"), []).append(layer)
    return "; ".join(f"{_place(what, layers)}: {change}" for (what, change), layers in places.items())


def comparison_table(runs: Sequence[RunRecord], names: Sequence[str]) -> Table:
    """One row per run: what differs from the first run, and its numbers; the best of each column is marked."""
    outcomes = [Outcome.of(run) for run in runs]
    columns = [column for column in COLUMNS if _is_told(column, outcomes)]
    rows = tuple(
        (
            name,
            "(the others are compared with it)" if run is runs[0] else differences(run.spec, runs[0].spec) or "nothing",
            *(column.show(getattr(outcome, column.field)) for column in columns),
            health(run)[1],
        )
        for name, run, outcome in zip(names, runs, outcomes, strict=True)
    )
    best = {(row, place) for place, column in enumerate(columns, 2) for row in _best_rows(column, outcomes)}
    samples = list(dict.fromkeys(outcome.measured_on for outcome in outcomes))
    return Table(
        f"The runs side by side, measured on {' or '.join(samples)}. The best of each column is bold.",
        ("Run", "What is different", *(column.title for column in columns), "Verdict"),
        rows,
        frozenset(range(2, 2 + len(columns))),
        frozenset(best),
    )


def _settings(spec: ExperimentSpec) -> Rows:
    """Everything that can differ, as names and values in words."""
    rows = [*data_rows(spec), ("Network", design_words(spec))]
    for index, layer in enumerate(spec.model.layers, 1):
        parts = (("Activation", layer.activation), ("Initialization", layer.initialization), ("Bias", layer.bias))
        rows += [(f"{part}{LAYER}{index}", chosen(choice)) for part, choice in parts if choice is not None]
    output = spec.model.output
    parts = (("activation", output.activation), ("initialization", output.initialization), ("bias", output.bias))
    rows += [(f"Output {part}", chosen(choice)) for part, choice in parts]
    return [*rows, *training_rows(spec), *seed_rows(spec)]


def _place(what: str, layers: Sequence[str]) -> str:
    """``Activation of layers 2, 3``."""
    if not layers[0]:
        return what
    return f"{what} of {'layer' if len(layers) == 1 else 'layers'} {', '.join(layers)}"


def _is_told(column: Column, outcomes: Sequence[Outcome]) -> bool:
    """Whether some run has the number; the best loss only where there is no accuracy that says the same better."""
    if column.field == "best_loss" and any(math.isfinite(outcome.best_accuracy) for outcome in outcomes):
        return False
    return any(math.isfinite(getattr(outcome, column.field)) for outcome in outcomes)


def _best_rows(column: Column, outcomes: Sequence[Outcome]) -> list[int]:
    """The rows whose number, as it is written, is the best; none where all are."""
    if column.better is None:
        return []
    values = [float(getattr(outcome, column.field)) for outcome in outcomes]
    finite = [value for value in values if math.isfinite(value)]
    shown = column.show(column.better(finite)) if finite else ""
    rows = [row for row, value in enumerate(values) if column.show(value) == shown]
    return rows if len(rows) < len(outcomes) else []
