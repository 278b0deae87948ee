"""A table in words, before anything is learned: how its file is read, what its columns are, what will be learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.tables.baseline import class_counts, to_beat
from relulab.data.tables.choices import SEPARATORS, Choices
from relulab.data.tables.columns import Role, TableColumn
from relulab.data.tables.guesses import Skipped, Sure
from relulab.data.tables.samples import words_of
from relulab.data.tables.shown import SIGNS as SEPARATOR_NAMES
from relulab.data.tables.table import divided
from relulab.data.tables.understanding import Understanding
from relulab.formatting import listed, number_ranges, one_line, percentage
from relulab.text import NOTHING, Text, joined, text
from relulab.views.table_lines import NAME_LETTERS, Line, RunLine, line_of
from relulab.views.table_pictures import ClassMeans, Gaps, Run, class_means_of, gaps_of, lines_of, proposed_axes

CHOICES: Final[Mapping[str, Text]] = {  # how a file is read
    "separator": text("Separator"),
    "numbers": text("Numbers like"),
    "header": text("Names"),
    "skip": text("Lines left out"),
    "missing": text("Missing"),
    "encoding": text("Letters"),
}
NAMES: Final = {True: text("in a line above"), False: text("none")}  # where those of the columns stand
SHOWN_IN: Final = text("shown in")
LINES_READY: Final = 40  # of a list of columns, before it is shown
NAMES_SHOWN: Final = 6  # of columns, in a sentence
CLASSES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice of how the file is read. ``key`` names it among the choices, ``value`` is what is in force."""

    key: str
    title: Text
    value: Text
    why: Text
    sure: Sure


def readings(table: Understanding) -> tuple[Reading, ...]:
    """How the file is read, in the order in which one would ask."""
    separator = SEPARATOR_NAMES.get(table.separator.value, table.separator.value)
    missing = [column for column in table.columns if column.role in (Role.FEATURE, Role.TARGET) and column.missing]
    cells = sum(column.missing for column in missing)
    return (
        Reading("separator", CHOICES["separator"], text("{name}", name=separator), table.separator.why,
                table.separator.sure),
        Reading("numbers", CHOICES["numbers"], text("{example}", example=table.numbers.value.example),
                table.numbers.why, table.numbers.sure),
        Reading("header", CHOICES["header"], NAMES[table.header.value],
                table.header.why, table.header.sure),
        Reading("skip", CHOICES["skip"], _left_out(table.skipped), _why_left_out(table),
                Sure.LIKELY if table.skipped else Sure.CERTAIN),
        Reading("missing", CHOICES["missing"], text("{cells:cell|cells}", cells=cells) if cells else text("nothing"),
                text("in {names}", names=_names(missing)) if cells else text("every cell is filled"),
                Sure.LIKELY if cells else Sure.CERTAIN),
        Reading("encoding", CHOICES["encoding"], text("{name}", name=table.encoding.value), table.encoding.why,
                table.encoding.sure),
    )  # fmt: skip


def _left_out(skipped: Sequence[Skipped]) -> Text:
    if not skipped:
        return text("nothing")
    return text("{many:line|lines}", many=len(skipped))


def _why_left_out(table: Understanding) -> Text:
    """Each reason with its lines; then what else was left out."""
    reasons: dict[Text, list[int]] = {}
    for skipped in table.skipped:
        reasons.setdefault(skipped.why, []).append(skipped.line)
    parts = [text("{lines}: {why}", lines=number_ranges(lines), why=why) for why, lines in reasons.items()]
    return joined([*parts, *table.notes], "; ") if parts or table.notes else text("no title, no gap")


def separator_title(name: str) -> str:
    """``comma  ,``."""
    sign = SEPARATORS[name]
    return f"{name}  {sign}" if sign.strip() else name


def table_name(path: str) -> str:
    """The name of the file alone."""
    return one_line(Path(path).name, 2 * NAME_LETTERS)


def sentence(table: Understanding) -> Text:
    """What will be learned from what."""
    target = one_line(table.columns[table.target.value].name, NAME_LETTERS)
    if not table.features:
        return text("No column is left to learn {target} from.", target=target)
    features = _names(table.features)
    if table.task.value is Task.REGRESSION:
        return text("From {features} the network learns {target}.", features=features, target=target)
    return text("From {features} the network learns which {target} a row has.", features=features, target=target)


def _names(columns: Sequence[TableColumn]) -> str:
    """Their names, of many how many there are."""
    if len(columns) > NAMES_SHOWN:
        return f"{len(columns):,} columns"
    return listed(one_line(column.name, NAME_LETTERS) for column in columns)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line below the picture of a table."""

    title: Text
    words: Text


def facts(table: Understanding, choices: Choices) -> tuple[Fact, ...]:
    """Rows, features, classes or the unit, gaps, and what there is to beat."""
    unit = choices.unit.strip()
    found = [Fact(text("rows"), _rows(table, choices)), Fact(text("features"), _features(table))]
    if counts := class_counts(table):
        found.append(Fact(text("classes"), text("{shares}", shares=shares(counts))))
    elif shown := unit or table.columns[table.target.value].unit:
        found.append(Fact(SHOWN_IN, text("{unit}", unit=shown)))
    with_gaps = int(_with_gaps(table).sum())
    if with_gaps:
        found.append(Fact(text("gaps"), text("in {many:row|rows} of {all:,}", many=with_gaps, all=table.rows)))
    if (beaten := to_beat(table, unit)) != NOTHING:
        found.append(Fact(text("to beat"), beaten))
    return tuple(found)


def shares(counts: Mapping[str, int]) -> str:
    """``ill (47 %), well (53 %)``; of many classes the commonest."""
    total = sum(counts.values())
    named = [f"{one_line(name, NAME_LETTERS)} ({percentage(many / total)})" for name, many in counts.items()]
    return ", ".join([*named[:CLASSES_SHOWN], *(["…"] if len(named) > CLASSES_SHOWN else [])])


def _with_gaps(table: Understanding) -> np.ndarray:
    """Which rows have a gap in a feature."""
    gaps = [column.gaps for column in table.features if column.missing]
    return np.logical_or.reduce(gaps) if gaps else np.zeros(table.rows, bool)


def _rows(table: Understanding, choices: Choices) -> Text:
    kept = ~table.columns[table.target.value].gaps
    if choices.gaps == "drop":
        kept &= ~_with_gaps(table)
    train, validation, test = divided(int(kept.sum()))
    return text(
        "{rows:,}: {train:,} to train, {validation:,} to validate, {test:,} to test",
        rows=int(kept.sum()), train=train, validation=validation, test=test,
    )  # fmt: skip


def _features(table: Understanding) -> Text:
    words = [column for column in table.features if column.values is None]
    numbers = text("{many:number|numbers}", many=len(table.features) - len(words))
    if not words:
        return numbers
    columns = text(
        "{many:column|columns} of 0 and 1 made of {names}",
        many=sum(len(words_of(column)) for column in words), names=_names(words),
    )  # fmt: skip
    return joined([numbers, columns], ", ") if len(words) < len(table.features) else columns


@dataclass(frozen=True, eq=False)
class TableView:
    """All that is shown of a table. Each part is worked out once, when it is asked for.

    ``class_means`` take too long for that: they are only there where all was ``worked_out`` beside the window.
    """

    table: Understanding
    choices: Choices
    class_means: ClassMeans | None = None

    @classmethod
    def worked_out(cls, table: Understanding, choices: Choices) -> "TableView":
        """With every part ready, so that nothing is counted any more where it is shown."""
        view = cls(table, choices, class_means_of(table))
        for line in view.lines[:LINES_READY]:
            line.work_out()
        _ = (view.readings, view.sentence, view.facts, view.axes, view.gaps)
        return view

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        return readings(self.table)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(RunLine(one) if isinstance(one, Run) else line_of(self.table, one) for one in lines_of(self.table))

    @cached_property
    def sentence(self) -> Text:
        return sentence(self.table)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return facts(self.table, self.choices)

    @cached_property
    def axes(self) -> tuple[int, int] | None:
        return proposed_axes(self.table)

    @cached_property
    def gaps(self) -> Gaps | None:
        return gaps_of(self.table)
