"""The runs side by side: what differs between them, and their numbers."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from relulab.experiment import ExperimentSpec
from relulab.formatting import capital, duration
from relulab.report.content.blocks import Table
from relulab.report.content.report_runs import ReportRun
from relulab.report.content.results import final_check, health, measured_on
from relulab.report.content.words import printed, tenths
from relulab.session.compare import differences
from relulab.session.records import RunRecord
from relulab.session.results import results


@dataclass(frozen=True, slots=True)
class Column:
    """A number of the comparison: its title, how it is read off a run and written, which of two is the better."""

    title: str
    read: Callable[[RunRecord], float]
    show: Callable[[float], str]
    better: Callable[[Iterable[float]], float] | None = None


TESTED = (
    Column("Test accuracy", lambda run: run.test_accuracy, tenths, max),
    Column("Test loss", lambda run: run.test_loss, printed, min),
)
UNTESTED = (
    Column("Accuracy at the end", lambda run: final_check(run.history)[1], tenths, max),
    Column("Loss at the end", lambda run: final_check(run.history)[0], printed, min),
)
BEST_ACCURACY = Column("Best accuracy", lambda run: results(run).accuracy, tenths, max)
BEST_LOSS = Column("Best loss", lambda run: results(run).loss, printed, min)
COSTS = (
    Column("Dead units", lambda run: results(run).dead, tenths),
    Column("Steps", lambda run: results(run).steps, lambda steps: f"{steps:,.0f}"),
    Column("Time", lambda run: results(run).seconds, lambda seconds: str(duration(seconds))),
)


def comparison_table(runs: Sequence[ReportRun]) -> Table:
    """One row per run: what differs from the first run, and its numbers; the best of each column is marked.

    Columns in which all runs are equal say nothing and are left out.
    """
    records = [one.run for one in runs]
    columns = [column for column in _columns(records) if len({column.show(column.read(run)) for run in records}) > 1]
    rows = tuple(
        (
            one.name,
            "(the others are compared with it)" if one is runs[0] else difference_words(one.run.spec, runs[0].run.spec),
            *(column.show(column.read(one.run)) for column in columns),
            health(one.run)[1],
        )
        for one in runs
    )
    best = {(row, place) for place, column in enumerate(columns, 2) for row in _best_rows(column, records)}
    return Table(
        _caption(records),
        ("Run", "What is different", *(column.title for column in columns), "Verdict"),
        rows,
        frozenset(range(2, 2 + len(columns))),
        frozenset(best),
    )


def difference_words(spec: ExperimentSpec, reference: ExperimentSpec) -> str:
    """What ``spec`` has instead of what ``reference`` has, as one text."""
    return capital("; ".join(differences(spec, reference))) or "Nothing"


def _caption(runs: Sequence[RunRecord]) -> str:
    samples = " or ".join(dict.fromkeys(measured_on(run) for run in runs))
    others = "The other losses" if _tested(runs) else "Losses"
    return f"The runs side by side. {others} and accuracies are those of {samples}. The best of each column is bold."


def _tested(runs: Sequence[RunRecord]) -> bool:
    """Whether every run was measured on the test set."""
    return all(math.isfinite(run.test_loss) for run in runs)


def _columns(runs: Sequence[RunRecord]) -> tuple[Column, ...]:
    """The numbers of the test set where every run has them, else those of the end of the run; not all, for room."""
    has_accuracy = any(math.isfinite(results(run).accuracy) for run in runs)
    return (*(TESTED if _tested(runs) else UNTESTED), BEST_ACCURACY if has_accuracy else BEST_LOSS, *COSTS)


def _best_rows(column: Column, runs: Sequence[RunRecord]) -> list[int]:
    """The rows whose number, as it is written, is the best."""
    values = [column.read(run) for run in runs]
    finite = [value for value in values if math.isfinite(value)]
    if column.better is None or not finite:
        return []
    shown = column.show(column.better(finite))
    return [row for row, value in enumerate(values) if column.show(value) == shown]
