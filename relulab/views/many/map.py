"""A map: what became of several starts of every combination of one or two settings, in numbers and words.

Over one setting it is a table: a row for each value, the same starts in every row, so that rows can be compared.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.ends import End
from relulab.formatting import listed, number, percent
from relulab.population.axes import Axis
from relulab.population.named_settings import present
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.text import NOTHING, Text, joined, text
from relulab.views.many.counts import HALF, Share
from relulab.views.many.ends import ENDS, ORDER
from relulab.views.many.settings import MAP_SETTINGS
from relulab.views.many.value_words import value_word
from relulab.views.parts import Table

Cell = tuple[int, int]  # column, row
Floats = NDArray[np.float64]

MAP_TITLE = text("Map")
YOURS = text("your design")
NOT_REACHED = text("not reached")
GOOD = 0.9  # test accuracy from which a start has come through
COURSE = ("steps_to_90", "greatest_gradient_norm", "step_seconds", "fitted_line_loss")  # columns of numbers
FAILING = {End.DIVERGED: text("half or more diverged"), End.STUCK: text("half or more stuck")}
LOST = (End.DEAD.value, End.DIVERGED.value, End.FAILED.value)


def came_through(run: Standing) -> bool:
    """Whether a start is nearly all right and has no dead layer; in a regression, whether it has learned."""
    if math.isfinite(run.test_accuracy):
        return run.test_accuracy >= GOOD and run.end not in LOST
    return run.end == End.LEARNED.value


@dataclass(frozen=True, slots=True)
class Measure:
    """What a cell shows. ``counts``: which starts, and the cell shows their share; ``past`` and ``will`` say what they
    did. Else ``of`` is told of each start, and the cell shows ``of_all``. ``end``: whose colour a share has.
    ``written``: how a value is, where that is neither a share nor a plain number.
    """

    key: str
    title: Text
    counts: Callable[[Standing], bool] | None = None
    end: End = End.LEARNED
    past: Text = NOTHING
    will: Text = NOTHING
    of: Callable[[Standing], float] = lambda run: math.nan
    is_share: bool = True
    of_all: Callable[[Sequence[float]], float] = median
    written: Callable[[float], str] | None = None

    def value(self, runs: Sequence[Standing]) -> float:
        """Of the ended starts of a cell; NaN where there are none."""
        if self.counts is not None:
            return sum(map(self.counts, runs)) / len(runs) if runs else math.nan
        known = [value for value in map(self.of, runs) if not math.isnan(value)]
        return self.of_all(known) if known else math.nan

    def write(self, value: float) -> str:
        """The value as text."""
        if self.written is not None:
            return self.written(value)
        return percent(value, 0) if self.is_share else number(value, 2, printed=True)


def _ended(key: str, end: End, title: Text) -> Measure:
    style = ENDS[end]
    return Measure(key, title, lambda run: run.end == end.value, end, style.past, style.will)


def accuracy_of(run: Standing) -> float:
    return run.test_accuracy if math.isfinite(run.test_accuracy) else run.accuracy


def _loss(run: Standing) -> float:
    return math.inf if run.end == End.DIVERGED.value else run.loss


def _spread(values: Sequence[float]) -> float:
    """Between the worst and the best start; of one start nothing is known."""
    return max(values) - min(values) if len(values) > 1 else math.nan


def _steps(value: float) -> str:
    return str(NOT_REACHED if math.isinf(value) else text("{steps:,}", steps=round(value)))


def _duration(seconds: float) -> str:
    return f"{number(1e6 * seconds, 2, printed=True)} µs"


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        _ended("dead", End.DEAD, text("share dead")),
        Measure("through", text("share right at 90 %, none dead"), came_through, End.LEARNED, text("came through"),
                text("come through")),
        _ended("learned", End.LEARNED, text("share learned")),
        _ended("stuck", End.STUCK, text("share stuck")),
        _ended("diverged", End.DIVERGED, text("share diverged")),
        Measure("accuracy", text("median test accuracy"), of=accuracy_of),
        Measure("train_accuracy", text("median training accuracy"), of=lambda run: run.accuracy),
        Measure("spread", text("spread of test accuracy"), of=accuracy_of, of_all=_spread),
        Measure("loss", text("median final loss"), of=_loss, is_share=False),
        Measure("best", text("lowest final loss"), of=_loss, is_share=False, of_all=min),
        Measure("line", text("a fitted line of as many pieces"), of=lambda run: run.line_beside, is_share=False),
        Measure("steps", text("median steps to 90 %"), of=lambda run: run.steps_to_right, is_share=False,
                written=_steps),
        Measure("gradient", text("greatest gradient norm"), of=lambda run: run.gradient, is_share=False),
        Measure("pace", text("median time per step"), of=lambda run: run.step_seconds, is_share=False,
                written=_duration),
    )
}  # fmt: skip


class MapView:
    """Cells are (column, row): the first axis goes across, the second, if there is one, up."""

    def __init__(self, sweep: Sweep, runs: dict[int, Standing] | None = None) -> None:
        self.sweep = sweep
        self.across, self.up = sweep.axes[0], sweep.axes[1] if len(sweep.axes) > 1 else None
        self.columns, self.rows = len(self.across.values), len(self.up.values) if self.up else 1
        self.starts = len(sweep.seeds)
        self.runs = {} if runs is None else runs

    def take(self, told: object) -> None:
        """Take in what was told."""
        if isinstance(told, Standing) and told.end:
            self.runs[told.run] = told

    @property
    def is_complete(self) -> bool:
        return len(self.runs) == len(self.sweep)

    def cells(self) -> Iterator[Cell]:
        return ((column, row) for column in range(self.columns) for row in range(self.rows))

    def runs_of(self, cell: Cell) -> list[int]:
        """The numbers of the runs of a cell."""
        first = (cell[0] * self.rows + cell[1]) * self.starts
        return list(range(first, first + self.starts))

    def ended(self, cell: Cell) -> list[Standing]:
        """Those that have ended and could be trained."""
        known = (self.runs.get(run) for run in self.runs_of(cell))
        return [run for run in known if run is not None and run.end != End.FAILED.value]

    def problem(self, cell: Cell) -> str:
        """Why a cell cannot be built; empty where it can."""
        known = (self.runs.get(run) for run in self.runs_of(cell))
        return next((run.reason for run in known if run is not None and run.end == End.FAILED.value), "")

    def values(self, measure: Measure) -> Floats:
        """(columns, rows); NaN where nothing has ended."""
        found = np.full((self.columns, self.rows), math.nan)
        for cell in self.cells():
            found[cell] = measure.value(self.ended(cell))
        return found

    def span(self, measure: Measure) -> tuple[float, float]:
        """The least and the greatest finite value of all cells."""
        values = self.values(measure)
        finite = values[np.isfinite(values)]
        return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)

    def counts(self, cell: Cell) -> Counter[End]:
        """How the starts of a cell ended."""
        return Counter(End(run.end) for run in self.ended(cell))

    def name_of(self, axis: Axis) -> Text:
        """What a setting is called; its path where it has no name."""
        setting = MAP_SETTINGS.get(axis.name)
        return setting.title if setting else text("{path}", path=axis.name)

    def where(self, cell: Cell) -> Text:
        """The settings of a cell in words."""
        axes = ((self.across, cell[0]), *(((self.up, cell[1]),) if self.up else ()))
        parts = [
            text("{setting} {value}", setting=self.name_of(axis), value=value_word(axis.values[place], axis.path))
            for axis, place in axes
        ]
        return joined(parts, ", ")

    def in_words(self, cell: Cell) -> Text:
        """A cell in one line, for the strip and for screen readers."""
        if self.problem(cell):
            return text("{where}: cannot be built. {reason}", where=self.where(cell), reason=self.problem(cell))
        ended = self.ended(cell)
        if not ended:
            return text("{where}: not trained yet.", where=self.where(cell))
        counts = self.counts(cell)
        parts = [text("{often} {word}", often=counts[end], word=ENDS[end].word) for end in ORDER if counts[end]]
        for key in ("accuracy", "loss"):
            value = MEASURES[key].value(ended)
            if not math.isnan(value):
                written = MEASURES[key].write(value)
                parts.append(text("{measure} {value}", measure=MEASURES[key].title, value=written))
        return text("{where}: {parts}.", where=self.where(cell), parts=joined(parts, ", "))

    def share(self, cell: Cell, measure: Measure) -> Share | None:
        """The share of a cell with its interval, where the measure is one."""
        ended = self.ended(cell)
        if measure.counts is None or not ended:
            return None
        return Share(sum(map(measure.counts, ended)), len(ended))

    def failing(self, cell: Cell, measure: Measure) -> End | None:
        """How half or more of a cell's starts failed that did not die, where a map shows who died: no healthy cell."""
        counts = self.counts(cell)
        if measure.key != "dead" or not counts:
            return None
        return next((end for end in FAILING if 2 * counts[end] >= counts.total()), None)

    @property
    def your_cell(self) -> Cell | None:
        """The cell nearest to the design as it is; None where that lies beside the map."""
        column = _nearest(self.across, present(self.sweep.spec, self.across.path))
        row = 0 if self.up is None else _nearest(self.up, present(self.sweep.spec, self.up.path))
        return None if column is None or row is None else (column, row)

    def title(self, measure: Measure) -> Text:
        """What the map shows, in a sentence made from its counts."""
        if not self.is_complete:
            return text(
                "From coarse to fine: {done:,} of {total:network|networks}.", done=len(self.runs), total=len(self.sweep)
            )
        ended = [run for cell in self.cells() for run in self.ended(cell)]
        if not ended:
            return text("None of these networks could be trained.")
        if measure.counts is None:
            values = self.values(measure)
            if np.isnan(values).all():
                return text("Nothing to compare: {measure} is known of none of these.", measure=measure.title)
            low, high = (measure.write(float(end)) for end in (np.nanmin(values), np.nanmax(values)))
            return text("The {measure} lies between {low} and {high}.", measure=measure.title, low=low, high=high)
        if self.up is None:
            return self._for_most(measure)
        found = sum(map(measure.counts, ended))
        counted = text("{found:,} of {total:network|networks} {past}", found=found, total=len(ended), past=measure.past)
        edge = self._edge(measure)
        return text("{counted}.", counted=counted) if edge == NOTHING else joined((counted, edge), "; ")

    def how(self) -> Text:
        """How it was measured, in one line; what a single cell is worth."""
        size = {"columns": self.columns, "rows": self.rows}
        cells = (
            text("{columns} × {rows} cells", **size) if self.up else text("{columns:row|rows}", columns=self.columns)
        )
        failed = sum(bool(self.problem(cell)) for cell in self.cells())
        parts = [
            text("{runs:network|networks}", runs=len(self.sweep)),
            text("{cells} with {starts:start|starts} each", cells=cells, starts=self.starts),
            text("fresh ones in every cell") if self.sweep.fresh else text("the same ones in every row"),
        ]
        if failed:
            parts.append(text("{cells:cell|cells} cannot be built", cells=failed))
        half = Share(self.starts // 2, self.starts)
        if self.sweep.fresh and self.starts > 1:
            words = "one cell alone is uncertain: {found} of {of} means {limits} of all starts"
            parts.append(text(words, found=half.found, of=half.of, limits=half.limits))
        return text("{parts}.", parts=joined(parts, "; "))

    def _for_most(self, measure: Measure) -> Text:
        """With which values most starts do it, as far as so many can tell."""
        shares = {column: self.share((column, 0), measure) for column in range(self.columns)}
        most = [column for column, share in shares.items() if share is not None and share.is_most]
        told = {"found": len(most), "total": self.columns, "will": measure.will}
        if not most:
            return text("With none of {total:value|values} most starts {will}, as far as so many can tell.", **told)
        names = listed(value_word(self.across.values[column], self.across.path) for column in most)
        return text("With {found} of {total:value|values} most starts {will}: {names}.", names=names, **told)

    def _edge(self, measure: Measure) -> Text:
        """From which value on at least half of the starts do it, along the row of the design."""
        cell = self.your_cell
        if cell is None or self.up is None or self.columns < 3:
            return NOTHING
        row = self.values(measure)[:, cell[1]]
        above, below = np.flatnonzero(row >= HALF), np.flatnonzero(~(row >= HALF))
        if not (len(above) and len(below) and below[-1] < above[0]):
            return NOTHING
        return text(
            "at your {name} of {yours}, half or more {will} from a {setting} of {value} on.",
            name=self._short(self.up),
            yours=value_word(present(self.sweep.spec, self.up.path), self.up.path),
            will=measure.will,
            setting=self._short(self.across),
            value=value_word(self.across.values[int(above[0])], self.across.path),
        )

    def _short(self, axis: Axis) -> Text:
        setting = MAP_SETTINGS.get(axis.name)
        return setting.short if setting else self.name_of(axis)

    def table(self) -> Table:
        """A row for every run."""
        names = [axis.name for axis in self.sweep.axes]
        columns = (*names, "seed", "status", "reason", "steps", "train_loss", "test_loss", "train_accuracy",
                   "test_accuracy", "dead_share", *COURSE)  # fmt: skip
        rows = []
        for number_, run in sorted(self.runs.items()):
            chosen, _ = self.sweep.settings(number_)
            settings = [json.dumps(value) if isinstance(value, dict | list) else value for value in chosen.values()]
            rows.append((*settings, run.seed, run.end, run.reason, run.step, run.loss, run.test_loss, run.accuracy,
                         run.test_accuracy, run.dead_share, run.steps_to_right, run.gradient, run.step_seconds,
                         run.line_beside))  # fmt: skip
        return Table(columns, rows)


def _nearest(axis: Axis, value: Any) -> int | None:
    """The place of the nearest value, None where it lies beyond the ends by more than half a cell."""
    values = list(axis.values)
    if value in values:
        return values.index(value)
    numbers = [one for one in (*values, value) if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) < len(values) + 1 or len(values) < 2:
        return None
    is_log = axis.is_log and value > 0
    places = np.log(values) if is_log else np.array(values, float)
    at = math.log(value) if is_log else float(value)
    found = int(np.abs(places - at).argmin())
    return found if abs(places[found] - at) <= abs(places[1] - places[0]) / 2 else None
