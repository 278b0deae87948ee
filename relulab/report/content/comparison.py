"""The runs side by side: what differs between them, and their numbers."""

import math
from collections.abc import Sequence

from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import against
from relulab.formatting import capital
from relulab.report.content.blocks import Table
from relulab.report.content.report_runs import ReportRun
from relulab.report.content.run_summary import health, measured_on
from relulab.session.results import Results, results
from relulab.session.session import RunRecord
from relulab.views.runs import KEY_FIGURES, KeyFigure

TESTED = ("test_accuracy", "test_loss")
UNTESTED = ("final_accuracy", "final_loss")
COSTS = ("dead", "steps", "seconds")


def comparison_table(runs: Sequence[ReportRun]) -> Table:
    """One row per run: what differs from the first run, and its numbers; the best of each column is marked.

    Columns in which all runs are equal say nothing and are left out.
    """
    records = [one.run for one in runs]
    found = [results(run) for run in records]
    columns = [figure for figure in _columns(found) if len({figure.of(one) for one in found}) > 1]
    rows = tuple(
        (
            one.name,
            "(the others are compared with it)" if one is runs[0] else difference_words(one.run.spec, runs[0].run.spec),
            *(figure.of(figures) for figure in columns),
            health(one.run)[1],
        )
        for one, figures in zip(runs, found, strict=True)
    )
    return Table(
        _caption(records),
        ("Run", "What is different", *(capital(str(figure.title)) for figure in columns), "Verdict"),
        rows,
        frozenset(range(2, 2 + len(columns))),
        frozenset((row, column) for column, figure in enumerate(columns, 2) for row in figure.best_of(found)),
    )


def difference_words(spec: ExperimentSpec, reference: ExperimentSpec) -> str:
    """What ``spec`` has instead of what ``reference`` has, as one text."""
    return capital("; ".join(against(spec, reference))) or "Nothing"


def _caption(runs: Sequence[RunRecord]) -> str:
    samples = " or ".join(dict.fromkeys(measured_on(run) for run in runs))
    others = "The other losses" if _tested(runs) else "Losses"
    return f"The runs side by side. {others} and accuracies are those of {samples}. The best of each column is bold."


def _tested(runs: Sequence[RunRecord] | Sequence[Results]) -> bool:
    """Whether every run was measured on the test set."""
    return all(math.isfinite(run.test_loss) for run in runs)


def _columns(found: Sequence[Results]) -> list[KeyFigure]:
    """The numbers of the test set where every run has them, else those of the end of the run; not all, for room."""
    best = "accuracy" if any(math.isfinite(one.accuracy) for one in found) else "loss"
    return [KEY_FIGURES[key] for key in (*(TESTED if _tested(found) else UNTESTED), best, *COSTS)]
