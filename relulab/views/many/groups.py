"""A table in groups, by what so many starts can tell: in words, and as a table of one row for each value.

The window, its exports, reports and ``relulab sweep`` say the same.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from relulab.diagnosis.ends import End
from relulab.formatting import listed
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.text import Text
from relulab.views.many.counts import LEAST_FOR_INTERVAL, Share
from relulab.views.many.cures import grouped
from relulab.views.many.map import MEASURES, Cell, MapView, Measure, came_through
from relulab.views.many.value_words import value_word
from relulab.views.parts import Table

THROUGH = MEASURES["through"]
MOST, UNCLEAR, NOT_MOST = "most", "cannot be told", "not most"  # of the starts come through
COLUMNS = ("starts", "came_through", "from_share", "to_share", "group", "median_test_accuracy")


def group_of(view: MapView, cell: Cell) -> str:
    """In which group a row is; empty where too few of its starts have ended."""
    share = view.share(cell, THROUGH)
    return "" if share is None else _group(share)


def _group(share: Share) -> str:
    return {True: MOST, False: NOT_MOST, None: UNCLEAR}[share.is_most] if share.has_interval else ""


def combinations_of(sweep: Sweep, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What came of each combination of settings, from the rows of all its runs: a row for each, as ``relulab.sweep``
    has them. Designs that could not be trained are counted as failed, and as no starts.
    """
    found = []
    for first in range(0, len(rows), len(sweep.seeds)):
        runs = [_standing(run, rows[run]) for run in range(first, first + len(sweep.seeds))]
        ended = [run for run in runs if run.end != End.FAILED.value]
        known: tuple[Any, ...] = (0, 0, math.nan, math.nan, "", math.nan)
        if ended:
            share = Share(sum(map(came_through, ended)), len(ended))
            accuracy = MEASURES["accuracy"].value(ended)
            known = (share.of, share.found, *share.interval, _group(share), accuracy)
        ends = {end.value: sum(run.end == end.value for run in runs) for end in End if end is not End.STOPPED}
        loss = MEASURES["loss"].value(ended) if ended else math.nan
        found.append(sweep.settings(first)[0] | dict(zip(COLUMNS, known, strict=True)) | {"median_loss": loss} | ends)
    return found


def group_words(view: MapView, measure: Measure = THROUGH) -> list[str]:
    """A sentence for each group of a table of cures that is complete; else nothing."""
    sentences: list[tuple[Text, list[str]]] = []
    for row in grouped(view, measure):
        if isinstance(row, Text):
            sentences.append((row, []))
        elif sentences and (share := view.share(row, measure)):
            name = value_word(view.across.values[row[0]], view.across.path)
            sentences[-1][1].append(f"{name} ({share.found} of {share.of}, {share.limits})")
    return [f"{name}: {listed(rows)}." for name, rows in sentences]


def table_of_rows(view: MapView) -> Table:
    """A row for each value of the one setting; the limits are of the 95 % interval of the share of all starts."""
    rows: list[tuple[Any, ...]] = []
    for cell in view.cells():
        share, value = view.share(cell, THROUGH), view.across.values[cell[0]]
        accuracy = MEASURES["accuracy"].value(view.ended(cell))
        known = (0, None, None, None) if share is None else (share.of, share.found, *share.interval)
        setting = json.dumps(value) if isinstance(value, dict | list) else value
        rows.append((setting, *known, group_of(view, cell), None if math.isnan(accuracy) else accuracy))
    return Table((view.across.name, *COLUMNS), rows)


def with_groups(view: MapView) -> Table:
    """A row for every run; of a table also whether it came through, and in which group its row of the table is."""
    table = view.table()
    if view.up is not None:
        return table
    groups = {run: group_of(view, cell) for cell in view.cells() for run in view.runs_of(cell)}
    rows = [
        (*row, run.end != End.FAILED.value and came_through(run), groups[number])
        for row, (number, run) in zip(table.rows, sorted(view.runs.items()), strict=True)
    ]
    return Table((*table.columns, "came_through", "group"), rows)


def table_of_sweep(sweep: Sweep, rows: Mapping[int, Mapping[str, Any]]) -> MapView | None:
    """The rows of a sweep over one setting as a table; None where it is none, or of few starts."""
    if len(sweep.axes) != 1 or len(sweep.seeds) < LEAST_FOR_INTERVAL:
        return None
    return MapView(sweep, {run: _standing(run, row) for run, row in rows.items()})


def _standing(run: int, row: Mapping[str, Any]) -> Standing:
    def known(name: str) -> float:
        found = row.get(name)
        return math.nan if found is None else float(found)

    return Standing(
        run, row["seed"], row["status"], row["reason"], is_over=True, loss=known("train_loss"),
        accuracy=known("train_accuracy"), test_loss=known("test_loss"), test_accuracy=known("test_accuracy"),
    )  # fmt: skip
