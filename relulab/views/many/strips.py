"""The strip of starts in a row of a table: one sign for each start, at its test accuracy or its loss, on one scale."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from relulab.diagnosis.ends import End
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import differences
from relulab.experiment.experiment import LONGEST_NAME
from relulab.experiment.setting_paths import with_settings
from relulab.formatting import capital, number, percent, shortened
from relulab.population.named_settings import CURE, present
from relulab.population.standing import Standing
from relulab.population.sweep import SEEDED
from relulab.text import NOTHING, Text, joined, text
from relulab.views.many.counts import LEAST_FOR_INTERVAL
from relulab.views.many.ends import ENDS, ORDER
from relulab.views.many.map import GOOD, MEASURES, Cell, MapView, Measure, accuracy_of, came_through
from relulab.views.many.value_words import value_word

HIGHEST = 4  # signs on each other; more go sideways
TENTHS = 10  # the scale of accuracies begins at one of them
MOST_TICKS = 6
LONGEST_CHANGE = 110  # letters
FIRST_STARTS = text("first three starts")
SIGNS: Mapping[End, Text] = {  # what a sign in a strip says
    End.LEARNED: text("came through"),
    End.STUCK: text("learned too little"),
    End.DEAD: text("a layer dead"),
    End.DIVERGED: text("diverged"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A start: its run, whose sign it has, in which of the columns that stands, and how high (0 at the foot)."""

    run: int
    end: End
    column: int
    height: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The scale of all rows. ``low`` and ``high`` are its ends, of losses as decimal logarithms. ``ticks``: places from
    0 to 1 with their words. ``line``: the place from which a start has come through; None where nothing is counted so.
    """

    title: Text
    is_loss: bool
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    line: float | None = None

    def place(self, run: Standing) -> float | None:
        """From 0 to 1; None of a start that has no such number."""
        value = _loss(run) if self.is_loss else accuracy_of(run)
        if self.is_loss and value > 0:
            value = math.log10(value)
        if not math.isfinite(value):
            return None
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def strip_of(view: MapView) -> Strip | None:
    """The scale on which all starts of a table find their place; None where nothing has ended yet."""
    ended = [run for cell in view.cells() for run in view.ended(cell)]
    accuracies = [value for value in map(accuracy_of, ended) if math.isfinite(value)]
    if accuracies:
        low = min(math.floor(TENTHS * min(accuracies) + 1e-9), round(TENTHS * GOOD) - 1)
        every = 1 if TENTHS - low <= MOST_TICKS else 2
        ticks = tuple(
            ((tenth - low) / (TENTHS - low), percent(tenth / TENTHS, 0)) for tenth in range(TENTHS, low - 1, -every)
        )
        tested = any(math.isfinite(run.test_accuracy) for run in ended)
        title = text("test accuracy, one sign a start") if tested else text("training accuracy, one sign a start")
        return Strip(title, False, low / TENTHS, 1.0, ticks, (TENTHS * GOOD - low) / (TENTHS - low))
    losses = [math.log10(loss) for loss in map(_loss, ended) if math.isfinite(loss) and loss > 0]
    if not losses:
        return None
    low, high = math.floor(min(losses)), max(math.ceil(max(losses)), math.floor(min(losses)) + 1)
    every = -(-(high - low) // MOST_TICKS)
    ticks = tuple(
        ((power - low) / (high - low), number(10.0**power, 2, printed=True)) for power in range(low, high + 1, every)
    )
    return Strip(text("test loss, one sign a start"), True, low, high, ticks)


def marks(view: MapView, cell: Cell, strip: Strip, columns: int) -> list[Mark]:
    """The starts of a row in so many columns; beside them, at -1, those without a number on this scale."""
    found, heights = [], Counter[int]()
    known = [(strip.place(run), run) for run in view.ended(cell)]
    order = sorted(known, key=lambda each: (each[0] is None, each[0] or 0.0, ORDER.index(sign_of(each[1]))))
    for place, run in order:
        column = -1 if place is None else _free(round(place * (columns - 1)), heights, columns)
        found.append(Mark(run.run, sign_of(run), column, heights[column]))
        heights[column] += 1
    return found


def sign_of(run: Standing) -> End:
    """Whose sign a start has in a strip, which asks whether it came through: that of "stuck" is of all too little."""
    end = End(run.end)
    return End.LEARNED if came_through(run) else end if end in (End.DEAD, End.DIVERGED) else End.STUCK


def shows_pictures(view: MapView) -> bool | None:
    """Whether the first starts of each row are shown as pictures; None where only if there is room for them.

    Whoever compares cures of dead units asks how many starts come through, not how their boundaries look.
    """
    if not any(run.picture for run in view.runs.values()):
        return False
    return None if view.across.path == CURE else True


def counted_signs(view: MapView, cell: Cell, of: int | None = None) -> Text:
    """The strip of a row in a few words: "15 came through, 5 a layer dead". ``of``: the first so many starts alone."""
    first = view.runs_of(cell)[:of]
    counts = Counter(sign_of(run) for run in view.ended(cell) if run.run in first)
    return joined([text("{often} {word}", often=counts[end], word=SIGNS[end]) for end in SIGNS if counts[end]], ", ")


def start_words(view: MapView, run: Standing) -> Text:
    """One start of a row in one line."""
    parts = [
        text("{measure} {value}", measure=_title(measure), value=measure.write(value))
        for measure in map(MEASURES.__getitem__, ("accuracy", "loss", "steps"))
        if not math.isnan(value := measure.value([run]))
    ]
    where = view.where(divmod(run.run // view.starts, view.rows))
    word = ENDS[End(run.end)].word
    told = joined(parts, ", ")
    return text("{where}, seed {seed}: {word}; {told}.", where=where, seed=run.seed, word=word, told=told)


def design_of(view: MapView, cell: Cell) -> ExperimentSpec:
    """The design with the settings of a cell, its own seeds, and a name. Raises SpecError where it cannot be built."""
    spec = view.sweep.design(view.runs_of(cell)[0])
    axes = zip((view.across, view.up), cell, strict=True)
    ending = "".join(f", {value_word(axis.values[place], axis.path)}" for axis, place in axes if axis is not None)
    name = shortened(spec.name, max(LONGEST_NAME - len(ending), 1)) + ending
    return with_settings(spec, [(path, present(view.sweep.spec, path)) for path in SEEDED]).replace(
        name=name[:LONGEST_NAME]
    )


def what_changes(view: MapView, cell: Cell) -> str:
    """In what a row differs from the design as it is; empty where it does not, and where it cannot be built."""
    if view.problem(cell):
        return ""
    words = "; ".join(map(str, differences((view.sweep.spec, design_of(view, cell)))))
    return shortened(capital(words), LONGEST_CHANGE)


def against(view: MapView, cell: Cell, other: Cell, measure: Measure) -> Text:
    """What became of the starts of a row that are the same in another row; nothing where they are not."""
    if measure.counts is None or view.sweep.fresh or cell == other:
        return NOTHING
    first, second = ({run.seed: measure.counts(run) for run in view.ended(each)} for each in (cell, other))
    both = first.keys() & second.keys()
    if not both:
        return NOTHING
    only = sum(first[seed] and not second[seed] for seed in both)
    lost = sum(second[seed] and not first[seed] for seed in both)
    name = value_word(view.across.values[other[0]], view.across.path)
    return text(
        "Of the same {starts:start|starts}, {only} {past} here alone, and {lost} with {other} alone.",
        starts=len(both), only=only, past=measure.past, lost=lost, other=name,
    )  # fmt: skip


def _free(column: int, heights: Counter[int], columns: int) -> int:
    """The nearest column that has room; the column itself where none has."""
    for aside in range(columns):
        for found in (column - aside, column + aside):
            if 0 <= found < columns and heights[found] < HIGHEST:
                return found
    return column


def _loss(run: Standing) -> float:
    return run.test_loss if math.isfinite(run.test_loss) else run.loss


def _title(measure: Measure) -> Text:
    """Of a single start: without "median"."""
    return {"accuracy": text("test accuracy"), "loss": text("final loss"), "steps": text("steps to 90 %")}[measure.key]


def middle_half(view: MapView, cell: Cell, measure: Measure) -> Text:
    """Between which values the middle half of the starts of a row lies; nothing of shares, and of few starts."""
    known = sorted(value for value in map(measure.of, view.ended(cell)) if not math.isnan(value))
    if measure.counts is not None or len(known) < LEAST_FOR_INTERVAL:
        return NOTHING
    low, high = (known[round(share * (len(known) - 1))] for share in (0.25, 0.75))
    if low == high or math.isinf(measure.value(view.ended(cell))):
        return NOTHING
    if math.isinf(high):
        return text("{low} or more", low=measure.write(low))
    return text("{low} to {high}", low=measure.write(low), high=measure.write(high))
