"""What a rebuilt detector is: conditions with names, asked at fixed places of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from benchmarks.exam.course import Course
from relulab.model.plan import DesignPlan


@dataclass(frozen=True, slots=True)
class Condition:
    """``meaning`` says when it holds. ``signs`` are what it points to, in the words of the manifest."""

    meaning: str
    signs: frozenset[str]

    @classmethod
    def of(cls, meaning: str, *signs: str) -> Condition:
        return cls(meaning, frozenset(signs))


Conditions = Mapping[str, Condition]


@dataclass(slots=True)
class Answer:
    """One condition over a run: the steps at which it first and last held and was last asked, None for never."""

    first: int | None = None
    last: int | None = None
    asked: int | None = None

    @property
    def stands(self) -> bool:
        """Whether it held when it was asked for the last time."""
        return self.last is not None and self.last == self.asked


class Detector:
    """A published detector, rebuilt, on one run. A subclass asks its conditions before training, after a step or
    after an epoch; the last epoch counts however short it is, and so does the step in which a run diverges.

    ``answers`` has what its conditions said, by key. ``classes_only``: it judges no regressions.
    """

    name: ClassVar[str]
    source: ClassVar[str]
    conditions: ClassVar[Conditions]
    classes_only: ClassVar[bool] = False

    def __init__(self) -> None:
        self.answers = {key: Answer() for key in self.conditions}

    def before(self, plan: DesignPlan) -> None:
        """Look at the design."""

    def after_step(self, course: Course) -> None:
        """Look at a finished step."""

    def after_epoch(self, course: Course) -> None:
        """Look at a finished epoch."""

    def ask(self, key: str, holds: bool, step: int) -> None:
        """Note whether a condition holds at ``step``; asked several times (layer by layer) once is enough."""
        answer = self.answers[key]
        answer.asked = step
        if holds:
            answer.first = step if answer.first is None else answer.first
            answer.last = step
