"""What a reading of a table says of itself: guesses with their reasons, questions, and lines that were left out."""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from relulab.errors import DataError
from relulab.text import Text

T = TypeVar("T")


class Sure(Enum):
    """How sure a guess is. What is ambiguous is asked before anything is trained."""

    CERTAIN = "certain"
    LIKELY = "likely"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Guess(Generic[T]):
    """A choice that was made, and why."""

    value: T
    why: Text
    sure: Sure = Sure.CERTAIN


@dataclass(frozen=True, slots=True)
class Answer:
    """What a choice may be set to, and what that means."""

    value: str
    means: Text
    about: str = ""  # the choice that it sets, where that is another one than the question's


@dataclass(frozen=True, slots=True)
class Question:
    """What the file alone does not decide. ``about`` names the choice, ``line`` the place, 0 for none."""

    about: str
    words: Text
    answers: tuple[Answer, ...]
    line: int = 0
    column: str = ""

    def option_of(self, answer: Answer) -> tuple[str, str]:
        """The choice that an answer sets, and its value."""
        return answer.about or self.about, answer.value


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is not part of the table; the first is 1."""

    line: int
    why: Text


class OpenQuestionError(DataError):
    """A table of which something has to be asked first."""

    awaits_choice = True

    def __init__(self, name: str, questions: tuple[Question, ...]) -> None:
        asked = " ".join(str(question.words) for question in questions)
        super().__init__(f"{name}: {asked}")
        self.name = name
        self.questions = questions
