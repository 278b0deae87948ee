"""One line of the run list as data and as words."""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relulab.session.results import Results
from relulab.training.state import State
from ui.platform.translation import translate

CONTEXT = "Runs"
UNDER_WAY = (State.RUNNING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the list shows of a run. ``colour``: a place in the palette of runs. ``seed``: in words.

    ``differences``: what it has instead of what the reference has. ``overlaid``: drawn together with others;
    ``shown``: the panels show it; ``live``: the trainer works on it; ``reference``: the others are compared with it.
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
    hidden: bool = False
    overlaid: bool = False
    shown: bool = False
    live: bool = False
    reference: bool = False

    @property
    def under_way(self) -> bool:
        """Whether it is trained, or waits for it: then it cannot be deleted."""
        return self.live and self.state in UNDER_WAY

    @property
    def difference(self) -> str:
        """What is special about this run, in one line."""
        if self.reference:
            return translate(CONTEXT, "the reference of the comparison")
        return ", ".join(self.differences) or translate(CONTEXT, "same design and seeds as the reference")

    @property
    def figures(self) -> str:
        """The best figures in one line: those that are known."""
        found = self.results
        parts = []
        if math.isfinite(found.loss):
            accuracy = f" ({found.accuracy:.1%})" if math.isfinite(found.accuracy) else ""
            parts.append(translate(CONTEXT, "best {loss}{accuracy}").format(loss=short(found.loss), accuracy=accuracy))
        if math.isfinite(found.test_accuracy):
            parts.append(translate(CONTEXT, "test {value}").format(value=f"{found.test_accuracy:.1%}"))
        elif math.isfinite(found.test_loss):
            parts.append(translate(CONTEXT, "test {value}").format(value=short(found.test_loss)))
        if math.isfinite(found.dead):
            parts.append(translate(CONTEXT, "dead {share}").format(share=f"{found.dead:.0%}"))
        return " · ".join(parts)

    @property
    def seed_words(self) -> str:
        return translate(CONTEXT, "seed {seed}").format(seed=self.seed)

    @property
    def standing(self) -> str:
        """Its state, and after how many steps."""
        return translate(CONTEXT, "{state}, step {steps:,}").format(
            state=state_word(self.state, self.live), steps=self.results.steps
        )

    @property
    def details(self) -> str:
        """Everything, line by line, for the tip and for screen readers."""
        found = self.results
        lines = [self.name, self.standing]
        with suppress(ValueError):  # a file can say anything
            when = datetime.fromisoformat(self.started).astimezone()
            lines.append(translate(CONTEXT, "begun {when}").format(when=when.strftime("%Y-%m-%d %H:%M")))
        if found.seconds:
            lines.append(translate(CONTEXT, "{seconds:.1f} s of training").format(seconds=found.seconds))
        lines += [self.difference, self.seed_words]
        if math.isfinite(found.loss):
            words = translate(CONTEXT, "least validation loss {loss} at step {step:,}")
            lines.append(words.format(loss=short(found.loss), step=found.loss_step))
        for words, value in (
            (translate(CONTEXT, "greatest validation accuracy {value:.2%}"), found.accuracy),
            (translate(CONTEXT, "test loss {value:.4g}"), found.test_loss),
            (translate(CONTEXT, "test accuracy {value:.2%}"), found.test_accuracy),
            (translate(CONTEXT, "dead units at the end {value:.1%}"), found.dead),
        ):
            if math.isfinite(value):
                lines.append(words.format(value=value))
        return "\n".join([*lines, *([self.notes] if self.notes else [])])


def short(value: float) -> str:
    """Three digits of a loss."""
    return f"{value:.3g}"


def state_word(state: State, live: bool) -> str:
    """The state of a run in a word. A run that rests and is not the trainer's will not go on by itself."""
    words = {
        State.RUNNING: translate(CONTEXT, "training"),
        State.PAUSED: translate(CONTEXT, "paused") if live else translate(CONTEXT, "not finished"),
        State.FINISHED: translate(CONTEXT, "finished"),
        State.DIVERGED: translate(CONTEXT, "diverged"),
        State.FAILED: translate(CONTEXT, "failed"),
    }
    return words.get(state, state.value)


def _least(value: float) -> float:
    """Unknown figures come last."""
    return value if math.isfinite(value) else math.inf


ORDERS: dict[str, Callable[[RunRow], Any]] = {
    "newest": lambda row: -row.number,
    "oldest": lambda row: row.number,
    "name": lambda row: (row.name.casefold(), row.number),
    "loss": lambda row: (_least(row.results.loss), row.number),
    "accuracy": lambda row: (_least(-row.results.accuracy), row.number),
    "test": lambda row: (_least(-row.results.test_accuracy), _least(row.results.test_loss), row.number),
    "dead": lambda row: (_least(row.results.dead), row.number),
    "state": lambda row: (list(State).index(row.state), row.number),
}


def order_names() -> dict[str, str]:
    """The orders by key, as they are offered."""
    return {
        "newest": translate(CONTEXT, "Newest first"),
        "oldest": translate(CONTEXT, "Oldest first"),
        "name": translate(CONTEXT, "By name"),
        "loss": translate(CONTEXT, "By validation loss"),
        "accuracy": translate(CONTEXT, "By validation accuracy"),
        "test": translate(CONTEXT, "By test result"),
        "dead": translate(CONTEXT, "By dead units"),
        "state": translate(CONTEXT, "By state"),
    }
