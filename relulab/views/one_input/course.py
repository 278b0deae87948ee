"""What a network said to one input at each of its moments, as curves over the steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.introspection.dense_stack import Array
from relulab.text import Text, text
from relulab.training.one_input import OneInput, Question
from relulab.training.telemetry import RunStarted
from relulab.views.network.columns import network_columns
from relulab.views.one_input.answer import answer_bars, answer_words
from relulab.views.samples import class_names

MOST_LINES = 10


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """``lines``: a name, a value at each of ``steps`` and whether it is the one that matters; shares in percent."""

    title: Text
    steps: NDArray[np.int64]
    lines: tuple[tuple[str, Array, bool], ...]
    in_percent: bool


def course_of(info: RunStarted, question: Question, steps: list[int], shares: Array) -> Course:
    """``shares``: of the classes, or the outputs of a regression, (steps, outputs), as ``OneInput`` has them."""
    description, at = info.dataset.description, np.array(steps, np.int64)
    if description.task is not Task.CLASSIFICATION:
        own = info.dataset.original_targets(shares)
        names = [str(name) for name in network_columns(info)[-1].names]
        lines = tuple((name, own[:, place], place == 0) for place, name in enumerate(names[:MOST_LINES]))
        return Course(text("What the network says, at every kept moment"), at, lines, in_percent=False)
    names = list(class_names(description))
    main = int(np.argmax(shares[-1])) if question.target is None else int(question.target)
    others = [place for place in np.argsort(-shares.max(axis=0), kind="stable").tolist() if place != main]
    told = [*others[: MOST_LINES - 1], main]  # the one that matters on top
    lines = tuple((names[place], 100 * shares[:, place], place == main) for place in told)
    right = text("Share of {name}, the right class, at every kept moment; pale: the others", name=names[main])
    said = text("Share of {name}, its answer at the end, at every kept moment; pale: the others", name=names[main])
    return Course(said if question.target is None else right, at, lines, in_percent=True)


def caption(info: RunStarted, look: OneInput) -> str:
    """How it was computed, and what the colours mean."""
    told = text(
        "Each unit's value for this input at step {step:,}, in float64, dropout off. Amber: above zero, blue: below.",
        step=look.step,
    )
    return str(told)


def in_words(info: RunStarted, look: OneInput) -> str:
    """What is seen, for whoever does not see it."""
    bars = ", ".join(f"{bar.name} {bar.value}" for bar in answer_bars(info, look)[:MOST_LINES])
    return f"{answer_words(info, look)} {bars}.".strip()
