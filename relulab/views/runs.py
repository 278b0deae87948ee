"""The runs of a session in words: what came of each, how it stands, what is special about it, and their orders."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relulab.data.error_unit import ErrorUnit
from relulab.durations import duration
from relulab.formatting import number, percent
from relulab.session.results import Results
from relulab.session.session import RunRecord
from relulab.text import Text, as_it_stands, joined, text
from relulab.training.state import State
from relulab.views.own_unit import off_by
from relulab.views.room import Leaves, in_short, leaving


def share_text(value: float) -> str:
    """An accuracy or a share of units, to a tenth of a percent: runs are often no further apart."""
    return percent(value)


def loss_text(value: float, unit: ErrorUnit | None = None) -> str:
    """Three digits of a loss; of standardized targets how far it is off: "off by 12,400 dollars"."""
    if unit is None or not math.isfinite(unit.error(value)):
        return number(value, 3, printed=True)
    return str(off_by(value, unit))


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that runs are judged by: a field of ``Results``, and how it is written.

    ``best`` says which of several is the best; None where none is better than another. ``is_loss``: it may have a unit.
    """

    key: str
    title: Text
    write: Callable[..., str]
    best: Callable[[Iterable[float]], float] | None = None
    is_loss: bool = False

    def value(self, found: Results) -> float:
        """The number itself; NaN where it is not known."""
        number: float = getattr(found, self.key)
        return number

    def of(self, found: Results) -> str:
        """As text."""
        return self.write(self.value(found), found.unit) if self.is_loss else self.write(self.value(found))

    def best_of(self, runs: Sequence[Results]) -> list[int]:
        """Which of the runs have the best number, as it is written."""
        finite = {value: run for run in runs if math.isfinite(value := self.value(run))}
        if self.best is None or not finite:
            return []
        shown = self.of(finite[self.best(finite)])
        return [index for index, run in enumerate(runs) if self.of(run) == shown]


KEY_FIGURES: Mapping[str, KeyFigure] = {
    figure.key: figure
    for figure in (
        KeyFigure("test_accuracy", text("test accuracy"), share_text, max),
        KeyFigure("test_loss", text("test loss"), loss_text, min, is_loss=True),
        KeyFigure("final_accuracy", text("accuracy at the end"), share_text, max),
        KeyFigure("final_loss", text("loss at the end"), loss_text, min, is_loss=True),
        KeyFigure("accuracy", text("best accuracy"), share_text, max),
        KeyFigure("loss", text("best loss"), loss_text, min, is_loss=True),
        KeyFigure("dead", text("dead units"), share_text),
        KeyFigure("steps", text("steps"), lambda steps: f"{steps:,.0f}"),
        KeyFigure("seconds", text("time"), lambda seconds: str(duration(seconds))),
    )
}

STATES: Mapping[State, Text] = {
    State.RUNNING: text("training"),
    State.PAUSED: text("paused"),
    State.FINISHED: text("finished"),
    State.DIVERGED: text("diverged"),
    State.FAILED: text("failed"),
}
BETWEEN = " · "  # the figures of a run
NOT_FINISHED = text("not finished")  # a run that rests and is not the trainer's will not go on by itself


def checked_part(run: RunRecord) -> str:
    """The samples that loss and accuracy are measured on while a run goes on."""
    return "validation" if run.data.validation else "training"


def checked_samples(run: RunRecord) -> Text:
    """How many of the samples of ``checked_part`` that is."""
    seen, there = run.history.info.validation_samples, run.data.validation or run.data.train
    if seen < there:
        return text("{seen:,} of the {there:sample|samples}", seen=seen, there=there)
    return text("all {there:sample|samples}", there=there)


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the list shows of a run. ``colour``: an index in the palette of runs. ``seed``: in words.

    ``differences``: what it has instead of what the run ``beside`` has, the one that it is compared with; empty of
    the first run. ``overlaid``: drawn together with others; ``shown``: the panels show it; ``live``: the trainer works
    on it; ``reference``: the others are compared with it; ``checked`` and ``samples``: see ``checked_part`` and
    ``checked_samples``.
    """

    key: str
    name: str
    colour: int
    state: State
    seed: str
    differences: tuple[str, ...]
    results: Results
    number: int
    notes: str = ""
    started: str = ""
    checked: str = "validation"
    samples: Text | str = ""
    hidden: bool = False
    overlaid: bool = False
    shown: bool = False
    live: bool = False
    reference: bool = False
    beside: str = ""

    @property
    def under_way(self) -> bool:
        """Whether it is trained, or waits for it: then it cannot be deleted."""
        return self.live and self.state.is_under_way

    @property
    def difference(self) -> Text:
        """What is special about this run, in one line."""
        if self.reference:
            return text("the reference of the comparison")
        if not self.beside:
            return text("the first run")
        if not self.differences:
            return text("same design and seeds as {run}", run=self.beside)
        which = text("{differences} in {run}", differences=joined(self.differences, ", "), run=self.beside)
        count = len(self.differences)
        how_many = text("{count:difference|differences} from {run}", count=count, run=self.beside)
        return in_short(which, in_short(how_many, text("{count:difference|differences}", count=count)))

    @property
    def figures(self) -> Text:
        """The best figures in one line: those that are known."""
        parts = dict(self.parts)
        if {"best_loss", "best_accuracy"} <= parts.keys():  # they belong together
            both = joined([parts.pop("best_loss"), parts.pop("best_accuracy")], ", ")
            return joined([both, *parts.values()], BETWEEN)
        return joined(list(parts.values()), BETWEEN)

    @property
    def parts(self) -> Iterator[tuple[str, Text]]:
        """What ``figures`` is made of, each with the key of its explanation."""
        found = self.results
        if math.isfinite(found.loss):
            best = text("best loss {loss}", loss=loss_text(found.loss, found.unit))
            yield "best_loss", leaving(Leaves.LATE, best)
            if math.isfinite(found.accuracy):
                yield "best_accuracy", text("best accuracy {share}", share=share_text(found.accuracy))
        if math.isfinite(found.test_accuracy):
            yield "test_result", text("test accuracy {share}", share=share_text(found.test_accuracy))
        elif math.isfinite(found.test_loss):
            yield "test_result", text("test loss {loss}", loss=loss_text(found.test_loss, found.unit))
        if math.isfinite(found.dead):
            yield "dead_share", leaving(Leaves.CONDITION, text("dead {share}", share=share_text(found.dead)))

    @property
    def seed_words(self) -> Text:
        return text("seed {seed}", seed=self.seed)

    @property
    def standing(self) -> Text:
        """Its state, and after how many steps."""
        word = STATES.get(self.state, as_it_stands(self.state.value))
        if self.state is State.PAUSED and not self.live:
            word = NOT_FINISHED
        return in_short(text("{state}, step {steps:,}", state=word, steps=self.results.steps), word)

    @property
    def details(self) -> Text:
        """Everything, line by line, for the tip and for screen readers."""
        found = self.results
        lines: list[Text | str] = [self.name, self.standing]
        with suppress(ValueError):  # a file can say anything
            lines.append(text("begun {when:%Y-%m-%d %H:%M}", when=datetime.fromisoformat(self.started).astimezone()))
        if found.seconds:
            lines.append(text("{time} of training", time=duration(found.seconds)))
        lines += [self.difference, self.seed_words]
        part = as_it_stands(self.checked)
        if math.isfinite(found.loss):
            words = "least {part} loss {loss} at step {step:,}"
            lines.append(text(words, part=part, loss=loss_text(found.loss, found.unit), step=found.loss_step))
        if math.isfinite(found.accuracy):
            lines.append(text("greatest {part} accuracy {value}", part=part, value=share_text(found.accuracy)))
        if self.samples and math.isfinite(found.loss):
            lines.append(text("{part} is measured on {samples}", part=part, samples=self.samples))
        named = self._known("test_loss", "test_accuracy", "dead")
        lines += [text("{name} {value}", name=name, value=value) for name, value in named]
        return joined([*lines, *([self.notes] if self.notes else [])], "\n")

    def _known(self, *keys: str) -> Iterator[tuple[Text, str]]:
        """Title and text of those of its figures that are numbers."""
        for figure in map(KEY_FIGURES.__getitem__, keys):
            if math.isfinite(figure.value(self.results)):
                yield figure.title, figure.of(self.results)


def what_numbers_are(rows: Iterable[RunRow]) -> Text:
    """With what each of these runs is compared, and which of its numbers are told."""
    reference = next((row.name for row in rows if row.reference), "")
    nearest = text("Each compared with the earlier run that it differs least from")
    compared = in_short(nearest, text("Each compared with its nearest earlier run"))
    if reference:
        compared = in_short(text("Compared with {name}", name=reference), text("Compared with the one you chose"))
    best = leaving(Leaves.CONDITION, text("best: least validation loss, greatest accuracy"))
    return joined((compared, best, leaving(Leaves.HOW, text("dead: at the end"))), BETWEEN)


@dataclass(frozen=True, slots=True)
class Order:
    """An order that runs can be listed in: the row with the least ``key`` is on top."""

    title: Text
    key: Callable[[RunRow], Any]


def _least(value: float) -> float:
    """Unknown figures come last."""
    return value if math.isfinite(value) else math.inf


ORDERS: Mapping[str, Order] = {
    "newest": Order(text("Newest first"), lambda row: -row.number),
    "oldest": Order(text("Oldest first"), lambda row: row.number),
    "name": Order(text("By name"), lambda row: (row.name.casefold(), row.number)),
    "loss": Order(text("By validation loss"), lambda row: (_least(row.results.loss), row.number)),
    "accuracy": Order(text("By validation accuracy"), lambda row: (_least(-row.results.accuracy), row.number)),
    "test": Order(
        text("By test result"),
        lambda row: (_least(-row.results.test_accuracy), _least(row.results.test_loss), row.number),
    ),
    "dead": Order(text("By dead units"), lambda row: (_least(row.results.dead), row.number)),
    "state": Order(text("By state"), lambda row: (list(State).index(row.state), row.number)),
}
